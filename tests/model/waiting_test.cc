// Threads that wait: each is woken in every execution, or the checker says who
// is not.
#include <chrono>
#include <cstdint>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

void expect_asleep(const result& r, const char* thread,
                   int line = __builtin_LINE()) {
  expect_fails(r, failure::deadlock,
               {thread, "sleeps, and nobody will wake it",
                "(tests/model/waiting_test.cc:"},
               line);
}

constexpr auto is_set = [](int value) { return value != 0; };

// atomic<T>::wait and notify.

enum class wakes { not_at_all, too_early, in_time };

template <class Store, class Load>
result wait_for_data(wakes how, Store store, Load load) {
  return check([=] {
    plain<int> data;
    atomic<int> ready{0};
    thread writer([&] {
      data.set(42);
      if (how == wakes::too_early) ready.notify_one();
      ready.store(1, store);
      if (how == wakes::in_time) ready.notify_one();
    });
    ready.wait(0, load);
    require(data.get() == 42);
    writer.join();
  });
}

TEST(Waiting, AStoreAndANotifyWake) {
  expect_passes(wait_for_data(wakes::in_time, release, acquire));
  expect_asleep(wait_for_data(wakes::not_at_all, release, acquire), "T0");
  expect_asleep(wait_for_data(wakes::too_early, release, acquire), "T0");
}

TEST(Waiting, AWaitHasAnOrder) {
  for (const result& r : {wait_for_data(wakes::in_time, relaxed, acquire),
                          wait_for_data(wakes::in_time, release, relaxed)}) {
    expect_fails(r, failure::data_race, {"neither happens before the other"});
    expect_names_both(r);
  }
}

// A notify wakes nobody whose value is still the old one.
TEST(Waiting, AWaitEndsOnlyWithAnotherValue) {
  const auto client = [](int last) {
    return check([=] {
      atomic<int> word{0};
      thread writer([&] {
        word.store(1, relaxed);
        word.store(last, relaxed);
        word.notify_all();
      });
      word.wait(0, relaxed);
      writer.join();
    });
  };
  expect_passes(client(2));
  // There and back: who has not seen the 1 sleeps on.
  expect_asleep(client(0), "T0");
}

template <class Notify>
result two_sleepers(Notify notify) {
  return check([=] {
    atomic<int> go{0};
    const auto sleep = [&] {
      go.wait(0, acquire);
      notify(go, true);
    };
    thread first(sleep);
    thread second(sleep);
    go.store(1, release);
    notify(go, false);
    first.join();
    second.join();
  });
}

TEST(Waiting, OneNotifyWakesOne) {
  expect_passes(two_sleepers([](atomic<int>& go, bool is_sleeper) {
    if (!is_sleeper) go.notify_all();
  }));
  expect_passes(two_sleepers([](atomic<int>& go, bool) { go.notify_one(); }));
  const result r = two_sleepers([](atomic<int>& go, bool is_sleeper) {
    if (!is_sleeper) go.notify_one();
  });
  expect_fails(r, failure::deadlock, {"sleeps, and nobody will wake it"});
  EXPECT_NE(r.message.find("T1 sleeps") == std::string::npos,
            r.message.find("T2 sleeps") == std::string::npos)
      << "one of the two is forgotten: " << r.message;
}

// A semaphore whose sleepers are woken one by one.
TEST(Waiting, ASemaphore) {
  const auto client = [](bool always_notifies) {
    return check([=] {
      atomic<int> permits{0};
      const auto take = [&] {
        int seen = permits.load(relaxed);
        for (;;) {
          while (seen == 0) {
            permits.wait(0, relaxed);
            seen = permits.load(relaxed);
          }
          if (permits.compare_exchange_strong(seen, seen - 1, acquire,
                                              relaxed)) {
            return;
          }
          retry();
        }
      };
      thread first(take);
      thread second(take);
      for (int i = 0; i < 2; ++i) {
        const int before = permits.fetch_add(1, release);
        // "Who sleeps was woken when it became 1": the well-known mistake.
        if (always_notifies || before == 0) permits.notify_one();
      }
      first.join();
      second.join();
      require(permits.load(relaxed) == 0);
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::deadlock,
               {"sleeps, and nobody will wake it"});
}

// wait_on_address.

TEST(Waiting, OnAnAddress) {
  const auto client = [](wakes how) {
    return check([=] {
      atomic<std::uint32_t> word{0};
      thread waker([&] {
        if (how == wakes::too_early) wake_one(word);
        word.store(1, release);
        if (how == wakes::in_time) wake_one(word);
      });
      while (word.load(acquire) == 0) wait_on_address(word, 0);
      waker.join();
    });
  };
  expect_passes(client(wakes::in_time));
  expect_asleep(client(wakes::not_at_all), "T0");
  expect_asleep(client(wakes::too_early), "T0");
}

// Without a store before it, a wake may come before the sleep, too.
// A thread that has heard of a notify by a relaxed access may still read the old
// value; then the notify unblocks it, whichever comes first.
TEST(Waiting, ANotifyWakesWhoHasOnlyHeardOfIt) {
  for (const bool notifies : {true, false}) {
    const auto wait = [=](bool on_address) {
      return check([=] {
        atomic<std::uint32_t> word{0};
        atomic<bool> rumour{false};
        thread sleeper([&] {
          (void)rumour.load(relaxed);
          if (!on_address) {
            word.wait(0, relaxed);
          } else if (word.load(relaxed) == 0) {
            wait_on_address(word, 0);
          }
        });
        word.store(1, relaxed);
        if (notifies && on_address) wake_all(word);
        if (notifies && !on_address) word.notify_all();
        rumour.store(true, relaxed);
        sleeper.join();
      });
    };
    for (const bool on_address : {false, true}) {
      const result r = wait(on_address);
      if (notifies) {
        expect_passes(r);
      } else {
        expect_asleep(r, "T1");
      }
    }
  }
}

TEST(Waiting, AWakeAloneWakesNobodyForSure) {
  const auto client = [](bool stores) {
    return check([=] {
      atomic<std::uint32_t> word{0};
      thread waker([&] {
        if (stores) word.store(1, relaxed);
        wake_all(word);
      });
      wait_on_address(word, 0);  // once
      waker.join();
    });
  };
  expect_passes(client(true));
  expect_asleep(client(false), "T0");
}

TEST(Waiting, WakeAllWakesAll) {
  const auto client = [](bool all) {
    return check([=] {
      atomic<std::uint32_t> word{0};
      const auto sleep = [&] {
        while (word.load(acquire) == 0) wait_on_address(word, 0);
      };
      thread first(sleep);
      thread second(sleep);
      word.store(1, release);
      if (all) {
        wake_all(word);
      } else {
        wake_one(word);
      }
      first.join();
      second.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::deadlock, {"sleeps"});
}

// The sleeper may free the word as soon as it sees the store. A wake touches
// the address only; a notify is an operation on the object.
TEST(Waiting, AWakeMayComeAfterTheEnd) {
  const auto client = [](auto wake) {
    return check([=] {
      auto* const word = new atomic<std::uint32_t>{0};
      thread waker([=] {
        word->store(1, release);
        wake(*word);
      });
      while (word->load(acquire) == 0) wait_on_address(*word, 0);
      delete word;
      waker.join();
    });
  };
  expect_passes(client([](atomic<std::uint32_t>& word) { wake_one(word); }));
  const result r =
      client([](atomic<std::uint32_t>& word) { word.notify_one(); });
  expect_fails(r, failure::use_after_free, {"waiting_test.cc:"});
}

// Deadlines.

result wait_until(bool wakes_up, bool checks_answer, bool has_passed) {
  return check([=] {
    atomic<std::uint32_t> word{0};
    const time_point start = now();
    const time_point deadline =
        has_passed ? start : start + std::chrono::seconds(1);
    thread waker([&] {
      word.store(1, release);
      if (wakes_up) wake_one(word);
    });
    bool in_time = true;
    while (in_time && word.load(acquire) == 0) {
      in_time = wait_on_address(word, 0, deadline);
    }
    if (in_time) {
      require(now() == start, "nothing took any time");
    } else {
      require(now() >= deadline, "not before the deadline");
    }
    observe("in time", in_time);
    require(!checks_answer || in_time, "woken in time");
    waker.join();
  });
}

TEST(Waiting, ADeadlinePassesOrNot) {
  for (const bool wakes_up : {false, true}) {
    const result r = wait_until(wakes_up, false, false);
    expect_passes(r);
    EXPECT_TRUE(r.outcomes.contains("in time=0")) << r;
    EXPECT_TRUE(r.outcomes.contains("in time=1")) << r;
    EXPECT_EQ(r.outcomes.size(), 2u);
    expect_fails(wait_until(wakes_up, true, false), failure::requirement,
                 {"woken in time"});
  }
}

TEST(Waiting, ADeadlineThatHasPassed) {
  const result r = wait_until(true, false, true);
  expect_passes(r);
  EXPECT_TRUE(r.outcomes.contains("in time=0")) << r;
}

TEST(Waiting, ATimedSleeperIsNoDeadlock) {
  expect_passes(check([] {
    atomic<std::uint32_t> word{0};
    const time_point deadline = now() + std::chrono::seconds(1);
    while (wait_on_address(word, 0, deadline)) {
    }
    require(now() == deadline);
  }));
}

// Store buffering between who is about to sleep and who is about to wake: the
// shape of an event count.

enum class by { nothing, fence, light, heavy };

void order(by what) {
  if (what == by::fence) thread_fence(seq_cst);
  if (what == by::light) asymmetric_thread_fence_light(seq_cst);
  if (what == by::heavy) asymmetric_thread_fence_heavy(seq_cst);
}

result event_count(by sleeper, by waker) {
  return check([=] {
    atomic<bool> ready{false};
    atomic<int> sleepers{0};
    atomic<std::uint32_t> epoch{0};
    thread sets([&] {
      ready.store(true, release);
      order(waker);
      if (sleepers.load(relaxed) != 0) {
        epoch.fetch_add(1, release);
        wake_all(epoch);
      }
    });
    while (!ready.load(acquire)) {
      const std::uint32_t key = epoch.load(acquire);
      sleepers.fetch_add(1, relaxed);
      order(sleeper);
      if (!ready.load(acquire)) wait_on_address(epoch, key);
      sleepers.fetch_sub(1, relaxed);
    }
    sets.join();
  });
}

TEST(Waiting, AnEventCountNeedsItsFences) {
  expect_passes(event_count(by::fence, by::fence));
  expect_passes(event_count(by::heavy, by::light));
  expect_passes(event_count(by::light, by::heavy));
  expect_passes(event_count(by::heavy, by::heavy));
  expect_passes(event_count(by::heavy, by::fence));
  expect_asleep(event_count(by::nothing, by::fence), "T0");
  expect_asleep(event_count(by::fence, by::nothing), "T0");
  expect_asleep(event_count(by::light, by::light), "T0");
  expect_asleep(event_count(by::light, by::fence), "T0");
}

// await.

TEST(Waiting, AnAwaitHasAnOrder) {
  const auto client = [](auto store, auto load) {
    return check([=] {
      plain<int> data;
      atomic<int> ready{0};
      thread writer([&] {
        data.set(42);
        ready.store(7, store);
      });
      require(await(ready, is_set, load) == 7);
      require(data.get() == 42);
      writer.join();
    });
  };
  expect_passes(client(release, acquire));
  expect_fails(client(relaxed, acquire), failure::data_race, {});
  expect_fails(client(release, relaxed), failure::data_race, {});
}

TEST(Waiting, TwoAwaitsForEachOther) {
  const auto client = [](bool stores_first) {
    return check([=] {
      atomic<int> mine{0};
      atomic<int> yours{0};
      const auto meet = [=](atomic<int>& set, atomic<int>& awaited) {
        if (stores_first) set.store(1, release);
        await(awaited, is_set, acquire);
        if (!stores_first) set.store(1, release);
      };
      thread other([&] { meet(yours, mine); });
      meet(mine, yours);
      other.join();
    });
  };
  expect_passes(client(true));
  const result r = client(false);
  expect_fails(r, failure::deadlock,
               {"T0 waits for ever for a value (tests/model/waiting_test.cc:",
                "; T1 waits for ever for a value"});
  int marked = 0;
  for (const step& s : r.counterexample.steps) {
    marked += s.kind == step_kind::blocked && s.culprit;
  }
  EXPECT_EQ(marked, 2);
}

TEST(Waiting, AnAwaitedValueMayPassBy) {
  const auto client = [](int last) {
    return check([=] {
      atomic<int> word{0};
      thread writer([&] {
        word.store(1, relaxed);
        word.store(last, relaxed);
      });
      await(word, is_set, relaxed);
      writer.join();
    });
  };
  expect_passes(client(2));
  // Whoever looks too late has missed it.
  expect_fails(client(0), failure::deadlock, {"T0 waits for ever for a value"});
}

TEST(Waiting, AThreadThatNeverEndsIsNotJoined) {
  const result r = check([] {
    atomic<int> never{0};
    thread other([&] { await(never, is_set, relaxed); });
    other.join();
  });
  expect_fails(r, failure::deadlock, {"T1 waits for ever"});
}

TEST(Waiting, TwoLocksInTwoOrders) {
  const auto client = [](bool same_order) {
    return check([=] {
      atomic<bool> a{false};
      atomic<bool> b{false};
      const auto lock = [](atomic<bool>& l) {
        while (l.exchange(true, acquire)) {
          await(
              l, [](bool locked) { return !locked; }, relaxed);
        }
      };
      const auto both = [&](atomic<bool>& first, atomic<bool>& second) {
        lock(first);
        lock(second);
        second.store(false, release);
        first.store(false, release);
      };
      thread other([&] { both(a, b); });
      if (same_order) {
        both(a, b);
      } else {
        both(b, a);
      }
      other.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::deadlock,
               {"T0 waits for ever", "T1 waits for ever"});
}

// A thread that waits does not hide what the others do wrong.
TEST(Waiting, ARaceBeforeADeadlockIsARace) {
  expect_fails(check([] {
                 plain<int> data{0};
                 atomic<int> never{0};
                 thread other([&] {
                   data.set(1);
                   await(never, is_set, relaxed);
                 });
                 data.set(2);
                 other.join();
               }),
               failure::data_race, {});
}

}  // namespace
}  // namespace acqrel::model
