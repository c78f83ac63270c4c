// The contract of michael_scott_queue: that of all queues, and what it allocates.
#include "acqrel/structures/michael_scott_queue.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_deadline_conformance.h"
#include "acqrel/tests/structures/queue_element_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"
#include "acqrel/tests/structures/unbounded_contract.h"
#include "acqrel/tests/support/failing_allocation.h"

namespace acqrel {
namespace {

struct first_in_first_out {
  template <class T>
  using container = michael_scott_queue<T>;
  static constexpr int constructor_allocations = 2;  // a dummy, a hazard
  static constexpr int hazards_of_push = 1;
  static constexpr int hazards_of_pop = 2;
  static constexpr int hazards_of_hint = 1;

  template <class T>
  static std::vector<T> in_pop_order(const std::vector<T>& pushed) {
    return pushed;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, UnboundedContract,
                               first_in_first_out);

TEST(MichaelScottQueue, PopsTheFirstPushedBetweenPushes) {
  michael_scott_queue<int> queue;
  queue.push(1);
  queue.push(2);
  EXPECT_EQ(queue.try_pop().value_or(-1), 1);
  queue.push(3);
  EXPECT_EQ(queue.try_pop().value_or(-1), 2);
  EXPECT_EQ(queue.try_pop().value_or(-1), 3);
  EXPECT_FALSE(queue.try_pop());
}

TEST(MichaelScottQueue, SizeHintIsExactAtRest) {
  michael_scott_queue<int> queue;
  EXPECT_EQ(queue.size_hint(), 0u);
  for (int i = 0; i < 5; ++i) queue.push(i);
  EXPECT_EQ(queue.size_hint(), 5u);
  for (int i = 0; i < 3; ++i) (void)queue.try_pop();
  EXPECT_EQ(queue.size_hint(), 2u);
  while (queue.try_pop()) {
  }
  EXPECT_EQ(queue.size_hint(), 0u);
  (void)queue.try_pop();
  EXPECT_EQ(queue.size_hint(), 0u);
}

TEST(MichaelScottQueue, SizeHintWithoutMemory) {
  const int failures = testing::fail_every_allocation([](const auto& fails) {
    michael_scott_queue<int> queue;
    queue.push(1);
    std::size_t size = 0;
    const bool failed = [&] {
      const no_spare_hazards none;
      return fails([&] { size = queue.size_hint(); });
    }();
    EXPECT_EQ(size, failed ? 0u : 1u);
    EXPECT_EQ(queue.size_hint(), 1u);
  });
  EXPECT_EQ(failures, 1);
}

}  // namespace
}  // namespace acqrel

namespace acqrel::testing {
namespace {

struct family : unbounded_family<michael_scott_queue, ends::many, ends::many> {
  static constexpr bool has_a_domain = true;  // where the allocator has a state
};

INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueElementConformance,
                               family);
INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueMemoryConformance,
                               family);
INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueWaitingConformance,
                               family);
INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueDeadlineConformance,
                               family);
INSTANTIATE_TYPED_TEST_SUITE_P(MichaelScottQueue, QueueBurstConformance,
                               family);

}  // namespace
}  // namespace acqrel::testing
