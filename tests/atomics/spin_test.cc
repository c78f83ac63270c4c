// The contract of what loops are made of: await, retry, pause, yield, choose,
// and the constants that they and the structures use.
#include <cstddef>
#include <cstdint>
#include <set>
#include <thread>
#include <type_traits>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

TEST(Await, ReturnsTheValueThatThePredicateAccepted) {
  const atomic<int> x(42);
  const auto is_even = [](int v) { return v % 2 == 0; };
  EXPECT_EQ(await(x, is_even, relaxed), 42);
  EXPECT_EQ(await(x, is_even, acquire), 42);
  EXPECT_EQ(await(x, is_even, seq_cst), 42);
  static_assert(std::is_same_v<decltype(await(x, is_even, relaxed)), int>);
}

TEST(Await, AsksThePredicateOncePerLoad) {
  const atomic<int> x(0);
  int asked = 0;
  EXPECT_EQ(await(
                x, [&](int) { return ++asked == 3; }, relaxed),
            0);
  EXPECT_EQ(asked, 3);
}

TEST(Await, SeesWhatWasPublishedBefore) {
  atomic<int> stage(0);
  int payload = 0;
  std::thread other([&] {
    EXPECT_EQ(await(
                  stage, [](int s) { return s >= 1; }, acquire),
              1);
    EXPECT_EQ(payload, 1);
    payload = 2;
    stage.store(2, release);
  });
  payload = 1;
  stage.store(1, release);
  EXPECT_EQ(await(
                stage, [](int s) { return s == 2; }, acquire),
            2);
  EXPECT_EQ(payload, 2);
  other.join();
}

// More threads than processors, each waiting for the one before: a thread that
// spins must let the one that it waits for run.
TEST(Await, LetsOthersRun) {
  const int count = 4 * static_cast<int>(std::thread::hardware_concurrency());
  atomic<int> turn(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&turn, i] {
      await(
          turn, [i](int t) { return t == i; }, acquire);
      turn.store(i - 1, release);
    });
  }
  turn.store(count - 1, release);
  await(
      turn, [](int t) { return t == -1; }, acquire);
  for (std::thread& t : threads) t.join();
}

TEST(Await, WorksOnAReference) {
  int object = 5;
  EXPECT_EQ(await(
                atomic_ref<int>(object), [](int v) { return v == 5; }, acquire),
            5);
}

TEST(Choose, StaysBelowItsBound) {
  for (const std::uint32_t n : {1u, 2u, 3u, 7u, 64u, 1000003u, ~0u}) {
    for (int i = 0; i < 1000; ++i) ASSERT_LT(choose(n), n);
  }
  EXPECT_EQ(choose(1), 0u);
}

TEST(Choose, ReachesEveryNumber) {
  for (const std::uint32_t n : {2u, 3u, 16u}) {
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 10000 && seen.size() < n; ++i) seen.insert(choose(n));
    EXPECT_EQ(seen.size(), n);
  }
}

TEST(Choose, SpreadsThreads) {
  // Threads that all chose the same place each time would defeat its purpose.
  constexpr int thread_count = 8;
  constexpr int draws = 4;
  std::vector<std::vector<std::uint32_t>> drawn(thread_count);
  std::vector<std::thread> threads;
  for (auto& mine : drawn) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < draws; ++i) mine.push_back(choose(1u << 31));
    });
  }
  for (std::thread& t : threads) t.join();
  const std::set<std::vector<std::uint32_t>> different(drawn.begin(),
                                                       drawn.end());
  EXPECT_GT(different.size(), 1u);
}

TEST(Spin, PauseYieldAndRetryReturn) {
  pause();
  yield();
  retry();
}

constexpr bool is_power_of_two(std::size_t n) {
  return n != 0 && (n & (n - 1)) == 0;
}

TEST(Tuning, IsWithinWhatTheStructuresAssume) {
  static_assert(tuning::scan_threshold > 0);
  static_assert(is_power_of_two(tuning::counter_shards));
  static_assert(tuning::spin_limit >= 0);
}

}  // namespace
}  // namespace acqrel
