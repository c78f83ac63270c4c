// The model's atomic<T> and atomic_ref<T>. The value is the engine's; the
// object itself is only an identity. Every operation knows its place in the
// source, by which its ordering can be overridden.
#ifndef ACQREL_MODEL_BACKEND_ATOMIC_H_
#define ACQREL_MODEL_BACKEND_ATOMIC_H_

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/model/engine/runtime.h"

namespace acqrel {
namespace internal {

using model::internal::bits;
using model::internal::place;
using model::internal::value_format;

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

template <class T>
bits to_bits(const T& value) noexcept {
  bits b;
  std::memcpy(static_cast<void*>(&b), &value, sizeof(T));
  return b;
}
template <class T>
T from_bits(const bits& b) noexcept {
  T value;
  std::memcpy(static_cast<void*>(&value), &b, sizeof(T));
  return value;
}

template <class T>
constexpr value_format format_of() noexcept {
  if (std::is_same_v<T, bool>) return value_format::boolean;
  if (std::is_pointer_v<T>) return value_format::pointer;
  if (std::is_floating_point_v<T>) return value_format::floating;
  if (!std::is_integral_v<T> && !std::is_enum_v<T>) return value_format::bytes;
  return std::is_signed_v<T> ? value_format::signed_integer
                             : value_format::unsigned_integer;
}

template <class Atomic>
const model::internal::location& location_of(const Atomic& object) noexcept {
  return object.at_;
}

// The sum, wrapping around as atomics do, and for pointers by elements.
template <class T>
T sum(T a, addend<T> b) noexcept {
  if constexpr (std::is_integral_v<T>) {
    using wide = std::make_unsigned_t<T>;
    return static_cast<T>(
        static_cast<wide>(static_cast<wide>(a) + static_cast<wide>(b)));
  } else {
    return a + b;
  }
}
template <class T>
T difference(T a, addend<T> b) noexcept {
  if constexpr (std::is_integral_v<T>) {
    using wide = std::make_unsigned_t<T>;
    return static_cast<T>(
        static_cast<wide>(static_cast<wide>(a) - static_cast<wide>(b)));
  } else {
    return a - b;
  }
}

// The operations that atomic<T> and atomic_ref<T> share.
template <class T>
class atomic_operations {
  static_assert(std::is_trivially_copyable_v<T>,
                "acqrel: an atomic's value is copied bit by bit; T must be "
                "trivially copyable");
  static_assert(sizeof(T) <= sizeof(bits),
                "acqrel: the model checker knows atomics up to 16 bytes");

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = sizeof(T) <= 8;

  bool is_lock_free() const noexcept { return is_always_lock_free; }

  template <class Order>
  T load(Order order, place here = place::current()) const noexcept {
    check_load_order<Order>();
    return from_bits<T>(
        model::internal::load(at_, number(order), here, "load"));
  }
  template <class Order>
  void wait(T old, Order order, place here = place::current()) const noexcept {
    check_load_order<Order>();
    model::internal::wait_while_equal(at_, to_bits(old), number(order), here);
  }

 protected:
  constexpr atomic_operations() noexcept = default;

  static int number(std::memory_order order) noexcept {
    return static_cast<int>(order);
  }

  template <class Order>
  void do_store(T desired, Order order, place here) const noexcept {
    check_store_order<Order>();
    model::internal::store(at_, to_bits(desired), number(order), here);
  }
  // A read-modify-write: old becomes change(old).
  template <class Order, class Change>
  T modify(Change change, Order order, place here,
           const char* operation) const noexcept {
    check_read_modify_write_order<Order>();
    return from_bits<T>(model::internal::update(
        at_,
        [](const void* context, bits old) {
          return to_bits(
              T((*static_cast<const Change*>(context))(from_bits<T>(old))));
        },
        &change, number(order), here, operation));
  }
  template <class Success, class Failure>
  bool do_compare_exchange(T& expected, T desired, Success success,
                           Failure failure, bool weak,
                           place here) const noexcept {
    check_compare_exchange_orders<Success, Failure>();
    bits seen = to_bits(expected);
    const bool done = model::internal::compare_exchange(
        at_, seen, to_bits(desired), number(success), number(failure), weak,
        here);
    if (!done) expected = from_bits<T>(seen);
    return done;
  }
  void do_notify(bool all, place here) const noexcept {
    model::internal::notify(at_, all, here);
  }

  // The engine's number of the object changes when it is constructed only; the
  // operations of an atomic_ref are const.
  mutable model::internal::location at_;

 private:
  template <class Atomic>
  friend const model::internal::location& internal::location_of(
      const Atomic&) noexcept;
};

}  // namespace internal

template <class T>
class atomic : public internal::atomic_operations<T> {
  using place = internal::place;

 public:
  constexpr atomic(place here = place::current()) noexcept(
      std::is_nothrow_default_constructible_v<T>)
      : atomic(T(), here) {}
  constexpr atomic(T value, place here = place::current()) noexcept {
    if (!std::is_constant_evaluated()) {
      model::internal::construct_atomic(this->at_, internal::to_bits(value),
                                        sizeof(T), internal::format_of<T>(),
                                        here);
    }
  }
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;
  ~atomic() { model::internal::destroy_atomic(this->at_, place()); }

  template <class Order>
  void store(T desired, Order order, place here = place::current()) noexcept {
    this->do_store(desired, order, here);
  }
  template <class Order>
  T exchange(T desired, Order order, place here = place::current()) noexcept {
    return this->modify([=](T) { return desired; }, order, here, "exchange");
  }
  template <class Success, class Failure>
  bool compare_exchange_weak(T& expected, T desired, Success success,
                             Failure failure,
                             place here = place::current()) noexcept {
    return this->do_compare_exchange(expected, desired, success, failure, true,
                                     here);
  }
  template <class Success, class Failure>
  bool compare_exchange_strong(T& expected, T desired, Success success,
                               Failure failure,
                               place here = place::current()) noexcept {
    return this->do_compare_exchange(expected, desired, success, failure, false,
                                     here);
  }
  template <class Order>
  T fetch_add(internal::addend<T> operand, Order order,
              place here = place::current()) noexcept requires
      internal::additive_value<T> {
    return this->modify([=](T old) { return internal::sum<T>(old, operand); },
                        order, here, "fetch_add");
  }
  template <class Order>
  T fetch_sub(internal::addend<T> operand, Order order,
              place here = place::current()) noexcept requires
      internal::additive_value<T> {
    return this->modify(
        [=](T old) { return internal::difference<T>(old, operand); }, order,
        here, "fetch_sub");
  }
  template <class Order>
  T fetch_and(T operand, Order order, place here = place::current()) noexcept
      requires internal::integral_value<T> {
    return this->modify([=](T old) { return old & operand; }, order, here,
                        "fetch_and");
  }
  template <class Order>
  T fetch_or(T operand, Order order, place here = place::current()) noexcept
      requires internal::integral_value<T> {
    return this->modify([=](T old) { return old | operand; }, order, here,
                        "fetch_or");
  }
  template <class Order>
  T fetch_xor(T operand, Order order, place here = place::current()) noexcept
      requires internal::integral_value<T> {
    return this->modify([=](T old) { return old ^ operand; }, order, here,
                        "fetch_xor");
  }
  template <class Order>
  T fetch_min(T operand, Order order, place here = place::current()) noexcept
      requires internal::integral_value<T> {
    return this->modify([=](T old) { return operand < old ? operand : old; },
                        order, here, "fetch_min");
  }
  template <class Order>
  T fetch_max(T operand, Order order, place here = place::current()) noexcept
      requires internal::integral_value<T> {
    return this->modify([=](T old) { return old < operand ? operand : old; },
                        order, here, "fetch_max");
  }
  void notify_one(place here = place::current()) noexcept {
    this->do_notify(false, here);
  }
  void notify_all(place here = place::current()) noexcept {
    this->do_notify(true, here);
  }
};

// As natively, the object's memory holds the last value when nobody refers to
// it any more.
template <class T>
class atomic_ref : public internal::atomic_operations<T> {
  using place = internal::place;

 public:
  static constexpr std::size_t required_alignment = alignof(T);

  explicit atomic_ref(T& object, place here = place::current()) noexcept {
    this->at_ =
        model::internal::atomic_at(&object, internal::to_bits(object),
                                   sizeof(T), internal::format_of<T>(), here);
  }
  atomic_ref(const atomic_ref& other) noexcept { this->at_ = other.at_; }
  atomic_ref& operator=(const atomic_ref&) = delete;

  template <class Order>
  void store(T desired, Order order,
             place here = place::current()) const noexcept {
    this->do_store(desired, order, here);
  }
  template <class Order>
  T exchange(T desired, Order order,
             place here = place::current()) const noexcept {
    return this->modify([=](T) { return desired; }, order, here, "exchange");
  }
  template <class Success, class Failure>
  bool compare_exchange_weak(T& expected, T desired, Success success,
                             Failure failure,
                             place here = place::current()) const noexcept {
    return this->do_compare_exchange(expected, desired, success, failure, true,
                                     here);
  }
  template <class Success, class Failure>
  bool compare_exchange_strong(T& expected, T desired, Success success,
                               Failure failure,
                               place here = place::current()) const noexcept {
    return this->do_compare_exchange(expected, desired, success, failure, false,
                                     here);
  }
  template <class Order>
  T fetch_add(internal::addend<T> operand, Order order,
              place here = place::current())
      const noexcept requires internal::additive_value<T> {
    return this->modify([=](T old) { return internal::sum<T>(old, operand); },
                        order, here, "fetch_add");
  }
  template <class Order>
  T fetch_sub(internal::addend<T> operand, Order order,
              place here = place::current())
      const noexcept requires internal::additive_value<T> {
    return this->modify(
        [=](T old) { return internal::difference<T>(old, operand); }, order,
        here, "fetch_sub");
  }
  template <class Order>
  T fetch_and(T operand, Order order, place here = place::current())
      const noexcept requires internal::integral_value<T> {
    return this->modify([=](T old) { return old & operand; }, order, here,
                        "fetch_and");
  }
  template <class Order>
  T fetch_or(T operand, Order order, place here = place::current())
      const noexcept requires internal::integral_value<T> {
    return this->modify([=](T old) { return old | operand; }, order, here,
                        "fetch_or");
  }
  template <class Order>
  T fetch_xor(T operand, Order order, place here = place::current())
      const noexcept requires internal::integral_value<T> {
    return this->modify([=](T old) { return old ^ operand; }, order, here,
                        "fetch_xor");
  }
  template <class Order>
  T fetch_min(T operand, Order order, place here = place::current())
      const noexcept requires internal::integral_value<T> {
    return this->modify([=](T old) { return operand < old ? operand : old; },
                        order, here, "fetch_min");
  }
  template <class Order>
  T fetch_max(T operand, Order order, place here = place::current())
      const noexcept requires internal::integral_value<T> {
    return this->modify([=](T old) { return old < operand ? operand : old; },
                        order, here, "fetch_max");
  }
  void notify_one(place here = place::current()) const noexcept {
    this->do_notify(false, here);
  }
  void notify_all(place here = place::current()) const noexcept {
    this->do_notify(true, here);
  }
};

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_ATOMIC_H_
