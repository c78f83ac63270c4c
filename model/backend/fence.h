// The model's fences.
#ifndef ACQREL_MODEL_BACKEND_FENCE_H_
#define ACQREL_MODEL_BACKEND_FENCE_H_

#include "acqrel/atomics/memory_order.h"
#include "acqrel/model/engine/runtime.h"

namespace acqrel {

template <class Order>
void thread_fence(Order order, model::internal::place here =
                                   model::internal::place::current()) noexcept {
  internal::check_fence_order<Order>();
  model::internal::fence(static_cast<int>(std::memory_order(order)), here);
}

template <class Order>
void asymmetric_thread_fence_light(
    Order,
    model::internal::place here = model::internal::place::current()) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  model::internal::light_fence(here);
}

template <class Order>
void asymmetric_thread_fence_heavy(
    Order,
    model::internal::place here = model::internal::place::current()) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  model::internal::heavy_fence(here);
}

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_FENCE_H_
