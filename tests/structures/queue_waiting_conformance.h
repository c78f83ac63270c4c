// What every queue promises those who wait. A suite over the families of
// queue_conformance.h, which also say who may push and pop:
//
//   static constexpr ends producers = ends::many, consumers = ends::one;
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_WAITING_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_WAITING_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <optional>
#include <ratio>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_forms.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {

template <class Family>
class QueueWaitingConformance : public QueueConformance<Family> {
 protected:
  static constexpr std::size_t producers =
      Family::producers == ends::one ? 1 : 3;
  static constexpr std::size_t consumers =
      Family::consumers == ends::one ? 1 : 3;
};

TYPED_TEST_SUITE_P(QueueWaitingConformance);

// So many threads that do the same, all asleep.
class sleepers {
 public:
  template <class Body>
  sleepers(std::size_t count, const Body& body) {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([&body, i] { body(i); });
    }
    for (const observed_thread& thread : threads_) {
      thread.until_asleep();
      EXPECT_FALSE(thread.has_ended()) << "it does not wait";
    }
  }
  void join() { threads_.clear(); }

 private:
  std::list<observed_thread> threads_;
};

// A consumer asleep in every form that waits, and what wakes it.
template <class Family, class End>
void expect_pops_return(std::size_t count, const End& end) {
  using queue_type = typename Family::template queue<int>;
  for (const auto& form : pop_forms<queue_type>()) {
    if (form.waits == patience::none) continue;
    SCOPED_TRACE(form.name);
    auto queue = make_queue<Family, int>(1);
    const auto pop = [&](std::size_t) {
      const auto answer = form.pop(queue);
      EXPECT_FALSE(answer.element);
      EXPECT_EQ(answer.reason.value_or(status::closed), status::closed);
    };
    sleepers waiting(count, pop);
    end(queue);
    waiting.join();
    EXPECT_TRUE(queue.is_closed());
  }
}

TYPED_TEST_P(QueueWaitingConformance, CloseReleasesThosePops) {
  expect_pops_return<TypeParam>(this->consumers,
                                [](auto& queue) { queue.close(); });
}

TYPED_TEST_P(QueueWaitingConformance, CloseReleasesThosePushes) {
  using queue_type = typename TypeParam::template queue<std::unique_ptr<int>>;
  if (!TypeParam::is_bounded) return;
  for (const auto& form : push_forms<queue_type, std::unique_ptr<int>&&>()) {
    if (form.waits == patience::none) continue;
    SCOPED_TRACE(form.name);
    auto queue = make_queue<TypeParam, std::unique_ptr<int>>(2);
    for (const int i : {1, 2}) queue.push(std::make_unique<int>(i));
    const auto push = [&](std::size_t) {
      auto argument = std::make_unique<int>(7);
      const push_answer answer = form.push(queue, argument);
      EXPECT_FALSE(answer.pushed);
      EXPECT_EQ(answer.reason.value_or(status::closed), status::closed);
      EXPECT_EQ(value_of(argument), 7);
    };
    sleepers waiting(this->producers, push);
    queue.close();
    waiting.join();
    EXPECT_EQ(contents(queue, status::closed), (ints{1, 2}));
  }
}

// As a service does that is told to end.
TYPED_TEST_P(QueueWaitingConformance, AThreadThatHandlesASignalMayClose) {
  sigset_t signals, before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  expect_pops_return<TypeParam>(this->consumers, [&](auto& queue) {
    std::thread handler([&] {
      int signal = 0;
      sigwait(&signals, &signal);
      EXPECT_EQ(signal, SIGUSR1);
      queue.close();
    });
    kill(getpid(), SIGUSR1);
    handler.join();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// Closes a queue where it ends; what was moved from does not.
template <class Queue>
class closes {
 public:
  explicit closes(Queue& queue) : queue_(&queue) {}
  closes(closes&& other) noexcept
      : queue_(std::exchange(other.queue_, nullptr)) {}
  closes& operator=(closes&& other) noexcept {
    std::swap(queue_, other.queue_);
    return *this;
  }
  ~closes() {
    if (queue_ != nullptr) queue_->close();
  }

 private:
  Queue* queue_;
};

TYPED_TEST_P(QueueWaitingConformance, ADestructorMayClose) {
  // A guard's, while an exception passes.
  expect_pops_return<TypeParam>(this->consumers, [](auto& queue) {
    try {
      const closes guard(queue);
      throw failed_on_purpose();
    } catch (const failed_on_purpose&) {
    }
  });
  // An element's: popped, or left in a queue that ends.
  for (const bool is_popped : {true, false}) {
    expect_pops_return<TypeParam>(this->consumers, [&](auto& queue) {
      using element = closes<std::remove_reference_t<decltype(queue)>>;
      auto outer = make_queue<TypeParam, element>(1);
      outer.emplace(queue);
      if (is_popped) (void)outer.pop();
    });
  }
}

// The element that ends the queue that it came from.
struct last_one {
  explicit last_one(std::function<void()> end) : end(std::move(end)) {}
  last_one(last_one&& other) noexcept : end(std::move(other.end)) {
    other.end = nullptr;
  }
  ~last_one() {
    if (end) end();
  }
  std::function<void()> end;
};

TYPED_TEST_P(QueueWaitingConformance, AnElementMayCloseTheQueueThatItCameFrom) {
  auto queue = make_queue<TypeParam, last_one>(1);
  std::atomic<int> popped = 0;
  const auto pop = [&](std::size_t) {
    while (queue.pop()) ++popped;
  };
  sleepers waiting(this->consumers, pop);
  queue.emplace([&] { queue.close(); });
  waiting.join();
  EXPECT_EQ(popped, 1);
}

// Wakes.

TYPED_TEST_P(QueueWaitingConformance, EveryPushWakesEveryPop) {
  using queue_type = typename TypeParam::template queue<int>;
  for (const auto& push : push_forms<queue_type, int&&>()) {
    for (const auto& pop : pop_forms<queue_type>()) {
      if (pop.waits == patience::none) continue;
      SCOPED_TRACE(push.name + ", " + pop.name);
      auto queue = make_queue<TypeParam, int>(1);
      observed_thread consumer(
          [&] { EXPECT_EQ(pop.pop(queue).element.value_or(-1), 5); });
      consumer.until_asleep();
      int element = 5;
      EXPECT_TRUE(push.push(queue, element).pushed);
    }
  }
}

TYPED_TEST_P(QueueWaitingConformance, EveryPopWakesEveryPush) {
  using queue_type = typename TypeParam::template queue<int>;
  if (!TypeParam::is_bounded) return;
  for (const auto& push : push_forms<queue_type, int&&>()) {
    if (push.waits == patience::none) continue;
    for (const auto& pop : pop_forms<queue_type>()) {
      SCOPED_TRACE(push.name + ", " + pop.name);
      auto queue = make_queue<TypeParam, int>(1);
      queue.push(1);
      observed_thread producer([&] {
        int element = 2;
        EXPECT_TRUE(push.push(queue, element).pushed);
      });
      producer.until_asleep();
      EXPECT_EQ(pop.pop(queue).element.value_or(-1), 1);
      producer.join();
      EXPECT_EQ(contents(queue, status::empty), ints{2});
    }
  }
}

// Many at once wake as many as there are for.
TYPED_TEST_P(QueueWaitingConformance, ARunWakesAllWhoWait) {
  for (const bool at_once : {true, false}) {
    auto queue = make_queue<TypeParam, int>(8);
    std::atomic<int> sum = 0;
    const auto pop = [&](std::size_t) { sum += queue.pop().value(); };
    sleepers waiting(this->consumers, pop);
    ints run;
    for (std::size_t i = 0; i < this->consumers; ++i) run.push_back(1);
    if (at_once) {
      EXPECT_EQ(queue.try_push_n(run), run.size());
    } else {
      EXPECT_EQ(queue.push_range(run), run.size());
    }
    waiting.join();
    EXPECT_EQ(sum, static_cast<int>(run.size()));
  }
}

TYPED_TEST_P(QueueWaitingConformance, APoppedRunWakesAllWhoWait) {
  if (!TypeParam::is_bounded) return;
  auto queue = make_queue<TypeParam, int>(3);
  queue.push_range(ints{1, 2, 3});
  const auto push = [&](std::size_t) { EXPECT_TRUE(queue.push(9)); };
  sleepers waiting(this->producers, push);
  ints out(3);
  EXPECT_EQ(queue.try_pop_n(out), 3u);
  waiting.join();
  EXPECT_EQ(queue.size_hint(), this->producers);
}

// A range longer than the queue; and what of it was accepted when it is closed.
TYPED_TEST_P(QueueWaitingConformance, PushRangeGoesOnUntilTheClose) {
  ints range(1000);
  for (int i = 0; i < 1000; ++i) range[i] = i;
  for (const std::size_t close_after : {0, 1, 2, 5, 500, 1000}) {
    auto queue = make_queue<TypeParam, int>(3);
    std::size_t pushed = 0;
    ints popped;
    std::thread producer([&] { pushed = queue.push_range(range); });
    while (popped.size() < close_after) popped.push_back(queue.pop().value());
    queue.close();
    producer.join();
    while (const auto next = queue.pop()) popped.push_back(*next);
    EXPECT_EQ(popped, ints(range.begin(), range.begin() + pushed));
  }
}

// Deadlines.

// Ten times as fast, in a unit of its own, from another beginning.
struct fast_clock {
  using rep = double;
  using period = std::ratio<7, 3>;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<fast_clock>;
  static constexpr bool is_steady = true;
  static time_point now() {
    return time_point(duration(-1e9) +
                      1000 *
                          std::chrono::steady_clock::now().time_since_epoch());
  }
};

template <class Family, class Wait>
void expect_times_out(const Wait& wait) {
  using namespace std::chrono_literals;
  auto queue = make_queue<Family, int>(1);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(wait(queue), status::empty);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
}

TYPED_TEST_P(QueueWaitingConformance, APopEndsAtItsDeadline) {
  using namespace std::chrono_literals;
  using std::chrono::steady_clock, std::chrono::system_clock;
  const std::stop_token open = std::stop_source().get_token();
  expect_times_out<TypeParam>([](auto& q) { return q.pop_for(2ms).error(); });
  expect_times_out<TypeParam>(
      [&](auto& q) { return q.pop_for(open, 2ms).error(); });
  expect_times_out<TypeParam>([](auto& q) {
    return q.pop_for(std::chrono::duration<float>(0.002f)).error();
  });
  expect_times_out<TypeParam>(
      [](auto& q) { return q.pop_until(steady_clock::now() + 2ms).error(); });
  expect_times_out<TypeParam>([&](auto& q) {
    return q.pop_until(open, system_clock::now() + 3ms).error();
  });
  expect_times_out<TypeParam>(
      [](auto& q) { return q.pop_until(fast_clock::now() + 30ms).error(); });
}

TYPED_TEST_P(QueueWaitingConformance, APushEndsAtItsDeadline) {
  using namespace std::chrono_literals;
  if (!TypeParam::is_bounded) return;
  auto queue = make_queue<TypeParam, std::unique_ptr<int>>(1);
  queue.push(nullptr);
  auto element = std::make_unique<int>(7);
  const auto expect_full = [&](const auto& push) {
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(push(), status::full);
    EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
    EXPECT_EQ(value_of(element), 7);
  };
  const std::stop_token open = std::stop_source().get_token();
  expect_full([&] { return queue.push_for(2ms, std::move(element)); });
  expect_full([&] { return queue.push_for(open, 2ms, std::move(element)); });
  expect_full([&] {
    return queue.push_until(fast_clock::now() + 30ms, std::move(element));
  });
  expect_full([&] {
    return queue.push_until(open, std::chrono::steady_clock::now() + 2ms,
                            std::move(element));
  });
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
TYPED_TEST_P(QueueWaitingConformance, ADeadlineIsItsClocks) {
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

TYPED_TEST_P(QueueWaitingConformance, AStopEndsAPop) {
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

TYPED_TEST_P(QueueWaitingConformance, AStopEndsAPush) {
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
TYPED_TEST_P(QueueWaitingConformance, AThreadThatWaitsCanBeStopped) {
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
TYPED_TEST_P(QueueWaitingConformance, AStopLosesNothing) {
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

REGISTER_TYPED_TEST_SUITE_P(
    QueueWaitingConformance, CloseReleasesThosePops, CloseReleasesThosePushes,
    AThreadThatHandlesASignalMayClose, ADestructorMayClose,
    AnElementMayCloseTheQueueThatItCameFrom, EveryPushWakesEveryPop,
    EveryPopWakesEveryPush, ARunWakesAllWhoWait, APoppedRunWakesAllWhoWait,
    PushRangeGoesOnUntilTheClose, APopEndsAtItsDeadline, APushEndsAtItsDeadline,
    ADeadlineIsItsClocks, AStopEndsAPop, AStopEndsAPush,
    AThreadThatWaitsCanBeStopped, AStopLosesNothing);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_WAITING_CONFORMANCE_H_
