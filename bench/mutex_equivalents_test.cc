// The mutex equivalents keep the contract of the structures they stand for.
#include "acqrel/bench/mutex_equivalents.h"

#include <gtest/gtest.h>

#include <array>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::bench {
namespace {

using pointer_to_int = std::unique_ptr<int>;

template <template <class...> class Stack>
void expect_last_in_first_out() {
  Stack<int> stack;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(stack.try_push(i), conqueue_status::success);
  }
  for (int i = 99; i >= 0; --i) EXPECT_EQ(stack.try_pop().value_or(-1), i);
  EXPECT_EQ(stack.try_pop().error(), conqueue_status::empty);
}

template <class Queue>
void expect_first_in_first_out(Queue& queue, int count) {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(queue.try_push(i), conqueue_status::success);
    }
    for (int i = 0; i < count; ++i) EXPECT_EQ(queue.try_pop().value_or(-1), i);
    EXPECT_EQ(queue.try_pop().error(), conqueue_status::empty);
  }
}

template <class T>
using std_mutex_stack = mutex_stack<T>;

TEST(MutexStackTest, IsLastInFirstOut) {
  expect_last_in_first_out<std_mutex_stack>();
  expect_last_in_first_out<absl_mutex_stack>();
}

TEST(MutexQueueTest, IsFirstInFirstOut) {
  mutex_queue<int> queue;
  expect_first_in_first_out(queue, 100);
  absl_mutex_queue<int> absl_queue;
  expect_first_in_first_out(absl_queue, 100);
}

TEST(MutexRingTest, IsFirstInFirstOutAroundTheEnd) {
  mutex_ring<int> ring(7);
  expect_first_in_first_out(ring, 5);
  absl_mutex_ring<int> absl_ring(7);
  expect_first_in_first_out(absl_ring, 7);
}

TEST(MutexRingTest, HoldsAsManyAsItsCapacityAndRefusesTheNext) {
  mutex_ring<pointer_to_int> ring(2);
  EXPECT_EQ(ring.capacity(), 2u);
  EXPECT_EQ(ring.try_emplace(new int(1)), conqueue_status::success);
  EXPECT_EQ(ring.try_emplace(new int(2)), conqueue_status::success);
  auto refused = std::make_unique<int>(3);
  EXPECT_EQ(ring.try_push(std::move(refused)), conqueue_status::full);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(**ring.try_pop(), 1);
  EXPECT_EQ(ring.try_push(std::move(refused)), conqueue_status::success);
  EXPECT_EQ(refused, nullptr);
}

TEST(MutexRingTest, HasNoCapacityZero) {
  EXPECT_THROW(mutex_ring<int>(0), std::invalid_argument);
}

TEST(MutexRingTest, MovesAsManyAsFit) {
  mutex_ring<int> ring(5);
  const std::vector<int> in{1, 2, 3, 4, 5, 6, 7};
  std::vector<int> out;
  for (int round = 0; round < 4; ++round) {
    out.clear();
    EXPECT_EQ(ring.try_push_n(in.begin(), 3), 3u);
    EXPECT_EQ(ring.try_push_n(in.begin() + 3, 4), 2u);
    EXPECT_EQ(ring.try_push_n(in.begin(), 1), 0u);
    EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 4), 4u);
    EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 4), 1u);
    EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 4), 0u);
    EXPECT_EQ(out, (std::vector<int>{1, 2, 3, 4, 5}));
  }
}

TEST(MutexRingTest, DestroysWhatIsLeft) {
  const auto shared = std::make_shared<int>();
  {
    mutex_ring<std::shared_ptr<int>> ring(3);
    for (int i = 0; i < 3; ++i) ring.try_push(shared);
    EXPECT_TRUE(ring.try_pop());
    ring.try_push(shared);  // around the end
    EXPECT_EQ(shared.use_count(), 4);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

}  // namespace
}  // namespace acqrel::bench
