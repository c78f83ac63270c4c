// Native atomic<T> and atomic_ref<T>: std::atomic and std::atomic_ref with
// every ordering named and checked, and nothing added (a test compares the
// generated code).
#ifndef ACQREL_ATOMICS_NATIVE_ATOMIC_H_
#define ACQREL_ATOMICS_NATIVE_ATOMIC_H_

#include <atomic>
#include <cstddef>
#include <type_traits>

#include "acqrel/atomics/memory_order.h"

namespace acqrel {
namespace internal {

template <class T>
concept integral_value = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
concept object_pointer =
    std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>;
template <class T>
concept additive_value =
    integral_value<T> || std::is_floating_point_v<T> || object_pointer<T>;

// What fetch_add takes: T, and for pointers a number of elements.
template <class T>
using addend = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

// fetch_min and fetch_max (P0493, C++26): a read-modify-write in each case,
// also where the value stays as it was.
template <class Atomic, class T, class Order, class Choose>
T fetch_choose(Atomic& target, T operand, Order order, Choose choose) noexcept {
  // relaxed: guess
  T old = target.load(std::memory_order_relaxed);
  // relaxed on failure: guess. Bounded: a failure is another thread's success.
  while (!target.compare_exchange_weak(old, choose(old, operand), order,
                                       std::memory_order_relaxed)) {
  }
  return old;
}

template <class T>
constexpr T lesser(T a, T b) noexcept {
  return b < a ? b : a;
}
template <class T>
constexpr T greater(T a, T b) noexcept {
  return a < b ? b : a;
}

}  // namespace internal

template <class T>
class atomic {
 public:
  using value_type = T;
  static constexpr bool is_always_lock_free =
      std::atomic<T>::is_always_lock_free;

  constexpr atomic() noexcept(std::is_nothrow_default_constructible_v<T>) =
      default;
  constexpr atomic(T value) noexcept : value_(value) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  bool is_lock_free() const noexcept {
    return is_always_lock_free || value_.is_lock_free();
  }

  template <class Order>
  T load(Order order) const noexcept {
    internal::check_load_order<Order>();
    return value_.load(order);
  }
  template <class Order>
  void store(T desired, Order order) noexcept {
    internal::check_store_order<Order>();
    value_.store(desired, order);
  }
  template <class Order>
  T exchange(T desired, Order order) noexcept {
    internal::check_read_modify_write_order<Order>();
    return value_.exchange(desired, order);
  }
  template <class Success, class Failure>
  bool compare_exchange_weak(T& expected, T desired, Success success,
                             Failure failure) noexcept {
    internal::check_compare_exchange_orders<Success, Failure>();
    return value_.compare_exchange_weak(expected, desired, success, failure);
  }
  template <class Success, class Failure>
  bool compare_exchange_strong(T& expected, T desired, Success success,
                               Failure failure) noexcept {
    internal::check_compare_exchange_orders<Success, Failure>();
    return value_.compare_exchange_strong(expected, desired, success, failure);
  }

  template <class Order>
  T fetch_add(internal::addend<T> operand,
              Order order) noexcept requires internal::additive_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_add(operand, order);
  }
  template <class Order>
  T fetch_sub(internal::addend<T> operand,
              Order order) noexcept requires internal::additive_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_sub(operand, order);
  }
  template <class Order>
  T fetch_and(T operand,
              Order order) noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_and(operand, order);
  }
  template <class Order>
  T fetch_or(T operand,
             Order order) noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_or(operand, order);
  }
  template <class Order>
  T fetch_xor(T operand,
              Order order) noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_xor(operand, order);
  }
  template <class Order>
  T fetch_min(T operand,
              Order order) noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return internal::fetch_choose(value_, operand, order, internal::lesser<T>);
  }
  template <class Order>
  T fetch_max(T operand,
              Order order) noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return internal::fetch_choose(value_, operand, order, internal::greater<T>);
  }

  // Blocks while the value is `old`, until notified.
  template <class Order>
  void wait(T old, Order order) const noexcept {
    internal::check_load_order<Order>();
    value_.wait(old, order);
  }
  void notify_one() noexcept { value_.notify_one(); }
  void notify_all() noexcept { value_.notify_all(); }

 private:
  std::atomic<T> value_{};
};

// As in the standard, the operations of atomic_ref are const: it refers.
// While any atomic_ref to an object lives, all access goes through atomic_refs.
template <class T>
class atomic_ref {
 public:
  using value_type = T;
  static constexpr bool is_always_lock_free =
      std::atomic_ref<T>::is_always_lock_free;
  static constexpr std::size_t required_alignment =
      std::atomic_ref<T>::required_alignment;

  // The object is aligned to required_alignment.
  explicit atomic_ref(T& object) noexcept : value_(object) {}
  atomic_ref(const atomic_ref&) noexcept = default;
  atomic_ref& operator=(const atomic_ref&) = delete;

  bool is_lock_free() const noexcept {
    return is_always_lock_free || value_.is_lock_free();
  }

  template <class Order>
  T load(Order order) const noexcept {
    internal::check_load_order<Order>();
    return value_.load(order);
  }
  template <class Order>
  void store(T desired, Order order) const noexcept {
    internal::check_store_order<Order>();
    value_.store(desired, order);
  }
  template <class Order>
  T exchange(T desired, Order order) const noexcept {
    internal::check_read_modify_write_order<Order>();
    return value_.exchange(desired, order);
  }
  template <class Success, class Failure>
  bool compare_exchange_weak(T& expected, T desired, Success success,
                             Failure failure) const noexcept {
    internal::check_compare_exchange_orders<Success, Failure>();
    return value_.compare_exchange_weak(expected, desired, success, failure);
  }
  template <class Success, class Failure>
  bool compare_exchange_strong(T& expected, T desired, Success success,
                               Failure failure) const noexcept {
    internal::check_compare_exchange_orders<Success, Failure>();
    return value_.compare_exchange_strong(expected, desired, success, failure);
  }

  template <class Order>
  T fetch_add(internal::addend<T> operand,
              Order order) const noexcept requires internal::additive_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_add(operand, order);
  }
  template <class Order>
  T fetch_sub(internal::addend<T> operand,
              Order order) const noexcept requires internal::additive_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_sub(operand, order);
  }
  template <class Order>
  T fetch_and(T operand,
              Order order) const noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_and(operand, order);
  }
  template <class Order>
  T fetch_or(T operand,
             Order order) const noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_or(operand, order);
  }
  template <class Order>
  T fetch_xor(T operand,
              Order order) const noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return value_.fetch_xor(operand, order);
  }
  template <class Order>
  T fetch_min(T operand,
              Order order) const noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return internal::fetch_choose(value_, operand, order, internal::lesser<T>);
  }
  template <class Order>
  T fetch_max(T operand,
              Order order) const noexcept requires internal::integral_value<T> {
    internal::check_read_modify_write_order<Order>();
    return internal::fetch_choose(value_, operand, order, internal::greater<T>);
  }

  template <class Order>
  void wait(T old, Order order) const noexcept {
    internal::check_load_order<Order>();
    value_.wait(old, order);
  }
  void notify_one() const noexcept { value_.notify_one(); }
  void notify_all() const noexcept { value_.notify_all(); }

 private:
  std::atomic_ref<T> value_;
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_ATOMIC_H_
