// Broken copies of what atomics_stress_test.cc tests. Every test here must
// fail: BUILD.bazel runs each alone, those named Race under ThreadSanitizer.
// Where a bug needs two threads in a window, the copy holds it open with a
// barrier, so that it fails on every run.
#include <barrier>
#include <chrono>
#include <cstdint>
#include <type_traits>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/event_count.h"
#include "gtest/gtest.h"
#include "tests/atomics/counter_stress.h"
#include "tests/atomics/event_count_stress.h"
#include "tests/atomics/fence_stress.h"
#include "tests/atomics/flag_stress.h"
#include "tests/atomics/ref_ptr_stress.h"

namespace acqrel::testing {
namespace {

// Flags, each right but for one ordering.

template <class Set, class Test, class Clear, class Take>
class flag_with {
 public:
  bool test() const { return set_.load(Test()); }
  void set() {
    set_.store(true, Set());
    set_.notify_all();
  }
  void clear() { set_.store(false, Clear()); }
  bool test_and_set() { return set_.exchange(true, Take()); }
  void wait() const { set_.wait(false, Test()); }

 private:
  atomic<bool> set_{false};
};

using relaxed_tag = std::remove_const_t<decltype(relaxed)>;
using acquire_tag = std::remove_const_t<decltype(acquire)>;
using release_tag = std::remove_const_t<decltype(release)>;
using acq_rel_tag = std::remove_const_t<decltype(acq_rel)>;

TEST(FlagRace, SetIsRelaxed) {
  using broken = flag_with<relaxed_tag, acquire_tag, release_tag, acq_rel_tag>;
  EXPECT_EQ(hand_to_and_fro<broken>(100), 0);
}

TEST(FlagRace, TestIsRelaxed) {
  using broken = flag_with<release_tag, relaxed_tag, release_tag, acq_rel_tag>;
  EXPECT_EQ(set_and_poll<broken>(10), 0);
}

TEST(FlagRace, ClearIsRelaxed) {
  using broken = flag_with<release_tag, acquire_tag, relaxed_tag, acq_rel_tag>;
  EXPECT_EQ(lock_and_count<broken>(2, 1000), 0);
}

TEST(FlagRace, TestAndSetDoesNotAcquire) {
  using broken = flag_with<release_tag, acquire_tag, release_tag, release_tag>;
  EXPECT_EQ(lock_and_count<broken>(2, 1000), 0);
}

TEST(FlagRace, TestAndSetDoesNotRelease) {
  using broken = flag_with<release_tag, acquire_tag, release_tag, acquire_tag>;
  EXPECT_EQ(test_and_set_and_poll<broken>(10), 0);
}

// Two threads that meet between a load and a store.
class meeting_of_two {
 public:
  void wait() { barrier_.arrive_and_wait(); }

 private:
  std::barrier<> barrier_{2};
};

class counter_that_adds_in_two_steps {
 public:
  void add() {
    const std::int64_t old = value_.load(relaxed);
    window_.wait();
    value_.store(old + 1, relaxed);
    window_.wait();
  }
  std::int64_t value() const { return value_.load(relaxed); }

 private:
  atomic<std::int64_t> value_{0};
  meeting_of_two window_;
};

TEST(CounterBug, AddsInTwoSteps) {
  EXPECT_EQ(missing_after_join<counter_that_adds_in_two_steps>(2, 100), 0);
}

// Publishes what it was given a hundred at a time.
class counter_that_keeps_adds_back {
 public:
  void add() {
    if (kept_.fetch_add(1, relaxed) % 100 == 99) value_.fetch_add(100, relaxed);
  }
  std::int64_t value() const { return value_.load(relaxed); }

 private:
  atomic<std::int64_t> kept_{0};
  atomic<std::int64_t> value_{0};
};

TEST(CounterBug, KeepsAddsBack) {
  EXPECT_EQ(wrong_reads<counter_that_keeps_adds_back>(2, 1001), 0);
}

template <class Decrement, class IsUnique = acquire_tag>
class ref_count_with {
 public:
  void increment() { value_.fetch_add(1, relaxed); }
  bool decrement() { return value_.fetch_sub(1, Decrement()) == 1; }
  bool is_unique() const { return value_.load(IsUnique()) == 1; }

 private:
  atomic<int> value_{1};
};

TEST(RefCountRace, DecrementIsRelaxed) {
  EXPECT_EQ(drop_counted_objects<ref_count_with<relaxed_tag>>(100).incomplete,
            0);
}

// The destroyer does not see what the others wrote before they let go.
TEST(RefCountRace, DecrementDoesNotAcquire) {
  EXPECT_EQ(drop_counted_objects<ref_count_with<release_tag>>(100).incomplete,
            0);
}

// The others may still be writing while it is destroyed.
TEST(RefCountRace, DecrementDoesNotRelease) {
  EXPECT_EQ(drop_counted_objects<ref_count_with<acquire_tag>>(100).incomplete,
            0);
}

TEST(RefCountRace, IsUniqueIsRelaxed) {
  using broken = ref_count_with<acq_rel_tag, relaxed_tag>;
  EXPECT_EQ(write_when_alone<broken>(10), 0);
}

// The last two to let go both find two references, and both leave.
class ref_count_that_decrements_in_two_steps {
 public:
  void increment() { value_.fetch_add(1, relaxed); }
  bool decrement() {
    if (leaving_.fetch_add(1, acq_rel) < ref_ptr_thread_count - 1) {
      return value_.fetch_sub(1, acq_rel) == 1;
    }
    const int old = await(
        value_, [](int v) { return v <= 2; }, acquire);
    window_.wait();
    value_.store(old - 1, release);
    return old == 1;
  }

 private:
  atomic<int> value_{1};
  atomic<int> leaving_{0};
  meeting_of_two window_;
};

TEST(RefCountBug, DecrementsInTwoSteps) {
  using broken = ref_count_that_decrements_in_two_steps;
  EXPECT_EQ(drop_counted_objects<broken>(1).destroyed, 1);
}

// An event count that tells nobody.
struct event_count_that_wakes_nobody : event_count {
  void notify_one() noexcept {}
};

TEST(EventCountBug, WakesNobody) {
  using broken = event_count_that_wakes_nobody;
  EXPECT_FALSE(is_asleep_for_ever<broken>(patience(2000)));
}

// A processor's store buffer is the window: no thread can hold it open, and
// two processors find it within some ten thousand rounds of these.
constexpr std::chrono::seconds litmus_time(40);

TEST(FenceBug, BothAreLight) {
  const auto light = [] { asymmetric_thread_fence_light(seq_cst); };
  EXPECT_EQ(rounds_until_both_zero(litmus_time, light, light), 0);
}

}  // namespace
}  // namespace acqrel::testing
