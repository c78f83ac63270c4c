// The event count in every behaviour of small clients: no wake-up is lost,
// whatever races with the wait. A lost one is a deadlock.
#include <chrono>
#include <stdexcept>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/event_count.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/atomics/stop_source.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;
using std::chrono::milliseconds;

template <class Body>
result expect_right(const Body& body) {
  result r = model::check(body);
  EXPECT_TRUE(r && r.complete) << r;
  const result standard =
      model::check({.memory_model = model::dialect::cxx20}, body);
  EXPECT_TRUE(standard && standard.complete) << standard;
  return r;
}

// Heavy fences are too many from the second on: the event count changes to
// seq_cst fences while it is used.
class changes_fences {
 public:
  changes_fences() { tuning::heavy_fences_at_a_time = 1; }
  ~changes_fences() { tuning::heavy_fences_at_a_time = 1000; }
  changes_fences(const changes_fences&) = delete;
  changes_fences& operator=(const changes_fences&) = delete;
};

// What is waited for: relaxed, so that the event count alone decides whether it
// is seen in time; `data` shows that a waiter's acquire is enough order.
struct event {
  void happen() {
    data.set(42);
    // release: pairs with the predicate's acquire
    happened.store(true, release);
  }
  auto has_happened() {
    return [this] { return happened.load(acquire); };
  }
  void require_whole() const { model::require(data.get() == 42, "whole"); }

  atomic<bool> happened{false};
  plain<int> data{0};
};

void wait_and_notify() {
  event e;
  event_count changed;
  model::thread waiter([&] {
    changed.await(e.has_happened());
    e.require_whole();
  });
  e.happen();
  changed.notify_one();
  waiter.join();
}

TEST(EventCount, AWaiterIsWoken) { expect_right(wait_and_notify); }

// What a notify costs that nobody waits for: no read-modify-write, and no fence
// but the light one. The failure is there for its trace.
TEST(EventCount, ANotifyThatNobodyWaitsForReadsOnce) {
  const result r = model::check([] {
    event_count changed;
    changed.notify_one();
    changed.notify_all();
    model::fail("for the trace");
  });
  int loads = 0;
  for (const model::step& s : r.counterexample.steps) {
    loads += s.kind == model::step_kind::load;
    EXPECT_NE(s.kind, model::step_kind::store) << r;
    EXPECT_NE(s.kind, model::step_kind::update) << r;
    EXPECT_NE(s.kind, model::step_kind::notify) << r;
    if (s.kind == model::step_kind::fence) {
      EXPECT_EQ(s.order, "light") << r;
    }
  }
  EXPECT_EQ(loads, 2) << r;
}

// Each waits for an event of its own, so all must look again.
void two_wait_for_two() {
  event first;
  event second;
  event_count changed;
  model::thread one([&] { changed.await(first.has_happened()); });
  model::thread two([&] { changed.await(second.has_happened()); });
  first.happen();
  changed.notify_all();
  second.happen();
  changed.notify_all();
  one.join();
  two.join();
}

TEST(EventCount, NotifyAllWakesEachWaiter) { expect_right(two_wait_for_two); }

// Takes one if there is one: a lost race is no reason to sleep.
bool take_one(atomic<int>& tokens) {
  for (int there = tokens.load(relaxed); there > 0; retry()) {
    if (tokens.compare_exchange_strong(there, there - 1, relaxed, relaxed)) {
      return true;
    }
  }
  return false;
}

// Tokens to be taken, one for each notify_one: no thread is left behind.
void two_wait_for_a_token_each() {
  atomic<int> tokens{0};
  event_count changed;
  const auto take = [&] { changed.await([&] { return take_one(tokens); }); };
  model::thread one(take);
  model::thread two(take);
  for (int i = 0; i < 2; ++i) {
    tokens.fetch_add(1, relaxed);
    changed.notify_one();
  }
  one.join();
  two.join();
  model::require(tokens.load(relaxed) == 0, "both are taken");
}

// One notify_one for two tokens: who was woken by it wakes the other.
TEST(EventCount, WhoWasWokenPassesItOn) {
  expect_right([] {
    atomic<int> tokens{0};
    event_count changed;
    const auto take = [&] {
      changed.await([&] { return take_one(tokens); });
      changed.pass_on([&] { return tokens.load(relaxed) > 0; });
    };
    model::thread one(take);
    model::thread two(take);
    tokens.store(2, relaxed);
    changed.notify_one();
    one.join();
    two.join();
  });
}

TEST(EventCount, NotifyOneWakesOneForEach) {
  const result r =
      model::check({.spurious_failures = 0}, two_wait_for_a_token_each);
  EXPECT_TRUE(r && r.complete) << r;
}

// The waiter sleeps twice: a notification that came for nothing.
TEST(EventCount, AWaiterThatIsWokenInVainSleepsAgain) {
  expect_right([] {
    event e;
    event_count changed;
    model::thread waiter([&] { changed.await(e.has_happened()); });
    changed.notify_all();
    e.happen();
    changed.notify_all();
    waiter.join();
  });
}

TEST(EventCount, TwoNotifiersAndAWaiterForBoth) {
  expect_right([] {
    event first;
    event second;
    event_count changed;
    model::thread one([&] {
      first.happen();
      changed.notify_one();
    });
    model::thread two([&] {
      second.happen();
      changed.notify_one();
    });
    changed.await(
        [&] { return first.has_happened()() && second.has_happened()(); });
    first.require_whole();
    second.require_whole();
    one.join();
    two.join();
  });
}

// Fences: the same, while they change. A second waiter makes them confirmed
// before the first one looks.
TEST(EventCount, FencesMayChangeMeanwhile) {
  const changes_fences often;
  expect_right(wait_and_notify);
  expect_right([] {
    event first;
    event second;
    event_count changed;
    model::thread notifier([&] {
      first.happen();
      changed.notify_one();
      second.happen();
      changed.notify_one();
    });
    changed.await(first.has_happened());
    changed.await(second.has_happened());
    notifier.join();
  });
}

// T1 notices too many heavy fences and changes them; the body waits by seq_cst
// fences when it has seen that, and T2 notifies and may not have.
TEST(EventCount, WhoHasNotSeenTheChangeIsNotMissed) {
  const changes_fences often;
  const result r = model::check({.spurious_failures = 0}, [] {
    event e;
    event_count changed;
    // A look in vain, with a heavy fence, and no sleep: time stands still.
    const auto look = [&] {
      (void)changed.await_until(now() + milliseconds(1), [] { return false; });
    };
    look();
    model::thread changing(look);
    model::thread notifier([&] {
      e.happen();
      changed.notify_all();  // one would do for T1, which waits for nothing
    });
    changed.await(e.has_happened());
    e.require_whole();
    changing.join();
    notifier.join();
  });
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(EventCount, ADeadlineEndsTheWait) {
  const result r = expect_right([] {
    event e;
    event_count changed;
    bool seen = false;
    model::thread waiter([&] {
      seen = changed.await_for(milliseconds(5), e.has_happened());
      if (seen) e.require_whole();
    });
    e.happen();
    changed.notify_one();
    waiter.join();
    model::observe("seen", seen);
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TEST(EventCount, NobodyWakesAndTheDeadlinePasses) {
  const result r = expect_right([] {
    event_count changed;
    const auto never = [] { return false; };
    model::require(!changed.await_for(milliseconds(5), never), "in vain");
    model::require(!changed.await_until(now(), never), "in the past");
    model::require(changed.await_until(now(), [] { return true; }), "ready");
  });
  EXPECT_EQ(r.executions, 1u) << r;
}

// A stop that comes before, during and after the wait; what was made ready
// before it is seen.
TEST(EventCount, AStopEndsTheWait) {
  const result r = expect_right([] {
    testing::stop_source stop;
    event_count changed;
    bool ready = true;
    model::thread waiter([&, token = stop.get_token()] {
      ready = changed.await(token, [] { return false; });
    });
    stop.request_stop();
    waiter.join();
    model::require(!ready, "only the stop came");
  });
  EXPECT_GE(r.executions, 3u) << r;
}

TEST(EventCount, AStopRacesWithANotify) {
  const result r = expect_right([] {
    event e;
    testing::stop_source stop;
    event_count changed;
    bool ready = false;
    model::thread waiter([&, token = stop.get_token()] {
      ready = changed.await(token, e.has_happened());
      if (ready) e.require_whole();
    });
    model::thread notifier([&] {
      e.happen();
      changed.notify_one();
    });
    stop.request_stop();
    waiter.join();
    notifier.join();
    model::observe("ready", ready);
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TEST(EventCount, AStopRacesWithADeadline) {
  expect_right([] {
    testing::stop_source stop;
    event_count changed;
    model::thread waiter([&, token = stop.get_token()] {
      model::require(
          !changed.await_for(token, milliseconds(5), [] { return false; }),
          "in vain");
    });
    stop.request_stop();
    waiter.join();
  });
}

// The event is seen whether the waiter gives up, or was stopped, or not: what
// was there before the stop is seen after it.
TEST(EventCount, WhatWasThereBeforeTheStopIsSeen) {
  expect_right([] {
    event e;
    testing::stop_source stop;
    event_count changed;
    model::thread waiter([&, token = stop.get_token()] {
      model::require(changed.await(token, e.has_happened()), "seen");
    });
    e.happen();
    stop.request_stop();
    waiter.join();
  });
}

TEST(EventCount, APredicateMayThrow) {
  expect_right([] {
    event_count changed;
    atomic<int> looks{0};
    model::thread waiter([&] {
      try {
        changed.await([&]() -> bool {
          if (looks.fetch_add(1, relaxed) == 1) throw std::runtime_error("no");
          return false;
        });
        model::fail("it threw");
      } catch (const std::runtime_error&) {
      }
      // Nobody waits any more: this reads one location, and wakes nobody.
      changed.notify_one();
    });
    waiter.join();
  });
}

// The last notifier's wake may come after the waiter has gone on, and ended the
// event count.
TEST(EventCount, MayEndWhenTheWaitHasEnded) {
  expect_right([] {
    atomic<bool> happened{false};
    auto* const changed = new event_count;
    atomic<bool> done{false};
    model::thread notifier([&] {
      happened.store(true, release);
      changed->notify_one();
      done.store(true, release);
    });
    changed->await([&] { return happened.load(acquire); });
    await(
        done, [](bool is) { return is; }, acquire);
    delete changed;
    notifier.join();
  });
}

}  // namespace
}  // namespace acqrel
