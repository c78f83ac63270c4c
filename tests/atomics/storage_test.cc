// The contract of plain<T> and slot<T>: what is constructed when, and what is
// destroyed when. Every life is counted.
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

// Counts the objects alive and the moves made.
struct counted {
  static inline int alive = 0;
  static inline int moves = 0;
  int value;

  explicit counted(int v) : value(v) { ++alive; }
  counted(counted&& other) noexcept : value(std::exchange(other.value, -1)) {
    ++alive;
    ++moves;
  }
  counted& operator=(counted&& other) noexcept {
    value = std::exchange(other.value, -1);
    ++moves;
    return *this;
  }
  ~counted() { --alive; }
};

class Storage : public ::testing::Test {
 protected:
  void SetUp() override { counted::alive = counted::moves = 0; }
  void TearDown() override { EXPECT_EQ(counted::alive, 0); }
};

static_assert(!std::is_copy_constructible_v<plain<int>>);
static_assert(!std::is_copy_assignable_v<plain<int>>);
static_assert(!std::is_copy_constructible_v<slot<int>>);
static_assert(!std::is_copy_assignable_v<slot<int>>);

// At no cost: a wrapper has the size and alignment of what it wraps.
struct alignas(64) wide {
  char bytes[64];
};
static_assert(sizeof(plain<int>) == sizeof(int));
static_assert(sizeof(plain<wide>) == 64 && alignof(plain<wide>) == 64);
static_assert(sizeof(slot<int>) == sizeof(int));
static_assert(sizeof(slot<std::string>) == sizeof(std::string));
static_assert(alignof(slot<std::string>) == alignof(std::string));
static_assert(sizeof(slot<wide>) == 64 && alignof(slot<wide>) == 64);

TEST_F(Storage, PlainHoldsWhatWasSet) {
  plain<int> field(1);
  EXPECT_EQ(field.get(), 1);
  field.set(2);
  EXPECT_EQ(field.get(), 2);
  field.ref() += 3;
  EXPECT_EQ(std::as_const(field).get(), 5);
}

TEST_F(Storage, PlainTakesTypesThatOnlyMove) {
  plain<std::unique_ptr<int>> field;
  EXPECT_EQ(field.get(), nullptr);
  field.set(std::make_unique<int>(7));
  EXPECT_EQ(*field.get(), 7);
  const std::unique_ptr<int> taken = std::move(field.ref());
  EXPECT_EQ(*taken, 7);
  EXPECT_EQ(field.get(), nullptr);
}

TEST_F(Storage, PlainOwnsItsValue) {
  {
    plain<counted> field(counted(1));
    EXPECT_EQ(counted::alive, 1);
    field.set(counted(2));
    EXPECT_EQ(counted::alive, 1);
    EXPECT_EQ(field.get().value, 2);
  }
  EXPECT_EQ(counted::alive, 0);
}

TEST_F(Storage, SlotNeitherConstructsNorDestroysByItself) {
  slot<counted>* const s = new slot<counted>;
  EXPECT_EQ(counted::alive, 0);
  s->construct(1);
  EXPECT_EQ(counted::alive, 1);
  delete s;
  EXPECT_EQ(counted::alive, 1) << "the owner forgot the element, not the slot";
  counted::alive = 0;
}

TEST_F(Storage, SlotHoldsOneLifeAfterAnother) {
  slot<counted> s;
  for (int i = 0; i < 3; ++i) {
    counted& element = s.construct(i);
    EXPECT_EQ(&element, &s.get());
    EXPECT_EQ(std::as_const(s).get().value, i);
    EXPECT_EQ(counted::alive, 1);
    s.destroy();
    EXPECT_EQ(counted::alive, 0);
  }
  EXPECT_EQ(counted::moves, 0) << "construct builds the element in place";
}

TEST_F(Storage, MoveOutDestroysWhatIsLeft) {
  slot<counted> s;
  s.construct(5);
  {
    const counted out = s.move_out();
    EXPECT_EQ(out.value, 5);
    EXPECT_EQ(counted::alive, 1) << "only `out`";
    EXPECT_EQ(counted::moves, 1);
  }
  EXPECT_EQ(counted::alive, 0);
}

TEST_F(Storage, MoveOutReleasesWhatTheElementOwned) {
  slot<std::shared_ptr<int>> s;
  const auto owned = std::make_shared<int>(1);
  s.construct(owned);
  EXPECT_EQ(owned.use_count(), 2);
  { const std::shared_ptr<int> out = s.move_out(); }
  EXPECT_EQ(owned.use_count(), 1);
}

struct throws {
  explicit throws(bool now) {
    if (now) throw std::runtime_error("constructor");
  }
};

TEST_F(Storage, AThrowingConstructorLeavesTheSlotEmpty) {
  slot<throws> s;
  EXPECT_THROW(s.construct(true), std::runtime_error);
  s.construct(false);  // still usable
  s.destroy();
  static_assert(!noexcept(s.construct(true)));
  static_assert(noexcept(std::declval<slot<int>&>().construct(1)));
}

struct moves_badly {
  static inline int destroyed = 0;
  moves_badly() = default;
  moves_badly(moves_badly&&) noexcept(false) {
    throw std::runtime_error("move");
  }
  ~moves_badly() { ++destroyed; }
};

TEST_F(Storage, MoveOutDestroysEvenWhenTheMoveThrows) {
  slot<moves_badly> s;
  s.construct();
  EXPECT_THROW(static_cast<void>(s.move_out()), std::runtime_error);
  EXPECT_EQ(moves_badly::destroyed, 1);
}

}  // namespace
}  // namespace acqrel
