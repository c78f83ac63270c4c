// The contract of ref_count, ref_counted and ref_ptr, by one thread;
// ref_ptr_stress.h has many. Every life is counted.
#include "acqrel/atomics/ref_ptr.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

TEST(RefCount, TheLastDecrementSaysSo) {
  ref_count count;
  EXPECT_EQ(count.value(), 1);
  count.increment();
  count.increment();
  EXPECT_EQ(count.value(), 3);
  EXPECT_FALSE(count.decrement());
  EXPECT_FALSE(count.decrement());
  EXPECT_EQ(count.value(), 1);
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

// Derives from a counted type; destroyed through the base's ref_ptr.
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
static_assert(std::is_convertible_v<ref_ptr<derived>, ref_ptr<base>>);
static_assert(!std::is_convertible_v<ref_ptr<base>, ref_ptr<derived>>);
static_assert(!std::is_convertible_v<ref_ptr<base>, bool>);
static_assert(!std::is_convertible_v<base*, ref_ptr<base>>);

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

TEST_F(RefPtr, ConvertsToABase) {
  derived::destroyed = 0;
  ref_ptr<derived> d = make_ref<derived>();
  ref_ptr<base> copied = d;
  EXPECT_EQ(copied.get(), d.get());
  ref_ptr<base> moved = std::move(d);
  EXPECT_FALSE(d);
  copied = moved;
  copied.reset();
  EXPECT_EQ(derived::destroyed, 0);
  moved.reset();
  EXPECT_EQ(derived::destroyed, 1);
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
  EXPECT_THROW(make_ref<throwing>(), std::runtime_error);
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

TEST_F(RefPtr, CopyingAnObjectCopiesNoCount) {
  const ref_ptr<object> original = make_ref<object>("copied");
  const ref_ptr<object> shared = original;
  {
    const ref_ptr<object> copy = [&] {
      ++object::alive;  // the copy constructor counts nothing
      return make_ref<object>(*original);
    }();
    EXPECT_EQ(copy->name, "copied");
  }
  EXPECT_EQ(object::alive, 1);
}

}  // namespace
}  // namespace acqrel
