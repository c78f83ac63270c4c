// The contract of treiber_stack, one thread at a time.
#include "acqrel/structures/treiber_stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "acqrel/tests/structures/unbounded_contract.h"

namespace acqrel {
namespace {

struct last_in_first_out {
  template <class T>
  using container = treiber_stack<T>;
  static constexpr int constructor_allocations = 0;
  static constexpr int hazards_of_push = 0;
  static constexpr int hazards_of_pop = 1;
  static constexpr int hazards_of_hint = 0;

  template <class T>
  static std::vector<T> in_pop_order(std::vector<T> pushed) {
    std::reverse(pushed.begin(), pushed.end());
    return pushed;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(TreiberStack, UnboundedContract,
                               last_in_first_out);

static_assert(std::is_nothrow_default_constructible_v<treiber_stack<int>>);
static_assert(noexcept(treiber_stack<int>().empty_hint()));

TEST(TreiberStack, PopsTheLastPushedBetweenPushes) {
  treiber_stack<int> stack;
  stack.push(1);
  stack.push(2);
  EXPECT_EQ(stack.try_pop().value_or(-1), 2);
  stack.push(3);
  EXPECT_EQ(stack.try_pop().value_or(-1), 3);
  EXPECT_EQ(stack.try_pop().value_or(-1), 1);
  EXPECT_FALSE(stack.try_pop());
}

}  // namespace
}  // namespace acqrel
