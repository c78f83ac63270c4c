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
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
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

REGISTER_TYPED_TEST_SUITE_P(QueueWaitingConformance, CloseReleasesThosePops,
                            CloseReleasesThosePushes,
                            AThreadThatHandlesASignalMayClose,
                            ADestructorMayClose,
                            AnElementMayCloseTheQueueThatItCameFrom,
                            EveryPushWakesEveryPop, EveryPopWakesEveryPush,
                            ARunWakesAllWhoWait, APoppedRunWakesAllWhoWait,
                            PushRangeGoesOnUntilTheClose);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_WAITING_CONFORMANCE_H_
