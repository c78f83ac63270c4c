// What the event count's interface says: deadlines of any clock, stops, and
// predicates that throw. That no wake-up is lost is for the model test, and for
// the stress test.
#include "acqrel/atomics/event_count.h"

#include <atomic>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr auto always = [] { return true; };
constexpr auto never = [] { return false; };

TEST(EventCount, DoesNotWaitForWhatIsThere) {
  event_count changed;
  changed.notify_one();
  changed.notify_all();
  int looks = 0;
  changed.await([&] { return ++looks == 3; });
  EXPECT_EQ(looks, 3);
  EXPECT_TRUE(changed.await_for(hours(1), always));
  EXPECT_TRUE(changed.await_until(steady_clock::now(), always));
}

TEST(EventCount, WakesAWaiter) {
  event_count changed;
  std::atomic<bool> happened{false};
  std::thread waiter([&] { changed.await([&] { return happened.load(); }); });
  happened = true;
  changed.notify_one();
  waiter.join();
}

// A point that has passed, and no time at all, do not sleep.
TEST(EventCount, LooksOnceMoreWhenTheDeadlineHasPassed) {
  event_count changed;
  EXPECT_FALSE(changed.await_until(steady_clock::now() - hours(1), never));
  EXPECT_FALSE(changed.await_until(steady_clock::time_point::min(), never));
  EXPECT_FALSE(changed.await_until(system_clock::now() - hours(1), never));
  EXPECT_FALSE(changed.await_for(nanoseconds::zero(), never));
  EXPECT_FALSE(changed.await_for(nanoseconds::min(), never));
  EXPECT_FALSE(changed.await_for(hours(-1), never));
}

TEST(EventCount, GivesUpAtTheDeadline) {
  event_count changed;
  const auto begin = steady_clock::now();
  EXPECT_FALSE(changed.await_for(milliseconds(20), never));
  EXPECT_GE(steady_clock::now() - begin, milliseconds(20));
  const auto later = system_clock::now() + milliseconds(20);
  EXPECT_FALSE(changed.await_until(later, never));
  EXPECT_GE(system_clock::now(), later);
  EXPECT_FALSE(changed.await_for(std::chrono::duration<double>(0.001), never));
}

// What no clock can tell is never; without overflow.
TEST(EventCount, WaitsForEverIfTheDeadlineIsTooFar) {
  event_count changed;
  std::atomic<int> happened{0};
  const auto has_happened = [&](int n) {
    return [&happened, n] { return happened.load() >= n; };
  };
  std::thread waiter([&] {
    EXPECT_TRUE(
        changed.await_until(steady_clock::time_point::max(), has_happened(1)));
    EXPECT_TRUE(changed.await_for(nanoseconds::max(), has_happened(2)));
    EXPECT_TRUE(changed.await_for(hours::max(), has_happened(3)));
    EXPECT_TRUE(
        changed.await_until(system_clock::time_point::max(), has_happened(4)));
    EXPECT_TRUE(changed.await_for(
        std::chrono::duration<double>(std::numeric_limits<double>::infinity()),
        has_happened(5)));
  });
  for (int i = 0; i < 5; ++i) {
    ++happened;
    changed.notify_one();
  }
  waiter.join();
}

// A clock of the user's, which stands still until it is told.
struct stage_clock {
  using duration = milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<stage_clock>;
  [[maybe_unused]] static constexpr bool is_steady = false;
  static time_point now() noexcept { return time_point(duration(at.load())); }
  static inline std::atomic<rep> at{0};
};

TEST(EventCount, AsksTheUsersClock) {
  event_count changed;
  stage_clock::at = 0;
  const auto curtain = stage_clock::now() + milliseconds(1);
  int looks = 0;
  // The clock moves when the thread has slept as long as it said, in vain.
  EXPECT_FALSE(changed.await_until(curtain, [&] {
    if (++looks > tuning::spin_limit + 10) stage_clock::at = 1;
    return false;
  }));
  EXPECT_GT(looks, tuning::spin_limit + 10);
  EXPECT_FALSE(changed.await_until(curtain, never));
}

TEST(EventCount, AStopThatCameBeforeEndsTheWait) {
  event_count changed;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(changed.await(stop.get_token(), never));
  EXPECT_TRUE(changed.await(stop.get_token(), always));
  EXPECT_FALSE(changed.await_for(stop.get_token(), hours(1), never));
  EXPECT_FALSE(changed.await_until(stop.get_token(),
                                   steady_clock::now() + hours(1), never));
}

TEST(EventCount, AStopEndsTheWait) {
  event_count changed;
  std::jthread waiter([&](std::stop_token stop) {
    EXPECT_FALSE(changed.await(stop, never));
    EXPECT_FALSE(changed.await_for(stop, hours(1), never));
  });
  waiter.request_stop();
}

TEST(EventCount, ATokenOfNobodyStopsNothing) {
  event_count changed;
  EXPECT_FALSE(changed.await_for(std::stop_token(), milliseconds(1), never));
  std::stop_source stop;
  EXPECT_FALSE(changed.await_for(stop.get_token(), milliseconds(1), never));
  stop.request_stop();  // nobody listens any more
}

TEST(EventCount, PassesOnWhatThePredicateThrows) {
  event_count changed;
  const auto throws = []() -> bool { throw std::runtime_error("no"); };
  EXPECT_THROW(changed.await(throws), std::runtime_error);
  int looks = 0;
  EXPECT_THROW(changed.await([&]() -> bool {
    if (++looks > tuning::spin_limit + 2) throw std::runtime_error("no");
    changed.notify_all();  // so that the sleep ends
    return false;
  }),
               std::runtime_error);
}

// Fences change natively, too: more looks in vain than heavy fences are worth.
TEST(EventCount, ManyWaitsOneAfterTheOther) {
  event_count changed;
  for (std::uint32_t i = 0; i < 4 * tuning::heavy_fences_at_a_time; ++i) {
    int looks = 0;
    EXPECT_TRUE(changed.await_for(hours(1), [&] {
      // True at the second look behind the fence.
      return ++looks > tuning::spin_limit + 1;
    }));
  }
  std::atomic<bool> happened{false};
  std::thread waiter([&] { changed.await([&] { return happened.load(); }); });
  happened = true;
  changed.notify_one();
  waiter.join();
}

}  // namespace
}  // namespace acqrel
