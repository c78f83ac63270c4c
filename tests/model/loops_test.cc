// Loops: those that are marked end, those that are not hit a bound that the
// result names, and those that nothing can end are reported.
#include <cstdint>
#include <sstream>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

// A store after which another thread may go on.
template <class Spin>
result one_store(Spin spin, int max_events = 2000) {
  return check({.max_events = max_events}, [=] {
    atomic<int> word{0};
    thread writer([&] { word.store(1, release); });
    spin(word);
    writer.join();
  });
}

constexpr auto is_one = [](int value) { return value == 1; };

TEST(Loops, AnAwaitIsOneExecution) {
  const result r = one_store([](auto& word) { await(word, is_one, acquire); });
  expect_passes(r);
  EXPECT_EQ(r.executions, 1u);
}

TEST(Loops, AnAwaitReadsEveryStoreThatItMay) {
  const result r = check([] {
    atomic<int> word{0};
    thread writer([&] {
      for (int i = 1; i <= 4; ++i) word.store(i, relaxed);
    });
    observe("seen", await(
                        word, [](int value) { return value >= 3; }, relaxed));
    writer.join();
  });
  expect_passes(r);
  EXPECT_EQ(r.executions, 2u);
  EXPECT_TRUE(r.outcomes.contains("seen=3"));
  EXPECT_TRUE(r.outcomes.contains("seen=4"));
}

TEST(Loops, ARetryIsPruned) {
  const result r = one_store([](auto& word) {
    while (word.load(acquire) != 1) retry();
  });
  expect_passes(r);
  EXPECT_LE(r.executions, 3u);  // after no, one and two failed iterations
}

TEST(Loops, ARetryAfterAReadOfManyIsPruned) {
  const result r = check([] {
    atomic<int> a{0};
    atomic<int> b{0};
    thread writer([&] {
      a.store(1, release);
      b.store(1, release);
    });
    while (a.load(acquire) + b.load(acquire) != 2) retry();
    writer.join();
  });
  expect_passes(r);
  EXPECT_LE(r.executions, 30u);
}

// Without a mark, the checker cannot know that nothing changes.
TEST(Loops, AnUnmarkedSpinHitsABound) {
  const auto unmarked = [](auto& word) {
    while (word.load(acquire) != 1) pause();
  };
  const result r = one_store(unmarked, 20);
  EXPECT_TRUE(r) << r;
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.bound, "max_events");
  EXPECT_GT(r.bound_hits, 0u);
  EXPECT_GT(r.executions, 5u);  // those that end in time
  std::ostringstream text;
  text << r;
  EXPECT_NE(text.str().find("bounded by max_events"), std::string::npos)
      << text.str();
}

// The order of seq_cst operations is decided for 64 of them at most.
TEST(Loops, AnUnmarkedSpinWithSeqCstHitsAnotherBound) {
  const result r = one_store([](auto& word) {
    while (word.load(seq_cst) != 1) pause();
  });
  EXPECT_TRUE(r) << r;
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.bound, "64 seq_cst operations");
  EXPECT_GT(r.bound_hits, 0u);
  EXPECT_GT(r.executions, 50u);
}

// An error within the bound is found all the same.
TEST(Loops, ABoundHidesNoErrorBeforeIt) {
  expect_fails(check({.max_events = 20},
                     [] {
                       atomic<int> word{0};
                       plain<int> data{0};
                       thread writer([&] {
                         data.set(1);
                         word.store(1, relaxed);
                       });
                       while (word.load(acquire) != 1) pause();
                       (void)data.get();
                       writer.join();
                     }),
               failure::data_race, {});
}

// Spinlocks.

template <class Lock>
result locked_sum(Lock lock, int threads) {
  return check([=] {
    atomic<bool> locked{false};
    int sum = 0;
    plain<int> data{0};
    const auto add = [&] {
      lock(locked);
      data.set(data.get() + 1);
      locked.store(false, release);
    };
    if (threads == 3) {
      thread first(add);
      thread second(add);
      add();
      first.join();
      second.join();
    } else {
      thread first(add);
      add();
      first.join();
    }
    sum = data.get();
    require(sum == threads, "each has added");
  });
}

TEST(Loops, SpinlocksEnd) {
  const auto by_exchange = [](auto& locked) {
    while (locked.exchange(true, acquire)) retry();
  };
  const auto by_strong = [](auto& locked) {
    bool expected = false;
    while (!locked.compare_exchange_strong(expected, true, acquire, relaxed)) {
      expected = false;
      retry();
    }
  };
  const auto by_weak = [](auto& locked) {
    bool expected = false;
    while (!locked.compare_exchange_weak(expected, true, acquire, relaxed)) {
      expected = false;
      retry();
    }
  };
  const auto by_await = [](auto& locked) {
    while (locked.exchange(true, acquire)) {
      await(
          locked, [](bool is_locked) { return !is_locked; }, relaxed);
    }
  };
  const auto by_test_first = [](auto& locked) {
    while (locked.load(relaxed) || locked.exchange(true, acquire)) retry();
  };
  for (const int threads : {2, 3}) {
    expect_passes(locked_sum(by_exchange, threads));
    expect_passes(locked_sum(by_strong, threads));
    expect_passes(locked_sum(by_weak, threads));
    expect_passes(locked_sum(by_await, threads));
    expect_passes(locked_sum(by_test_first, threads));
  }
}

TEST(Loops, ATicketLock) {
  const auto client = [](bool takes_tickets) {
    return check([=] {
      atomic<unsigned> next{0};
      atomic<unsigned> serving{0};
      plain<int> data{0};
      const auto add = [&] {
        const unsigned mine = takes_tickets ? next.fetch_add(1, relaxed) : 0;
        await(
            serving, [=](unsigned now) { return now == mine; }, acquire);
        data.set(data.get() + 1);
        serving.store(mine + 1, release);
      };
      thread first(add);
      thread second(add);
      add();
      first.join();
      second.join();
      require(data.get() == 3);
    });
  };
  expect_passes(client(true));
  const result r = client(false);
  EXPECT_FALSE(r) << r;
}

// What nothing can end.

TEST(Loops, ASpinThatNobodyEnds) {
  for (const bool updates : {false, true}) {
    const result r = check([=] {
      atomic<int> word{0};
      thread other([&] {
        if (updates) {
          while (word.exchange(0, acq_rel) == 0) retry();
        } else {
          while (word.load(acquire) == 0) retry();
        }
      });
      other.join();
    });
    expect_fails(r, failure::livelock,
                 {"T1 repeats the same iteration for ever",
                  "(tests/model/loops_test.cc:"});
  }
}

TEST(Loops, AStoreThatComesTooEarly) {
  const auto client = [](bool resets) {
    return check([=] {
      atomic<int> word{0};
      thread other([&] { word.store(1, release); });
      if (resets) word.store(0, relaxed);
      while (word.load(acquire) == 0) retry();
      other.join();
    });
  };
  expect_passes(client(false));
  expect_fails(client(true), failure::livelock,
               {"T0 repeats the same iteration for ever"});
}

TEST(Loops, AForgottenUnlock) {
  const auto client = [](bool unlocks) {
    return check([=] {
      atomic<bool> locked{false};
      const auto visit = [&] {
        bool expected = false;
        while (
            !locked.compare_exchange_strong(expected, true, acquire, relaxed)) {
          expected = false;
          retry();
        }
        if (unlocks) locked.store(false, release);
      };
      thread other(visit);
      visit();
      other.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::livelock,
               {"repeats the same iteration for ever"});
}

// Two that make way for each other for ever change memory each time; so this is
// not seen as a repetition, but as a bound.
TEST(Loops, AfterYou) {
  const result r = check({.max_events = 10}, [] {
    atomic<bool> wants[2] = {{false}, {false}};
    const auto enter = [&](int me) {
      for (;;) {
        wants[me].store(true, seq_cst);
        if (!wants[1 - me].load(seq_cst)) break;
        wants[me].store(false, seq_cst);
        retry();
      }
      wants[me].store(false, seq_cst);
    };
    thread other([&] { enter(1); });
    enter(0);
    other.join();
  });
  EXPECT_TRUE(r) << r;
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.bound, "max_events");
}

// What an iteration changes is not lost.

TEST(Loops, AnIterationThatChangesSomethingIsRepeated) {
  const result r = check([] {
    atomic<int> word{0};
    atomic<int> tries{0};
    thread writer([&] { word.store(1, release); });
    int mine = 0;
    while (word.load(acquire) != 1 && mine < 3) {
      tries.fetch_add(1, relaxed);
      ++mine;
      retry();
    }
    observe("tries", tries.load(relaxed));
    writer.join();
  });
  expect_passes(r);
  for (const char* const outcome :
       {"tries=0", "tries=1", "tries=2", "tries=3"}) {
    EXPECT_TRUE(r.outcomes.contains(outcome)) << outcome << '\n' << r;
  }
}

TEST(Loops, AnIterationThatWritesPlainDataIsRepeated) {
  const result r = check([] {
    atomic<int> word{0};
    plain<int> tries{0};
    thread writer([&] { word.store(1, release); });
    while (word.load(acquire) != 1 && tries.get() < 3) {
      tries.set(tries.get() + 1);
      retry();
    }
    observe("tries", tries.get());
    writer.join();
  });
  expect_passes(r);
  EXPECT_EQ(r.outcomes.size(), 4u) << r;
}

TEST(Loops, AnIterationThatAllocatesIsRepeated) {
  const result r = check([] {
    atomic<int> word{0};
    thread writer([&] { word.store(1, release); });
    int tries = 0;
    while (word.load(acquire) != 1 && tries < 3) {
      ++tries;
      operator delete(operator new(8));
      retry();
    }
    observe("tries", tries);
    writer.join();
  });
  expect_passes(r);
  EXPECT_EQ(r.outcomes.size(), 4u) << r;
}

// A count that is only the thread's own is not seen. Such a loop is no lock-free
// retry: it ends, so it says pause(), and needs no pruning.
TEST(Loops, ACountedLoopSaysPause) {
  const auto client = [](auto between) {
    return check([=] {
      atomic<int> word{0};
      thread writer([&] { word.store(1, release); });
      int tries = 0;
      while (tries < 4 && word.load(acquire) != 1) {
        ++tries;
        between();
      }
      observe("tries", tries);
      writer.join();
    });
  };
  const result right = client([] { pause(); });
  expect_passes(right);
  EXPECT_EQ(right.outcomes.size(), 5u) << right;
  const result wrong = client([] { retry(); });
  EXPECT_LT(wrong.outcomes.size(), 5u) << wrong;
}

// A retry loop that makes progress by compare_exchange, from several threads.
TEST(Loops, ACounterByCompareExchange) {
  const auto client = [](bool weak) {
    return check([=] {
      atomic<int> sum{0};
      const auto add = [&] {
        int seen = sum.load(relaxed);
        while (
            weak ? !sum.compare_exchange_weak(seen, seen + 1, relaxed, relaxed)
                 : !sum.compare_exchange_strong(seen, seen + 1, relaxed,
                                                relaxed)) {
          retry();
        }
      };
      thread first(add);
      thread second(add);
      add();
      first.join();
      second.join();
      require(sum.load(relaxed) == 3, "none is lost");
    });
  };
  expect_passes(client(false));
  expect_passes(client(true));
}

// Two iterations alike are no sign that there will be more of them when what
// made them fail was a choice.
TEST(Loops, ASpuriousFailureIsNoLivelock) {
  for (const int failures : {1, 2, 3}) {
    const result r = check({.spurious_failures = failures}, [] {
      atomic<int> word{0};
      int seen = 0;
      while (!word.compare_exchange_weak(seen, 1, relaxed, relaxed)) retry();
    });
    expect_passes(r);
    EXPECT_EQ(r.executions, static_cast<std::uint64_t>(failures) + 1);
  }
}

TEST(Loops, AnUnluckyChoiceIsNoLivelock) {
  const result r = check([] {
    atomic<int> word{0};
    for (;;) {
      (void)word.load(relaxed);
      if (choose(2) == 1) return;
      retry();
    }
  });
  expect_passes(r);
}

// Two who spin by exchange see each other's stores, which change nothing.
TEST(Loops, TwoSpinnersOfALockThatIsNeverFree) {
  const auto client = [](bool is_released) {
    return check([=] {
      atomic<bool> locked{true};
      const auto lock = [&] {
        while (locked.exchange(true, acquire)) retry();
        locked.store(false, release);
      };
      thread first(lock);
      thread second(lock);
      if (is_released) locked.store(false, release);
      first.join();
      second.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::livelock,
               {"T1 repeats the same iteration for ever",
                "T2 repeats the same iteration for ever"});
}

// Who is the first to refer to an object does not matter to a loop.
TEST(Loops, AReferenceToAnObjectIsNoChange) {
  const result r = check([] {
    int value = 0;
    atomic<int> other{0};
    thread spins([&] {
      for (;;) {
        (void)other.load(relaxed);
        if (atomic_ref<int>(value).load(acquire) != 0) return;
        retry();
      }
    });
    thread sets([&] { atomic_ref<int>(value).store(1, release); });
    thread third([&] { other.store(1, relaxed); });
    spins.join();
    sets.join();
    third.join();
  });
  expect_passes(r);
}

}  // namespace
}  // namespace acqrel::model
