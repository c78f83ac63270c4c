// Which asymmetric fences this process uses: decided once, before the first
// pair, and again in the child of a fork.
#include "acqrel/atomics/native/fence.h"

#include <atomic>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#endif

namespace acqrel::internal {

constinit std::atomic<bool> light_fence_is_free{false};

#if defined(__linux__)
namespace {

long membarrier(int command) noexcept {
  return ::syscall(__NR_membarrier, command, 0, 0);
}

// Fails under kernels before 4.14, and where a sandbox forbids the call.
bool register_membarrier() noexcept {
  const int saved_errno = errno;
  const bool registered =
      membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  errno = saved_errno;
  return registered;
}

void register_again_after_fork() noexcept {
  // relaxed: exclusive. The child of a fork has one thread.
  light_fence_is_free.store(register_membarrier(), std::memory_order_relaxed);
}

bool decide() noexcept {
  if (!register_membarrier()) return false;
  // Registered first: a child between the two would find the flag set and its
  // membarrier refused. Without memory for the handler, real fences.
  if (::pthread_atfork(nullptr, nullptr, register_again_after_fork) != 0) {
    return false;
  }
  // relaxed: guess (see fence.h)
  light_fence_is_free.store(true, std::memory_order_relaxed);
  return true;
}

// A thread that needs the decision while another takes it waits for it.
bool asymmetric() noexcept {
  static const bool decision = decide();
  // The flag is set before the decision is known, and cleared only in the child
  // of a fork that could not register, while that child has one thread.
  // relaxed: exclusive
  return decision && light_fence_is_free.load(std::memory_order_relaxed);
}

// At start-up, so that light fences are free from the beginning.
[[maybe_unused]] const bool decided_at_start = asymmetric();

}  // namespace

void heavy_fence() noexcept {
  if (!asymmetric()) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return;
  }
  const int saved_errno = errno;
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) {
    // Only a sandbox closed after start-up can refuse. Light fences elsewhere
    // have already relied on membarrier, so there is no safe way to go on.
    std::perror("acqrel: membarrier, used since start-up, is now refused");
    std::abort();
  }
  errno = saved_errno;
}

#else

void heavy_fence() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

#endif

}  // namespace acqrel::internal
