// The contract of backoff: waits that grow, that end, and that in the end let
// others run.
#include "acqrel/atomics/backoff.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

// Waits grow up to a bound: a thousand of them are over while the test runs.
TEST(Backoff, EveryWaitEnds) {
  backoff b;
  for (int i = 0; i < 1000; ++i) b.wait();
}

TEST(Backoff, StartsAgainAfterReset) {
  backoff b;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 20; ++i) b.wait();
    b.reset();
  }
}

// More threads than processors pass a turn around: whoever waits must let the
// thread whose turn it is have a processor.
TEST(Backoff, LetsOthersRun) {
  const int count = 4 * static_cast<int>(std::thread::hardware_concurrency());
  constexpr int rounds = 20;
  std::atomic<int> turn{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < rounds; ++round) {
        backoff b;
        while (turn.load(std::memory_order_acquire) != round * count + i) {
          b.wait();
        }
        turn.store(round * count + i + 1, std::memory_order_release);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(turn.load(), rounds * count);
}

}  // namespace
}  // namespace acqrel
