// wait_on_address where there is no futex: sleepers meet in one of a few
// buckets, chosen by address. Strangers in a bucket wake each other in vain,
// which the contract allows.
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "acqrel/atomics/native/wait.h"

namespace acqrel {
namespace {

struct bucket {
  std::mutex mutex;
  std::condition_variable sleepers;
};

bucket& bucket_of(const void* address) noexcept {
  // Never destroyed: threads may outlive main.
  static auto& buckets = *new std::array<bucket, 64>;
  return buckets[reinterpret_cast<std::uintptr_t>(address) / 4 % 64];
}

void wake(const atomic<std::uint32_t>& word) noexcept {
  bucket& b = bucket_of(&word);
  // Behind a sleeper that has read the old value and holds the mutex.
  { const std::lock_guard lock(b.mutex); }
  b.sleepers.notify_all();
}

}  // namespace

void wait_on_address(const atomic<std::uint32_t>& word,
                     std::uint32_t old) noexcept {
  bucket& b = bucket_of(&word);
  std::unique_lock lock(b.mutex);
  // relaxed: ordered by the mutex, which the waker takes after its store
  if (word.load(relaxed) == old) b.sleepers.wait(lock);
}

bool wait_on_address(const atomic<std::uint32_t>& word, std::uint32_t old,
                     time_point deadline) noexcept {
  bucket& b = bucket_of(&word);
  std::unique_lock lock(b.mutex);
  // relaxed: ordered by the mutex, as above
  if (word.load(relaxed) != old) return true;
  return b.sleepers.wait_until(lock, deadline) == std::cv_status::no_timeout;
}

void wake_one(const atomic<std::uint32_t>& word) noexcept { wake(word); }
void wake_all(const atomic<std::uint32_t>& word) noexcept { wake(word); }

}  // namespace acqrel
