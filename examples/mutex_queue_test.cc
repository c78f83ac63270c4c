// The queue to compare with: what comes out, what it counts, and the end. A lost
// wake-up shows as a test that does not end.

#include "acqrel/examples/mutex_queue.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "acqrel/structures/counted.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

class MutexQueue : public testing::Test {
 protected:
  mutex_queue<std::unique_ptr<int>> queue_;
};

TEST_F(MutexQueue, GivesBackInOrderThenEnds) {
  for (int i = 0; i < 3; ++i) queue_.push(std::make_unique<int>(i));
  queue_.close();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(**queue_.pop(), i);
  EXPECT_EQ(queue_.pop(), std::nullopt);
  EXPECT_EQ(queue_.pop(), std::nullopt);
}

TEST_F(MutexQueue, CountsWhatItDoes) {
  for (int i = 0; i < 3; ++i) queue_.push(std::make_unique<int>(i));
  queue_.pop();
  queue_.push(std::make_unique<int>(3));
  const acqrel::queue_statistics figures = queue_.statistics();
  EXPECT_EQ(figures.pushed, 4u);
  EXPECT_EQ(figures.popped, 1u);
  EXPECT_EQ(figures.waited, 0u);
  EXPECT_EQ(figures.high_water, 3u);
}

TEST_F(MutexQueue, TheEndWakesAllConsumers) {
  for (int round = 0; round < 200; ++round) {
    mutex_queue<std::unique_ptr<int>> queue;
    std::vector<std::thread> consumers;
    for (int i = 0; i < 4; ++i) {
      consumers.emplace_back(
          [&queue] { EXPECT_EQ(queue.pop(), std::nullopt); });
    }
    // They sleep, or will in a moment.
    while (queue.statistics().waited < 4) std::this_thread::yield();
    queue.close();
    for (std::thread& consumer : consumers) consumer.join();
  }
}

TEST_F(MutexQueue, EveryElementReachesOneConsumer) {
  constexpr int producers = 3;
  constexpr int consumers = 3;
  constexpr int each = 20'000;
  std::vector<std::vector<int>> popped(consumers);
  std::vector<std::thread> producing;
  std::vector<std::thread> consuming;
  for (int c = 0; c < consumers; ++c) {
    consuming.emplace_back([this, &mine = popped[c]] {
      while (auto element = queue_.pop()) mine.push_back(**element);
    });
  }
  for (int p = 0; p < producers; ++p) {
    producing.emplace_back([this, p] {
      for (int i = 0; i < each; ++i) {
        queue_.push(std::make_unique<int>(p * each + i));
      }
    });
  }
  for (std::thread& producer : producing) producer.join();
  queue_.close();
  for (std::thread& consumer : consuming) consumer.join();

  std::vector<int> times(producers * each);
  for (const std::vector<int>& mine : popped) {
    for (const int element : mine) ++times[static_cast<std::size_t>(element)];
  }
  EXPECT_EQ(times, std::vector<int>(producers * each, 1));
  EXPECT_EQ(queue_.statistics().pushed, std::uint64_t{producers * each});
  EXPECT_EQ(queue_.statistics().popped, std::uint64_t{producers * each});
}

}  // namespace
}  // namespace examples
