// The contract of counter: exact once the threads have joined, and before that
// at least what happens-before the read.
#include "acqrel/atomics/counter.h"

#include <barrier>
#include <cstdint>
#include <limits>
#include <thread>
#include <type_traits>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

static_assert(!std::is_copy_constructible_v<counter>);
static_assert(!std::is_copy_assignable_v<counter>);
static_assert(std::is_same_v<decltype(std::declval<const counter&>().value()),
                             std::int64_t>);

TEST(Counter, StartsAtZero) {
  const counter c;
  EXPECT_EQ(c.value(), 0);
}

TEST(Counter, AddsOneOrMoreOrLess) {
  counter c;
  c.add();
  EXPECT_EQ(c.value(), 1);
  c.add(41);
  EXPECT_EQ(c.value(), 42);
  c.add(0);
  EXPECT_EQ(c.value(), 42);
  c.add(-50);
  EXPECT_EQ(c.value(), -8);
}

TEST(Counter, HoldsMoreThanThirtyTwoBits) {
  counter c;
  c.add(std::int64_t{1} << 40);
  c.add(std::int64_t{1} << 40);
  EXPECT_EQ(c.value(), std::int64_t{1} << 41);
}

// What one thread adds, another may take away, in whatever shards they use.
TEST(Counter, ThreadsAddAndTakeAway) {
  counter c;
  for (int i = 0; i < 40; ++i) std::thread([&] { c.add(5); }).join();
  EXPECT_EQ(c.value(), 200);
  for (int i = 0; i < 40; ++i) std::thread([&] { c.add(-5); }).join();
  EXPECT_EQ(c.value(), 0);
}

TEST(Counter, IsExactWhenTheThreadsHaveJoined) {
  constexpr int thread_count = 8;
  constexpr int adds = 100000;
  counter c;
  std::barrier start(thread_count);
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int k = 0; k < adds; ++k) c.add();
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(c.value(), thread_count * adds);
}

TEST(Counter, AReadIncludesEveryAddBeforeIt) {
  constexpr int adds = 20000;
  counter c;
  atomic<int> published(0);
  std::thread adder([&] {
    for (int k = 1; k <= adds; ++k) {
      c.add();
      published.store(k, release);
    }
  });
  std::int64_t last = 0;
  for (int seen = 0; seen < adds;) {
    seen = published.load(acquire);
    const std::int64_t value = c.value();
    ASSERT_GE(value, seen);
    ASSERT_LE(value, adds);
    ASSERT_GE(value, last) << "one reader's values grow with the adds";
    last = value;
  }
  adder.join();
  EXPECT_EQ(c.value(), adds);
}

TEST(Counter, CountersAreSeparate) {
  counter a;
  counter b;
  a.add(3);
  b.add(4);
  EXPECT_EQ(a.value(), 3);
  EXPECT_EQ(b.value(), 4);
}

}  // namespace
}  // namespace acqrel
