// What every queue does with its elements: where they are, when they end, and
// what follows when one throws. A suite over the families of
// queue_conformance.h.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_ELEMENT_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_ELEMENT_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_forms.h"
#include "acqrel/tests/support/elements.h"

namespace acqrel::testing {

template <class Family>
class QueueElementConformance : public QueueConformance<Family> {};

TYPED_TEST_SUITE_P(QueueElementConformance);

TYPED_TEST_P(QueueElementConformance, KeepsAlignment) {
  auto queue = make_queue<TypeParam, over_aligned>(3);
  for (std::uint64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(queue.emplace(i));
    const auto popped = queue.pop();
    EXPECT_TRUE(popped->is_aligned());
    EXPECT_EQ(popped->value, i);
  }
}

// Of one that knows where it is: the place in the queue is aligned, too.
struct alignas(64) knows_its_place {
  knows_its_place() = default;
  knows_its_place(knows_its_place&&) noexcept {
    misplaced += reinterpret_cast<std::uintptr_t>(this) % 64 != 0;
  }
  static inline int misplaced = 0;
};

TYPED_TEST_P(QueueElementConformance, AlignsElementsInside) {
  knows_its_place::misplaced = 0;
  auto queue = make_queue<TypeParam, knows_its_place>(5);
  for (int i = 0; i < 5; ++i) queue.push(knows_its_place());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.pop());
  EXPECT_EQ(knows_its_place::misplaced, 0);
}

TYPED_TEST_P(QueueElementConformance, APopEndsTheElementInside) {
  using queue_type = typename TypeParam::template queue<fragile>;
  for (const auto& form : pop_forms<queue_type>()) {
    SCOPED_TRACE(form.name);
    auto queue = make_queue<TypeParam, fragile>(2);
    queue.emplace(1);
    queue.emplace(2);
    EXPECT_EQ(fragile::living(), 2);
    EXPECT_EQ(form.pop(queue).element->value(), 1);
    EXPECT_EQ(fragile::living(), 1);
    EXPECT_EQ(form.pop(queue).element->value(), 2);
    EXPECT_EQ(fragile::living(), 0);
  }
}

TYPED_TEST_P(QueueElementConformance, TheDestructorEndsTheElementsLeft) {
  for (std::size_t start = 0; start < 4; ++start) {
    for (int left = 0; left <= 3; ++left) {
      {
        auto queue = make_queue<TypeParam, fragile>(3);
        move_on(queue, start, 0);
        for (int i = 0; i < left; ++i) queue.emplace(i);
        if (start % 2 == 1) queue.close();
        EXPECT_EQ(fragile::living(), left);
      }
      EXPECT_EQ(fragile::living(), 0);
    }
  }
}

// Throws.

template <class Family, class Push>
void expect_strong_guarantee(const Push& push) {
  const int before = fragile::living();
  {
    auto queue = make_queue<Family, fragile>(3);
    move_on(queue, 1, 0);
    queue.emplace(1);
    queue.emplace(2);
    fragile::construction_that_throws = 1;
    EXPECT_THROW(push(queue), failed_on_purpose);
    EXPECT_EQ(fragile::living(), before + 2);
    EXPECT_EQ(queue.size_hint(), 2u);
    fragile::construction_that_throws = 2;
    EXPECT_NO_THROW(push(queue)) << "one construction is enough";
    fragile::construction_that_throws = 0;
    EXPECT_EQ(contents(queue, status::empty), (ints{1, 2, 3}));
  }
  EXPECT_EQ(fragile::living(), before);
}

TYPED_TEST_P(QueueElementConformance, AThrowingElementChangesNothing) {
  using queue_type = typename TypeParam::template queue<fragile>;
  fragile three(3);
  for (const auto& form : push_forms<queue_type, const fragile&>()) {
    SCOPED_TRACE(form.name);
    expect_strong_guarantee<TypeParam>(
        [&](queue_type& queue) { return form.push(queue, three); });
  }
  expect_strong_guarantee<TypeParam>(
      [](queue_type& queue) { return queue.try_emplace(3); });
  expect_strong_guarantee<TypeParam>(
      [](queue_type& queue) { return queue.emplace(3); });
  EXPECT_EQ(three.value(), 3);
}

// Moves do not throw, and need no more constructions.
TYPED_TEST_P(QueueElementConformance, AMoveConstructsNothingThatThrows) {
  using queue_type = typename TypeParam::template queue<fragile>;
  for (const auto& form : push_forms<queue_type, fragile&&>()) {
    auto queue = make_queue<TypeParam, fragile>(3);
    fragile three(3);
    fragile::construction_that_throws = 1;
    EXPECT_TRUE(form.push(queue, three).pushed) << form.name;
    fragile::construction_that_throws = 0;
    EXPECT_EQ(three.value(), fragile::moved_from);
    EXPECT_EQ(contents(queue, status::empty), ints{3});
  }
}

TYPED_TEST_P(QueueElementConformance, AThrowHalfwayThroughPushRange) {
  const std::vector<int> numbers = {1, 2, 3};
  std::vector<fragile> elements(numbers.begin(), numbers.end());
  for (int nth = 1; nth <= 3; ++nth) {
    auto queue = make_queue<TypeParam, fragile>(3);
    fragile::construction_that_throws = nth;
    EXPECT_THROW(queue.push_range(elements), failed_on_purpose);
    fragile::construction_that_throws = 0;
    EXPECT_EQ(contents(queue, status::empty),
              ints(numbers.begin(), numbers.begin() + nth - 1));
  }
}

REGISTER_TYPED_TEST_SUITE_P(QueueElementConformance, KeepsAlignment,
                            AlignsElementsInside, APopEndsTheElementInside,
                            TheDestructorEndsTheElementsLeft,
                            AThrowingElementChangesNothing,
                            AMoveConstructsNothingThatThrows,
                            AThrowHalfwayThroughPushRange);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_ELEMENT_CONFORMANCE_H_
