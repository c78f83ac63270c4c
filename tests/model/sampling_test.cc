// Executions at random instead of all of them, and the other bounds: what each
// finds, and that it says so.
#include <chrono>
#include <cstdint>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

// A bug that needs two orders of events: the reader comes between the two halves
// of the writer, and that in the one round out of four which matters.
void two_steps() {
  atomic<int> version{0};
  atomic<int> value{0};
  thread writer([&] {
    for (int i = 1; i <= 4; ++i) {
      version.store(i, seq_cst);
      value.store(i, seq_cst);
    }
  });
  thread reader([&] {
    const int v = value.load(seq_cst);
    const int n = version.load(seq_cst);
    require(!(v == 2 && n == 4), "out of step");
  });
  writer.join();
  reader.join();
}

TEST(Sampling, FindsABugOfDepthTwo) {
  const result r = check({.samples = 5000, .seed = 1, .depth = 3}, two_steps);
  expect_fails(r, failure::requirement, {"out of step"});
  EXPECT_GT(r.counterexample.steps.size(), 0u);
}

TEST(Sampling, FindsItFromMostSeeds) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    found += !check({.samples = 2000, .seed = seed, .depth = 3}, two_steps);
  }
  EXPECT_GE(found, 15);
}

TEST(Sampling, IsTheSameAgainForASeed) {
  const auto run = [](std::uint64_t seed) {
    return check({.samples = 5000, .seed = seed}, two_steps);
  };
  const result a = run(7);
  const result b = run(7);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.executions, b.executions);
  EXPECT_EQ(a.counterexample.replay, b.counterexample.replay);
  bool differs = false;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    differs |= run(seed).executions != a.executions;
  }
  EXPECT_TRUE(differs) << "another seed, another way";
}

TEST(Sampling, AFailureCanBeReplayed) {
  const result found = check({.samples = 5000}, two_steps);
  ASSERT_FALSE(found);
  const result again =
      check({.replay = found.counterexample.replay}, two_steps);
  EXPECT_EQ(again.error, found.error) << again;
  EXPECT_EQ(again.message, found.message);
}

TEST(Sampling, FindsRacesAndLostWakeUps) {
  const result race = check({.samples = 2000}, [] {
    plain<int> data{0};
    atomic<int> ready{0};
    thread writer([&] {
      data.set(1);
      ready.store(1, relaxed);
    });
    if (ready.load(acquire) == 1) (void)data.get();
    writer.join();
  });
  expect_fails(race, failure::data_race, {});
  const result asleep = check({.samples = 2000}, [] {
    atomic<int> word{0};
    thread writer([&] {
      word.notify_one();
      word.store(1, release);
    });
    word.wait(0, acquire);
    writer.join();
  });
  expect_fails(asleep, failure::deadlock, {});
}

// Store buffering is weak memory's, not the schedule's.
TEST(Sampling, FindsWeakOutcomes) {
  const auto client = [](auto store, auto load) {
    return check({.samples = 3000}, [=] {
      atomic<int> x{0};
      atomic<int> y{0};
      int a = 0;
      thread other([&] {
        x.store(1, store);
        a = y.load(load);
      });
      y.store(1, store);
      const int b = x.load(load);
      other.join();
      observe("ab", 10 * a + b);
    });
  };
  EXPECT_TRUE(client(release, acquire).outcomes.contains("ab=0"));
  const result strong = client(seq_cst, seq_cst);
  EXPECT_TRUE(strong) << strong;
  EXPECT_FALSE(strong.outcomes.contains("ab=0"));
  EXPECT_EQ(strong.outcomes.size(), 3u);
}

TEST(Sampling, SaysThatItIsNoProof) {
  const result r = check({.samples = 100}, [] {
    atomic<int> word{0};
    thread other([&] { word.fetch_add(1, relaxed); });
    word.fetch_add(1, relaxed);
    other.join();
    require(word.load(relaxed) == 2);
  });
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.bound, "samples");
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.executions + r.blocked, 100u);
}

TEST(Sampling, OfLoops) {
  const result r = check({.samples = 500}, [] {
    atomic<bool> locked{false};
    plain<int> sum{0};
    const auto add = [&] {
      while (locked.exchange(true, acquire)) retry();
      sum.set(sum.get() + 1);
      locked.store(false, release);
    };
    thread first(add);
    thread second(add);
    add();
    first.join();
    second.join();
    require(sum.get() == 3);
  });
  EXPECT_TRUE(r) << r;
  EXPECT_GT(r.executions, 0u);
}

// Bounds of exploration.

void many_executions() {
  atomic<int> word{0};
  const auto run = [&] {
    for (int i = 0; i < 4; ++i) word.fetch_add(1, relaxed);
  };
  thread first(run);
  thread second(run);
  thread third(run);
  run();
  first.join();
  second.join();
  third.join();
}

TEST(Bounds, MaxExecutions) {
  const result r = check({.max_executions = 10}, many_executions);
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.executions, 10u);
  EXPECT_EQ(r.bound, "max_executions");
  EXPECT_FALSE(r.complete);
  const result enough = check({.max_executions = 10}, [] {
    atomic<int> word{0};
    thread other([&] { word.fetch_add(1, relaxed); });
    word.fetch_add(1, relaxed);
    other.join();
  });
  expect_passes(enough);
  EXPECT_EQ(enough.bound, "");
}

TEST(Bounds, TimeLimit) {
  const auto start = std::chrono::steady_clock::now();
  const result r =
      check({.time_limit = std::chrono::milliseconds(50)}, many_executions);
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.bound, "time_limit");
  EXPECT_FALSE(r.complete);
  EXPECT_GT(r.executions, 0u);
  EXPECT_GE(r.seconds, 0.05);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Bounds, MaxEvents) {
  const auto body = [] {
    atomic<int> word{0};
    for (int i = 0; i < 30; ++i) word.store(i, relaxed);
  };
  const result cut = check({.max_events = 20}, body);
  EXPECT_TRUE(cut) << cut;
  EXPECT_EQ(cut.bound, "max_events");
  EXPECT_EQ(cut.bound_hits, 1u);
  EXPECT_EQ(cut.executions, 0u);
  EXPECT_FALSE(cut.complete);
  expect_passes(check({.max_events = 40}, body));
}

}  // namespace
}  // namespace acqrel::model
