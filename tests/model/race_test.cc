// Races on data that is not atomic: each in a form that is wrong and in one
// that is right, and what the checker says to the wrong one.
#include <memory>
#include <stdexcept>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

void expect_race(const result& r, int line = __builtin_LINE()) {
  expect_fails(r, failure::data_race,
               {"a data race on the object constructed at",
                "neither happens before the other"},
               line);
  expect_names_both(r, line);
}

// The writer is a thread, or the body; exploration comes to the two orders in
// different ways: a read that was there is revisited by the write, or the write
// is there and the read chooses.
template <class Store, class Load>
result message_passing(Store store, Load load, bool body_reads) {
  return check([=] {
    plain<int> data;
    atomic<int> ready{0};
    const auto write = [&] {
      data.set(42);
      ready.store(1, store);
    };
    const auto read = [&] {
      if (ready.load(load) == 1) require(data.get() == 42);
    };
    if (body_reads) {
      thread other(write);
      read();
      other.join();
    } else {
      thread other(read);
      write();
      other.join();
    }
  });
}

TEST(Race, AFlagPublishesWithReleaseAndAcquire) {
  for (const bool body_reads : {false, true}) {
    expect_passes(message_passing(release, acquire, body_reads));
    expect_passes(message_passing(seq_cst, seq_cst, body_reads));
    expect_race(message_passing(relaxed, acquire, body_reads));
    expect_race(message_passing(release, relaxed, body_reads));
    expect_race(message_passing(relaxed, relaxed, body_reads));
  }
}

TEST(Race, TheMessageNamesLinesAndThreads) {
  int set_at = 0;
  int get_at = 0;
  const result r = check([&] {
    plain<int> data{0};
    set_at = __LINE__ + 1;
    thread writer([&] { data.set(1); });
    get_at = __LINE__ + 1;
    (void)data.get();
    writer.join();
  });
  expect_race(r);
  const std::string file = "tests/model/race_test.cc:";
  expect_fails(r, failure::data_race,
               {"T1 (" + file + std::to_string(set_at) + ") writes",
                "T0 (" + file + std::to_string(get_at) + ") reads"});
}

template <class Store, class Load>
result by_fences(bool release_fence, bool acquire_fence, Store store,
                 Load load) {
  return check([=] {
    plain<int> data;
    atomic<int> ready{0};
    thread writer([&] {
      data.set(42);
      if (release_fence) thread_fence(release);
      ready.store(1, store);
    });
    if (ready.load(load) == 1) {
      if (acquire_fence) thread_fence(acquire);
      require(data.get() == 42);
    }
    writer.join();
  });
}

TEST(Race, FencesPublish) {
  expect_passes(by_fences(true, true, relaxed, relaxed));
  expect_passes(by_fences(true, false, relaxed, acquire));
  expect_passes(by_fences(false, true, release, relaxed));
  expect_race(by_fences(true, false, relaxed, relaxed));
  expect_race(by_fences(false, true, relaxed, relaxed));
}

TEST(Race, AnAsymmetricFencePublishesNothing) {
  const auto client = [](bool with_fences) {
    return check([=] {
      plain<int> data;
      atomic<int> ready{0};
      thread writer([&] {
        data.set(42);
        asymmetric_thread_fence_light(seq_cst);
        ready.store(1, relaxed);
      });
      if (ready.load(relaxed) == 1) {
        asymmetric_thread_fence_light(seq_cst);
        if (with_fences) require(data.get() == 42);
      }
      writer.join();
    });
  };
  expect_passes(client(false));
  expect_race(client(true));
}

TEST(Race, AJoinOrders) {
  expect_passes(check([] {
    plain<int> data;
    thread writer([&] { data.set(1); });
    writer.join();
    require(data.get() == 1);
  }));
  expect_race(check([] {
    plain<int> data{0};
    thread writer([&] { data.set(1); });
    (void)data.get();
    writer.join();
  }));
}

TEST(Race, ASpawnOrders) {
  expect_passes(check([] {
    plain<int> data;
    data.set(1);
    thread reader([&] { require(data.get() == 1); });
    reader.join();
  }));
  expect_race(check([] {
    plain<int> data{0};
    thread reader([&] { (void)data.get(); });
    data.set(1);
    reader.join();
  }));
}

TEST(Race, AJoinOfOneThreadOrdersNoOther) {
  const auto client = [](bool joins_both) {
    return check([=] {
      plain<int> data{0};
      thread first([&] { data.set(1); });
      thread second([] {});
      second.join();
      if (joins_both) first.join();
      (void)data.get();
      if (!joins_both) first.join();
    });
  };
  expect_passes(client(true));
  expect_race(client(false));
}

TEST(Race, ReadersDoNotRace) {
  expect_passes(check([] {
    plain<int> data{7};
    thread reader([&] { require(data.get() == 7); });
    require(data.get() == 7);
    reader.join();
  }));
}

TEST(Race, AReferenceCountsAsAWrite) {
  expect_race(check([] {
    plain<int> data{7};
    thread first([&] { (void)data.ref(); });
    (void)data.ref();
    first.join();
  }));
}

TEST(Race, NeighboursAreApart) {
  expect_passes(check([] {
    struct {
      plain<char> first{'a'};
      plain<char> second{'b'};
    } both;
    thread writer([&] { both.first.set('c'); });
    both.second.set('d');
    writer.join();
    require(both.first.get() == 'c' && both.second.get() == 'd');
  }));
}

// Locks.

template <class Lock, class Unlock>
result spinlock(Lock lock_order, Unlock unlock_order, bool by_exchange) {
  return check([=] {
    atomic<bool> locked{false};
    plain<int> data{0};
    const auto add = [&] {
      for (;;) {
        bool expected = false;
        if (by_exchange ? !locked.exchange(true, lock_order)
                        : locked.compare_exchange_strong(expected, true,
                                                         lock_order, relaxed)) {
          break;
        }
        retry();
      }
      data.set(data.get() + 1);
      locked.store(false, unlock_order);
    };
    thread other(add);
    add();
    other.join();
    require(data.get() == 2, "both have added");
  });
}

TEST(Race, ASpinlockExcludes) {
  for (const bool by_exchange : {false, true}) {
    expect_passes(spinlock(acquire, release, by_exchange));
    expect_race(spinlock(acquire, relaxed, by_exchange));
    expect_race(spinlock(relaxed, release, by_exchange));
  }
}

// Publication of a node.

template <class Store, class Load>
result publish_node(Store store, Load load, bool reads_atomic) {
  return check([=] {
    struct node {
      atomic<int> count{1};
      plain<int> value{2};
    };
    atomic<node*> head{nullptr};
    thread writer([&] { head.store(new node, store); });
    if (node* const first = head.load(load)) {
      if (reads_atomic) {
        require(first->count.load(relaxed) == 1);
      } else {
        require(first->value.get() == 2);
      }
    }
    writer.join();
    delete head.load(relaxed);
  });
}

// That it is atomic does not help: before its construction is known, there is
// no atomic.
TEST(Race, APublishedNodeIsConstructedBefore) {
  for (const bool reads_atomic : {false, true}) {
    expect_passes(publish_node(release, acquire, reads_atomic));
    for (const result& r : {publish_node(relaxed, acquire, reads_atomic),
                            publish_node(release, relaxed, reads_atomic)}) {
      expect_fails(r, failure::data_race,
                   {"constructed", "uses", reads_atomic ? "atomic" : "object",
                    "the construction does not happen before the use"});
      expect_names_both(r);
    }
  }
}

TEST(Race, ARawBufferHoldsNoAtomicBeforeItsConstruction) {
  const auto client = [](bool waits) {
    return check([=] {
      alignas(atomic<int>) unsigned char buffer[sizeof(atomic<int>)] = {};
      auto* const word = reinterpret_cast<atomic<int>*>(buffer);
      atomic<bool> there{false};
      thread maker([&] {
        ::new (static_cast<void*>(buffer)) atomic<int>(1);
        there.store(true, release);
      });
      if (waits)
        await(
            there, [](bool b) { return b; }, acquire);
      (void)word->load(relaxed);
      maker.join();
      word->~atomic();
    });
  };
  expect_passes(client(true));
  // It cannot be told from garbage.
  expect_fails(client(false), failure::misuse,
               {"did not construct", "race_test.cc:"});
}

// Release sequences, and failed compare_exchanges.

TEST(Race, AnUpdateByAnyThreadContinuesAReleaseSequence) {
  const auto client = [](bool updates) {
    return check([=] {
      plain<int> data;
      atomic<int> ready{0};
      thread writer([&] {
        data.set(42);
        ready.store(1, release);
      });
      thread second([&] {
        if (updates) {
          int one = 1;
          ready.compare_exchange_strong(one, 2, relaxed, relaxed);
        } else if (ready.load(relaxed) == 1) {
          ready.store(2, relaxed);
        }
      });
      if (ready.load(acquire) == 2) (void)data.get();
      writer.join();
      second.join();
    });
  };
  expect_passes(client(true));
  expect_race(client(false));
}

TEST(Race, AStoreByTheSameThreadBreaksAReleaseSequence) {
  const auto client = [](int awaited) {
    return check([=] {
      plain<int> data;
      atomic<int> ready{0};
      thread writer([&] {
        data.set(42);
        ready.store(1, release);
        ready.store(2, relaxed);
      });
      if (ready.load(acquire) == awaited) (void)data.get();
      writer.join();
    });
  };
  expect_passes(client(1));
  expect_race(client(2));
}

TEST(Race, AFailedCompareExchangeHasItsOwnOrder) {
  const auto client = [](auto success, auto failed) {
    return check([=] {
      plain<int> data;
      atomic<int> ready{0};
      thread writer([&] {
        data.set(42);
        ready.store(1, release);
      });
      int expected = 7;
      require(!ready.compare_exchange_strong(expected, 8, success, failed));
      if (expected == 1) (void)data.get();
      writer.join();
    });
  };
  expect_passes(client(relaxed, acquire));
  expect_race(client(acquire, relaxed));
}

// What was never written.

TEST(Race, AReadOfWhatWasNeverWritten) {
  const result r = check([] {
    plain<int> data;
    (void)data.get();
  });
  expect_fails(r, failure::uninitialized,
               {"T0 reads the object constructed at", "race_test.cc",
                "where nothing was written"});
  expect_passes(check([] {
    plain<int> data;
    data.set(1);
    (void)data.get();
  }));
  expect_passes(check([] {  // a class has its own constructor
    const plain<std::string> data;
    require(data.get().empty());
  }));
}

TEST(Race, AReadThatMayComeBeforeTheWrite) {
  const auto client = [](bool looks) {
    return check([=] {
      plain<int> data;
      atomic<bool> there{false};
      thread writer([&] {
        data.set(1);
        there.store(true, release);
      });
      if (!looks || there.load(acquire)) (void)data.get();
      writer.join();
    });
  };
  expect_passes(client(true));
  // Whichever comes first in the first execution: either is an error.
  const result r = client(false);
  EXPECT_TRUE(r.error == failure::uninitialized ||
              r.error == failure::data_race)
      << r;
}

// Slots.

struct element {
  explicit element(int v) : value(v) {
    if (v < 0) throw std::invalid_argument("a negative element");
  }
  element(element&& other) noexcept : value(other.value) {}
  ~element() {}  // not trivial
  int value;
};

TEST(Slot, HoldsOneElementAtATime) {
  expect_passes(check([] {
    slot<element> s;
    require(s.construct(1).value == 1);
    require(s.get().value == 1);
    require(s.move_out().value == 1);
    s.construct(2);
    s.destroy();
  }));
}

TEST(Slot, NothingIsReadFromAnEmptyOne) {
  const auto client = [](auto use) {
    return check([=] {
      slot<element> s;
      use(s);
    });
  };
  const auto expect_empty = [&](auto use, int line = __builtin_LINE()) {
    expect_fails(client(use), failure::uninitialized,
                 {"T0 reads the object constructed at", "race_test.cc",
                  "where nothing was written"},
                 line);
  };
  expect_empty([](auto& s) { (void)s.get(); });
  expect_empty([](auto& s) { s.destroy(); });
  expect_empty([](auto& s) { (void)s.move_out(); });
  expect_empty([](auto& s) {
    s.construct(1);
    s.destroy();
    (void)s.get();
  });
  expect_empty([](auto& s) {
    s.construct(1);
    (void)s.move_out();
    (void)s.move_out();
  });
  expect_empty([](auto& s) {
    try {
      s.construct(-1);
    } catch (const std::invalid_argument&) {
    }
    (void)s.get();
  });
}

TEST(Slot, AnElementMustNotBeLeftIn) {
  const auto client = [](bool destroys) {
    return check([=] {
      slot<element> s;
      s.construct(1);
      if (destroys) s.destroy();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::leak,
               {"an element was left in the object constructed at",
                "race_test.cc", "destructor did not run"});
  expect_passes(check([] {  // without a destructor there is nothing to run
    slot<int> s;
    s.construct(1);
  }));
}

TEST(Slot, AnElementMustNotBeConstructedOverAnother) {
  const auto client = [](bool takes) {
    return check([=] {
      slot<element> s;
      s.construct(1);
      if (takes) (void)s.move_out();
      s.construct(2);
      s.destroy();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::leak,
               {"T0 (near tests/model/race_test.cc:", "constructs an element",
                "where one is already", "destructor will never run"});
  expect_passes(check([] {
    slot<int> s;
    s.construct(1);
    require(s.construct(2) == 2);
  }));
}

TEST(Slot, TheElementIsPublishedLikeAnyData) {
  const auto client = [](auto store, auto load) {
    return check([=] {
      slot<element> s;
      atomic<bool> full{false};
      thread producer([&] {
        s.construct(1);
        full.store(true, store);
      });
      const bool seen = full.load(load);
      if (seen) require(s.move_out().value == 1);
      producer.join();
      if (!seen) s.destroy();
    });
  };
  expect_passes(client(release, acquire));
  expect_race(client(relaxed, acquire));
  expect_race(client(release, relaxed));
}

// Taking an element out is a write, too.
TEST(Slot, TwoTakersRace) {
  const auto client = [](bool one_at_a_time) {
    return check([=] {
      slot<element> s;
      s.construct(1);
      atomic<bool> full{true};
      const auto take = [&] {
        if (one_at_a_time ? full.exchange(false, relaxed)
                          : full.load(relaxed)) {
          s.destroy();
        }
        if (!one_at_a_time) full.store(false, relaxed);
      };
      thread other(take);
      take();
      other.join();
    });
  };
  expect_passes(client(true));
  expect_race(client(false));
}

}  // namespace
}  // namespace acqrel::model
