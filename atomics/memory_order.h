// The orderings as tag objects: `head.load(acquire)`.
//
// Each ordering is a type of its own, so that an ordering which the standard
// forbids for an operation does not compile, and a value of type
// std::memory_order, so that code written for acqrel compiles with std::atomic.
//
//   relaxed   atomic, and ordered with nothing
//   acquire   on a load: what the writer did before its release is visible
//   release   on a store: what this thread did before is published with it
//   acq_rel   on a read-modify-write: both
//   seq_cst   both, and one total order over all seq_cst operations
#ifndef ACQREL_ATOMICS_MEMORY_ORDER_H_
#define ACQREL_ATOMICS_MEMORY_ORDER_H_

#include <atomic>
#include <type_traits>

namespace acqrel {

template <std::memory_order Order>
struct memory_order_tag {
  constexpr operator std::memory_order() const noexcept { return Order; }
};

inline constexpr memory_order_tag<std::memory_order_relaxed> relaxed{};
inline constexpr memory_order_tag<std::memory_order_acquire> acquire{};
inline constexpr memory_order_tag<std::memory_order_release> release{};
inline constexpr memory_order_tag<std::memory_order_acq_rel> acq_rel{};
inline constexpr memory_order_tag<std::memory_order_seq_cst> seq_cst{};

namespace internal {

template <class Tag>
inline constexpr bool is_memory_order_tag = false;
template <std::memory_order Order>
inline constexpr bool is_memory_order_tag<memory_order_tag<Order>> = true;

template <class Tag, std::memory_order... Allowed>
inline constexpr bool is_one_of =
    (std::is_same_v<Tag, memory_order_tag<Allowed>> || ...);

// One function for each kind of operation, called first in its body.

template <class Tag>
constexpr void check_tag() {
  static_assert(is_memory_order_tag<Tag>,
                "acqrel: name the ordering with a tag: relaxed, acquire, "
                "release, acq_rel or seq_cst");
}

template <class Order>
constexpr void check_load_order() {
  check_tag<Order>();
  static_assert(
      !is_memory_order_tag<Order> ||
          is_one_of<Order, std::memory_order_relaxed, std::memory_order_acquire,
                    std::memory_order_seq_cst>,
      "acqrel: a load takes relaxed, acquire or seq_cst; it writes nothing "
      "that a release could publish");
}

template <class Order>
constexpr void check_store_order() {
  check_tag<Order>();
  static_assert(
      !is_memory_order_tag<Order> ||
          is_one_of<Order, std::memory_order_relaxed, std::memory_order_release,
                    std::memory_order_seq_cst>,
      "acqrel: a store takes relaxed, release or seq_cst; it reads nothing "
      "that an acquire could synchronize with");
}

template <class Order>
constexpr void check_read_modify_write_order() {
  check_tag<Order>();  // any of the five
}

template <class Success, class Failure>
constexpr void check_compare_exchange_orders() {
  check_tag<Success>();
  check_tag<Failure>();
  static_assert(
      !is_memory_order_tag<Failure> ||
          is_one_of<Failure, std::memory_order_relaxed,
                    std::memory_order_acquire, std::memory_order_seq_cst>,
      "acqrel: a compare_exchange that fails is a load; its failure ordering "
      "is relaxed, acquire or seq_cst");
}

template <class Order>
constexpr void check_fence_order() {
  check_tag<Order>();
  static_assert(!is_one_of<Order, std::memory_order_relaxed>,
                "acqrel: a relaxed fence orders nothing; remove it");
}

template <class Order>
constexpr void check_asymmetric_fence_order() {
  check_tag<Order>();
  static_assert(
      !is_memory_order_tag<Order> ||
          is_one_of<Order, std::memory_order_seq_cst>,
      "acqrel: an asymmetric fence excludes store buffering and nothing else; "
      "its ordering is seq_cst");
}

}  // namespace internal
}  // namespace acqrel

#endif  // ACQREL_ATOMICS_MEMORY_ORDER_H_
