// The model's waiting: a thread that waits takes no steps until what it waits
// for has come, and one that nothing will wake is reported.
#ifndef ACQREL_MODEL_BACKEND_WAIT_H_
#define ACQREL_MODEL_BACKEND_WAIT_H_

#include <chrono>
#include <cstdint>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/model/backend/atomic.h"
#include "acqrel/model/engine/runtime.h"

namespace acqrel {

inline void pause() noexcept {}
inline void yield() noexcept {}

// An iteration that saw what the one before it saw, and changed nothing, is the
// last one until something else can be seen.
inline void retry(
    model::internal::place here = model::internal::place::current()) noexcept {
  model::internal::end_iteration(here);
}

template <class Location, class Predicate, class Order>
typename Location::value_type await(
    const Location& location, Predicate predicate, Order order,
    model::internal::place here = model::internal::place::current()) {
  internal::check_load_order<Order>();
  using value_type = typename Location::value_type;
  return internal::from_bits<value_type>(model::internal::await_value(
      internal::location_of(location),
      [](const void* context, model::internal::bits value) -> bool {
        return (*static_cast<Predicate*>(const_cast<void*>(context)))(
            internal::from_bits<value_type>(value));
      },
      &predicate, static_cast<int>(std::memory_order(order)), here));
}

using time_point = std::chrono::steady_clock::time_point;

// Stands still, but for the deadlines that have passed.
inline time_point now() noexcept {
  return time_point(time_point::duration(model::internal::model_time()));
}

inline void wait_on_address(
    const atomic<std::uint32_t>& word, std::uint32_t old,
    model::internal::place here = model::internal::place::current()) noexcept {
  model::internal::sleep_if_equal(internal::location_of(word),
                                  internal::to_bits(old), nullptr, here);
}
inline bool wait_on_address(
    const atomic<std::uint32_t>& word, std::uint32_t old, time_point deadline,
    model::internal::place here = model::internal::place::current()) noexcept {
  const std::int64_t count = deadline.time_since_epoch().count();
  return model::internal::sleep_if_equal(internal::location_of(word),
                                         internal::to_bits(old), &count, here);
}

inline void wake_one(
    const atomic<std::uint32_t>& word,
    model::internal::place here = model::internal::place::current()) noexcept {
  model::internal::notify(internal::location_of(word), false, here, true);
}
inline void wake_all(
    const atomic<std::uint32_t>& word,
    model::internal::place here = model::internal::place::current()) noexcept {
  model::internal::notify(internal::location_of(word), true, here, true);
}

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_WAIT_H_
