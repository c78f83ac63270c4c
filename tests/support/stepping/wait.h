// Waiting in the stepping backend.
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_WAIT_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_WAIT_H_

#include <chrono>
#include <cstdint>
#include <thread>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/tests/support/stepping/atomic.h"

namespace acqrel {

// Only what touches shared memory is a step.
inline void pause() noexcept {}
inline void yield() noexcept { std::this_thread::yield(); }
inline void retry() noexcept {}

template <class Location, class Predicate, class Order>
typename Location::value_type await(const Location& location,
                                    Predicate predicate, Order order) {
  internal::check_load_order<Order>();
  for (;;) {
    const auto value = location.load(order);
    if (predicate(value)) return value;
    yield();
  }
}

using time_point = std::chrono::steady_clock::time_point;

inline time_point now() noexcept { return std::chrono::steady_clock::now(); }

void wait_on_address(const atomic<std::uint32_t>& word,
                     std::uint32_t old) noexcept;
bool wait_on_address(const atomic<std::uint32_t>& word, std::uint32_t old,
                     time_point deadline) noexcept;
void wake_one(const atomic<std::uint32_t>& word) noexcept;
void wake_all(const atomic<std::uint32_t>& word) noexcept;

}  // namespace acqrel

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_WAIT_H_
