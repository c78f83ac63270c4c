// The contract of atomic<T> and of the ordering tags, by one thread; wait and
// notify need two. What must not compile is refused_test's.
#include "acqrel/atomics/atomic.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <thread>
#include <tuple>
#include <type_traits>

#include "gtest/gtest.h"

#if defined(__GNUC__) && !defined(__clang__)
// C++17 allows a failure ordering stronger than the success's; GCC doubts it.
#pragma GCC diagnostic ignored "-Winvalid-memory-model"
#endif

namespace acqrel {
namespace {

// Tags are distinct types and values of std::memory_order.

template <class A, class B>
constexpr bool same_type =
    std::is_same_v<std::remove_cvref_t<A>, std::remove_cvref_t<B>>;
static_assert(!same_type<decltype(relaxed), decltype(acquire)>);
static_assert(!same_type<decltype(acquire), decltype(release)>);
static_assert(!same_type<decltype(release), decltype(acq_rel)>);
static_assert(!same_type<decltype(acq_rel), decltype(seq_cst)>);

TEST(MemoryOrder, TagsConvertToTheStandards) {
  static_assert(std::memory_order(relaxed) == std::memory_order_relaxed);
  static_assert(std::memory_order(acquire) == std::memory_order_acquire);
  static_assert(std::memory_order(release) == std::memory_order_release);
  static_assert(std::memory_order(acq_rel) == std::memory_order_acq_rel);
  static_assert(std::memory_order(seq_cst) == std::memory_order_seq_cst);
}

TEST(MemoryOrder, CodeWithTagsCompilesWithStdAtomic) {
  const auto exercise = [](auto& a) {
    a.store(1, release);
    int expected = 1;
    a.compare_exchange_strong(expected, 2, acq_rel, acquire);
    return a.fetch_add(3, relaxed) + a.load(seq_cst);
  };
  atomic<int> ours(0);
  std::atomic<int> standards(0);
  EXPECT_EQ(exercise(ours), 7);
  EXPECT_EQ(exercise(standards), 7);
}

// Layout: an atomic<T> is a std::atomic<T>, so that it costs no memory.

// Aligned to its size: Clang calls libatomic for libstdc++'s atomic otherwise.
struct alignas(8) pair_of_ints {
  int first;
  int second;
  bool operator==(const pair_of_ints&) const = default;
};
struct four_pointers {
  void* pointers[4];
};
enum class colour : unsigned char { red, green, blue };

template <class... Ts>
constexpr bool laid_out_as_the_standards =
    ((sizeof(atomic<Ts>) == sizeof(std::atomic<Ts>) &&
      alignof(atomic<Ts>) == alignof(std::atomic<Ts>) &&
      atomic<Ts>::is_always_lock_free == std::atomic<Ts>::is_always_lock_free &&
      std::is_same_v<typename atomic<Ts>::value_type, Ts> &&
      std::is_standard_layout_v<atomic<Ts>> ==
          std::is_standard_layout_v<std::atomic<Ts>> &&
      std::is_trivially_destructible_v<atomic<Ts>>)&&...);
static_assert(
    laid_out_as_the_standards<
        bool, char, signed char, short, int, long, long long, unsigned char,
        unsigned, wchar_t, std::uint64_t, float, double, void*, int*,
        const int*, void (*)(), colour, pair_of_ints, std::nullptr_t>);
static_assert(sizeof(atomic<four_pointers>) ==
              sizeof(std::atomic<four_pointers>));

static_assert(!std::is_copy_constructible_v<atomic<int>>);
static_assert(!std::is_move_constructible_v<atomic<int>>);
static_assert(!std::is_copy_assignable_v<atomic<int>>);
static_assert(!std::is_assignable_v<atomic<int>&, int>);
static_assert(!std::is_convertible_v<atomic<int>, int>);
static_assert(std::is_nothrow_default_constructible_v<atomic<int>>);

// Statically initialized: no constructor runs before main for a global.
[[maybe_unused]] constinit atomic<int> constant_initialized(1);
[[maybe_unused]] constinit atomic<int*> constant_default;

TEST(Atomic, AliasesNameTheirTypes) {
  static_assert(std::is_same_v<atomic_bool, atomic<bool>>);
  static_assert(std::is_same_v<atomic_char, atomic<char>>);
  static_assert(std::is_same_v<atomic_int, atomic<int>>);
  static_assert(std::is_same_v<atomic_uint, atomic<unsigned>>);
  static_assert(std::is_same_v<atomic_long, atomic<long>>);
  static_assert(std::is_same_v<atomic_ulong, atomic<unsigned long>>);
  static_assert(std::is_same_v<atomic_llong, atomic<long long>>);
  static_assert(std::is_same_v<atomic_ullong, atomic<unsigned long long>>);
  static_assert(std::is_same_v<atomic_int8_t, atomic<std::int8_t>>);
  static_assert(std::is_same_v<atomic_uint8_t, atomic<std::uint8_t>>);
  static_assert(std::is_same_v<atomic_int16_t, atomic<std::int16_t>>);
  static_assert(std::is_same_v<atomic_uint16_t, atomic<std::uint16_t>>);
  static_assert(std::is_same_v<atomic_int32_t, atomic<std::int32_t>>);
  static_assert(std::is_same_v<atomic_uint32_t, atomic<std::uint32_t>>);
  static_assert(std::is_same_v<atomic_int64_t, atomic<std::int64_t>>);
  static_assert(std::is_same_v<atomic_uint64_t, atomic<std::uint64_t>>);
  static_assert(std::is_same_v<atomic_size_t, atomic<std::size_t>>);
  static_assert(std::is_same_v<atomic_ptrdiff_t, atomic<std::ptrdiff_t>>);
  static_assert(std::is_same_v<atomic_intptr_t, atomic<std::intptr_t>>);
  static_assert(std::is_same_v<atomic_uintptr_t, atomic<std::uintptr_t>>);
}

TEST(Atomic, DefaultConstructedHoldsTheValueInitialized) {
  atomic<int> number;
  atomic<int*> pointer;
  atomic<pair_of_ints> pair;
  EXPECT_EQ(number.load(relaxed), 0);
  EXPECT_EQ(pointer.load(relaxed), nullptr);
  EXPECT_EQ(pair.load(relaxed), (pair_of_ints{0, 0}));
}

// Every type of value, through every operation that all types have.

template <class T>
struct values;  // two different values
template <>
struct values<bool> {
  static constexpr bool a = false, b = true;
};
template <>
struct values<int> {
  static constexpr int a = -7, b = 1 << 30;
};
template <>
struct values<std::uint8_t> {
  static constexpr std::uint8_t a = 0, b = 255;
};
template <>
struct values<std::uint64_t> {
  static constexpr std::uint64_t a = 1, b = ~std::uint64_t{0} - 1;
};
template <>
struct values<double> {
  static constexpr double a = 0.5, b = -2.25;
};
template <>
struct values<colour> {
  static constexpr colour a = colour::red, b = colour::blue;
};
template <>
struct values<pair_of_ints> {
  static constexpr pair_of_ints a{1, 2}, b{1, 3};
};
template <>
struct values<const char*> {
  static constexpr const char *a = nullptr, *b = "b";
};

template <class T>
class AtomicOf : public ::testing::Test {};
using value_types = ::testing::Types<bool, int, std::uint8_t, std::uint64_t,
                                     double, colour, pair_of_ints, const char*>;
TYPED_TEST_SUITE(AtomicOf, value_types);

TYPED_TEST(AtomicOf, LoadReturnsWhatConstructionPut) {
  const atomic<TypeParam> x(values<TypeParam>::b);
  EXPECT_EQ(x.load(relaxed), values<TypeParam>::b);
  EXPECT_EQ(x.load(acquire), values<TypeParam>::b);
  EXPECT_EQ(x.load(seq_cst), values<TypeParam>::b);
  EXPECT_TRUE(x.is_lock_free());
}

TYPED_TEST(AtomicOf, StoreReplaces) {
  constexpr TypeParam a = values<TypeParam>::a;
  constexpr TypeParam b = values<TypeParam>::b;
  atomic<TypeParam> x(a);
  x.store(b, relaxed);
  EXPECT_EQ(x.load(relaxed), b);
  x.store(a, release);
  EXPECT_EQ(x.load(relaxed), a);
  x.store(b, seq_cst);
  EXPECT_EQ(x.load(relaxed), b);
}

TYPED_TEST(AtomicOf, ExchangeReturnsTheOldValue) {
  constexpr TypeParam a = values<TypeParam>::a;
  constexpr TypeParam b = values<TypeParam>::b;
  const auto each = [&](auto order) {
    atomic<TypeParam> x(a);
    EXPECT_EQ(x.exchange(b, order), a);
    EXPECT_EQ(x.load(relaxed), b);
  };
  each(relaxed), each(acquire), each(release), each(acq_rel), each(seq_cst);
}

TYPED_TEST(AtomicOf, CompareExchangeStrong) {
  constexpr TypeParam a = values<TypeParam>::a;
  constexpr TypeParam b = values<TypeParam>::b;
  const auto each = [&](auto success, auto failure) {
    atomic<TypeParam> x(a);
    TypeParam expected = a;
    EXPECT_TRUE(x.compare_exchange_strong(expected, b, success, failure));
    EXPECT_EQ(expected, a) << "a success leaves expected as it was";
    EXPECT_EQ(x.load(relaxed), b);
    EXPECT_FALSE(x.compare_exchange_strong(expected, a, success, failure));
    EXPECT_EQ(expected, b) << "a failure says what it found";
    EXPECT_EQ(x.load(relaxed), b);
  };
  const auto each_success = [&](auto failure) {
    each(relaxed, failure), each(acquire, failure), each(release, failure);
    each(acq_rel, failure), each(seq_cst, failure);
  };
  // The standard allows a failure ordering stronger than the success's.
  each_success(relaxed), each_success(acquire), each_success(seq_cst);
}

TYPED_TEST(AtomicOf, CompareExchangeWeak) {
  constexpr TypeParam a = values<TypeParam>::a;
  constexpr TypeParam b = values<TypeParam>::b;
  const auto each = [&](auto success, auto failure) {
    atomic<TypeParam> x(a);
    TypeParam expected = a;
    while (!x.compare_exchange_weak(expected, b, success, failure)) {
      ASSERT_EQ(expected, a) << "a spurious failure finds what is there";
    }
    EXPECT_EQ(x.load(relaxed), b);
    EXPECT_FALSE(x.compare_exchange_weak(expected, a, success, failure));
    EXPECT_EQ(expected, b);
    EXPECT_EQ(x.load(relaxed), b);
  };
  const auto each_success = [&](auto failure) {
    each(relaxed, failure), each(acquire, failure), each(release, failure);
    each(acq_rel, failure), each(seq_cst, failure);
  };
  each_success(relaxed), each_success(acquire), each_success(seq_cst);
}

TYPED_TEST(AtomicOf, WaitReturnsAtOnceWhenTheValueDiffers) {
  constexpr TypeParam a = values<TypeParam>::a;
  atomic<TypeParam> x(values<TypeParam>::b);
  x.wait(a, relaxed);
  x.wait(a, acquire);
  x.wait(a, seq_cst);
  x.notify_one();
  x.notify_all();
}

TYPED_TEST(AtomicOf, WaitEndsWithTheNotifiedChange) {
  constexpr TypeParam a = values<TypeParam>::a;
  constexpr TypeParam b = values<TypeParam>::b;
  atomic<TypeParam> x(a);
  int published = 0;
  std::thread waiter([&] {
    x.wait(a, acquire);
    EXPECT_EQ(published, 1);
    published = 2;
    x.store(a, release);
    x.notify_one();
  });
  published = 1;
  x.store(b, release);
  x.notify_all();
  x.wait(b, acquire);
  EXPECT_EQ(published, 2);
  waiter.join();
}

// Arithmetic.

template <class T>
class AtomicIntegral : public ::testing::Test {};
using integral_types =
    ::testing::Types<char, signed char, unsigned char, short, unsigned short,
                     int, unsigned, long, unsigned long, long long,
                     unsigned long long, char32_t>;
TYPED_TEST_SUITE(AtomicIntegral, integral_types);

// Calls f with each of the five orderings.
template <class F>
void with_each_order(F f) {
  f(relaxed), f(acquire), f(release), f(acq_rel), f(seq_cst);
}

TYPED_TEST(AtomicIntegral, FetchOperationsReturnTheOldValue) {
  with_each_order([](auto order) {
    using T = TypeParam;
    atomic<T> x(T{12});
    EXPECT_EQ(x.fetch_add(T{5}, order), T{12});
    EXPECT_EQ(x.fetch_sub(T{1}, order), T{17});
    EXPECT_EQ(x.fetch_and(T{0b11000}, order), T{16});
    EXPECT_EQ(x.fetch_or(T{0b10101}, order), T{0b10000});
    EXPECT_EQ(x.fetch_xor(T{0b10001}, order), T{0b10101});
    EXPECT_EQ(x.load(relaxed), T{0b00100});
  });
}

TYPED_TEST(AtomicIntegral, ArithmeticWrapsAround) {
  using T = TypeParam;
  constexpr T greatest = std::numeric_limits<T>::max();
  constexpr T least = std::numeric_limits<T>::min();
  atomic<T> x(greatest);
  EXPECT_EQ(x.fetch_add(T{1}, relaxed), greatest);
  EXPECT_EQ(x.fetch_sub(T{1}, relaxed), least);
  EXPECT_EQ(x.load(relaxed), greatest);
}

TYPED_TEST(AtomicIntegral, FetchMinAndMaxKeepTheExtreme) {
  with_each_order([](auto order) {
    using T = TypeParam;
    constexpr T greatest = std::numeric_limits<T>::max();
    constexpr T least = std::numeric_limits<T>::min();
    atomic<T> x(T{5});
    EXPECT_EQ(x.fetch_max(T{3}, order), T{5});
    EXPECT_EQ(x.fetch_max(T{9}, order), T{5});
    EXPECT_EQ(x.fetch_min(T{9}, order), T{9});
    EXPECT_EQ(x.fetch_min(T{4}, order), T{9});
    EXPECT_EQ(x.fetch_max(greatest, order), T{4});
    EXPECT_EQ(x.fetch_min(least, order), greatest);  // signed where T is
    EXPECT_EQ(x.load(relaxed), least);
  });
}

TEST(Atomic, FetchMinAndMaxCompareSigned) {
  atomic<int> x(-1);
  EXPECT_EQ(x.fetch_min(1, relaxed), -1);
  EXPECT_EQ(x.load(relaxed), -1);
  EXPECT_EQ(x.fetch_max(1, relaxed), -1);
  EXPECT_EQ(x.load(relaxed), 1);
}

template <class T>
class AtomicFloating : public ::testing::Test {};
using floating_types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(AtomicFloating, floating_types);

TYPED_TEST(AtomicFloating, FetchAddAndSub) {
  with_each_order([](auto order) {
    atomic<TypeParam> x(TypeParam(1.5));
    EXPECT_EQ(x.fetch_add(TypeParam(0.25), order), TypeParam(1.5));
    EXPECT_EQ(x.fetch_sub(TypeParam(2), order), TypeParam(1.75));
    EXPECT_EQ(x.load(relaxed), TypeParam(-0.25));
  });
}

TYPED_TEST(AtomicFloating, CompareExchangeComparesBits) {
  // -0.0 == 0.0, and yet they differ as values of an atomic.
  atomic<TypeParam> x(TypeParam(-0.0));
  TypeParam expected(0.0);
  EXPECT_FALSE(
      x.compare_exchange_strong(expected, TypeParam(1), relaxed, relaxed));
  EXPECT_TRUE(
      x.compare_exchange_strong(expected, TypeParam(1), relaxed, relaxed));
}

TEST(AtomicPointer, FetchAddCountsElements) {
  with_each_order([](auto order) {
    int array[8] = {};
    atomic<int*> x(array);
    EXPECT_EQ(x.fetch_add(5, order), array);
    EXPECT_EQ(x.fetch_sub(2, order), array + 5);
    EXPECT_EQ(x.fetch_add(-3, order), array + 3);
    EXPECT_EQ(x.load(relaxed), array);
  });
}

template <class T>
concept has_fetch_add = requires(atomic<T>& x, T v) {
  x.fetch_add(v, relaxed);
};
template <class T>
concept has_fetch_or = requires(atomic<T>& x, T v) {
  x.fetch_or(v, relaxed);
};
template <class T>
concept has_fetch_max = requires(atomic<T>& x, T v) {
  x.fetch_max(v, relaxed);
};

TEST(Atomic, HasTheOperationsThatItsTypeHas) {
  static_assert(has_fetch_add<int> && has_fetch_or<int> && has_fetch_max<int>);
  static_assert(has_fetch_add<double> && !has_fetch_or<double>);
  static_assert(!has_fetch_add<bool> && !has_fetch_or<bool> &&
                !has_fetch_max<bool>);
  static_assert(!has_fetch_add<colour> && !has_fetch_or<colour>);
  static_assert(!has_fetch_add<pair_of_ints>);
  static_assert(!has_fetch_add<void*> && !has_fetch_or<int*>);
}

TEST(Atomic, OperationsDoNotThrow) {
  atomic<int> x(0);
  int expected = 0;
  static_assert(
      noexcept(x.load(acquire))&& noexcept(x.store(1, release))&& noexcept(x.exchange(1, acq_rel))&& noexcept(
          x.compare_exchange_weak(
              expected, 1, acq_rel,
              relaxed))&& noexcept(x
                                       .fetch_add(
                                           1,
                                           relaxed))&& noexcept(x
                                                                    .fetch_max(
                                                                        1,
                                                                        relaxed))&& noexcept(x
                                                                                                 .wait(
                                                                                                     1,
                                                                                                     relaxed))&& noexcept(x
                                                                                                                              .notify_all()));
}

}  // namespace
}  // namespace acqrel
