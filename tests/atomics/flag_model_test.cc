// The flag in every behaviour of small clients.
#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/flag.h"
#include "acqrel/model/check.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;

template <class Body>
result expect_right(const Body& body) {
  result r = model::check(body);
  EXPECT_TRUE(r && r.complete) << r;
  const result standard =
      model::check({.memory_model = model::dialect::cxx20}, body);
  EXPECT_TRUE(standard && standard.complete) << standard;
  return r;
}

TEST(Flag, WhoSeesItSeesWhatCameBefore) {
  const result r = expect_right([] {
    flag ready;
    plain<int> data;
    model::thread setter([&] {
      data.set(42);
      ready.set();
    });
    const bool seen = ready.test();
    if (seen) model::require(data.get() == 42, "what came before");
    model::observe("seen", seen);
    setter.join();
    model::require(ready.test(), "set");
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TEST(Flag, WakesAllWhoWait) {
  expect_right([] {
    flag ready;
    plain<int> data;
    const auto use = [&] {
      ready.wait();
      model::require(data.get() == 42, "what came before");
    };
    model::thread first(use);
    model::thread second(use);
    data.set(42);
    ready.set();
    first.join();
    second.join();
  });
}

TEST(Flag, WhoWaitsInVainIsFound) {
  const result r = model::check([] {
    flag ready;
    model::thread waiting([&] { ready.wait(); });
    // Wakes nobody, as it says.
    (void)ready.test_and_set();
    waiting.join();
  });
  EXPECT_EQ(r.error, model::failure::deadlock) << r;
}

// test_and_set() that finds the flag clear, and clear(): a lock.
TEST(Flag, ExactlyOneTakesIt) {
  const result r = expect_right([] {
    flag taken;
    plain<int> inside{0};
    plain<int> winner{0};
    const auto take = [&](int mine) {
      if (taken.test_and_set()) return;
      inside.set(inside.get() + 1);
      winner.set(mine);
      // Stays taken.
    };
    model::thread first([&] { take(1); });
    model::thread second([&] { take(2); });
    first.join();
    second.join();
    model::require(inside.get() == 1, "exactly one");
    model::observe("winner", winner.get());
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TEST(Flag, TheNextHolderSeesWhatTheFormerDid) {
  expect_right([] {
    flag taken;
    plain<int> inside{0};
    atomic<int> times{0};
    const auto hold = [&] {
      if (taken.test_and_set()) return;
      inside.set(inside.get() + 1);
      times.fetch_add(1, relaxed);
      taken.clear();
    };
    model::thread first([&] {
      hold();
      hold();
    });
    model::thread second(hold);
    first.join();
    second.join();
    model::require(inside.get() == times.load(relaxed), "one at a time");
  });
}

// It writes like set() and reads like test().
TEST(Flag, TakingItPublishesAndAcquires) {
  expect_right([] {
    flag ready;
    plain<int> data;
    model::thread taker([&] {
      data.set(42);
      (void)ready.test_and_set();
    });
    if (ready.test()) model::require(data.get() == 42, "seen by test");
    taker.join();
  });
  expect_right([] {
    flag ready;
    plain<int> data;
    model::thread setter([&] {
      data.set(42);
      ready.set();
    });
    if (ready.test_and_set()) {
      model::require(data.get() == 42, "seen by test_and_set");
    }
    setter.join();
  });
}

// A waiter may see the flag by a test_and_set() too, when it comes late.
TEST(Flag, WhoComesLateDoesNotWait) {
  expect_right([] {
    flag ready;
    plain<int> data;
    model::thread taker([&] {
      data.set(42);
      (void)ready.test_and_set();
      ready.set();
    });
    ready.wait();
    model::require(data.get() == 42, "what came before");
    taker.join();
  });
}

}  // namespace
}  // namespace acqrel
