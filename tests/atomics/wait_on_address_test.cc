// The contract of wait_on_address and of the wakes, for the implementation of
// this system and for the portable one.
//
// A wait may end for no reason, so no test says that one sleeps on. Where a
// wake is lost, a test does not end.
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

// The portable implementation under names of its own. Its declarations are
// acqrel's; the renamed definitions need none.
#define wait_on_address portable_wait_on_address
#define wake_one portable_wake_one
#define wake_all portable_wake_all
#include "atomics/native/wait_on_address_portable.cc"
#undef wait_on_address
#undef wake_one
#undef wake_all

namespace acqrel {
namespace {

using word = atomic<std::uint32_t>;

struct this_system {
  template <class... Deadline>
  static auto wait(const word& w, std::uint32_t old, Deadline... deadline) {
    return wait_on_address(w, old, deadline...);
  }
  static void one(const word& w) { wake_one(w); }
  static void all(const word& w) { wake_all(w); }
};

struct portable {
  template <class... Deadline>
  static auto wait(const word& w, std::uint32_t old, Deadline... deadline) {
    return portable_wait_on_address(w, old, deadline...);
  }
  static void one(const word& w) { portable_wake_one(w); }
  static void all(const word& w) { portable_wake_all(w); }
};

template <class Implementation>
class WaitOnAddress : public ::testing::Test {};
using implementations = ::testing::Types<this_system, portable>;
TYPED_TEST_SUITE(WaitOnAddress, implementations);

TYPED_TEST(WaitOnAddress, ReturnsAtOnceWhenTheValueDiffers) {
  const word w(1);
  TypeParam::wait(w, 0);
  EXPECT_TRUE(TypeParam::wait(w, 0, time_point::max()));
  EXPECT_TRUE(TypeParam::wait(w, 2, now() + std::chrono::hours(1)));
}

TYPED_TEST(WaitOnAddress, ADeadlineInThePastHasPassed) {
  const word w(1);
  const auto passed = [&](time_point deadline) {
    return !TypeParam::wait(w, 1, deadline);
  };
  // A spurious wake may be reported first.
  while (!passed(now() - std::chrono::seconds(1))) {
  }
  while (!passed(now())) {
  }
  while (!passed(time_point{})) {
  }
  while (!passed(time_point::min())) {
  }
}

TYPED_TEST(WaitOnAddress, PassesNoDeadlineEarly) {
  const word w(1);
  for (const auto wait :
       {std::chrono::microseconds(1), std::chrono::microseconds(300),
        std::chrono::microseconds(20000)}) {
    const time_point deadline = now() + wait;
    while (TypeParam::wait(w, 1, deadline)) {
    }
    EXPECT_GE(now(), deadline);
  }
}

TYPED_TEST(WaitOnAddress, TheValueIsVisibleToTheWoken) {
  word w(0);
  int payload = 0;
  std::thread waiter([&] {
    while (w.load(acquire) == 0) TypeParam::wait(w, 0);
    EXPECT_EQ(payload, 1);
  });
  payload = 1;
  w.store(1, release);
  TypeParam::one(w);
  waiter.join();
}

TYPED_TEST(WaitOnAddress, AWakeEndsAWaitWithADeadline) {
  word w(0);
  std::thread waiter([&] {
    while (w.load(acquire) == 0) {
      EXPECT_TRUE(TypeParam::wait(w, 0, now() + std::chrono::hours(1)));
    }
    while (w.load(acquire) == 1) {
      EXPECT_TRUE(TypeParam::wait(w, 1, time_point::max()));
    }
  });
  w.store(1, release);
  TypeParam::one(w);
  w.store(2, release);
  TypeParam::all(w);
  waiter.join();
}

// Two threads wait for each other, again and again: one wake lost, and
// neither goes on.
TYPED_TEST(WaitOnAddress, LosesNoWake) {
  constexpr std::uint32_t rounds = 20000;
  word turn(0);
  const auto play = [&](std::uint32_t player) {
    for (std::uint32_t i = player; i < rounds; i += 2) {
      for (std::uint32_t seen; (seen = turn.load(acquire)) != i;) {
        TypeParam::wait(turn, seen);
      }
      turn.store(i + 1, release);
      TypeParam::one(turn);
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  EXPECT_EQ(turn.load(relaxed), rounds);
}

TYPED_TEST(WaitOnAddress, WakeOneWakesOneOfMany) {
  constexpr int waiter_count = 6;
  word tokens(0);
  std::vector<std::thread> waiters;
  for (int i = 0; i < waiter_count; ++i) {
    waiters.emplace_back([&] {
      for (std::uint32_t n = tokens.load(relaxed);;) {
        if (n == 0) {
          TypeParam::wait(tokens, 0);
          n = tokens.load(relaxed);
        } else if (tokens.compare_exchange_weak(n, n - 1, acquire, relaxed)) {
          return;
        }
      }
    });
  }
  for (int i = 0; i < waiter_count; ++i) {
    tokens.fetch_add(1, release);
    TypeParam::one(tokens);
  }
  for (std::thread& t : waiters) t.join();
  EXPECT_EQ(tokens.load(relaxed), 0u);
}

TYPED_TEST(WaitOnAddress, WakeAllWakesAll) {
  constexpr int waiter_count = 6;
  constexpr std::uint32_t rounds = 200;
  word round(0);
  word arrived(0);
  std::vector<std::thread> waiters;
  for (int i = 0; i < waiter_count; ++i) {
    waiters.emplace_back([&] {
      for (std::uint32_t r = 0; r < rounds; ++r) {
        if (arrived.fetch_add(1, acq_rel) + 1 == waiter_count * (r + 1)) {
          round.store(r + 1, release);
          TypeParam::all(round);
        }
        while (round.load(acquire) == r) TypeParam::wait(round, r);
      }
    });
  }
  for (std::thread& t : waiters) t.join();
  EXPECT_EQ(round.load(relaxed), rounds);
}

TYPED_TEST(WaitOnAddress, WakingNobodyIsFine) {
  const word w(0);
  TypeParam::one(w);
  TypeParam::all(w);
}

TYPED_TEST(WaitOnAddress, LeavesErrnoAlone) {
  const word w(0);
  errno = 1234;
  TypeParam::wait(w, 1);
  while (TypeParam::wait(w, 0, now())) {
  }
  TypeParam::one(w);
  TypeParam::all(w);
  EXPECT_EQ(errno, 1234);
}

TEST(Now, DoesNotGoBack) {
  time_point last = now();
  for (int i = 0; i < 1000; ++i) {
    const time_point next = now();
    EXPECT_GE(next, last);
    last = next;
  }
}

}  // namespace
}  // namespace acqrel
