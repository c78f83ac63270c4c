// model::tracked natively. What it finds in a model test, history_test.cc and
// the tests of the structures show.
#include "acqrel/model/tracked.h"

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "acqrel/structures/treiber_stack.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

static_assert(std::is_nothrow_move_constructible_v<tracked<int>>);
static_assert(std::is_nothrow_move_assignable_v<tracked<int>>);

TEST(Tracked, HoldsMovesAndCopiesAValue) {
  tracked<int> a = 7;
  EXPECT_EQ(a.value(), 7);
  tracked<int> b = std::move(a);
  EXPECT_EQ(b.value(), 7);
  tracked<int> c = b;
  c.set(8);
  EXPECT_EQ(b.value(), 7);
  EXPECT_EQ(c.value(), 8);
  a = std::move(c);  // a moved-from element may be assigned to
  EXPECT_EQ(a.value(), 8);
  EXPECT_FALSE(a == b);
  a = b;
  EXPECT_TRUE(a == b);
}

TEST(Tracked, MayBeAssignedToItself) {
  tracked<int> a = 7;
  tracked<int>& same = a;
  a = std::move(same);
  EXPECT_EQ(a.value(), 7);
}

TEST(Tracked, HoldsWhatCanOnlyBeMoved) {
  tracked<std::unique_ptr<int>> a = std::make_unique<int>(3);
  tracked<std::unique_ptr<int>> b = std::move(a);
  EXPECT_EQ(*b.value(), 3);
}

TEST(Tracked, GoesThroughAStructure) {
  treiber_stack<tracked<int>> stack;
  stack.push(1);
  stack.push(2);
  EXPECT_EQ(stack.try_pop()->value(), 2);
}

TEST(TrackedDeath, EndsTheProcessOnAMovedFromElement) {
  tracked<int> a = 7;
  const tracked<int> b = std::move(a);
  EXPECT_DEATH((void)a.value(), "read after it had been moved from");
  EXPECT_DEATH(a.set(1), "written to after it had been moved from");
  EXPECT_DEATH(tracked<int> c = std::move(a),
               "moved from after it had been moved from");
}

TEST(TrackedDeath, EndsTheProcessOnADestroyedElement) {
  // By a pointer that the compiler does not see through: it knows that nobody
  // may look.
  slot<tracked<int>> memory;
  slot<tracked<int>>* volatile hidden = &memory;
  slot<tracked<int>>& place = *hidden;
  place.construct(7);
  place.destroy();
  EXPECT_DEATH((void)place.get().value(), "read after it had been destroyed");
  EXPECT_DEATH(place.destroy(), "destroyed.* after it had been destroyed");
}

}  // namespace
}  // namespace acqrel::model
