// The waiting queues under a mutex keep the contract of acqrel's.
#include "acqrel/bench/waiting_equivalents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace acqrel::bench {
namespace {

using pointer_to_int = std::unique_ptr<int>;

template <class Queue>
class WaitingQueueTest : public testing::Test {
 protected:
  static constexpr bool is_bounded =
      std::is_constructible_v<Queue, std::size_t>;
  static Queue make(std::size_t capacity) {
    if constexpr (is_bounded) {
      return Queue(capacity);
    } else {
      return Queue();
    }
  }
};

using queues = testing::Types<cv_deque<pointer_to_int>, cv_ring<pointer_to_int>,
                              condition_deque<pointer_to_int>,
                              condition_ring<pointer_to_int>>;
TYPED_TEST_SUITE(WaitingQueueTest, queues, );

TYPED_TEST(WaitingQueueTest, IsFirstInFirstOut) {
  auto queue = this->make(7);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(queue.push(std::make_unique<int>(i)));
    }
    for (int i = 0; i < 5; ++i) EXPECT_EQ(**queue.pop(), i);
  }
}

TYPED_TEST(WaitingQueueTest, ClosedItRefusesAndDrains) {
  auto queue = this->make(2);
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
  queue.close();
  queue.close();
  auto refused = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(refused)));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(**queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

// Where there is a bound, a push that does not wait for room breaks the ring,
// and one that is not woken ends the test's time.
TYPED_TEST(WaitingQueueTest, EachElementComesOutOnceThoughThreadsWait) {
  constexpr int each = 2000;
  auto queue = this->make(1);
  std::vector<std::vector<int>> popped(2);
  std::vector<std::thread> producers, consumers;
  for (auto& mine : popped) {
    consumers.emplace_back([&] {
      while (auto element = queue.pop()) mine.push_back(**element);
    });
  }
  for (int p = 0; p < 2; ++p) {
    producers.emplace_back([&, p] {
      for (int i = 0; i < each; ++i) {
        EXPECT_TRUE(queue.push(std::make_unique<int>(2 * i + p)));
      }
    });
  }
  for (auto& thread : producers) thread.join();
  queue.close();
  for (auto& thread : consumers) thread.join();

  std::vector<int> all = popped[0];
  all.insert(all.end(), popped[1].begin(), popped[1].end());
  std::sort(all.begin(), all.end());
  std::vector<int> expected(2 * each);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

TYPED_TEST(WaitingQueueTest, CloseEndsAPushThatWaitsForRoom) {
  if constexpr (TestFixture::is_bounded) {
    for (int round = 0; round < 100; ++round) {
      auto queue = this->make(1);
      EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
      std::thread closer([&] { queue.close(); });
      EXPECT_FALSE(queue.push(std::make_unique<int>(2)));
      closer.join();
    }
  }
}

}  // namespace
}  // namespace acqrel::bench
