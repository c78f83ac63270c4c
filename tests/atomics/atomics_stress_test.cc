// The everyday classes and the fences under many threads, plain and under
// ThreadSanitizer. Each body is a header's, so that seeded_bugs.cc can show
// that it fails on a broken copy.
#include <chrono>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/backoff.h"
#include "acqrel/atomics/counter.h"
#include "acqrel/atomics/event_count.h"
#include "acqrel/atomics/flag.h"
#include "acqrel/atomics/ref_ptr.h"
#include "gtest/gtest.h"
#include "tests/atomics/counter_stress.h"
#include "tests/atomics/event_count_stress.h"
#include "tests/atomics/fence_stress.h"
#include "tests/atomics/flag_stress.h"
#include "tests/atomics/membarrier.h"
#include "tests/atomics/ref_ptr_stress.h"

namespace acqrel::testing {
namespace {

TEST(FlagStress, HandsToAndFro) { EXPECT_EQ(hand_to_and_fro<flag>(20000), 0); }

TEST(FlagStress, PublishesToAPoller) {
  EXPECT_EQ(set_and_poll<flag>(1000), 0);
  EXPECT_EQ(test_and_set_and_poll<flag>(1000), 0);
}

TEST(FlagStress, LocksWithTestAndSet) {
  EXPECT_EQ(lock_and_count<flag>(4, 20000), 0);
}

TEST(CounterStress, MissesNothingAfterTheJoin) {
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(missing_after_join<counter>(6, 5000), 0);
  }
}

TEST(CounterStress, ReadsIncludeWhatHappenedBefore) {
  EXPECT_EQ(wrong_reads<counter>(4, 20000), 0);
}

TEST(EventCountStress, ASleeperIsWoken) {
  for (int round = 0; round < 100; ++round) {
    ASSERT_FALSE(is_asleep_for_ever<event_count>(long_patience));
  }
}

TEST(EventCountStress, NoTurnIsLost) {
  EXPECT_EQ(take_turns<event_count>(20000), 0);
}

TEST(EventCountStress, EachTokenIsTaken) {
  EXPECT_EQ(hand_out_tokens<event_count>(1, 1, 20000), 0);
  EXPECT_EQ(hand_out_tokens<event_count>(2, 2, 10000), 0);
  EXPECT_EQ(hand_out_tokens<event_count>(1, 4, 10000), 0);
}

TEST(EventCountStress, AStopOrANotifyEndsTheWait) {
  EXPECT_EQ(stop_waiters<event_count>(2000), 0);
}

TEST(EventCountStress, NoneIsLostWithoutMembarrier) {
  EXPECT_EQ(in_child_without_membarrier([] {
              return take_turns<event_count>(2000) == 0 &&
                             hand_out_tokens<event_count>(2, 2, 2000) == 0
                         ? 0
                         : 1;
            }),
            0);
}

TEST(RefPtrStress, ACountedObjectIsDestroyedOnceAndComplete) {
  constexpr int rounds = 1000;
  const fate result = drop_counted_objects<ref_count>(rounds);
  EXPECT_EQ(result.destroyed, rounds);
  EXPECT_EQ(result.incomplete, 0);
}

struct shared_object : ref_counted<shared_object> {
  written_by_all data;
  fate& result;
  explicit shared_object(fate& f) : result(f) {}
  ~shared_object() { data.check(result); }
};

TEST(RefPtrStress, ASharedObjectIsDestroyedOnceAndComplete) {
  constexpr int rounds = 1000;
  fate result;
  for (int round = 0; round < rounds; ++round) {
    ref_ptr<shared_object> mine = make_ref<shared_object>(result);
    std::vector<std::thread> threads;
    for (int i = 0; i < ref_ptr_thread_count; ++i) {
      threads.emplace_back([theirs = mine, i]() mutable {
        for (int k = 0; k < 10; ++k) {
          ref_ptr<shared_object> copy = theirs;
          theirs = std::move(copy);
        }
        theirs->data.marks[i] = 1;
        theirs.reset();
      });
    }
    mine.reset();
    for (std::thread& t : threads) t.join();
  }
  EXPECT_EQ(result.destroyed, rounds);
  EXPECT_EQ(result.incomplete, 0);
}

TEST(RefPtrStress, WhoIsAloneMayWrite) {
  EXPECT_EQ(write_when_alone<ref_count>(1000), 0);
}

TEST(BackoffStress, ALockWithBackoffExcludes) {
  constexpr int thread_count = 8;
  constexpr int rounds = 5000;
  atomic<bool> locked(false);
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        for (backoff b; locked.exchange(true, acquire);) b.wait();
        ++count;
        locked.store(false, release);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(count, thread_count * rounds);
}

constexpr auto light = [] { asymmetric_thread_fence_light(seq_cst); };
constexpr auto heavy = [] { asymmetric_thread_fence_heavy(seq_cst); };
constexpr auto full = [] { thread_fence(seq_cst); };
// On an idle machine some 100,000 rounds; without fences 10,000 suffice.
constexpr std::chrono::seconds litmus_time(3);

TEST(FenceStress, LightAndHeavyExcludeStoreBuffering) {
  EXPECT_EQ(rounds_until_both_zero(litmus_time, light, heavy), 0);
}

TEST(FenceStress, HeavyAndLightExcludeStoreBuffering) {
  EXPECT_EQ(rounds_until_both_zero(litmus_time, heavy, light), 0);
}

TEST(FenceStress, FullFencesExcludeStoreBuffering) {
  EXPECT_EQ(rounds_until_both_zero(litmus_time, full, full), 0);
}

TEST(FenceStress, TheFallbackExcludesStoreBuffering) {
  EXPECT_EQ(in_child_without_membarrier([] {
              return rounds_until_both_zero(litmus_time, light, heavy) == 0 &&
                             rounds_until_both_zero(litmus_time, heavy,
                                                    light) == 0
                         ? 0
                         : 1;
            }),
            0);
}

}  // namespace
}  // namespace acqrel::testing
