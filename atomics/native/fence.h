// Native fences. The asymmetric pair uses membarrier(2) where the kernel has
// it, and two seq_cst fences where it does not.
#ifndef ACQREL_ATOMICS_NATIVE_FENCE_H_
#define ACQREL_ATOMICS_NATIVE_FENCE_H_

#include <atomic>

#include "acqrel/atomics/memory_order.h"

namespace acqrel {
namespace internal {

// True once membarrier is registered for this process. Each heavy fence makes
// sure of the registration first (fence.cc), so a light fence that reads true
// pairs with membarrier, and one that reads false is a real fence, which pairs
// with either form of the heavy one. The value may be stale; only false can.
[[gnu::visibility("default")]] extern std::atomic<bool> light_fence_is_free;

[[gnu::visibility("default")]] void heavy_fence() noexcept;

}  // namespace internal

template <class Order>
void thread_fence(Order order) noexcept {
  internal::check_fence_order<Order>();
  std::atomic_thread_fence(order);
}

template <class Order>
void asymmetric_thread_fence_light(Order) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  // relaxed: guess. A stale false costs a fence that was not needed.
  if (internal::light_fence_is_free.load(std::memory_order_relaxed))
      [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

template <class Order>
void asymmetric_thread_fence_heavy(Order) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  internal::heavy_fence();
}

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_FENCE_H_
