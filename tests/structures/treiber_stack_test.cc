#include "acqrel/structures/treiber_stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "acqrel/tests/structures/unbounded_contract.h"

namespace acqrel {
namespace {

struct last_in_first_out {
  template <class T>
  using container = treiber_stack<T>;

  template <class T>
  static std::vector<T> in_pop_order(std::vector<T> pushed) {
    std::reverse(pushed.begin(), pushed.end());
    return pushed;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(TreiberStack, UnboundedContract,
                               last_in_first_out);

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
