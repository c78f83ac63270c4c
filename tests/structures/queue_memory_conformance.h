// Where every queue has its memory from, and what happens when there is none. A
// suite over the families of queue_conformance.h.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_MEMORY_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_MEMORY_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_forms.h"
#include "acqrel/tests/support/checking_resource.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"

namespace acqrel::testing {

// More than a segment, and more than a hazard domain keeps.
inline constexpr int many = 5000;

template <class Family>
class QueueMemoryConformance : public QueueConformance<Family> {};

TYPED_TEST_SUITE_P(QueueMemoryConformance);

// Fills and empties it past many reclamations, and leaves some elements.
template <class Queue>
void use(Queue& queue) {
  for (int i = 0; i < many; ++i) {
    queue.try_emplace(i);
    if (i % 3 != 0) (void)queue.try_pop();
  }
  while (queue.try_pop()) {
  }
  for (int i = 0; i < 3; ++i) queue.try_emplace(i);
}

template <class Family, class T, class Allocator>
void expect_everything_back(const Allocator& allocator,
                            const checking_resource& resource) {
  const std::size_t before = resource.allocations();
  {
    auto queue = Family::template make<T>(3, allocator);
    EXPECT_TRUE(queue.get_allocator() == allocator);
    use(queue);
    EXPECT_GT(resource.blocks(), 0u);
  }
  EXPECT_GT(resource.allocations(), before);
  EXPECT_EQ(resource.blocks(), 0u);
  EXPECT_EQ(resource.faults(), "");
}

TYPED_TEST_P(QueueMemoryConformance, GivesEveryByteBack) {
  using queue = typename TypeParam::template queue<int>;
  static_assert(
      std::is_same_v<typename queue::allocator_type, std::allocator<int>>);
  checking_resource resource;
  expect_everything_back<TypeParam, fragile>(
      resource_allocator<fragile>(resource), resource);
  expect_everything_back<TypeParam, over_aligned>(
      resource_allocator<over_aligned>(resource), resource);
  expect_everything_back<TypeParam, fragile>(
      std::pmr::polymorphic_allocator<fragile>(&resource), resource);
}

// Also what other threads have pushed, popped and retired, who have ended since;
// and what a thread that goes on has.
TYPED_TEST_P(QueueMemoryConformance, GivesBackWhatOtherThreadsTook) {
  checking_resource resource;
  {
    auto queue = TypeParam::template make<fragile>(
        3, resource_allocator<fragile>(resource));
    use(queue);
    std::thread([&] { use(queue); }).join();
  }
  EXPECT_EQ(resource.blocks(), 0u);
  EXPECT_EQ(resource.faults(), "");
}

// Two at a time, each with a resource of its own that ends with it.
TYPED_TEST_P(QueueMemoryConformance, NeedsItsResourceNoLongerThanItLives) {
  const auto make = [](checking_resource& resource) {
    using allocator = resource_allocator<int>;
    using queue = typename TypeParam::template queue<int, allocator>;
    return std::unique_ptr<queue>(
        new queue(TypeParam::template make<int>(3, allocator(resource))));
  };
  auto outer_resource = std::make_unique<checking_resource>();
  auto outer = make(*outer_resource);
  for (int i = 0; i < 20; ++i) {
    auto resource = std::make_unique<checking_resource>();
    auto queue = make(*resource);
    use(*queue);
    use(*outer);
    queue.reset();
    EXPECT_EQ(resource->blocks(), 0u);
    resource.reset();
    use(*outer);
  }
  outer.reset();
  EXPECT_EQ(outer_resource->blocks(), 0u);
}

// With a buffer that must do, and none of the program's own memory. (Some have a
// hazard domain of their own, and say so: Family::has_a_domain.)
TYPED_TEST_P(QueueMemoryConformance, AllocatesNowhereElse) {
  if (requires { TypeParam::has_a_domain; }) return;
  static std::byte buffer[4 << 20];
  {
    auto before = make_queue<TypeParam, int>(3);  // this thread's hazards
    use(before);
  }
  std::pmr::monotonic_buffer_resource resource(
      buffer, sizeof(buffer), std::pmr::null_memory_resource());
  bool happened = true;
  std::size_t left = 0;
  {
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    {
      auto queue = TypeParam::template make<int>(
          3, std::pmr::polymorphic_allocator<int>(&resource));
      use(queue);
      left = queue.size_hint();
      queue.close();
    }
    happened = failing.happened();
  }
  EXPECT_FALSE(happened);
  EXPECT_EQ(left, 3u);
}

TYPED_TEST_P(QueueMemoryConformance, AConstructorWithoutMemory) {
  for (std::size_t nth = 1;; ++nth) {
    checking_resource resource;
    resource.fail_at(nth);
    try {
      auto queue = TypeParam::template make<fragile>(
          3, resource_allocator<fragile>(resource));
      resource.fail_at(0);
      use(queue);
      EXPECT_TRUE(nth > 1 || !TypeParam::is_bounded) << "it allocates nothing";
      break;
    } catch (const std::bad_alloc&) {
    }
    EXPECT_EQ(resource.blocks(), 0u);
  }
}

// What is refused for want of memory is as it was, and so is the queue.
TYPED_TEST_P(QueueMemoryConformance, APushWithoutMemoryForTheQueue) {
  using allocator = resource_allocator<fragile>;
  using queue_type = typename TypeParam::template queue<fragile, allocator>;
  int failures = 0;
  for (const auto& form : push_forms<queue_type, fragile&&>()) {
    SCOPED_TRACE(form.name);
    checking_resource resource;
    auto queue = TypeParam::template make<fragile>(5, allocator(resource));
    ints expected;
    for (int i = 0; i < many; ++i) {
      fragile element(i);
      resource.fail_at(1);
      bool failed = false;
      try {
        ASSERT_TRUE(form.push(queue, element).pushed);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      resource.fail_at(0);
      ASSERT_EQ(element.value(), failed ? i : fragile::moved_from);
      if (failed) {
        ++failures;
        ASSERT_TRUE(form.push(queue, element).pushed);
        ASSERT_EQ(element.value(), fragile::moved_from);
      }
      expected.push_back(i);
      if (i % 4 == 0 || (TypeParam::is_bounded && expected.size() == 5)) {
        ASSERT_EQ(queue.pop()->value(), expected.front());
        expected.erase(expected.begin());
      }
    }
    EXPECT_EQ(contents(queue, status::empty), expected);
  }
  EXPECT_EQ(failures == 0, TypeParam::is_bounded)
      << "only queues without a bound allocate in a push";
}

// A run that memory fails in the middle of: what is in is a beginning of it.
TYPED_TEST_P(QueueMemoryConformance, ARunWithoutMemory) {
  using allocator = resource_allocator<int>;
  ints run(many);
  for (int i = 0; i < many; ++i) run[i] = i;
  for (std::size_t nth = 1; nth < 20; ++nth) {
    checking_resource resource;
    auto queue = TypeParam::template make<int>(many, allocator(resource));
    std::optional<std::size_t> pushed;
    resource.fail_at(nth);
    try {
      pushed = nth % 2 == 0 ? queue.push_range(run) : queue.try_push_n(run);
    } catch (const std::bad_alloc&) {
    }
    resource.fail_at(0);
    EXPECT_TRUE(!TypeParam::is_bounded || pushed == run.size());
    queue.try_push(-7);
    ints got = contents(queue, status::empty);
    if (got.back() == -7) got.pop_back();
    EXPECT_EQ(got, ints(run.begin(), run.begin() + got.size()));
    EXPECT_EQ(got.size(), pushed.value_or(got.size()));
  }
}

TYPED_TEST_P(QueueMemoryConformance, APushWithoutMemoryForTheElement) {
  using queue_type = typename TypeParam::template queue<ints>;
  for (const auto& form : push_forms<queue_type, const ints&>()) {
    SCOPED_TRACE(form.name);
    ints argument(3, 1);
    const int failures = fail_every_allocation([&](const auto& fails) {
      auto queue = make_queue<TypeParam, ints>(3);
      queue.try_push(ints{0});
      push_answer answer = false;
      const bool failed = fails([&] { answer = form.push(queue, argument); });
      EXPECT_EQ(answer.pushed, !failed);
      EXPECT_EQ(argument, ints(3, 1));
      EXPECT_EQ(queue.size_hint(), failed ? 1u : 2u);
      EXPECT_TRUE(queue.push(ints{2}));
      EXPECT_EQ(contents(queue, status::empty),
                failed ? (ints{0, 2}) : (ints{0, 1, 2}));
    });
    EXPECT_GE(failures, 1);
    if (TypeParam::is_bounded) {
      EXPECT_EQ(failures, 1) << "the copy's";
    }
  }
}

TYPED_TEST_P(QueueMemoryConformance, RefusesNoCapacityAndTooMuch) {
  if constexpr (TypeParam::is_bounded) {
    using ring = typename TypeParam::template queue<over_aligned>;
    EXPECT_THROW((make_queue<TypeParam, int>(0)), std::invalid_argument);
    for (const std::size_t divisor : {1, 2, 3, 4, 16}) {
      // volatile: a compiler that sees the number warns of it.
      volatile std::size_t capacity =
          std::numeric_limits<std::size_t>::max() / divisor;
      EXPECT_THROW((make_queue<TypeParam, int>(capacity)), std::bad_alloc);
      EXPECT_THROW(ring queue(capacity), std::bad_alloc);
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(QueueMemoryConformance, GivesEveryByteBack,
                            GivesBackWhatOtherThreadsTook,
                            NeedsItsResourceNoLongerThanItLives,
                            AllocatesNowhereElse, AConstructorWithoutMemory,
                            APushWithoutMemoryForTheQueue, ARunWithoutMemory,
                            APushWithoutMemoryForTheElement,
                            RefusesNoCapacityAndTooMuch);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_MEMORY_CONFORMANCE_H_
