// Published bugs (published_bugs_test.cc) of those that keep threads apart, or
// let them wait: locks, sequence locks, event counts.
#include <array>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/published/mcs_lock.h"
#include "acqrel/tests/model/published/sleepers.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::testing {
namespace {

using model::check;
using model::expect_fails;
using model::expect_passes;
using model::failure;
using model::require;
using model::result;
using model::thread;

// Sequence locks, after H.-J. Boehm, "Can Seqlocks Get Along With Programming
// Language Memory Models?", MSPC 2012.

enum class seqlock_bug {
  none,
  no_writer_fence,
  no_reader_fence,
  fences_after_last_store,
};

result write_and_read(seqlock_bug bug) {
  return check([=] {
    atomic<int> writes{0};  // odd while one is going on
    std::array<atomic<int>, 2> words;
    thread writer([&] {
      writes.store(1, relaxed);
      if (bug != seqlock_bug::no_writer_fence) thread_fence(release);
      for (auto& word : words) word.store(7, relaxed);
      if (bug != seqlock_bug::fences_after_last_store) thread_fence(release);
      writes.store(2, relaxed);
      if (bug == seqlock_bug::fences_after_last_store) thread_fence(release);
    });
    const int before = writes.load(acquire);
    std::array<int, 2> seen;
    for (int i = 0; i < 2; ++i) seen[i] = words[i].load(relaxed);
    if (bug != seqlock_bug::no_reader_fence) thread_fence(acquire);
    if (before % 2 == 0 && writes.load(relaxed) == before) {
      const int whole = before == 0 ? 0 : 7;
      require(seen[0] == whole && seen[1] == whole, "all of one write");
    }
    writer.join();
  });
}

// CPython, gh-121368, pull request 121388 (S. Gross, 2024): the reader's fence
// before it looks again was missing, and the writer's behind its first store.
// The first was met on Arm; that the second is needed, too, a C11 model checker
// said. No race, as in all sequence locks whose words are atomic.
TEST(PublishedLockBugs, ASequenceLockWithoutItsFences) {
  expect_fails(write_and_read(seqlock_bug::no_reader_fence),
               failure::requirement, {"all of one write"});
  expect_fails(write_and_read(seqlock_bug::no_writer_fence),
               failure::requirement, {"all of one write"});
  expect_passes(write_and_read(seqlock_bug::none));
}

// dora, issue 3288 (2026): the fence that publishes the data came after the
// store that says that they are there. No race.
TEST(PublishedLockBugs, ASequenceLockThatFencesTooLate) {
  expect_fails(write_and_read(seqlock_bug::fences_after_last_store),
               failure::requirement, {"all of one write"});
  expect_passes(write_and_read(seqlock_bug::none));
}

// Locks and sleep.

// DPDK's MCS lock, twice. "mcslock: fix hang in weak memory model" (D. Behrens,
// 2020, found by VSync): the waiter was linked relaxed. "eal: correct memory
// ordering in MCS lock" (W. Vithanage, 2025): the link was read relaxed. Either
// way the word that lets the waiter in may be written before the waiter's own
// initialisation of it, and the waiter waits for ever. No race.
struct links_relaxed : mcs_rules {
  static constexpr auto link = relaxed;
};
struct looks_at_next_relaxed : mcs_rules {
  static constexpr auto look_at_next = relaxed;
};

template <class Rules>
result two_lockers() {
  return check([] {
    mcs_lock<Rules> lock;
    std::array<typename mcs_lock<Rules>::waiter, 2> waiters;
    plain<int> count{0};
    const auto add = [&](int me) {
      lock.lock(waiters[me]);
      count.set(count.get() + 1);
      lock.unlock(waiters[me]);
    };
    thread other([&] { add(1); });
    add(0);
    other.join();
    require(count.get() == 2, "both have counted");
  });
}

TEST(PublishedLockBugs, AnMcsLockThatForgetsAWaiter) {
  for (const result& r :
       {two_lockers<links_relaxed>(), two_lockers<looks_at_next_relaxed>()}) {
    expect_fails(r, failure::deadlock, {});
  }
  expect_passes(two_lockers<mcs_rules>());
}

// brpc, pull request 3539 (2026), and ClickHouse's silk, pull request 76 (2026):
// no fence between the publication and the look at the number of sleepers, and
// none between the registration and the last look at the condition. Both sides
// see the old state, and the sleeper sleeps for ever. No race.
struct notifies_without_fence : event_count_rules {
  static void notify() {}
};
struct waits_without_fence : event_count_rules {
  static void wait() { thread_fence(acq_rel); }
};

template <class Rules>
result wait_for_a_flag() {
  return check([] {
    event_count<Rules> event;
    atomic<bool> ready{false};
    thread notifier([&] {
      ready.store(true, release);
      event.notify();
    });
    event.wait([&] { return ready.load(acquire); });
    notifier.join();
  });
}

TEST(PublishedLockBugs, AnEventCountThatLosesAWakeUp) {
  expect_fails(wait_for_a_flag<notifies_without_fence>(), failure::deadlock,
               {"T0 sleeps, and nobody will wake it"});
  expect_fails(wait_for_a_flag<waits_without_fence>(), failure::deadlock,
               {"T0 sleeps, and nobody will wake it"});
  expect_passes(wait_for_a_flag<event_count_rules>());
}

// musl, commit e7655ed, "new owner of contended lock must set waiters flag":
// whoever had slept for the lock took it as if nobody else did, and did not wake
// the next. The shape, too, of folly's SharedMutex, commit b927c05 (N. Bronson,
// 2015), where a writer that was woken took one off a count of sleepers that was
// too small. No race, and no weak ordering.
struct expects_nobody : sleeping_lock_rules {
  static constexpr bool expects_others = false;
};

template <class Rules>
result three_sleepers() {
  return check([] {
    sleeping_lock<Rules> lock;
    plain<int> count{0};
    const auto add = [&] {
      lock.lock();
      count.set(count.get() + 1);
      lock.unlock();
    };
    thread first(add);
    thread second(add);
    add();
    first.join();
    second.join();
    require(count.get() == 3, "all have counted");
  });
}

TEST(PublishedLockBugs, ALockThatForgetsItsSleepers) {
  expect_fails(three_sleepers<expects_nobody>(), failure::deadlock,
               {"sleeps, and nobody will wake it"});
  expect_passes(three_sleepers<sleeping_lock_rules>());
}

}  // namespace
}  // namespace acqrel::testing
