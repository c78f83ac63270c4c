// The queue that sleeps: what comes out, that no wake-up is lost, and the end.
// A lost wake-up shows as a test that does not end.

#include "acqrel/examples/waiting_queue.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/examples/mutex_queue.h"
#include "acqrel/examples/queue_figures.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/spsc_ring.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

template <class Queue>
class AnyQueue : public testing::Test {
 protected:
  Queue queue_;
};
using queues = testing::Types<waiting_queue<std::unique_ptr<int>>,
                              mutex_queue<std::unique_ptr<int>>>;
TYPED_TEST_SUITE(AnyQueue, queues);

TYPED_TEST(AnyQueue, GivesBackInOrderThenEnds) {
  for (int i = 0; i < 3; ++i) this->queue_.push(std::make_unique<int>(i));
  this->queue_.close();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(**this->queue_.pop(), i);
  EXPECT_EQ(this->queue_.pop(), std::nullopt);
  EXPECT_EQ(this->queue_.pop(), std::nullopt);
}

TYPED_TEST(AnyQueue, CountsWhatItDoes) {
  for (int i = 0; i < 3; ++i) this->queue_.push(std::make_unique<int>(i));
  this->queue_.pop();
  this->queue_.push(std::make_unique<int>(3));
  const queue_figures figures = this->queue_.figures();
  EXPECT_EQ(figures.pushed, 4);
  EXPECT_EQ(figures.popped, 1);
  EXPECT_EQ(figures.slept, 0);
  EXPECT_EQ(figures.high_water, 3);
}

TYPED_TEST(AnyQueue, TheEndWakesAllConsumers) {
  for (int round = 0; round < 200; ++round) {
    TypeParam queue;
    std::vector<std::thread> consumers;
    for (int i = 0; i < 4; ++i) {
      consumers.emplace_back(
          [&queue] { EXPECT_EQ(queue.pop(), std::nullopt); });
    }
    // They sleep, or will in a moment.
    while (queue.figures().slept < 4) std::this_thread::yield();
    queue.close();
    for (std::thread& consumer : consumers) consumer.join();
  }
}

TYPED_TEST(AnyQueue, EveryElementReachesOneConsumer) {
  constexpr int producers = 3;
  constexpr int consumers = 3;
  constexpr int each = 20'000;
  std::vector<std::vector<int>> popped(consumers);
  std::vector<std::thread> producing;
  std::vector<std::thread> consuming;
  for (int c = 0; c < consumers; ++c) {
    consuming.emplace_back([this, &mine = popped[c]] {
      while (auto element = this->queue_.pop()) mine.push_back(**element);
    });
  }
  for (int p = 0; p < producers; ++p) {
    producing.emplace_back([this, p] {
      for (int i = 0; i < each; ++i) {
        this->queue_.push(std::make_unique<int>(p * each + i));
      }
    });
  }
  for (std::thread& producer : producing) producer.join();
  this->queue_.close();
  for (std::thread& consumer : consuming) consumer.join();

  std::vector<int> times(producers * each);
  for (const std::vector<int>& mine : popped) {
    for (const int element : mine) ++times[static_cast<std::size_t>(element)];
  }
  EXPECT_EQ(times, std::vector<int>(producers * each, 1));
  EXPECT_EQ(this->queue_.figures().pushed, producers * each);
  EXPECT_EQ(this->queue_.figures().popped, producers * each);
}

// One element travels between two threads, so that one of them has nothing to
// do at any time, and the next push meets it on its way to sleep.
TEST(WaitingQueue, LosesNoWakeUpInPingPong) {
  using ring = waiting_queue<int, acqrel::spsc_ring<int>>;
  ring there(1);
  ring back(1);
  constexpr int rounds = 50'000;
  std::thread other([&] {
    while (const std::optional<int> ball = there.pop()) back.push(*ball);
    back.close();
  });
  for (int i = 0; i < rounds; ++i) {
    there.push(i);
    ASSERT_EQ(back.pop(), i);
  }
  there.close();
  EXPECT_EQ(back.pop(), std::nullopt);
  other.join();
}

TEST(WaitingQueue, RefusesWhatDoesNotFit) {
  waiting_queue<int, acqrel::spsc_ring<int>> queue(2);
  queue.push(1);
  queue.push(2);
  EXPECT_THROW(queue.push(3), std::length_error);
  EXPECT_EQ(queue.figures().pushed, 2);
  EXPECT_EQ(queue.pop(), 1);
  queue.push(3);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), 3);
}

// A queue that lets a test step in at the two moments that matter.
class stepped_queue {
 public:
  acqrel::conqueue_status try_push(int&& value) {
    if (before_push) std::exchange(before_push, nullptr)();
    const std::lock_guard lock(mutex_);
    elements_.push_back(value);
    return acqrel::conqueue_status::success;
  }

  acqrel::pop_result<int> try_pop() {
    {
      const std::lock_guard lock(mutex_);
      if (!elements_.empty()) {
        int value = elements_.front();
        elements_.pop_front();
        return value;
      }
    }
    if (after_empty) std::exchange(after_empty, nullptr)();
    return acqrel::conqueue_status::empty;
  }

  static inline std::function<void()> before_push;
  static inline std::function<void()> after_empty;

 private:
  std::mutex mutex_;
  std::deque<int> elements_;
};

// The push comes when the consumer has found nothing and does not sleep yet.
TEST(WaitingQueue, SeesThePushBetweenTheLookAndTheSleep) {
  waiting_queue<int, stepped_queue> queue;
  stepped_queue::after_empty = [&queue] { queue.push(7); };
  EXPECT_EQ(queue.pop(), 7);
  EXPECT_EQ(queue.figures().slept, 1);  // a sleep that the epoch cut short
}

TEST(WaitingQueue, SeesTheEndBetweenTheLookAndTheSleep) {
  waiting_queue<int, stepped_queue> queue;
  stepped_queue::after_empty = [&queue] { queue.close(); };
  EXPECT_EQ(queue.pop(), std::nullopt);
}

// The consumer looks before the element is there, while the push goes on. A
// push that announced the element before that would let it sleep for ever.
TEST(WaitingQueue, AnnouncesAnElementWhenItIsThere) {
  waiting_queue<int, stepped_queue> queue;
  std::thread consumer;
  stepped_queue::before_push = [&] {
    std::mutex mutex;
    std::condition_variable found_nothing;
    bool empty = false;
    stepped_queue::after_empty = [&] {
      const std::lock_guard lock(mutex);
      empty = true;
      found_nothing.notify_one();
    };
    consumer = std::thread([&queue] { EXPECT_EQ(queue.pop(), 7); });
    std::unique_lock lock(mutex);
    found_nothing.wait(lock, [&empty] { return empty; });
  };
  queue.push(7);
  consumer.join();
}

// An element that was pushed before the end comes before it, also when the
// consumer looked before both.
TEST(WaitingQueue, GivesTheLastElementBeforeTheEnd) {
  waiting_queue<int, stepped_queue> queue;
  stepped_queue::after_empty = [&queue] {
    queue.push(7);
    queue.close();
  };
  EXPECT_EQ(queue.pop(), 7);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

}  // namespace
}  // namespace examples
