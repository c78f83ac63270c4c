// Programs that are right, and that other checkers have called wrong; and beside
// each its neighbour that is wrong, lest the checker find nothing at all.
#include <cstdint>
#include <memory>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

template <class Order, class LoadOrder>
result store_buffering(Order store, LoadOrder load) {
  return check([=] {
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
    require(a + b > 0, "one sees the other");
  });
}

// Operations that are seq_cst are no mere acquire and release (loom issue 180,
// GenMC issue 50).
TEST(MustPass, StoreBufferingWithSeqCstAccesses) {
  expect_passes(store_buffering(seq_cst, seq_cst));
  expect_fails(store_buffering(release, seq_cst), failure::requirement, {});
  expect_fails(store_buffering(seq_cst, acquire), failure::requirement, {});
  expect_fails(store_buffering(release, acquire), failure::requirement, {});
}

TEST(MustPass, IndependentReadsWithSeqCstAccesses) {
  const auto client = [](auto store, auto load) {
    return check([=] {
      atomic<int> x{0};
      atomic<int> y{0};
      int seen[4] = {};
      thread first([&] { x.store(1, store); });
      thread second([&] { y.store(1, store); });
      thread third([&] {
        seen[0] = x.load(load);
        seen[1] = y.load(load);
      });
      seen[2] = y.load(load);
      seen[3] = x.load(load);
      first.join();
      second.join();
      third.join();
      require(!(seen[0] == 1 && seen[1] == 0 && seen[2] == 1 && seen[3] == 0),
              "one order of the stores");
    });
  };
  expect_passes(client(seq_cst, seq_cst));
  expect_fails(client(release, acquire), failure::requirement, {});
}

// Dekker's algorithm, for one entry each.
TEST(MustPass, DekkerWithSeqCstAccesses) {
  const auto client = [](auto order, auto load) {
    return check([=] {
      atomic<bool> wants[2] = {{false}, {false}};
      plain<int> data{0};
      const auto enter = [&](int me) {
        wants[me].store(true, order);
        if (!wants[1 - me].load(load)) data.set(data.get() + 1);
      };
      thread other([&] { enter(1); });
      enter(0);
      other.join();
    });
  };
  expect_passes(client(seq_cst, seq_cst));
  expect_fails(client(release, acquire), failure::data_race, {});
}

// Publication by fences, which ThreadSanitizer does not see.
TEST(MustPass, PublicationByFences) {
  const auto client = [](bool fenced) {
    return check([=] {
      plain<int> data[2];
      atomic<int> ready{0};
      thread writer([&] {
        data[0].set(1);
        data[1].set(2);
        if (fenced) thread_fence(release);
        ready.store(1, relaxed);
      });
      while (ready.load(relaxed) == 0) retry();
      thread_fence(acquire);
      require(data[0].get() + data[1].get() == 3);
      writer.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::data_race, {});
}

// A last owner that acquires by a fence, as reference counts do.
TEST(MustPass, AReferenceCountWithAnAcquireFence) {
  const auto client = [](bool fenced) {
    return check([=] {
      struct object {
        atomic<int> references{2};
        plain<int> value{0};
      };
      auto* const shared = new object;
      const auto drop = [=] {
        (void)shared->value.get();
        if (shared->references.fetch_sub(1, release) == 1) {
          if (fenced) thread_fence(acquire);
          delete shared;
        }
      };
      thread other(drop);
      drop();
      other.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::use_after_free, {});
}

// Hazard pointers with asymmetric fences: claimed to be wrong, and are not
// (folly pull requests 1632 and 2522).
enum class by { light, heavy };
void order(by what) {
  if (what == by::light) asymmetric_thread_fence_light(seq_cst);
  if (what == by::heavy) asymmetric_thread_fence_heavy(seq_cst);
}

result hazard_pointer(by reader, by reclaimer) {
  return check([=] {
    struct object {
      plain<int> value{1};
    };
    atomic<object*> source{new object};
    atomic<object*> hazard{nullptr};
    thread reads([&] {
      object* const seen = source.load(relaxed);
      hazard.store(seen, release);
      order(reader);
      if (seen != nullptr && source.load(acquire) == seen) {
        require(seen->value.get() == 1);
      }
      hazard.store(nullptr, release);
    });
    object* const old = source.exchange(nullptr, acq_rel);
    order(reclaimer);
    await(
        hazard, [=](object* h) { return h != old; }, acquire);
    delete old;
    reads.join();
  });
}

TEST(MustPass, HazardPointersWithAsymmetricFences) {
  expect_passes(hazard_pointer(by::light, by::heavy));
  expect_passes(hazard_pointer(by::heavy, by::light));
  expect_passes(hazard_pointer(by::heavy, by::heavy));
  expect_fails(hazard_pointer(by::light, by::light), failure::use_after_free,
               {});
}

// Treiber's stack, whose pop needs no release (crossbeam pull request 479).
template <class Push, class PopSuccess, class PopFailure>
result treiber(Push push_order, PopSuccess success, PopFailure failed) {
  return check({.spurious_failures = 0}, [=] {
    struct node {
      plain<int> value{0};
      plain<node*> next{nullptr};
    };
    node nodes[3];
    atomic<node*> head{nullptr};
    const auto push = [&](node& fresh, int value) {
      fresh.value.set(value);
      node* seen = head.load(relaxed);
      do {
        fresh.next.set(seen);
      } while (!head.compare_exchange_weak(seen, &fresh, push_order, relaxed));
    };
    const auto pop = [&] {
      node* seen = head.load(acquire);
      while (seen != nullptr && !head.compare_exchange_weak(
                                    seen, seen->next.get(), success, failed)) {
      }
      return seen == nullptr ? 0 : seen->value.get();
    };
    push(nodes[0], 1);
    thread pusher([&] {
      push(nodes[1], 2);
      push(nodes[2], 4);
    });
    int sum = 0;
    thread popper([&] { sum = pop(); });
    const int mine = pop();
    pusher.join();
    popper.join();
    int rest = 0;
    for (int i = 0; i < 3; ++i) rest += pop();
    require(sum + mine + rest == 7, "each once");
  });
}

TEST(MustPass, TreibersPopIsRelaxed) {
  expect_passes(treiber(release, relaxed, acquire));
  expect_fails(treiber(relaxed, relaxed, acquire), failure::data_race, {});
  expect_fails(treiber(release, relaxed, relaxed), failure::data_race, {});
}

// Vyukov's bounded queue, whose positions are relaxed.
template <class Publish, class Look>
result vyukov(Publish publish, Look look) {
  return check({.spurious_failures = 0}, [=] {
    constexpr std::uint32_t capacity = 2;
    struct cell {
      atomic<std::uint32_t> sequence{0};
      plain<int> value{0};
    };
    cell cells[capacity];
    cells[1].sequence.store(1, relaxed);
    atomic<std::uint32_t> tail{0};
    atomic<std::uint32_t> head{0};
    const auto push = [&](int value) {
      std::uint32_t at = tail.load(relaxed);
      for (;;) {
        cell& c = cells[at % capacity];
        const auto ahead =
            static_cast<std::int32_t>(c.sequence.load(look) - at);
        if (ahead < 0) return false;
        if (ahead == 0) {
          if (tail.compare_exchange_weak(at, at + 1, relaxed, relaxed)) {
            c.value.set(value);
            c.sequence.store(at + 1, publish);
            return true;
          }
        } else {
          at = tail.load(relaxed);
        }
        retry();
      }
    };
    const auto pop = [&] {
      std::uint32_t at = head.load(relaxed);
      for (;;) {
        cell& c = cells[at % capacity];
        const auto ahead =
            static_cast<std::int32_t>(c.sequence.load(look) - (at + 1));
        if (ahead < 0) return 0;
        if (ahead == 0) {
          if (head.compare_exchange_weak(at, at + 1, relaxed, relaxed)) {
            const int value = c.value.get();
            c.sequence.store(at + capacity, publish);
            return value;
          }
        } else {
          at = head.load(relaxed);
        }
        retry();
      }
    };
    require(push(1));
    thread first([&] { (void)push(2); });
    thread second([&] { (void)pop(); });
    (void)push(4);
    first.join();
    second.join();
  });
}

TEST(MustPass, VyukovsPositionsAreRelaxed) {
  expect_passes(vyukov(release, acquire));
  expect_fails(vyukov(relaxed, acquire), failure::data_race, {});
  expect_fails(vyukov(release, relaxed), failure::data_race, {});
}

// Chase and Lev's deque after Le et al. (PPoPP 2013), with relaxed
// compare_exchanges: the fences are enough.
result chase_lev(bool owner_fence, bool thief_fence) {
  return check([=] {
    atomic<std::int64_t> top{0};
    atomic<std::int64_t> bottom{0};
    atomic<int> buffer[2] = {{0}, {0}};
    atomic<int> taken[3] = {{0}, {0}, {0}};
    const auto push = [&](int value) {
      const std::int64_t b = bottom.load(relaxed);
      buffer[b % 2].store(value, relaxed);
      bottom.store(b + 1, release);
    };
    const auto use = [&](int value) {
      require(taken[value].fetch_add(1, relaxed) == 0, "taken once");
    };
    const auto take = [&] {
      const std::int64_t b = bottom.load(relaxed) - 1;
      bottom.store(b, relaxed);
      if (owner_fence) thread_fence(seq_cst);
      std::int64_t t = top.load(relaxed);
      if (t > b) {
        bottom.store(b + 1, relaxed);
        return;
      }
      const int value = buffer[b % 2].load(relaxed);
      bool mine = true;
      if (t == b) {
        mine = top.compare_exchange_strong(t, t + 1, relaxed, relaxed);
        bottom.store(b + 1, relaxed);
      }
      if (mine) use(value);
    };
    const auto steal = [&] {
      std::int64_t t = top.load(acquire);
      if (thief_fence) thread_fence(seq_cst);
      if (t >= bottom.load(acquire)) return;
      const int value = buffer[t % 2].load(relaxed);
      if (top.compare_exchange_strong(t, t + 1, relaxed, relaxed)) use(value);
    };
    thread thief([&] {
      steal();
      steal();
    });
    push(1);
    push(2);
    take();
    take();
    thief.join();
  });
}

TEST(MustPass, ChaseAndLevWithRelaxedCompareExchanges) {
  expect_passes(chase_lev(true, true));
  expect_fails(chase_lev(false, true), failure::requirement, {"taken once"});
  expect_fails(chase_lev(true, false), failure::requirement, {"taken once"});
}

// Two updates never read the same store (loom issues 254, 389 and 391).
TEST(MustPass, UpdatesAreAtomicWhateverTheirOrder) {
  const auto client = [](bool atomically) {
    return check([=] {
      atomic<int> word{0};
      atomic<int> other_word{0};
      const auto add = [&] {
        (void)other_word.load(relaxed);
        if (atomically) {
          word.fetch_add(1, relaxed);
        } else {
          word.store(word.load(relaxed) + 1, relaxed);
        }
        other_word.store(1, relaxed);
      };
      thread first(add);
      thread second(add);
      add();
      first.join();
      second.join();
      require(word.load(relaxed) == 3, "none is lost");
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::requirement, {"none is lost"});
}

TEST(MustPass, OnlyOneExchangeWins) {
  expect_passes(check([] {
    atomic<bool> taken{false};
    atomic<int> winners{0};
    const auto run = [&] {
      bool expected = false;
      if (taken.compare_exchange_strong(expected, true, relaxed, relaxed)) {
        winners.fetch_add(1, relaxed);
      }
    };
    thread first(run);
    thread second(run);
    run();
    first.join();
    second.join();
    require(winners.load(relaxed) == 1);
  }));
}

// An update that adds nothing is ordered with the other updates, and so with
// what comes before them.
TEST(MustPass, AnUpdateThatAddsNothing) {
  const auto client = [](bool by_update) {
    return check([=] {
      atomic<int> x{0};
      atomic<int> y{0};
      int a = 0;
      thread other([&] {
        x.fetch_add(1, acq_rel);
        a = by_update ? y.fetch_add(0, acq_rel) : y.load(acquire);
      });
      y.fetch_add(1, acq_rel);
      const int b = by_update ? x.fetch_add(0, acq_rel) : x.load(acquire);
      other.join();
      require(a + b > 0, "one sees the other");
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::requirement, {"one sees the other"});
}

// A later store may come first in modification order (loom issue 282).
TEST(MustPass, ModificationOrderIsNotTheOrderOfExecution) {
  const result r = check([] {
    atomic<int> x{0};
    atomic<int> y{0};
    thread other([&] {
      x.store(2, relaxed);
      y.store(1, release);
    });
    y.store(2, relaxed);
    thread_fence(release);
    x.store(1, relaxed);
    other.join();
    observe("xy", 10 * x.load(relaxed) + y.load(relaxed));
  });
  expect_passes(r);
  EXPECT_EQ(r.outcomes.size(), 4u) << r;  // 2+2W: all of them
}

}  // namespace
}  // namespace acqrel::model
