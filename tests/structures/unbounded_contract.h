// What every unbounded container promises, whatever its order: a test suite
// over families, where Family::container<T> is the container,
// Family::in_pop_order turns values in push order into pop order, and the
// numbers say what is allocated: constructor_allocations, hazards_of_push,
// hazards_of_pop, hazards_of_hint.
#ifndef ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_
#define ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"

namespace acqrel {

using ints = std::vector<int>;

// Holds every hazard that can be had without an allocation: while it lives,
// each further one costs an allocation.
class no_spare_hazards {
 public:
  no_spare_hazards() {
    using testing::failing_allocation;
    held_.reserve(100);
    held_.push_back(make_hazard_pointer());  // the domain knows this thread now
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    try {
      for (;;) held_.push_back(make_hazard_pointer());
    } catch (const std::bad_alloc&) {
    }
  }

 private:
  std::vector<hazard_pointer> held_;
};

template <class Family>
class UnboundedContract : public ::testing::Test {
 protected:
  template <class T>
  using container = typename Family::template container<T>;
  using fragile = testing::fragile;

  // Calls attempt(fails) with every allocation failing in turn (see
  // fail_every_allocation), those for hazards included.
  template <class Attempt>
  static int fail_every_allocation(const Attempt& attempt) {
    return testing::fail_every_allocation([&](const auto& fails) {
      attempt([&](const auto& action) {
        const no_spare_hazards none;
        return fails(action);
      });
    });
  }

  // Pops all and compares: the values were pushed in this order.
  template <class Container>
  static void expect_contents(Container& container, const ints& pushed) {
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
  ints pushed;
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

// Grows and shrinks past many reclamations, beside a vector.
TYPED_TEST_P(UnboundedContract, PopsInItsOrderBetweenPushes) {
  typename TestFixture::template container<int> container;
  ints model;  // in push order
  for (int i = 0; i < 20000; ++i) {
    if (i / 100 % 2 == 0 || i % 3 == 0) {
      container.push(i);
      model.push_back(i);
      continue;
    }
    const pop_result<int> popped = container.try_pop();
    ASSERT_EQ(popped.has_value(), !model.empty());
    if (!popped) continue;
    const bool last = TypeParam::in_pop_order(ints{0, 1}).front() == 1;
    const auto next = last ? model.end() - 1 : model.begin();
    ASSERT_EQ(*popped, *next);
    model.erase(next);
    ASSERT_EQ(container.empty_hint(), model.empty());
  }
  for (const int expected : TypeParam::in_pop_order(model)) {
    ASSERT_EQ(container.try_pop().value_or(-1), expected);
  }
  EXPECT_FALSE(container.try_pop());
}

TYPED_TEST_P(UnboundedContract, EmptiesAndFillsAgain) {
  typename TestFixture::template container<int> container;
  for (int i = 0; i < 3000; ++i) {  // past many reclamations
    container.push(2 * i);
    container.push(2 * i + 1);
    for (const int expected : TypeParam::in_pop_order(ints{2 * i, 2 * i + 1})) {
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
  EXPECT_EQ(moved, "") << "moved, not copied";
  EXPECT_TRUE(container.emplace(3u, 'e'));
  EXPECT_TRUE(container.emplace());
  EXPECT_EQ(container.try_push(copied), conqueue_status::success);
  EXPECT_EQ(container.try_push(std::string("try_push")),
            conqueue_status::success);
  EXPECT_EQ(container.try_emplace(2u, 't'), conqueue_status::success);
  EXPECT_EQ(copied, "copied: long enough to own memory");
  for (const std::string& expected :
       TypeParam::in_pop_order(std::vector<std::string>{
           copied, moved_text, "eee", "", copied, "try_push", "tt"})) {
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
  for (int pushed = 0; pushed < 4; ++pushed) {
    for (int popped = 0; popped <= pushed; ++popped) {
      {
        typename TestFixture::template container<testing::fragile> container;
        for (int i = 0; i < pushed; ++i) container.emplace(i);
        for (int i = 0; i < popped; ++i) EXPECT_TRUE(container.try_pop());
        EXPECT_EQ(testing::fragile::living(), pushed - popped);
      }
      EXPECT_EQ(testing::fragile::living(), 0);
    }
  }
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
  // Nothing else in a push can throw: it constructs the element once.
  fragile::construction_that_throws = 2;
  container.push(copied);
  fragile::construction_that_throws = 2;
  container.emplace(4);
  fragile::construction_that_throws = 0;
  TestFixture::expect_contents(container, {1, 2, 9, 4});
}

TYPED_TEST_P(UnboundedContract, AConstructorWithoutMemory) {
  using container = typename TestFixture::template container<int>;
  const int failures = TestFixture::fail_every_allocation([](auto fails) {
    std::optional<container> made;
    const bool failed = fails([&] { made.emplace(); });
    EXPECT_EQ(made.has_value(), !failed);
  });
  EXPECT_EQ(failures, TypeParam::constructor_allocations);
}

TYPED_TEST_P(UnboundedContract, ACopyingPushWithoutMemory) {
  const int failures = TestFixture::fail_every_allocation([](auto fails) {
    typename TestFixture::template container<ints> container;
    const ints before, copied(3, 1), after(1, 2);
    container.push(before);
    const bool failed = fails([&] { container.push(copied); });
    EXPECT_EQ(copied, ints(3, 1));
    container.push(after);
    std::vector<ints> pushed = {before, after};
    if (!failed) pushed.insert(pushed.begin() + 1, copied);
    for (const ints& next : TypeParam::in_pop_order(pushed)) {
      EXPECT_EQ(container.try_pop().value(), next);
    }
    EXPECT_FALSE(container.try_pop());
  });
  EXPECT_EQ(failures, TypeParam::hazards_of_push + 2);  // the node, the copy
}

TYPED_TEST_P(UnboundedContract, AMovingPushWithoutMemory) {
  using testing::fragile;
  const int failures = TestFixture::fail_every_allocation([](auto fails) {
    typename TestFixture::template container<fragile> container;
    container.emplace(1);
    fragile moved(2);
    const bool failed =
        fails([&] { (void)container.try_push(std::move(moved)); });
    EXPECT_EQ(moved.value(), failed ? 2 : fragile::moved_from);
    container.emplace(3);
    TestFixture::expect_contents(container,
                                 failed ? ints{1, 3} : ints{1, 2, 3});
  });
  EXPECT_EQ(failures, TypeParam::hazards_of_push + 1);  // the node
}

TYPED_TEST_P(UnboundedContract, APopWithoutMemory) {
  using testing::fragile;
  const int failures = TestFixture::fail_every_allocation([](auto fails) {
    typename TestFixture::template container<fragile> container;
    container.emplace(1);
    container.emplace(2);
    int popped = 0;
    const bool failed =
        fails([&] { popped = container.try_pop().value().value(); });
    EXPECT_EQ(fragile::living(), failed ? 2 : 1);
    ints left = {1, 2};
    if (!failed) {
      EXPECT_EQ(popped, TypeParam::in_pop_order(left).front());
      std::erase(left, popped);
    }
    TestFixture::expect_contents(container, left);
  });
  EXPECT_EQ(failures, TypeParam::hazards_of_pop);
}

// A thread that pops for the first time has more to allocate, and can do
// without some of it.
TYPED_TEST_P(UnboundedContract, AThreadsFirstPopsWithoutMemory) {
  using testing::failing_allocation;
  for (const auto how :
       {failing_allocation::how::once, failing_allocation::how::from_then_on}) {
    for (std::uint64_t nth = 1; nth < 5; ++nth) {
      typename TestFixture::template container<int> container;
      for (const int i : {1, 2, 3}) container.push(i);
      ints popped;
      popped.reserve(3);
      {
        const no_spare_hazards none;
        std::thread([&] {
          const failing_allocation failing(nth, how);
          try {
            while (const auto next = container.try_pop()) {
              popped.push_back(*next);
            }
          } catch (const std::bad_alloc&) {
          }
        }).join();
      }
      while (const auto next = container.try_pop()) popped.push_back(*next);
      EXPECT_EQ(popped, TypeParam::in_pop_order(ints{1, 2, 3}));
    }
  }
}

TYPED_TEST_P(UnboundedContract, AHintWithoutMemory) {
  const int failures = TestFixture::fail_every_allocation([](auto fails) {
    typename TestFixture::template container<int> container;
    container.push(1);
    bool empty = true;
    const bool failed = fails([&] { empty = container.empty_hint(); });
    EXPECT_EQ(empty, failed);
    EXPECT_FALSE(container.empty_hint());
  });
  EXPECT_EQ(failures, TypeParam::hazards_of_hint);
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
                            PopsInItsOrderBetweenPushes, EmptiesAndFillsAgain,
                            EveryWayToPushIsTheSame, HoldsElementsThatOnlyMove,
                            HoldsOverAlignedElements, DestroysWhatRemains,
                            DestroysAnElementWhenItIsPopped,
                            APushThatThrowsChangesNothing,
                            AConstructorWithoutMemory,
                            ACopyingPushWithoutMemory, AMovingPushWithoutMemory,
                            APopWithoutMemory, AThreadsFirstPopsWithoutMemory,
                            AHintWithoutMemory, StaysWhereItIs);

}  // namespace acqrel

#endif  // ACQREL_TESTS_STRUCTURES_UNBOUNDED_CONTRACT_H_
