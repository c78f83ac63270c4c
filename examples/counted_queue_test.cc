// The queues that the pipeline can run on: what comes out, what they count, and
// the end. A lost wake-up shows as a test that does not end.

#include "acqrel/examples/counted_queue.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "acqrel/examples/mutex_queue.h"
#include "acqrel/examples/queue_figures.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

template <class Queue>
class AnyQueue : public testing::Test {
 protected:
  Queue queue_;
};
using queues = testing::Types<
    counted_queue<acqrel::michael_scott_queue<std::unique_ptr<int>>>,
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

}  // namespace
}  // namespace examples
