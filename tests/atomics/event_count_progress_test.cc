// What the event count's card says of progress, with a thread stopped before
// each step of a wait or of a notify.
#include <gtest/gtest.h>

#include <cstdint>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/event_count.h"
#include "acqrel/tests/support/stepping/victim.h"

namespace acqrel::testing {
namespace {

using stepping::bystander;
using stepping::state;
using stepping::victim;

struct shared {
  event_count changed;
  atomic<int> value{0};

  void wait_for(int at_least) {
    changed.await([&] { return value.load(acquire) >= at_least; });
  }
  void set(int to) {
    value.store(to, release);
    changed.notify_all();
  }
};

// A notify takes a few steps, wherever a waiter is, and the waiter returns.
TEST(EventCount, NotifyDoesNotMindAStoppedWait) {
  std::uint64_t stops = 0;
  for (bool ended = false; !ended;) {
    shared s;
    victim waiter([&] { s.wait_for(1); });
    const state where = waiter.run_to(++stops);
    ended = where != state::stopped;
    EXPECT_NE(where, state::ended) << "nothing to wait for";
    bystander other;
    EXPECT_FALSE(other.waits_for(waiter, [&] { s.set(1); }));
    EXPECT_LE(other.steps(), 8u);
    waiter.finish();
  }
  EXPECT_GT(stops, 5u);
}

// Nor does a wait whose condition holds, or another notify, mind a notify.
TEST(EventCount, NobodyMindsAStoppedNotify) {
  for (std::uint64_t n = 1;; ++n) {
    shared s;
    victim sleeper([&] { s.wait_for(1); });
    ASSERT_EQ(sleeper.run_to(100), state::asleep);
    victim notifier([&] { s.set(1); });
    const bool stopped = notifier.run_to(n) == state::stopped;
    bystander other;
    EXPECT_FALSE(other.waits_for(notifier, [&] { s.set(2); }));
    EXPECT_LE(other.steps(), 8u);
    EXPECT_FALSE(other.waits_for(notifier, [&] { s.wait_for(2); }));
    sleeper.finish();
    if (!stopped) break;
  }
}

// A wait does wait: for the write that a stopped thread is about to do.
TEST(EventCount, AwaitWaits) {
  shared s;
  victim notifier([&] { s.set(1); });
  ASSERT_EQ(notifier.run_to(1), state::stopped);
  bystander other;
  EXPECT_TRUE(other.waits_for(notifier, [&] { s.wait_for(1); }));
}

// Of two waiters one that stands still does not keep the other asleep.
TEST(EventCount, AWaiterDoesNotMindAStoppedOne) {
  std::uint64_t stops = 0;
  for (bool ended = false; !ended;) {
    shared s;
    victim stopped([&] { s.wait_for(1); });
    ended = stopped.run_to(++stops) != state::stopped;
    victim sleeper([&] { s.wait_for(1); });
    ASSERT_EQ(sleeper.run_to(100), state::asleep);
    s.set(1);
    sleeper.finish();
  }
}

}  // namespace
}  // namespace acqrel::testing
