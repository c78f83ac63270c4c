// atomic<T>, atomic_ref<T> and fences of the stepping backend: the standard's,
// with a step before each.
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_ATOMIC_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_ATOMIC_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/tests/support/stepping/step.h"

namespace acqrel {
namespace internal {

// What fetch_add takes: T, and for pointers a number of elements.
template <class T>
using addend = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

// The operations on std::atomic<T> or std::atomic_ref<T>, const as the latter's:
// the native backend's tests say which of them do not compile on an object that
// is const.
template <class T, class Target>
class stepping_operations {
 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = Target::is_always_lock_free;

  bool is_lock_free() const noexcept { return target_.is_lock_free(); }

  template <class Order>
  T load(Order order) const noexcept {
    check_load_order<Order>();
    return stepped().load(order);
  }
  template <class Order>
  void store(T desired, Order order) const noexcept {
    check_store_order<Order>();
    stepped().store(desired, order);
  }
  template <class Order>
  T exchange(T desired, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().exchange(desired, order);
  }
  template <class Success, class Failure>
  bool compare_exchange_weak(T& expected, T desired, Success success,
                             Failure failure) const noexcept {
    check_compare_exchange_orders<Success, Failure>();
    return stepped().compare_exchange_weak(expected, desired, success, failure);
  }
  template <class Success, class Failure>
  bool compare_exchange_strong(T& expected, T desired, Success success,
                               Failure failure) const noexcept {
    check_compare_exchange_orders<Success, Failure>();
    return stepped().compare_exchange_strong(expected, desired, success,
                                             failure);
  }
  template <class Order>
  T fetch_add(addend<T> operand, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().fetch_add(operand, order);
  }
  template <class Order>
  T fetch_sub(addend<T> operand, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().fetch_sub(operand, order);
  }
  template <class Order>
  T fetch_and(T operand, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().fetch_and(operand, order);
  }
  template <class Order>
  T fetch_or(T operand, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().fetch_or(operand, order);
  }
  template <class Order>
  T fetch_xor(T operand, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    return stepped().fetch_xor(operand, order);
  }
  template <class Order>
  T fetch_min(T operand, Order order) const noexcept {
    return fetch_changed([&](T old) { return std::min(old, operand); }, order);
  }
  template <class Order>
  T fetch_max(T operand, Order order) const noexcept {
    return fetch_changed([&](T old) { return std::max(old, operand); }, order);
  }

 protected:
  template <class... Args>
  constexpr explicit stepping_operations(Args&&... args) noexcept
      : target_(std::forward<Args>(args)...) {}
  ~stepping_operations() = default;

 private:
  Target& stepped() const noexcept {
    stepping::step();
    return target_;
  }
  // One step, as in the standard.
  template <class Change, class Order>
  T fetch_changed(const Change& change, Order order) const noexcept {
    check_read_modify_write_order<Order>();
    Target& target = stepped();
    T old = target.load(std::memory_order_relaxed);
    while (!target.compare_exchange_weak(old, change(old), order,
                                         std::memory_order_relaxed)) {
    }
    return old;
  }

  mutable Target target_;
};

}  // namespace internal

template <class T>
class atomic : public internal::stepping_operations<T, std::atomic<T>> {
 public:
  constexpr atomic() noexcept : atomic(T()) {}
  constexpr atomic(T value) noexcept
      : internal::stepping_operations<T, std::atomic<T>>(value) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;
};

template <class T>
class atomic_ref : public internal::stepping_operations<T, std::atomic_ref<T>> {
 public:
  explicit atomic_ref(T& object) noexcept
      : internal::stepping_operations<T, std::atomic_ref<T>>(object) {}
  atomic_ref(const atomic_ref&) noexcept = default;
  atomic_ref& operator=(const atomic_ref&) = delete;
};

template <class Order>
void thread_fence(Order order) noexcept {
  internal::check_fence_order<Order>();
  stepping::step();
  std::atomic_thread_fence(order);
}

// Both real: speed does not matter here.
template <class Order>
void asymmetric_thread_fence_light(Order) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  thread_fence(seq_cst);
}
template <class Order>
void asymmetric_thread_fence_heavy(Order) noexcept {
  internal::check_asymmetric_fence_order<Order>();
  thread_fence(seq_cst);
}

}  // namespace acqrel

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_ATOMIC_H_
