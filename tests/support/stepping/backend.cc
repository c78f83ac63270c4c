// The symbols that keep a binary to one backend (see acqrel_backend.h), and the
// one place where threads sleep.
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "acqrel/tests/support/stepping/step.h"
#include "acqrel/tests/support/stepping/wait.h"

extern "C" {
extern const char acqrel_backend_stepping;
extern const char acqrel_one_backend_per_binary;
const char acqrel_backend_stepping = 1;
const char acqrel_one_backend_per_binary = 1;
}

namespace acqrel {
namespace {

// All sleepers of the process: a wake wakes strangers, too, who look again.
struct bedroom {
  std::mutex mutex;
  std::condition_variable sleepers;
};

bedroom& the_bedroom() {
  static auto& room = *new bedroom;  // threads may outlive main
  return room;
}

// A watched thread is told of; with the mutex free, since its watcher may block.
template <class Sleep>
bool sleep_watched(const atomic<std::uint32_t>& word, std::uint32_t old,
                   const Sleep& sleep) {
  if (word.load(relaxed) != old) return true;
  stepping::watcher* const watcher = stepping::watched_by;
  if (watcher != nullptr) watcher->falls_asleep();
  stepping::watched_by = nullptr;
  bool in_time = true;
  {
    bedroom& room = the_bedroom();
    std::unique_lock lock(room.mutex);
    if (word.load(relaxed) == old) in_time = sleep(room.sleepers, lock);
  }
  stepping::watched_by = watcher;
  if (watcher != nullptr) watcher->woke_up();
  return in_time;
}

void wake() {
  stepping::step();
  bedroom& room = the_bedroom();
  // Behind a sleeper that has read the old value and holds the mutex.
  { const std::lock_guard lock(room.mutex); }
  room.sleepers.notify_all();
}

}  // namespace

void wait_on_address(const atomic<std::uint32_t>& word,
                     std::uint32_t old) noexcept {
  sleep_watched(word, old, [](auto& sleepers, auto& lock) {
    sleepers.wait(lock);
    return true;
  });
}

bool wait_on_address(const atomic<std::uint32_t>& word, std::uint32_t old,
                     time_point deadline) noexcept {
  return sleep_watched(word, old, [&](auto& sleepers, auto& lock) {
    return sleepers.wait_until(lock, deadline) == std::cv_status::no_timeout;
  });
}

void wake_one(const atomic<std::uint32_t>&) noexcept { wake(); }
void wake_all(const atomic<std::uint32_t>&) noexcept { wake(); }

}  // namespace acqrel
