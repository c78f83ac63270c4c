// wait_on_address by futex(2).
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <ctime>

#include "acqrel/atomics/native/wait.h"

namespace acqrel {
namespace {

static_assert(sizeof(atomic<std::uint32_t>) == sizeof(std::uint32_t),
              "a futex is a 32-bit word");
static_assert(sizeof(timespec) == 16,
              "SYS_futex takes 64-bit times on 64-bit systems only");

// Waits until `deadline` (null: for ever) on the monotonic clock, which is
// steady_clock's. Returns the error, 0 for a wake.
int futex_wait(const atomic<std::uint32_t>& word, std::uint32_t old,
               const timespec* deadline) noexcept {
  const int saved_errno = errno;
  // FUTEX_WAIT takes a duration, FUTEX_WAIT_BITSET an absolute time.
  const long result =
      ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, old,
                deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
  const int error = result == 0 ? 0 : errno;
  errno = saved_errno;
  return error;
}

void futex_wake(const atomic<std::uint32_t>& word, int count) noexcept {
  const int saved_errno = errno;
  ::syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count);
  errno = saved_errno;
}

}  // namespace

void wait_on_address(const atomic<std::uint32_t>& word,
                     std::uint32_t old) noexcept {
  futex_wait(word, old, nullptr);
}

bool wait_on_address(const atomic<std::uint32_t>& word, std::uint32_t old,
                     time_point deadline) noexcept {
  const auto since_epoch = deadline.time_since_epoch();
  if (since_epoch < since_epoch.zero()) return false;  // the kernel refuses it
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(
      since_epoch - seconds);
  const timespec absolute{static_cast<std::time_t>(seconds.count()),
                          static_cast<long>(nanoseconds.count())};
  return futex_wait(word, old, &absolute) != ETIMEDOUT;
}

void wake_one(const atomic<std::uint32_t>& word) noexcept {
  futex_wake(word, 1);
}
void wake_all(const atomic<std::uint32_t>& word) noexcept {
  futex_wake(word, INT_MAX);
}

}  // namespace acqrel
