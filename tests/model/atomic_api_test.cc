// Every operation of atomic<T> and atomic_ref<T> has in the model the values that
// it has natively.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

// Runs the uses with an atomic<T>, and with an atomic_ref<T> of an object, which
// holds the last value in the end.
template <class T, class Uses>
void for_each_kind(T initial, Uses uses, int line = __builtin_LINE()) {
  const testing::ScopedTrace caller("for_each_kind", line, "called here");
  const options exact{.spurious_failures = 0};
  const result of_atomic = check(exact, [=] {
    atomic<T> object(initial);
    uses(object);
  });
  expect_passes(of_atomic);
  EXPECT_EQ(of_atomic.executions, 1u);
  const result of_ref = check(exact, [=] {
    alignas(atomic_ref<T>::required_alignment) T object = initial;
    const atomic_ref<T> first(object);
    uses(first);
    const atomic_ref<T> copy(first);
    const atomic_ref<T> again(object);
    require(copy.load(relaxed) == again.load(relaxed), "one atomic");
    require(object == again.load(relaxed), "memory has the last value");
  });
  expect_passes(of_ref);
  EXPECT_EQ(of_ref.executions, 1u);
}

// What every type has, in all orders.
template <class T>
void check_common(T a, T b, T c) {
  for_each_kind<T>(a, [=](auto& x) {
    require(
        x.load(relaxed) == a && x.load(acquire) == a && x.load(seq_cst) == a,
        "load");
    x.store(b, relaxed);
    require(x.load(relaxed) == b, "store relaxed");
    x.store(c, release);
    require(x.load(relaxed) == c, "store release");
    x.store(a, seq_cst);
    require(x.exchange(b, relaxed) == a, "exchange");
    require(x.exchange(c, acquire) == b, "exchange");
    require(x.exchange(a, release) == c, "exchange");
    require(x.exchange(b, acq_rel) == a, "exchange");
    require(x.exchange(a, seq_cst) == b, "exchange");
    T expected = b;
    require(!x.compare_exchange_strong(expected, c, acq_rel, acquire), "fails");
    require(expected == a && x.load(relaxed) == a, "and says why");
    require(x.compare_exchange_strong(expected, c, seq_cst, relaxed), "now");
    require(expected == a && x.load(relaxed) == c, "and leaves it");
    expected = a;
    require(!x.compare_exchange_weak(expected, b, release, relaxed), "fails");
    require(expected == c, "and says why");
    require(x.compare_exchange_weak(expected, b, relaxed, seq_cst), "now");
    require(x.load(relaxed) == b);
    x.wait(a, acquire);  // it is another value
    x.notify_one();
    x.notify_all();
    require(await(
                x, [=](T value) { return value == b; }, acquire) == b);
  });
}

struct pair {
  std::uint64_t first;
  std::uint64_t second;
  bool operator==(const pair&) const = default;
};
enum class colour : std::uint8_t { red, green, blue };

TEST(AtomicApi, EveryType) {
  check_common<char>('a', 'b', 'c');
  check_common<std::int8_t>(-128, 127, -1);
  check_common<std::uint8_t>(0, 255, 7);
  check_common<std::int16_t>(-32768, 32767, -1);
  check_common<std::uint16_t>(0, 65535, 7);
  check_common<int>(-1, 0, std::numeric_limits<int>::min());
  check_common<unsigned>(0, ~0u, 7);
  check_common<std::int64_t>(-1, std::numeric_limits<std::int64_t>::min(), 5);
  check_common<std::uint64_t>(0, ~std::uint64_t{0}, std::uint64_t{1} << 63);
  check_common<float>(0.5f, -1.25f, 1e30f);
  check_common<double>(0.5, -1.25, 1e300);
  check_common<colour>(colour::red, colour::green, colour::blue);
  check_common<pair>({1, 2}, {1, 3}, {~0ull, 2});
}

TEST(AtomicApi, Booleans) {
  for_each_kind<bool>(false, [](auto& x) {
    require(!x.load(acquire));
    x.store(true, release);
    require(x.exchange(false, acq_rel));
    bool expected = true;
    require(!x.compare_exchange_strong(expected, true, relaxed, relaxed));
    require(!expected);
    require(x.compare_exchange_weak(expected, true, seq_cst, relaxed));
    x.wait(false, relaxed);
    require(x.load(seq_cst));
  });
}

TEST(AtomicApi, Pointers) {
  static int array[8];
  check_common<int*>(nullptr, array, array + 1);
  check_common<void*>(nullptr, array, array + 1);
  check_common<const char*>(nullptr, "a", "b");
  for_each_kind<int*>(array + 2, [](auto& x) {
    require(x.fetch_add(3, relaxed) == array + 2, "by elements");
    require(x.fetch_sub(1, acq_rel) == array + 5);
    require(x.fetch_add(-2, seq_cst) == array + 4);
    require(x.load(relaxed) == array + 2);
  });
}

template <class T>
void check_arithmetic() {
  constexpr T least = std::numeric_limits<T>::min();
  constexpr T most = std::numeric_limits<T>::max();
  for_each_kind<T>(5, [=](auto& x) {
    require(x.fetch_add(3, relaxed) == 5, "fetch_add");
    require(x.fetch_sub(6, acquire) == 8, "fetch_sub");
    require(x.fetch_or(T{12}, release) == 2, "fetch_or");
    require(x.fetch_and(T{10}, acq_rel) == 14, "fetch_and");
    require(x.fetch_xor(T{3}, seq_cst) == 10, "fetch_xor");
    require(x.fetch_max(T{4}, relaxed) == 9, "fetch_max of less");
    require(x.fetch_max(T{11}, acq_rel) == 9, "fetch_max of more");
    require(x.fetch_min(T{12}, relaxed) == 11, "fetch_min of more");
    require(x.fetch_min(T{1}, seq_cst) == 11, "fetch_min of less");
    require(x.load(relaxed) == 1);
    x.store(most, relaxed);
    require(x.fetch_add(1, relaxed) == most, "wraps around");
    require(x.load(relaxed) == least);
    require(x.fetch_sub(1, relaxed) == least, "and back");
    require(x.load(relaxed) == most);
    require(x.fetch_min(least, relaxed) == most);
    require(x.fetch_max(most, relaxed) == least);
    require(x.load(relaxed) == most);
  });
}

TEST(AtomicApi, Integers) {
  check_arithmetic<char>();
  check_arithmetic<std::int8_t>();
  check_arithmetic<std::uint8_t>();
  check_arithmetic<std::int16_t>();
  check_arithmetic<std::uint16_t>();
  check_arithmetic<std::int32_t>();
  check_arithmetic<std::uint32_t>();
  check_arithmetic<std::int64_t>();
  check_arithmetic<std::uint64_t>();
}

TEST(AtomicApi, FloatingPoint) {
  for_each_kind<double>(0.5, [](auto& x) {
    require(x.fetch_add(0.25, relaxed) == 0.5);
    require(x.fetch_sub(1.5, acq_rel) == 0.75);
    require(x.load(relaxed) == -0.75);
  });
  for_each_kind<float>(0.5f, [](auto& x) {
    require(x.fetch_add(0.25f, seq_cst) == 0.5f);
    require(x.fetch_sub(1.5f, release) == 0.75f);
    require(x.load(relaxed) == -0.75f);
  });
}

// By value, not by number: a comparison is of the bits, as natively.
TEST(AtomicApi, FloatingPointIsComparedAsBits) {
  for_each_kind<double>(0.0, [](auto& x) {
    double expected = -0.0;
    require(!x.compare_exchange_strong(expected, 1.0, relaxed, relaxed));
    require(x.compare_exchange_strong(expected, 1.0, relaxed, relaxed));
  });
}

TEST(AtomicApi, SmallValuesHaveNoNeighbours) {
  // The bits beyond the type are no part of the value.
  for_each_kind<std::int8_t>(-1, [](auto& x) {
    std::int8_t expected = -1;
    require(x.compare_exchange_strong(expected, -2, relaxed, relaxed));
    x.wait(-1, relaxed);
    require(x.load(relaxed) == -2);
  });
  expect_passes(check([] {
    std::uint8_t bytes[3] = {1, 2, 3};
    atomic_ref<std::uint8_t>(bytes[1]).store(0xff, relaxed);
    require(bytes[0] == 1 && bytes[1] == 0xff && bytes[2] == 3);
  }));
}

TEST(AtomicApi, DefaultValues) {
  expect_passes(check([] {
    require(atomic<int>().load(relaxed) == 0);
    require(!atomic<bool>().load(relaxed));
    require(atomic<int*>().load(relaxed) == nullptr);
    require(atomic<double>().load(relaxed) == 0.0);
    require(atomic<pair>().load(relaxed) == pair{0, 0});
  }));
}

// Of several threads, by both kinds.
TEST(AtomicApi, AnAtomicRefIsSharedByItsObject) {
  const auto client = [](auto store, auto load) {
    return check([=] {
      int word = 0;
      plain<int> data{0};
      thread writer([&] {
        data.set(1);
        atomic_ref<int>(word).store(1, store);
      });
      if (atomic_ref<int>(word).load(load) == 1) require(data.get() == 1);
      writer.join();
      require(word == 1, "memory has the last value");
    });
  };
  expect_passes(client(release, acquire));
  expect_fails(client(relaxed, acquire), failure::data_race, {});
}

TEST(AtomicApi, SixteenBytesAreOne) {
  const result r = check([] {
    atomic<pair> word{pair{0, 0}};
    thread writer([&] { word.store({1, 1}, relaxed); });
    const pair seen = word.load(relaxed);
    require(seen.first == seen.second, "not torn");
    pair expected = seen;
    if (word.compare_exchange_strong(expected, {2, 2}, relaxed, relaxed)) {
      observe("swapped", seen.first);
    }
    writer.join();
  });
  expect_passes(r);
  EXPECT_TRUE(r.outcomes.contains("swapped=0"));
  EXPECT_TRUE(r.outcomes.contains("swapped=1"));
}

TEST(AtomicApi, Fences) {
  expect_passes(check([] {
    thread_fence(acquire);
    thread_fence(release);
    thread_fence(acq_rel);
    thread_fence(seq_cst);
    asymmetric_thread_fence_light(seq_cst);
    asymmetric_thread_fence_heavy(seq_cst);
  }));
}

static_assert(atomic<int>::is_always_lock_free);
static_assert(std::is_same_v<atomic<short>::value_type, short>);
static_assert(!std::is_copy_constructible_v<atomic<int>>);
static_assert(!std::is_copy_assignable_v<atomic<int>>);
static_assert(std::is_copy_constructible_v<atomic_ref<int>>);
static_assert(!std::is_copy_assignable_v<atomic_ref<int>>);

}  // namespace
}  // namespace acqrel::model
