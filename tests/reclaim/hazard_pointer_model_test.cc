// The hazard pointers that ship, in every behaviour of small clients. An object
// that is deleted too early is a use after free, one that is never deleted a
// leak; deleting it while a reader is not done with it is a data race.
//
// In the model a domain scans at each retirement (tuning::scan_threshold).
#include <optional>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/tracked.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;

struct config : hazard_pointer_obj_base<config> {
  explicit config(int v) : value(v) {}
  model::tracked<int> value;
};

// Both dialects, and with and without reuse of addresses.
template <class Body>
void expect_right(const Body& body, int spurious_failures = 0) {
  for (const model::dialect dialect :
       {model::dialect::rc11, model::dialect::cxx20}) {
    for (const bool reuse : {false, true}) {
      const result r = model::check({.memory_model = dialect,
                                     .spurious_failures = spurious_failures,
                                     .reuse_addresses = reuse},
                                    body);
      EXPECT_TRUE(r && r.complete) << r;
    }
  }
}

// What is shared, and what is left in it at the end is deleted.
struct source {
  source() : current(new config(1)) {}
  ~source() {
    // relaxed: exclusive
    delete current.load(relaxed);
  }
  // Release and acquire: the new object is published, the old one retired by
  // who may know all about it.
  config* replace(int value) {
    return current.exchange(new config(value), acq_rel);
  }
  atomic<config*> current;
};

// Threads find the domain as warm threads do (model/client.h).
void warm_up() {
  const hazard_pointer one = make_hazard_pointer();
  const hazard_pointer two = make_hazard_pointer();
}

TEST(HazardPointer, WhatAReaderProtectsIsNotDeleted) {
  expect_right([] {
    source shared;
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      const config* const seen = hazard.protect(shared.current);
      model::require(seen->value.value() >= 1, "a config");
    });
    shared.replace(2)->retire();
    reader.join();
  });
}

TEST(HazardPointer, ReadersOneAfterTheOther) {
  expect_right([] {
    source shared;
    warm_up();
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      for (int i = 0; i < 2; ++i) {
        // [protect.announce] ends the use of the one before.
        const config* const seen = hazard.protect(shared.current);
        (void)seen->value.value();
      }
    });
    shared.replace(2)->retire();
    shared.replace(3)->retire();
    reader.join();
  });
}

TEST(HazardPointer, TwoReaders) {
  const auto body = [] {
    source shared;
    warm_up();
    const auto read = [&] {
      hazard_pointer hazard = make_hazard_pointer();
      (void)hazard.protect(shared.current)->value.value();
    };
    atomic<int> turn{0};
    model::thread first([&] {
      warm_up();
      turn.store(1, release);
      read();
    });
    await(
        turn, [](int t) { return t == 1; }, acquire);
    model::thread second(read);
    shared.replace(2)->retire();
    first.join();
    second.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(HazardPointer, TwoWhoRetire) {
  const auto body = [] {
    source shared;
    warm_up();
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      (void)hazard.protect(shared.current)->value.value();
    });
    model::thread second([&] { shared.replace(2)->retire(); });
    shared.replace(3)->retire();
    reader.join();
    second.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(HazardPointer, TryProtectSaysWhetherItProtects) {
  expect_right([] {
    source shared;
    warm_up();
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      // relaxed: guess
      config* seen = shared.current.load(relaxed);
      config* const before = seen;
      if (hazard.try_protect(seen, shared.current)) {
        model::require(seen == before, "left alone");
        (void)seen->value.value();
      }
    });
    shared.replace(2)->retire();
    reader.join();
  });
}

TEST(HazardPointer, NullIsProtectedByNothing) {
  expect_right([] {
    atomic<config*> maybe{nullptr};
    warm_up();
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      const config* const seen = hazard.protect(maybe);
      if (seen != nullptr) {
        model::require(seen->value.value() == 1, "whole");
      }
    });
    // release: pairs with protect()'s
    maybe.store(new config(1), release);
    maybe.exchange(nullptr, acq_rel)->retire();
    reader.join();
  });
}

// reset_protection() ends the use; the reader goes on, and ends much later.
TEST(HazardPointer, AUseEndsWithItsProtection) {
  expect_right([] {
    source shared;
    warm_up();
    hazard_pointer kept;
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      (void)hazard.protect(shared.current)->value.value();
      hazard.reset_protection();
      kept = std::move(hazard);
    });
    shared.replace(2)->retire();
    reader.join();
  });
}

// As michael_scott_queue: a pointer that was read from a protected object is
// announced, and then the caller looks, behind a light fence of its own,
// whether the object had been unlinked.
TEST(HazardPointer, AnAnnouncementProtectsIfTheSourceIsLookedAtAgain) {
  expect_right([] {
    source first;
    source second;
    warm_up();
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      for (source* from : {&first, &second}) {
        const config* const seen = from->current.load(acquire);
        // [protect.change] ends the use of the one before.
        hazard.reset_protection(seen);
        // SB with [scan.fence]: either the scan sees the hazard, or this load
        // sees that the object was unlinked.
        asymmetric_thread_fence_light(seq_cst);
        if (from->current.load(acquire) != seen) continue;
        (void)seen->value.value();
      }
    });
    first.replace(2)->retire();
    second.replace(3)->retire();
    reader.join();
  });
}

// "That one hazard names an object does not let another take it over."
TEST(HazardPointer, AnAnnouncementAloneDoesNotProtect) {
  const auto body = [] {
    source shared;
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      const config* const seen = shared.current.load(acquire);
      hazard.reset_protection(seen);
      asymmetric_thread_fence_light(seq_cst);
      (void)seen->value.value();
    });
    shared.replace(2)->retire();
    reader.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_EQ(r.error, model::failure::use_after_free) << r;
}

TEST(HazardPointer, OfAnotherDomainDoesNotProtect) {
  const auto use = [](bool same) {
    return model::check({.spurious_failures = 0}, [same] {
      hazard_domain ours;
      hazard_domain theirs;
      hazard_domain& readers = same ? ours : theirs;
      source shared;
      model::thread reader([&] {
        hazard_pointer hazard = make_hazard_pointer(readers);
        (void)hazard.protect(shared.current)->value.value();
      });
      shared.replace(2)->retire({}, ours);
      reader.join();
    });
  };
  const result same = use(true);
  EXPECT_TRUE(same && same.complete) << same;
  const result other = use(false);
  EXPECT_EQ(other.error, model::failure::use_after_free) << other;
}

// One thread's garages and hazards in two domains.
TEST(HazardPointer, TwoDomainsAreUsedSideBySide) {
  const auto body = [] {
    hazard_domain one;
    hazard_domain two;
    source first;
    source second;
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer(one);
      hazard_pointer other = make_hazard_pointer(two);
      (void)hazard.protect(first.current)->value.value();
      (void)other.protect(second.current)->value.value();
    });
    first.replace(2)->retire({}, one);
    second.replace(3)->retire({}, two);
    reader.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

// Says how many of its kind are gone.
struct counted;
struct counting_delete {
  void operator()(counted*) const;
};
struct counted : hazard_pointer_obj_base<counted, counting_delete> {
  explicit counted(atomic<int>& all) : deleted(all) {}
  atomic<int>& deleted;
  counted* child = nullptr;  // retired with this one
  model::tracked<int> value{1};
};
void counting_delete::operator()(counted* object) const {
  // relaxed: counter
  object->deleted.fetch_add(1, relaxed);
  if (object->child != nullptr) object->child->retire();
  delete object;
}
// relaxed: counter
int number(const atomic<int>& deleted) { return deleted.load(relaxed); }

// A thread that ends leaves what it could not delete in its garage.
TEST(HazardPointer, WhatAThreadLeavesTheNextDeletes) {
  expect_right([] {
    atomic<int> deleted{0};
    atomic<counted*> shared{new counted(deleted)};
    hazard_pointer hazard = make_hazard_pointer();
    counted* const kept = hazard.protect(shared);
    model::thread leaving([&] {
      shared.exchange(new counted(deleted), acq_rel)->retire();
      model::require(number(deleted) == 0, "it is protected");
    });
    leaving.join();
    (void)kept->value.value();
    hazard.reset_protection();
    model::thread next([&] {
      shared.exchange(nullptr, acq_rel)->retire();
      model::require(number(deleted) == 2, "also the first");
    });
    next.join();
  });
}

// The same while the other scans, which takes what the first left, or comes too
// early for it.
TEST(HazardPointer, WhatAThreadLeavesIsTakenOverWhileItEnds) {
  expect_right([] {
    atomic<int> deleted{0};
    atomic<counted*> shared{new counted(deleted)};
    atomic<counted*> second{new counted(deleted)};
    hazard_pointer hazard = make_hazard_pointer();
    counted* const kept = hazard.protect(shared);
    model::thread leaving([&] { shared.exchange(nullptr, acq_rel)->retire(); });
    second.exchange(nullptr, acq_rel)->retire();
    (void)kept->value.value();
    hazard.reset_protection();
    leaving.join();
    (new counted(deleted))->retire();
    model::require(number(deleted) == 3, "the last scan deletes all");
  });
}

// The instances of a thread end in reverse: this one after the garage.
struct last_words {
  ~last_words() {
    if (object != nullptr) object->retire();
  }
  counted* object = nullptr;
};

TEST(HazardPointer, AThreadThatHasGivenUpItsGarageMayRetire) {
  const auto body = [] {
    atomic<int> deleted{0};
    atomic<counted*> shared{new counted(deleted)};
    atomic<counted*> second{new counted(deleted)};
    hazard_pointer hazard = make_hazard_pointer();
    counted* const kept = hazard.protect(shared);
    const auto end_with = [](atomic<counted*>& which) {
      last_words* const words = tls<last_words>::get();
      warm_up();
      words->object = which.exchange(nullptr, acq_rel);
    };
    model::thread first([&] { end_with(shared); });
    model::thread other([&] { end_with(second); });
    (void)kept->value.value();
    hazard.reset_protection();
    first.join();
    other.join();
    (new counted(deleted))->retire();
    model::require(number(deleted) == 3, "the last scan deletes all");
  };
  const result r =
      model::check({.spurious_failures = 0, .max_executions = 60000}, body);
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.bound, "max_executions") << r;
}

TEST(HazardPointer, ADeleterMayRetireMore) {
  expect_right([] {
    atomic<int> deleted{0};
    counted* const parent = new counted(deleted);
    parent->child = new counted(deleted);
    atomic<counted*> shared{parent};
    model::thread reader([&] {
      hazard_pointer hazard = make_hazard_pointer();
      const counted* const seen = hazard.protect(shared);
      if (seen != nullptr) (void)seen->value.value();
    });
    shared.exchange(nullptr, acq_rel)->retire();
    reader.join();
    (new counted(deleted))->retire();
    model::require(number(deleted) == 3, "parent, child, and the last");
  });
}

TEST(HazardPointer, MayBeMovedToAnotherThread) {
  expect_right([] {
    source shared;
    hazard_pointer hazard = make_hazard_pointer();
    const config* const seen = hazard.protect(shared.current);
    model::thread heir([&] {
      hazard_pointer mine = std::move(hazard);
      model::require(hazard.empty() && !mine.empty(), "moved");
      model::require(seen->value.value() == 1, "still there");
    });
    shared.replace(2)->retire();
    heir.join();
  });
}

TEST(HazardPointer, AssignmentEndsTheFormerProtection) {
  expect_right([] {
    atomic<int> deleted{0};
    atomic<counted*> shared{new counted(deleted)};
    hazard_pointer hazard = make_hazard_pointer();
    (void)hazard.protect(shared);
    hazard = make_hazard_pointer();
    shared.exchange(nullptr, acq_rel)->retire();
    model::require(number(deleted) == 1, "nothing protects it");
  });
}

// A hazard goes back to the domain's list, and to the next thread that needs
// one: its former announcements are over then.
TEST(HazardPointer, AHazardIsUsedByOneThreadAfterTheOther) {
  const auto body = [] {
    source shared;
    hazard_pointer hazards[tuning::cached_hazards + 1];
    for (hazard_pointer& h : hazards) h = make_hazard_pointer();
    model::thread former([&] {
      (void)hazards[tuning::cached_hazards].protect(shared.current);
      // One more than the thread's garage keeps.
      for (hazard_pointer& h : hazards) h = hazard_pointer();
    });
    model::thread writer([&] { shared.replace(2)->retire(); });
    hazard_pointer mine = make_hazard_pointer();
    (void)mine.protect(shared.current)->value.value();
    former.join();
    writer.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

// The one that the garage has no room for is free for all; one of the two gets
// it, and the other makes one of its own.
TEST(HazardPointer, TwoThreadsWantTheSameHazard) {
  const auto body = [] {
    source shared;
    {
      hazard_pointer hazards[tuning::cached_hazards + 1];
      for (hazard_pointer& h : hazards) h = make_hazard_pointer();
    }
    const auto read = [&] {
      hazard_pointer hazard = make_hazard_pointer();
      (void)hazard.protect(shared.current)->value.value();
    };
    model::thread first(read);
    model::thread second(read);
    shared.replace(2)->retire();
    first.join();
    second.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(HazardPointer, ThreadsMakeTheFirstOnesAtTheSameTime) {
  const auto body = [] {
    hazard_domain domain;
    const auto use = [&domain] {
      hazard_pointer one = make_hazard_pointer(domain);
      hazard_pointer two = make_hazard_pointer(domain);
    };
    model::thread other(use);
    use();
    other.join();
  };
  expect_right(body, 1);
}

// H5: the garage of a thread that outlives the domain.
TEST(HazardPointer, ADomainMayEndBeforeItsThreads) {
  expect_right([] {
    std::optional<hazard_domain> domain(std::in_place);
    source shared;
    atomic<bool> done{false};
    model::thread user([&] {
      {
        hazard_pointer hazard = make_hazard_pointer(*domain);
        (void)hazard.protect(shared.current)->value.value();
      }
      done.store(true, release);
    });
    shared.replace(2)->retire({}, *domain);
    await(
        done, [](bool is) { return is; }, acquire);
    domain.reset();
    user.join();
  });
}

// The thread's old garage names a domain at the same address. Nothing is scanned
// here: each domain deletes what its threads' garages hold when it ends.
TEST(HazardPointer, ADomainMayFollowAnother) {
  tuning::scan_threshold = 1000;
  expect_right([] {
    std::optional<hazard_domain> domain;
    atomic<int> deleted{0};
    atomic<int> turn{0};
    model::thread other([&] {
      for (const int mine : {1, 3}) {
        await(
            turn, [mine](int t) { return t == mine; }, acquire);
        (new counted(deleted))->retire({}, *domain);
        turn.store(mine + 1, release);
      }
    });
    for (const int next : {1, 3}) {
      domain.emplace();
      (new counted(deleted))->retire({}, *domain);
      turn.store(next, release);
      await(
          turn, [next](int t) { return t == next + 1; }, acquire);
    }
    domain.reset();
    model::require(number(deleted) == 4, "all of both");
    other.join();
  });
  tuning::scan_threshold = 1;
}

}  // namespace
}  // namespace acqrel
