// What every unbounded container promises, whatever its order: a test suite
// over families, where Family::container<T> is the container and
// Family::in_pop_order turns values in push order into pop order.
#ifndef ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_
#define ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"

namespace acqrel {

template <class Family>
class UnboundedContract : public ::testing::Test {
 protected:
  template <class T>
  using container = typename Family::template container<T>;
  using fragile = testing::fragile;

  // Pops all and compares: the values were pushed in this order.
  template <class Container>
  static void expect_contents(Container& container,
                              const std::vector<int>& pushed) {
    for (const int value : Family::in_pop_order(pushed)) {
      auto popped = container.try_pop();
      ASSERT_TRUE(popped.has_value());
      EXPECT_EQ(popped->value(), value);
    }
    EXPECT_EQ(container.try_pop().error(), conqueue_status::empty);
  }

  void TearDown() override {
    EXPECT_EQ(fragile::living(), 0);
    fragile::construction_that_throws = 0;
  }
};

TYPED_TEST_SUITE_P(UnboundedContract);

TYPED_TEST_P(UnboundedContract, StartsEmpty) {
  typename TestFixture::template container<int> container;
  EXPECT_TRUE(container.empty_hint());
  const pop_result<int> popped = container.try_pop();
  EXPECT_FALSE(popped.has_value());
  EXPECT_EQ(popped.error(), conqueue_status::empty);
  EXPECT_EQ(container.try_pop().value_or(7), 7);
}

TYPED_TEST_P(UnboundedContract, PopsInItsOrder) {
  typename TestFixture::template container<int> container;
  std::vector<int> pushed;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(container.push(i));
    EXPECT_FALSE(container.empty_hint());
    pushed.push_back(i);
  }
  for (const int expected : TypeParam::in_pop_order(pushed)) {
    EXPECT_EQ(container.try_pop().value_or(-1), expected);
  }
  EXPECT_TRUE(container.empty_hint());
  EXPECT_FALSE(container.try_pop());
}

TYPED_TEST_P(UnboundedContract, EmptiesAndFillsAgain) {
  typename TestFixture::template container<int> container;
  for (int i = 0; i < 3000; ++i) {  // past many reclamations
    container.push(2 * i);
    container.push(2 * i + 1);
    for (const int expected :
         TypeParam::in_pop_order(std::vector<int>{2 * i, 2 * i + 1})) {
      ASSERT_EQ(container.try_pop().value_or(-1), expected);
    }
    ASSERT_FALSE(container.try_pop());
  }
}

TYPED_TEST_P(UnboundedContract, EveryWayToPushIsTheSame) {
  typename TestFixture::template container<std::string> container;
  const std::string copied = "copied: long enough to own memory";
  std::string moved = "moved: long enough to own memory, too";
  const std::string moved_text = moved;
  EXPECT_TRUE(container.push(copied));
  EXPECT_TRUE(container.push(std::move(moved)));
  EXPECT_TRUE(container.emplace(3u, 'e'));
  EXPECT_EQ(container.try_push(copied), conqueue_status::success);
  EXPECT_EQ(container.try_push(std::string("try_push")),
            conqueue_status::success);
  EXPECT_EQ(container.try_emplace(2u, 't'), conqueue_status::success);
  EXPECT_EQ(copied, "copied: long enough to own memory");
  for (const std::string& expected :
       TypeParam::in_pop_order(std::vector<std::string>{
           copied, moved_text, "eee", copied, "try_push", "tt"})) {
    EXPECT_EQ(container.try_pop().value(), expected);
  }
}

TYPED_TEST_P(UnboundedContract, HoldsElementsThatOnlyMove) {
  typename TestFixture::template container<std::unique_ptr<int>> container;
  auto element = std::make_unique<int>(1);
  const int* const address = element.get();
  container.push(std::move(element));
  EXPECT_EQ(element, nullptr);
  container.emplace(nullptr);
  for (const bool is_null :
       TypeParam::in_pop_order(std::vector<bool>{false, true})) {
    EXPECT_EQ(container.try_pop().value().get(), is_null ? nullptr : address);
  }
}

TYPED_TEST_P(UnboundedContract, HoldsOverAlignedElements) {
  typename TestFixture::template container<testing::over_aligned> container;
  for (std::uint64_t i = 0; i < 10; ++i) container.emplace(i);
  while (auto popped = container.try_pop()) EXPECT_TRUE(popped->is_aligned());
}

TYPED_TEST_P(UnboundedContract, DestroysWhatRemains) {
  {
    typename TestFixture::template container<testing::fragile> container;
    for (int i = 0; i < 100; ++i) container.emplace(i);
    for (int i = 0; i < 30; ++i) (void)container.try_pop();
    EXPECT_EQ(testing::fragile::living(), 70);
  }
  EXPECT_EQ(testing::fragile::living(), 0);
}

// A popped element does not live on in a node that waits to be reclaimed.
TYPED_TEST_P(UnboundedContract, DestroysAnElementWhenItIsPopped) {
  typename TestFixture::template container<testing::fragile> container;
  container.emplace(1);
  { const auto popped = container.try_pop(); }
  EXPECT_EQ(testing::fragile::living(), 0);
}

TYPED_TEST_P(UnboundedContract, APushThatThrowsChangesNothing) {
  using testing::fragile;
  typename TestFixture::template container<fragile> container;
  container.emplace(1);
  container.emplace(2);
  const fragile copied(9);
  const auto throws = [](const auto& action) {
    fragile::construction_that_throws = 1;
    EXPECT_THROW(action(), testing::failed_on_purpose);
    EXPECT_EQ(fragile::living(), 3);
  };
  throws([&] { container.push(copied); });
  throws([&] { (void)container.try_push(copied); });
  throws([&] { container.emplace(3); });
  throws([&] { (void)container.try_emplace(3); });
  EXPECT_EQ(copied.value(), 9);
  container.emplace(4);
  TestFixture::expect_contents(container, {1, 2, 4});
}

TYPED_TEST_P(UnboundedContract, AFailedAllocationLosesNothing) {
  using testing::fragile;
  // On a thread of its own, which has no hazard pointers yet: whatever the
  // first call of a thread allocates fails, too.
  const auto on_a_fresh_thread = [](const auto& body) {
    return testing::fail_every_allocation(
        [&](const auto& fails) { std::thread([&] { body(fails); }).join(); });
  };
  EXPECT_GE(
      on_a_fresh_thread([](const auto& fails) {
        typename TestFixture::template container<fragile> container;
        container.emplace(1);
        fragile element(2);
        const bool failed = fails([&] { container.push(std::move(element)); });
        EXPECT_EQ(element.value(), failed ? 2 : fragile::moved_from);
        TestFixture::expect_contents(
            container, failed ? std::vector<int>{1} : std::vector<int>{1, 2});
      }),
      1);
  on_a_fresh_thread([](const auto& fails) {
    typename TestFixture::template container<fragile> container;
    std::thread([&] { container.emplace(1); }).join();
    bool popped = false;
    const bool failed =
        fails([&] { popped = container.try_pop().has_value(); });
    EXPECT_EQ(popped, !failed);
    TestFixture::expect_contents(
        container, popped ? std::vector<int>{} : std::vector<int>{1});
  });
  on_a_fresh_thread([](const auto& fails) {
    using container = typename TestFixture::template container<fragile>;
    std::unique_ptr<container> made;
    fails([&] { made = std::make_unique<container>(); });
    if (made != nullptr) EXPECT_TRUE(made->empty_hint());
  });
}

TYPED_TEST_P(UnboundedContract, StaysWhereItIs) {
  using container = typename TestFixture::template container<int>;
  static_assert(!std::is_copy_constructible_v<container>);
  static_assert(!std::is_copy_assignable_v<container>);
  static_assert(!std::is_move_constructible_v<container>);
  static_assert(!std::is_move_assignable_v<container>);
  static_assert(std::is_same_v<typename container::value_type, int>);
}

REGISTER_TYPED_TEST_SUITE_P(UnboundedContract, StartsEmpty, PopsInItsOrder,
                            EmptiesAndFillsAgain, EveryWayToPushIsTheSame,
                            HoldsElementsThatOnlyMove, HoldsOverAlignedElements,
                            DestroysWhatRemains,
                            DestroysAnElementWhenItIsPopped,
                            APushThatThrowsChangesNothing,
                            AFailedAllocationLosesNothing, StaysWhereItIs);

}  // namespace acqrel

#endif  // ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_
