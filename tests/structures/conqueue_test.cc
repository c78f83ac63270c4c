// The contract of what queues return: conqueue_status and pop_result.
#include "acqrel/structures/conqueue.h"

#include <gtest/gtest.h>

#include <any>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace acqrel {
namespace {

TEST(ConqueueStatus, HasNames) {
  EXPECT_STREQ(to_string(conqueue_status::success), "success");
  EXPECT_STREQ(to_string(conqueue_status::empty), "empty");
  EXPECT_STREQ(to_string(conqueue_status::full), "full");
  EXPECT_STREQ(to_string(conqueue_status::closed), "closed");
  EXPECT_STREQ(to_string(conqueue_status::busy), "busy");
  EXPECT_STREQ(to_string(conqueue_status::busy_async), "busy_async");
  EXPECT_STREQ(to_string(static_cast<conqueue_status>(99)), "unknown");
}

TEST(PopResult, HoldsAnElement) {
  pop_result<std::string> result(std::string("element"));
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, "element");
  EXPECT_EQ(result->size(), 7u);
  EXPECT_EQ(result.value(), "element");
  EXPECT_EQ(result.error(), conqueue_status::success);
  EXPECT_EQ(result.value_or("other"), "element");
  result.value() = "changed";
  EXPECT_EQ(std::as_const(result).value(), "changed");
  EXPECT_EQ(*std::as_const(result), "changed");
  EXPECT_EQ(std::as_const(result)->size(), 7u);
}

TEST(PopResult, HoldsAReason) {
  for (const conqueue_status reason :
       {conqueue_status::empty, conqueue_status::closed,
        conqueue_status::busy}) {
    pop_result<std::string> result(reason);
    EXPECT_FALSE(result.has_value());
    EXPECT_FALSE(static_cast<bool>(result));
    EXPECT_EQ(result.error(), reason);
    EXPECT_EQ(result.value_or("other"), "other");
    EXPECT_EQ(std::move(result).value_or("other"), "other");
  }
}

TEST(PopResult, ValueOfNothingThrowsTheReason) {
  pop_result<int> result(conqueue_status::empty);
  EXPECT_THROW((void)std::as_const(result).value(), bad_pop_result_access);
  EXPECT_THROW((void)std::move(result).value(), bad_pop_result_access);
  try {
    (void)result.value();
    FAIL();
  } catch (const bad_pop_result_access& error) {
    EXPECT_EQ(error.error(), conqueue_status::empty);
    EXPECT_NE(std::string(error.what()).find("pop"), std::string::npos);
  }
}

TEST(PopResult, GivesUpAnElementThatOnlyMoves) {
  using element = std::unique_ptr<int>;
  EXPECT_EQ(*pop_result<element>(std::make_unique<int>(1)).value(), 1);
  EXPECT_EQ(**pop_result<element>(std::make_unique<int>(2)), 2);
  EXPECT_EQ(*pop_result<element>(std::make_unique<int>(3)).value_or(nullptr),
            3);
  pop_result<element> result(std::make_unique<int>(4));
  const pop_result<element> moved = std::move(result);
  EXPECT_EQ(**moved, 4);
}

TEST(PopResult, Compares) {
  EXPECT_EQ(pop_result<int>(1), pop_result<int>(1));
  EXPECT_NE(pop_result<int>(1), pop_result<int>(2));
  EXPECT_NE(pop_result<int>(1), pop_result<int>(conqueue_status::empty));
  EXPECT_EQ(pop_result<int>(conqueue_status::empty),
            pop_result<int>(conqueue_status::empty));
  EXPECT_NE(pop_result<int>(conqueue_status::closed),
            pop_result<int>(conqueue_status::empty));
}

// An element that could hold a status does not take a reason for an element.
TEST(PopResult, TellsAReasonFromAnElementThatHoldsAnything) {
  EXPECT_FALSE(pop_result<std::any>(conqueue_status::empty));
  EXPECT_TRUE(pop_result<std::any>(std::any(conqueue_status::empty)));
}

// Truth is about the element's presence, not about its value.
TEST(PopResult, HoldsAFalseElement) {
  EXPECT_TRUE(pop_result<bool>(false));
  EXPECT_TRUE(pop_result<int*>(nullptr));
}

TEST(PopResult, PointsToAnElementWithItsOwnIdeaOfAnAddress) {
  struct evasive {
    int value;
    evasive* operator&() { return nullptr; }  // NOLINT
  };
  pop_result<evasive> result = evasive{1};
  EXPECT_EQ(result->value, 1);
}

using box = std::unique_ptr<int>;
using box_result = pop_result<box>;
static_assert(std::is_base_of_v<std::exception, bad_pop_result_access>);
static_assert(std::is_copy_constructible_v<pop_result<std::string>>);
static_assert(!std::is_default_constructible_v<box_result>);
static_assert(!std::is_copy_constructible_v<box_result>);
static_assert(std::is_nothrow_move_constructible_v<box_result>);
static_assert(std::is_nothrow_constructible_v<box_result, box>);
static_assert(std::is_nothrow_constructible_v<box_result, conqueue_status>);
// An operation returns either.
static_assert(std::is_convertible_v<box, box_result>);
static_assert(std::is_convertible_v<conqueue_status, box_result>);
// Access keeps constness and value category.
static_assert(std::is_same_v<decltype(*std::declval<box_result&>()), box&>);
static_assert(
    std::is_same_v<decltype(*std::declval<const box_result&>()), const box&>);
static_assert(std::is_same_v<decltype(*std::declval<box_result>()), box&&>);
static_assert(
    std::is_same_v<decltype(std::declval<box_result>().value()), box&&>);
static_assert(std::is_same_v<pop_result<int>::value_type, int>);
static_assert(std::is_same_v<pop_result<int>::error_type, conqueue_status>);
// A result in a condition, never by accident in arithmetic.
static_assert(!std::is_convertible_v<pop_result<int>, bool>);
static_assert(!std::is_convertible_v<pop_result<int>, int>);

}  // namespace
}  // namespace acqrel
