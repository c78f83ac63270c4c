// The contract of ref_count, ref_counted and ref_ptr, by one thread;
// ref_ptr_stress.h has many. Every life is counted.
#include "acqrel/atomics/ref_ptr.h"

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

TEST(RefCount, TheLastDecrementSaysSo) {
  ref_count count;
  EXPECT_EQ(count.value(), 1u);
  count.increment();
  count.increment();
  EXPECT_EQ(count.value(), 3u);
  EXPECT_FALSE(count.decrement());
  EXPECT_FALSE(count.decrement());
  EXPECT_EQ(count.value(), 1u);
  EXPECT_TRUE(count.decrement());
}

TEST(RefCount, StartsWhereItIsTold) {
  ref_count count(2);
  EXPECT_FALSE(count.is_unique());
  EXPECT_FALSE(count.decrement());
  EXPECT_TRUE(count.is_unique());
  EXPECT_TRUE(count.decrement());
}

static_assert(!std::is_copy_constructible_v<ref_count>);
static_assert(!std::is_copy_assignable_v<ref_count>);

struct object : ref_counted<object> {
  static inline int alive = 0;
  std::string name;

  explicit object(std::string n = "") : name(std::move(n)) { ++alive; }
  ~object() { --alive; }
};

// A counted type to derive from: its destructor is virtual.
struct base : ref_counted<base> {
  static inline int alive = 0;
  base() { ++alive; }
  virtual ~base() { --alive; }
};
struct derived : base {
  static inline int destroyed = 0;
  ~derived() override { ++destroyed; }
};

class RefPtr : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(object::alive, 0);
    EXPECT_EQ(base::alive, 0);
  }
};

static_assert(sizeof(ref_ptr<object>) == sizeof(object*));
static_assert(std::is_nothrow_default_constructible_v<ref_ptr<object>>);
static_assert(std::is_nothrow_copy_constructible_v<ref_ptr<object>>);
static_assert(std::is_nothrow_move_constructible_v<ref_ptr<object>>);
static_assert(std::is_nothrow_copy_assignable_v<ref_ptr<object>>);
static_assert(std::is_nothrow_move_assignable_v<ref_ptr<object>>);
static_assert(std::is_convertible_v<ref_ptr<object>, ref_ptr<const object>>);
static_assert(!std::is_convertible_v<ref_ptr<const object>, ref_ptr<object>>);
static_assert(!std::is_convertible_v<ref_ptr<object>, bool>);
static_assert(!std::is_convertible_v<object*, ref_ptr<object>>);
static_assert(!std::is_constructible_v<ref_ptr<object>, object*>);

TEST_F(RefPtr, DefaultIsNull) {
  const ref_ptr<object> p;
  EXPECT_EQ(p.get(), nullptr);
  EXPECT_FALSE(p);
  const ref_ptr<object> q(nullptr);
  EXPECT_FALSE(q);
}

TEST_F(RefPtr, MakeRefConstructsAndTheLastOwnerDestroys) {
  {
    const ref_ptr<object> p = make_ref<object>("one");
    ASSERT_TRUE(p);
    EXPECT_EQ(p->name, "one");
    EXPECT_EQ((*p).name, "one");
    EXPECT_EQ(p.get(), &*p);
    EXPECT_EQ(object::alive, 1);
  }
  EXPECT_EQ(object::alive, 0);
}

TEST_F(RefPtr, ACopySharesAndAMoveHandsOver) {
  ref_ptr<object> first = make_ref<object>();
  object* const raw = first.get();
  ref_ptr<object> second = first;
  EXPECT_EQ(second.get(), raw);
  ref_ptr<object> third = std::move(first);
  EXPECT_EQ(third.get(), raw);
  EXPECT_EQ(first.get(), nullptr);
  second = nullptr;
  EXPECT_EQ(object::alive, 1) << "third still owns it";
  third = nullptr;
  EXPECT_EQ(object::alive, 0);
}

TEST_F(RefPtr, AssignmentReleasesWhatItHeld) {
  ref_ptr<object> p = make_ref<object>("old");
  const ref_ptr<object> other = make_ref<object>("new");
  p = other;
  EXPECT_EQ(object::alive, 1);
  EXPECT_EQ(p->name, "new");
  p = make_ref<object>("newest");
  EXPECT_EQ(object::alive, 2);
  EXPECT_EQ(p->name, "newest");
  p = ref_ptr<object>();
  EXPECT_EQ(object::alive, 1);
}

TEST_F(RefPtr, AssigningToItselfKeepsTheObject) {
  ref_ptr<object> p = make_ref<object>("me");
  ref_ptr<object>& same = p;
  p = same;
  ASSERT_TRUE(p);
  EXPECT_EQ(p->name, "me");
  EXPECT_EQ(object::alive, 1);
  p = std::move(same);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->name, "me");
  EXPECT_EQ(object::alive, 1);
}

TEST_F(RefPtr, ResetAndSwap) {
  ref_ptr<object> a = make_ref<object>("a");
  ref_ptr<object> b = make_ref<object>("b");
  a.swap(b);
  EXPECT_EQ(a->name, "b");
  EXPECT_EQ(b->name, "a");
  a.reset();
  EXPECT_FALSE(a);
  EXPECT_EQ(object::alive, 1);
  a.reset();
  EXPECT_EQ(object::alive, 1);
}

TEST_F(RefPtr, ConvertsToConst) {
  ref_ptr<object> mine = make_ref<object>("shared");
  object* const raw = mine.get();
  const ref_ptr<const object> copied = mine;
  EXPECT_EQ(copied.get(), raw);
  EXPECT_EQ(raw->use_count(), 2u);
  const ref_ptr<const object> moved = std::move(mine);
  EXPECT_FALSE(mine);
  EXPECT_EQ(moved->name, "shared");
  EXPECT_EQ(raw->use_count(), 2u);
}

TEST_F(RefPtr, AdoptsADerivedObject) {
  derived::destroyed = 0;
  ref_ptr<base> p = ref_ptr<base>::adopt(new derived);
  ref_ptr<base> copy = p;
  p.reset();
  EXPECT_EQ(derived::destroyed, 0);
  copy.reset();
  EXPECT_EQ(derived::destroyed, 1) << "through base's virtual destructor";
}

TEST_F(RefPtr, DetachGivesTheReferenceAwayAndAdoptTakesIt) {
  ref_ptr<object> p = make_ref<object>();
  object* const raw = p.detach();
  EXPECT_FALSE(p);
  EXPECT_EQ(object::alive, 1);
  EXPECT_EQ(raw->use_count(), 1u);
  p = ref_ptr<object>::adopt(raw);
  EXPECT_EQ(p->use_count(), 1u) << "neither counts";
}

TEST_F(RefPtr, IsUniqueWhileItHasNoCopy) {
  EXPECT_FALSE(ref_ptr<object>().is_unique());
  const ref_ptr<object> p = make_ref<object>();
  EXPECT_TRUE(p.is_unique());
  {
    const ref_ptr<object> copy = p;
    EXPECT_FALSE(p.is_unique());
    EXPECT_FALSE(copy.is_unique());
  }
  EXPECT_TRUE(p.is_unique());
}

TEST_F(RefPtr, ComparesPointers) {
  const ref_ptr<object> a = make_ref<object>("same");
  const ref_ptr<object> b = make_ref<object>("same");
  const ref_ptr<object> a_again = a;
  EXPECT_TRUE(a == a_again);
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(a != b);
  EXPECT_TRUE(a != nullptr);
  EXPECT_TRUE(ref_ptr<object>() == nullptr);
  EXPECT_TRUE((a < b) != (b < a));
  EXPECT_EQ(std::hash<ref_ptr<object>>()(a), std::hash<object*>()(a.get()));
  EXPECT_EQ((std::set<ref_ptr<object>>{a, b, a_again}.size()), 2u);
  EXPECT_EQ((std::unordered_set<ref_ptr<object>>{a, b, a_again}.size()), 2u);
}

// An object may own the last reference to the next, as in a list.
TEST_F(RefPtr, DestructionRunsThroughAChain) {
  struct link : ref_counted<link> {
    ref_ptr<link> next;
    ref_ptr<object> payload = make_ref<object>();
  };
  ref_ptr<link> head = make_ref<link>();
  head->next = make_ref<link>();
  head->next->next = make_ref<link>();
  EXPECT_EQ(object::alive, 3);
  head = head->next;  // assigned from inside what it releases
  EXPECT_EQ(object::alive, 2);
  head.reset();
  EXPECT_EQ(object::alive, 0);
}

struct throwing : ref_counted<throwing> {
  ref_ptr<object> member = make_ref<object>();
  throwing() { throw std::runtime_error("constructor"); }
};

TEST_F(RefPtr, AThrowingConstructorLeavesNothing) {
  EXPECT_THROW(static_cast<void>(make_ref<throwing>()), std::runtime_error);
  EXPECT_EQ(object::alive, 0);
}

TEST_F(RefPtr, PassesArgumentsOn) {
  struct holder : ref_counted<holder> {
    std::unique_ptr<int> value;
    explicit holder(std::unique_ptr<int> v) : value(std::move(v)) {}
  };
  const ref_ptr<holder> p = make_ref<holder>(std::make_unique<int>(3));
  EXPECT_EQ(*p->value, 3);
}

TEST_F(RefPtr, ACopiedObjectCountsForItself) {
  struct value : ref_counted<value> {
    int number = 0;
  };
  const ref_ptr<value> original = make_ref<value>();
  const ref_ptr<value> shared = original;
  original->number = 5;
  const ref_ptr<value> copy = make_ref<value>(*original);
  EXPECT_EQ(copy->number, 5);
  EXPECT_EQ(copy->use_count(), 1u);
  *copy = *original;  // assignment leaves the counts alone, too
  EXPECT_EQ(copy->use_count(), 1u);
  EXPECT_EQ(original->use_count(), 2u);
}

}  // namespace
}  // namespace acqrel
