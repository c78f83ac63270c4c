// The contract of atomic_ref<T>: the operations of atomic<T>, on an object that
// is not atomic.
#include <atomic>
#include <thread>
#include <type_traits>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

#if defined(__GNUC__) && !defined(__clang__)
// C++17 allows a failure ordering stronger than the success's; GCC doubts it.
#pragma GCC diagnostic ignored "-Winvalid-memory-model"
#endif

namespace acqrel {
namespace {

struct alignas(8) pair_of_ints {
  int first;
  int second;
  bool operator==(const pair_of_ints&) const = default;
};

template <class... Ts>
constexpr bool as_the_standards =
    ((sizeof(atomic_ref<Ts>) == sizeof(std::atomic_ref<Ts>) &&
      atomic_ref<Ts>::required_alignment ==
          std::atomic_ref<Ts>::required_alignment &&
      atomic_ref<Ts>::is_always_lock_free ==
          std::atomic_ref<Ts>::is_always_lock_free &&
      std::is_same_v<typename atomic_ref<Ts>::value_type, Ts>)&&...);
static_assert(
    as_the_standards<bool, int, long long, double, int*, pair_of_ints>);

// It refers: copies refer to the same object, and nothing converts into one.
static_assert(std::is_nothrow_copy_constructible_v<atomic_ref<int>>);
static_assert(!std::is_copy_assignable_v<atomic_ref<int>>);
static_assert(!std::is_convertible_v<int&, atomic_ref<int>>);
static_assert(!std::is_constructible_v<atomic_ref<int>, int>);
static_assert(!std::is_convertible_v<atomic_ref<int>, int>);

template <class F>
void with_each_order(F f) {
  f(relaxed), f(acquire), f(release), f(acq_rel), f(seq_cst);
}

TEST(AtomicRef, WorksOnTheObjectItself) {
  int object = 1;
  {
    const atomic_ref<int> ref(object);  // const: the operations only refer
    const atomic_ref<int> copy(ref);
    EXPECT_EQ(ref.load(acquire), 1);
    copy.store(2, release);
    EXPECT_EQ(ref.load(relaxed), 2);
    EXPECT_EQ(ref.load(seq_cst), 2);
    EXPECT_TRUE(ref.is_lock_free());
  }
  EXPECT_EQ(object, 2);
}

TEST(AtomicRef, ExchangeReturnsTheOldValue) {
  with_each_order([](auto order) {
    pair_of_ints object{1, 2};
    EXPECT_EQ(atomic_ref(object).exchange({3, 4}, order), (pair_of_ints{1, 2}));
    EXPECT_EQ(object, (pair_of_ints{3, 4}));
  });
}

TEST(AtomicRef, CompareExchange) {
  const auto each = [](auto success, auto failure) {
    int object = 1;
    const atomic_ref<int> ref(object);
    int expected = 1;
    EXPECT_TRUE(ref.compare_exchange_strong(expected, 2, success, failure));
    EXPECT_FALSE(ref.compare_exchange_strong(expected, 3, success, failure));
    EXPECT_EQ(expected, 2);
    EXPECT_EQ(ref.load(relaxed), 2);
    while (!ref.compare_exchange_weak(expected, 4, success, failure)) {
      ASSERT_EQ(expected, 2);
    }
    EXPECT_FALSE(ref.compare_exchange_weak(expected, 5, success, failure));
    EXPECT_EQ(expected, 4);
    EXPECT_EQ(ref.load(relaxed), 4);
  };
  const auto each_success = [&](auto failure) {
    with_each_order([&](auto success) { each(success, failure); });
  };
  each_success(relaxed), each_success(acquire), each_success(seq_cst);
}

TEST(AtomicRef, FetchOperationsReturnTheOldValue) {
  with_each_order([](auto order) {
    unsigned object = 12;
    const atomic_ref<unsigned> ref(object);
    EXPECT_EQ(ref.fetch_add(5, order), 12u);
    EXPECT_EQ(ref.fetch_sub(1, order), 17u);
    EXPECT_EQ(ref.fetch_and(0b11000u, order), 16u);
    EXPECT_EQ(ref.fetch_or(0b10101u, order), 0b10000u);
    EXPECT_EQ(ref.fetch_xor(0b10001u, order), 0b10101u);
    EXPECT_EQ(ref.fetch_max(9u, order), 4u);
    EXPECT_EQ(ref.fetch_max(8u, order), 9u);
    EXPECT_EQ(ref.fetch_min(7u, order), 9u);
    EXPECT_EQ(ref.fetch_min(8u, order), 7u);
    EXPECT_EQ(ref.load(relaxed), 7u);
  });
}

TEST(AtomicRef, FloatingAndPointerArithmetic) {
  with_each_order([](auto order) {
    double number = 1.5;
    EXPECT_EQ(atomic_ref(number).fetch_add(0.25, order), 1.5);
    EXPECT_EQ(atomic_ref(number).fetch_sub(2, order), 1.75);
    EXPECT_EQ(number, -0.25);
    int array[4] = {};
    int* pointer = array;
    EXPECT_EQ(atomic_ref(pointer).fetch_add(3, order), array);
    EXPECT_EQ(atomic_ref(pointer).fetch_sub(1, order), array + 3);
    EXPECT_EQ(pointer, array + 2);
  });
}

TEST(AtomicRef, WaitEndsWithTheNotifiedChange) {
  int object = 0;
  int published = 0;
  std::thread waiter([&] {
    const atomic_ref<int> ref(object);
    ref.wait(0, acquire);
    EXPECT_EQ(published, 1);
    published = 2;
    ref.store(2, release);
    ref.notify_one();
  });
  const atomic_ref<int> ref(object);
  published = 1;
  ref.store(1, release);
  ref.notify_all();
  ref.wait(1, acquire);
  EXPECT_EQ(published, 2);
  waiter.join();
}

}  // namespace
}  // namespace acqrel
