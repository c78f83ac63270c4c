// That every wait of every queue ends at its deadline, by whatever clock, and
// when a stop is requested. A suite over the families of
// queue_waiting_conformance.h.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_DEADLINE_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_DEADLINE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <ratio>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {

template <class Family>
class QueueDeadlineConformance : public QueueWaitingConformance<Family> {};

TYPED_TEST_SUITE_P(QueueDeadlineConformance);

// Ten times as fast, in a unit of its own, from another beginning.
struct fast_clock {
  using rep = double;
  using period = std::ratio<7, 3>;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<fast_clock>;
  static constexpr bool is_steady = true;
  static time_point now() {
    return time_point(duration(-1e9) +
                      10 * std::chrono::steady_clock::now().time_since_epoch());
  }
};

// No sooner; by the clock that was named, since others may be set meanwhile.
template <class Clock, class Wait>
void expect_ends_after(typename Clock::duration time, const Wait& wait) {
  const typename Clock::time_point deadline = Clock::now() + time;
  wait(deadline);
  EXPECT_GE(Clock::now(), deadline);
}

TYPED_TEST_P(QueueDeadlineConformance, APopEndsAtItsDeadline) {
  using namespace std::chrono_literals;
  using std::chrono::steady_clock, std::chrono::system_clock;
  auto queue = make_queue<TypeParam, int>(1);
  const std::stop_token open = std::stop_source().get_token();
  const auto is_empty = [](const pop_result<int>& popped) {
    EXPECT_EQ(popped.error(), status::empty);
  };
  expect_ends_after<steady_clock>(2ms,
                                  [&](auto) { is_empty(queue.pop_for(2ms)); });
  expect_ends_after<steady_clock>(
      2ms, [&](auto) { is_empty(queue.pop_for(open, 2ms)); });
  expect_ends_after<steady_clock>(2ms, [&](auto) {
    is_empty(queue.pop_for(std::chrono::duration<float>(0.0021f)));
  });
  const auto until = [&](auto at) { is_empty(queue.pop_until(at)); };
  expect_ends_after<steady_clock>(2ms, until);
  expect_ends_after<system_clock>(2ms, until);
  expect_ends_after<fast_clock>(20ms, until);
  expect_ends_after<fast_clock>(
      20ms, [&](auto at) { is_empty(queue.pop_until(open, at)); });
}

TYPED_TEST_P(QueueDeadlineConformance, APushEndsAtItsDeadline) {
  using namespace std::chrono_literals;
  using std::chrono::steady_clock, std::chrono::system_clock;
  if (!TypeParam::is_bounded) return;
  auto queue = make_queue<TypeParam, std::unique_ptr<int>>(1);
  queue.push(nullptr);
  auto element = std::make_unique<int>(7);
  const std::stop_token open = std::stop_source().get_token();
  const auto is_full = [&](status said) {
    EXPECT_EQ(said, status::full);
    EXPECT_EQ(value_of(element), 7);
  };
  expect_ends_after<steady_clock>(
      2ms, [&](auto) { is_full(queue.push_for(2ms, std::move(element))); });
  expect_ends_after<steady_clock>(2ms, [&](auto) {
    is_full(queue.push_for(open, 2ms, std::move(element)));
  });
  const auto until = [&](auto at) {
    is_full(queue.push_until(at, std::move(element)));
    is_full(queue.push_until(open, at, std::move(element)));
  };
  expect_ends_after<steady_clock>(2ms, until);
  expect_ends_after<system_clock>(2ms, until);
  expect_ends_after<fast_clock>(20ms, until);
}

// A clock that only the test moves.
struct set_clock {
  using rep = long;
  using period = std::milli;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<set_clock>;
  static constexpr bool is_steady = false;
  static inline std::atomic<long> time = 0;
  static time_point now() { return time_point(duration(time.load())); }
};

// It is asked, again, when by its own rate the time should be up.
TYPED_TEST_P(QueueDeadlineConformance, ADeadlineIsItsClocks) {
  using namespace std::chrono_literals;
  set_clock::time = 100;
  const auto deadline = set_clock::now() + 1ms;
  auto queue = make_queue<TypeParam, int>(1);
  queue.push(1);
  EXPECT_TRUE(queue.pop_until(set_clock::time_point::min()));
  EXPECT_EQ(queue.pop_until(set_clock::time_point::min()).error(),
            status::empty);
  observed_thread consumer([&] {
    EXPECT_EQ(queue.pop_until(deadline).error(), status::empty);
    EXPECT_GE(set_clock::now(), deadline);
  });
  consumer.until_asleep();
  EXPECT_FALSE(consumer.has_ended());
  set_clock::time = 1'000'000;
}

// Stops.

TYPED_TEST_P(QueueDeadlineConformance, AStopEndsAPop) {
  using namespace std::chrono_literals;
  using queue_type = typename TypeParam::template queue<int>;
  using pop = std::function<status(queue_type&, const std::stop_token&)>;
  const pop forms[] = {
      [](auto& q, auto& stop) { return q.pop(stop).error(); },
      [](auto& q, auto& stop) {
        return q.pop_until(stop, std::chrono::system_clock::time_point::max())
            .error();
      },
      [](auto& q, auto& stop) { return q.pop_for(stop, 1000h).error(); },
      [](auto& q, auto& stop) {
        EXPECT_EQ(q.drain(stop, [](int) {}), 0u);
        return status::empty;
      },
  };
  for (const pop& form : forms) {
    auto queue = make_queue<TypeParam, int>(1);
    std::stop_source stop;
    const auto wait = [&](std::size_t) {
      EXPECT_EQ(form(queue, stop.get_token()), status::empty);
    };
    sleepers waiting(this->consumers, wait);
    stop.request_stop();
    waiting.join();
    EXPECT_EQ(form(queue, stop.get_token()), status::empty);
    EXPECT_TRUE(queue.push(1));
    EXPECT_EQ(queue.pop(stop.get_token()).value_or(-1), 1) << "one attempt";
  }
}

TYPED_TEST_P(QueueDeadlineConformance, AStopEndsAPush) {
  using namespace std::chrono_literals;
  if (!TypeParam::is_bounded) return;
  using element = std::unique_ptr<int>;
  using queue_type = typename TypeParam::template queue<element>;
  using push =
      std::function<status(queue_type&, const std::stop_token&, element&)>;
  const push forms[] = {
      [](auto& q, auto& stop, auto& e) { return q.push(stop, std::move(e)); },
      [](auto& q, auto& stop, auto& e) {
        return q.push_until(stop, std::chrono::steady_clock::time_point::max(),
                            std::move(e));
      },
      [](auto& q, auto& stop, auto& e) {
        return q.push_for(stop, 1000h, std::move(e));
      },
  };
  for (const push& form : forms) {
    auto queue = make_queue<TypeParam, element>(1);
    queue.push(nullptr);
    std::stop_source stop;
    const auto wait = [&](std::size_t) {
      element argument(new int(7));
      EXPECT_EQ(form(queue, stop.get_token(), argument), status::full);
      EXPECT_EQ(value_of(argument), 7);
    };
    sleepers waiting(this->producers, wait);
    stop.request_stop();
    waiting.join();
    EXPECT_TRUE(queue.pop());
    element argument(new int(8));
    EXPECT_EQ(form(queue, stop.get_token(), argument), status::success);
  }
}

// As a std::jthread ends.
TYPED_TEST_P(QueueDeadlineConformance, AThreadThatWaitsCanBeStopped) {
  auto queue = make_queue<TypeParam, int>(1);
  std::atomic<int> sum = 0;
  {
    std::jthread worker([&](const std::stop_token& stop) {
      queue.drain(stop, [&](int element) { sum += element; });
    });
    for (int i = 1; i <= 100; ++i) queue.push(i);
    while (sum < 5050) std::this_thread::yield();
  }
  EXPECT_EQ(sum, 5050);
}

// A stop and an element at once: the element is popped, or still there.
TYPED_TEST_P(QueueDeadlineConformance, AStopLosesNothing) {
  auto queue = make_queue<TypeParam, int>(1);
  constexpr int rounds = 1000;
  std::vector<std::stop_source> stops(rounds);
  std::atomic<int> popped = 0;
  run_together(3, [&](unsigned index) {
    for (int i = 0; i < rounds; ++i) {
      if (index == 0) stops[i].request_stop();
      if (index == 1) queue.push(i);
      if (index == 2) {
        const auto element = queue.pop(stops[i].get_token());
        if (element) {
          EXPECT_EQ(*element, popped);
          ++popped;
        }
      }
    }
    if (index == 2) {
      while (popped < rounds) {
        EXPECT_EQ(queue.pop().value(), popped);
        ++popped;
      }
    }
  });
  EXPECT_EQ(contents(queue, status::empty), ints{});
}

REGISTER_TYPED_TEST_SUITE_P(QueueDeadlineConformance, APopEndsAtItsDeadline,
                            APushEndsAtItsDeadline, ADeadlineIsItsClocks,
                            AStopEndsAPop, AStopEndsAPush,
                            AThreadThatWaitsCanBeStopped, AStopLosesNothing);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_DEADLINE_CONFORMANCE_H_
