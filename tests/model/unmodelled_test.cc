// What the checker does not model, and what happens instead. README.md has the
// list.
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

// Load buffering.

struct lines {
  int load = 0;
  int store = 0;
};

template <class Load, class Store, class Between>
result load_buffering(Load load, Store store, Between between, lines& first) {
  return check([=, &first] {
    atomic<int> x{0};
    atomic<int> y{0};
    int a = 0;
    thread other([&] {
      first.load = __LINE__ + 1;
      a = x.load(load);
      between();
      first.store = __LINE__ + 1;
      y.store(1, store);
    });
    const int b = y.load(load);
    between();
    x.store(1, store);
    other.join();
    observe("ab", 10 * a + b);
  });
}

constexpr auto nothing = [] {};

// C++ allows both to read 1, and so does some hardware. The checker never shows
// it; it names the pairs that would have to be swapped.
TEST(Unmodelled, LoadBufferingIsNotExploredButNamed) {
  lines first;
  const result r = load_buffering(relaxed, relaxed, nothing, first);
  expect_passes(r);
  EXPECT_EQ(r.outcomes.size(), 3u);
  EXPECT_FALSE(r.outcomes.contains("ab=11")) << r;
  ASSERT_EQ(r.load_buffering.size(), 2u) << r;
  int named = 0;
  for (const load_buffering_pair& pair : r.load_buffering) {
    EXPECT_EQ(pair.load.file, "tests/model/unmodelled_test.cc");
    EXPECT_EQ(pair.store.file, "tests/model/unmodelled_test.cc");
    named += pair.load.line == first.load && pair.store.line == first.store;
  }
  EXPECT_EQ(named, 1);
}

TEST(Unmodelled, OrderedPairsAreNotNamed) {
  lines any;
  for (const result& r :
       {load_buffering(acquire, relaxed, nothing, any),
        load_buffering(relaxed, release, nothing, any),
        load_buffering(
            relaxed, relaxed, [] { thread_fence(acquire); }, any),
        load_buffering(
            relaxed, relaxed, [] { thread_fence(seq_cst); }, any)}) {
    expect_passes(r);
    EXPECT_TRUE(r.load_buffering.empty()) << r;
  }
}

TEST(Unmodelled, WhatNobodyReadsIsNotNamed) {
  const result r = check([] {
    atomic<int> x{0};
    atomic<int> y{0};
    thread other([&] {
      (void)x.load(relaxed);
      y.store(1, relaxed);
    });
    x.store(1, relaxed);
    other.join();
  });
  expect_passes(r);
  EXPECT_TRUE(r.load_buffering.empty()) << r;
}

// Values out of thin air are load buffering, too: none is made up.
TEST(Unmodelled, NothingComesOutOfThinAir) {
  const result r = check([] {
    atomic<int> x{0};
    atomic<int> y{0};
    thread other([&] { y.store(x.load(relaxed), relaxed); });
    x.store(y.load(relaxed), relaxed);
    other.join();
    require(x.load(relaxed) == 0 && y.load(relaxed) == 0);
  });
  expect_passes(r);
  EXPECT_FALSE(r.load_buffering.empty()) << "a person has to look at it";
}

// Accesses of mixed sizes.

TEST(Unmodelled, MixedSizesAreRefused) {
  const auto client = [](int offset, bool small_first) {
    return check([=] {
      alignas(4) unsigned char bytes[4] = {1, 2, 3, 4};
      auto& word = *reinterpret_cast<std::uint32_t*>(bytes);
      auto& half = *reinterpret_cast<std::uint16_t*>(bytes + offset);
      if (small_first) (void)atomic_ref<std::uint16_t>(half).load(relaxed);
      (void)atomic_ref<std::uint32_t>(word).load(relaxed);
      if (!small_first) (void)atomic_ref<std::uint16_t>(half).load(relaxed);
    });
  };
  for (const int offset : {0, 2}) {
    for (const bool small_first : {false, true}) {
      expect_fails(client(offset, small_first), failure::misuse,
                   {"T0 (tests/model/unmodelled_test.cc:", "mixed sizes"});
    }
  }
}

TEST(Unmodelled, NeighboursOfOneSizeAreFine) {
  expect_passes(check([] {
    int both[2] = {1, 2};
    thread other([&] { atomic_ref<int>(both[0]).store(3, relaxed); });
    atomic_ref<int>(both[1]).store(4, relaxed);
    other.join();
    require(atomic_ref<int>(both[0]).load(relaxed) == 3);
    require(atomic_ref<int>(both[1]).load(relaxed) == 4);
  }));
}

// consume.

// There is no tag of that name, and no operation takes such a one
// (tests/atomics/refused_test.cc); a compiler makes it an acquire anyway.
using consume_tag = memory_order_tag<std::memory_order_consume>;
static_assert(
    !std::is_same_v<consume_tag, std::remove_const_t<decltype(relaxed)>>);
static_assert(
    !std::is_same_v<consume_tag, std::remove_const_t<decltype(acquire)>>);

// So an address alone publishes nothing, although hardware would keep the order.
TEST(Unmodelled, ADependencyOrdersNothing) {
  const auto client = [](auto load) {
    return check([=] {
      atomic<plain<int>*> head{nullptr};
      thread writer([&] { head.store(new plain<int>(1), release); });
      if (plain<int>* const seen = head.load(load)) (void)seen->get();
      writer.join();
      delete head.load(relaxed);
    });
  };
  expect_passes(client(acquire));
  expect_fails(client(relaxed), failure::data_race, {"construct"});
}

// Data that is not wrapped.

TEST(Unmodelled, ARaceOnABareObjectIsNotSeen) {
  expect_passes(check([] {
    int bare = 0;
    plain<int> wrapped{0};
    thread other([&] { bare = 1; });
    bare = 2;
    other.join();
    wrapped.set(bare);
  }));
}

TEST(Unmodelled, APlainAccessBesideAnAtomicRefIsNotSeen) {
  expect_passes(check([] {
    int bare = 0;
    thread other([&] { atomic_ref<int>(bare).store(1, relaxed); });
    bare = bare + 0;  // a race
    other.join();
  }));
}

// Use after free of a bare object reads the garbage that a free leaves, or what
// was there: no error.
TEST(Unmodelled, AUseOfABareObjectAfterItsFreeIsNotSeen) {
  expect_passes(check([] {
    int* volatile bare = new int(1);
    int* volatile copy = bare;
    delete bare;
    *copy = 2;
  }));
}

// Waiting.

// wait_on_address may return without a wake, and the checker lets it return only
// by one; so this mistake, to look once, is found if there is any other wake.
TEST(Unmodelled, SpuriousWakeUpsComeFromWakesOnly) {
  const auto client = [](bool wakes_early, bool looks_again) {
    return check([=] {
      atomic<std::uint32_t> word{0};
      thread waker([&] {
        if (wakes_early) wake_all(word);
        word.store(1, release);
        wake_all(word);
      });
      do {
        if (word.load(acquire) == 0) wait_on_address(word, 0);
      } while (looks_again && word.load(acquire) == 0);
      require(word.load(acquire) == 1, "woken for a reason");
      waker.join();
    });
  };
  expect_passes(client(false, true));
  expect_passes(client(true, true));
  expect_fails(client(true, false), failure::requirement,
               {"woken for a reason"});
  expect_passes(client(false, false));  // wrong, and not found
}

// Time stands still between deadlines.
TEST(Unmodelled, TimeDoesNotPass) {
  expect_passes(check([] {
    const time_point start = now();
    atomic<int> word{0};
    for (int i = 0; i < 100; ++i) word.store(i, relaxed);
    require(now() == start);
  }));
}

}  // namespace
}  // namespace acqrel::model
