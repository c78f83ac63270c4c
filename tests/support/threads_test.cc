#include "acqrel/tests/support/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <vector>

namespace acqrel::testing {
namespace {

using namespace std::chrono_literals;

TEST(RunTogether, RunsEachBodyOnce) {
  std::vector<std::atomic<int>> runs(9);
  run_together(9, [&](unsigned index) { ++runs[index]; });
  for (const std::atomic<int>& count : runs) EXPECT_EQ(count, 1);
}

TEST(MeetingPoint, LetsNobodyPassBeforeAllAreThere) {
  constexpr unsigned threads = 5;
  meeting_point meeting(threads);
  std::atomic<unsigned> arrived = 0;
  std::atomic<int> early = 0;
  run_together(threads, [&](unsigned) {
    for (unsigned round = 1; round <= 200; ++round) {
      ++arrived;
      meeting.meet();
      if (arrived < round * threads) ++early;
      meeting.meet();
    }
  });
  EXPECT_EQ(early, 0);
}

// A thread is interrupted, and another one runs, between any two of its steps:
// an increment in two steps loses some, even on one core.
TEST(RunTogether, SwitchesThreadsInsideAnOperation) {
  int lost = 0;
  for (budget left(10s); lost == 0 && left.another_round();) {
    std::atomic<int> count = 0;
    run_together(3, [&](unsigned) {
      for (int i = 0; i < 1000; ++i) {
        const int old = count.load(std::memory_order_relaxed);
        count.store(old + 1, std::memory_order_relaxed);
      }
    });
    lost = 3000 - count;
  }
  EXPECT_GT(lost, 0);
}

TEST(FrequentPreemption, LeavesTheSignalAsItWas) {
  run_together(2, [](unsigned) {});
  struct sigaction action = {};
  sigaction(SIGALRM, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_DFL);
  itimerval timer = {};
  getitimer(ITIMER_REAL, &timer);
  EXPECT_EQ(timer.it_interval.tv_usec, 0);
}

TEST(Budget, GivesAFewRoundsWhateverTheTime) {
  int rounds = 0;
  for (budget none(0ms); none.another_round();) ++rounds;
  EXPECT_EQ(rounds, 3);
}

TEST(RandomChoice, ReachesEveryNumberBelow) {
  random_choice choice(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(choice.below(7));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace acqrel::testing
