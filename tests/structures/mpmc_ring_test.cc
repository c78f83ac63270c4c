// The contract of mpmc_ring, one thread at a time. A call that comes from
// within another, out of an element's constructor or an iterator, stands in for
// the second thread that makes a ring busy.
#include "acqrel/structures/mpmc_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"
#include "acqrel/tests/support/threads.h"

// The sanitizers would end the process at an absurd allocation, and not fail.
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}

namespace acqrel::testing {
namespace {

using ints = std::vector<int>;
using status = conqueue_status;
constexpr std::size_t capacities[] = {1, 2, 3, 7, 8, 1000};

static_assert(std::is_same_v<mpmc_ring<int>::value_type, int>);
static_assert(!std::is_default_constructible_v<mpmc_ring<int>>);
static_assert(!std::is_convertible_v<std::size_t, mpmc_ring<int>>);
static_assert(!std::is_copy_constructible_v<mpmc_ring<int>>);
static_assert(!std::is_move_constructible_v<mpmc_ring<int>>);
static_assert(!std::is_copy_assignable_v<mpmc_ring<int>>);
static_assert(!std::is_move_assignable_v<mpmc_ring<int>>);
static_assert(noexcept(std::declval<mpmc_ring<int>&>().try_pop()));
static_assert(noexcept(std::declval<mpmc_ring<int>&>().close()));
static_assert(noexcept(std::declval<const mpmc_ring<int>&>().is_closed()));
static_assert(noexcept(std::declval<const mpmc_ring<int>&>().size_hint()));

int value_of(int element) { return element; }
int value_of(const fragile& element) { return element.value(); }

// What is left, and why there is no more.
template <class T>
ints drain(mpmc_ring<T>& ring, status end = status::empty) {
  ints popped;
  for (;;) {
    const auto element = ring.try_pop();
    if (!element) {
      EXPECT_EQ(element.error(), end);
      return popped;
    }
    popped.push_back(value_of(*element));
  }
}

// Brings both ends `count` cells forward.
template <class T>
void lap_on(mpmc_ring<T>& ring, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(ring.try_emplace(0), status::success);
    ASSERT_TRUE(ring.try_pop());
  }
}

class MpmcRing : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(fragile::living(), 0); }
};

TEST_F(MpmcRing, HoldsExactlyItsCapacity) {
  for (const std::size_t capacity : capacities) {
    mpmc_ring<std::size_t> ring(capacity);
    EXPECT_EQ(ring.capacity(), capacity);
    for (int round = 0; round < 3; ++round) {
      EXPECT_TRUE(ring.empty_hint());
      EXPECT_EQ(ring.try_pop().error(), status::empty);
      for (std::size_t i = 0; i < capacity; ++i) {
        ASSERT_EQ(ring.size_hint(), i);
        ASSERT_EQ(ring.try_push(i), status::success);
        ASSERT_FALSE(ring.empty_hint());
      }
      EXPECT_EQ(ring.size_hint(), capacity);
      EXPECT_EQ(ring.try_push(0), status::full);
      EXPECT_EQ(ring.try_push(0), status::full);
      EXPECT_EQ(ring.size_hint(), capacity);
      for (std::size_t i = 0; i < capacity; ++i) {
        ASSERT_EQ(ring.try_pop().value(), i);
      }
    }
  }
}

// Every operation, in bursts that wrap around many times, beside a deque.
TEST_F(MpmcRing, AgreesWithADeque) {
  for (const std::size_t capacity : capacities) {
    SCOPED_TRACE(capacity);
    mpmc_ring<int> ring(capacity);
    std::deque<int> model;
    random_choice random(capacity);
    int next = 0;
    for (int step = 0; step < 20000; ++step) {
      const std::size_t count = random.below(capacity + 2);
      const std::size_t room = std::min(count, capacity - model.size());
      const std::size_t filled = std::min(count, model.size());
      switch (random.below(4)) {
        case 0: {
          const bool full = model.size() == capacity;
          ASSERT_EQ(ring.try_push(next), full ? status::full : status::success);
          if (!full) model.push_back(next++);
          break;
        }
        case 1: {
          const pop_result<int> popped = ring.try_pop();
          ASSERT_EQ(popped.has_value(), !model.empty());
          if (!popped) break;
          ASSERT_EQ(*popped, model.front());
          model.pop_front();
          break;
        }
        case 2: {
          ints values(count);
          for (int& value : values) value = next++;
          ASSERT_EQ(ring.try_push_n(values.begin(), count), room);
          model.insert(model.end(), values.begin(), values.begin() + room);
          break;
        }
        case 3: {
          ints values(count);
          ASSERT_EQ(ring.try_pop_n(values.begin(), count), filled);
          values.resize(filled);
          ASSERT_EQ(values, ints(model.begin(), model.begin() + filled));
          model.erase(model.begin(), model.begin() + filled);
          break;
        }
      }
      ASSERT_EQ(ring.size_hint(), model.size());
      ASSERT_EQ(ring.empty_hint(), model.empty());
    }
    EXPECT_EQ(drain(ring), ints(model.begin(), model.end()));
  }
}

TEST_F(MpmcRing, RefusesCapacityZero) {
  EXPECT_THROW(mpmc_ring<int> ring(0), std::invalid_argument);
}

TEST_F(MpmcRing, RefusesACapacityBeyondMemory) {
  for (const std::size_t divisor : {1, 2, 3, 4, 16}) {
    // volatile: a compiler that sees the number warns of it.
    volatile std::size_t capacity =
        std::numeric_limits<std::size_t>::max() / divisor;
    EXPECT_THROW(mpmc_ring<int> ring(capacity), std::bad_alloc);
    EXPECT_THROW(mpmc_ring<over_aligned> ring(capacity), std::bad_alloc);
  }
}

TEST_F(MpmcRing, AConstructorWithoutMemory) {
  const int failures = fail_every_allocation([](const auto& fails) {
    std::optional<mpmc_ring<int>> ring;
    const bool failed = fails([&] { ring.emplace(3u); });
    EXPECT_EQ(ring.has_value(), !failed);
  });
  EXPECT_EQ(failures, 1);
}

// Operations of an element that does not allocate do not, either.
TEST_F(MpmcRing, AllocatesOnlyInItsConstructor) {
  mpmc_ring<int> ring(3);
  bool happened = true;
  {
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    std::array<int, 4> values = {1, 2, 3, 4};
    for (int i = 0; i < 10; ++i) {
      ring.try_push_n(values.begin(), 4);
      ring.try_pop_n(values.begin(), 2);
      (void)ring.try_pop();
      ring.try_push(1);
      (void)ring.try_pop();
    }
    ring.close();
    happened = failing.happened();
  }
  EXPECT_FALSE(happened);
}

TEST_F(MpmcRing, APushWithoutMemoryForTheElement) {
  const ints argument(3, 1);
  const int failures = fail_every_allocation([&](const auto& fails) {
    mpmc_ring<ints> ring(3);
    ring.try_push(ints{0});
    const bool failed = fails([&] { ring.try_push(argument); });
    EXPECT_EQ(ring.size_hint(), failed ? 1u : 2u);
    EXPECT_EQ(argument, ints(3, 1));
    EXPECT_EQ(ring.try_push(ints{2}), status::success);
    EXPECT_EQ(ring.try_pop().value(), ints{0});
    if (!failed) {
      EXPECT_EQ(ring.try_pop().value(), argument);
    }
    EXPECT_EQ(ring.try_pop().value(), ints{2});
  });
  EXPECT_EQ(failures, 1);
}

TEST_F(MpmcRing, HasEveryFormOfPush) {
  mpmc_ring<std::string> ring(5);
  const std::string constant = "a";
  std::string moved(100, 'b');
  const char* const buffer = moved.data();
  EXPECT_EQ(ring.try_push(constant), status::success);
  EXPECT_EQ(ring.try_push(std::move(moved)), status::success);
  EXPECT_EQ(ring.try_emplace(2, 'c'), status::success);
  EXPECT_EQ(ring.try_emplace(), status::success);
  EXPECT_EQ(constant, "a");
  EXPECT_EQ(ring.try_pop().value(), "a");
  EXPECT_EQ(ring.try_pop()->data(), buffer) << "moved, not copied";
  EXPECT_EQ(ring.try_pop().value(), "cc");
  EXPECT_EQ(ring.try_pop().value(), "");
}

TEST_F(MpmcRing, ARefusalLeavesTheArgument) {
  mpmc_ring<std::unique_ptr<int>> ring(1);
  ring.try_push(std::make_unique<int>(1));
  auto argument = std::make_unique<int>(2);
  for (const status why : {status::full, status::closed}) {
    EXPECT_EQ(ring.try_push(std::move(argument)), why);
    ASSERT_NE(argument, nullptr);
    EXPECT_EQ(ring.try_emplace(std::move(argument)), why);
    ASSERT_NE(argument, nullptr);
    EXPECT_EQ(ring.try_push_n(std::move_iterator(&argument), 1), 0u);
    ASSERT_NE(argument, nullptr);
    ring.close();
  }
  EXPECT_EQ(*ring.try_pop().value(), 1);
}

TEST_F(MpmcRing, KeepsAlignment) {
  mpmc_ring<over_aligned> ring(3);
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_EQ(ring.try_emplace(i), status::success);
    const pop_result<over_aligned> popped = ring.try_pop();
    EXPECT_TRUE(popped->is_aligned());
    EXPECT_EQ(popped->value, i);
  }
}

TEST_F(MpmcRing, APopEndsTheElementInside) {
  mpmc_ring<fragile> ring(2);
  ring.try_emplace(1);
  ring.try_emplace(2);
  EXPECT_EQ(fragile::living(), 2);
  EXPECT_EQ(ring.try_pop()->value(), 1);
  EXPECT_EQ(fragile::living(), 1);
  EXPECT_EQ(ring.try_pop()->value(), 2);
  EXPECT_EQ(fragile::living(), 0);
}

TEST_F(MpmcRing, TheDestructorEndsTheElementsLeft) {
  for (std::size_t start = 0; start < 4; ++start) {
    for (int left = 0; left <= 3; ++left) {
      {
        mpmc_ring<fragile> ring(3);
        lap_on(ring, start);
        for (int i = 0; i < left; ++i) ring.try_emplace(i);
        if (start % 2 == 1) ring.close();
        EXPECT_EQ(fragile::living(), left);
      }
      EXPECT_EQ(fragile::living(), 0);
    }
  }
}

TEST_F(MpmcRing, AThrowingElementChangesNothing) {
  const fragile three(3);
  const auto check = [](const auto& push) {
    mpmc_ring<fragile> ring(3);
    lap_on(ring, 1);
    ring.try_emplace(1);
    ring.try_emplace(2);
    const int before = fragile::living();
    fragile::construction_that_throws = 1;
    EXPECT_THROW(push(ring), failed_on_purpose);
    EXPECT_EQ(fragile::living(), before);
    EXPECT_EQ(ring.size_hint(), 2u);
    fragile::construction_that_throws = 2;
    EXPECT_NO_THROW(push(ring)) << "one construction is enough";
    fragile::construction_that_throws = 0;
    EXPECT_EQ(fragile::living(), before + 1);
    EXPECT_EQ(drain(ring), (ints{1, 2, 3}));
  };
  check([&](auto& ring) { ring.try_push(three); });
  check([&](auto& ring) { ring.try_emplace(three); });
  check([&](auto& ring) { ring.try_emplace(3); });
  EXPECT_EQ(three.value(), 3);
}

// try_push_n and try_pop_n.

TEST_F(MpmcRing, PushNTakesWhatThereIsRoomFor) {
  mpmc_ring<int> ring(3);
  const ints values = {1, 2, 3, 4, 5};
  EXPECT_EQ(ring.try_push_n(values.begin(), 0), 0u);
  EXPECT_TRUE(ring.empty_hint());
  EXPECT_EQ(ring.try_push_n(values.begin(), 2), 2u);
  EXPECT_EQ(ring.try_push_n(values.begin() + 2, 3), 1u);
  EXPECT_EQ(ring.try_push_n(values.begin(), 5), 0u);
  EXPECT_EQ(drain(ring), (ints{1, 2, 3}));
}

TEST_F(MpmcRing, PushNMovesOnlyWhatItTakes) {
  mpmc_ring<std::unique_ptr<int>> ring(2);
  std::array<std::unique_ptr<int>, 3> values = {std::make_unique<int>(1),
                                                std::make_unique<int>(2),
                                                std::make_unique<int>(3)};
  EXPECT_EQ(ring.try_push_n(std::make_move_iterator(values.begin()), 3), 2u);
  EXPECT_EQ(values[0], nullptr);
  EXPECT_EQ(values[1], nullptr);
  ASSERT_NE(values[2], nullptr);
  EXPECT_EQ(*ring.try_pop().value(), 1);
  EXPECT_EQ(*ring.try_pop().value(), 2);
}

// An input iterator that is advanced has read from the stream.
TEST_F(MpmcRing, PushNReadsNoFurtherThanItTakes) {
  mpmc_ring<int> ring(2);
  std::istringstream in("1 2 3 4");
  EXPECT_EQ(ring.try_push_n(std::istream_iterator<int>(in), 4), 2u);
  int next = 0;
  in >> next;
  EXPECT_EQ(next, 3);
  EXPECT_EQ(drain(ring), (ints{1, 2}));
}

TEST_F(MpmcRing, PopNDeliversWhatThereIs) {
  mpmc_ring<int> ring(3);
  std::array<int, 5> out = {};
  EXPECT_EQ(ring.try_pop_n(out.begin(), 2), 0u);
  for (const int i : {1, 2, 3}) ring.try_push(i);
  EXPECT_EQ(ring.try_pop_n(out.begin(), 0), 0u);
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(ring.try_pop_n(out.begin(), 2), 2u);
  EXPECT_EQ(ring.try_pop_n(out.begin() + 2, 3), 1u);
  EXPECT_EQ(out, (std::array<int, 5>{1, 2, 3, 0, 0}));
  EXPECT_TRUE(ring.empty_hint());
}

TEST_F(MpmcRing, PopNMoves) {
  mpmc_ring<std::unique_ptr<int>> ring(2);
  ring.try_push(std::make_unique<int>(1));
  ring.try_push(std::make_unique<int>(2));
  std::array<std::unique_ptr<int>, 2> out;
  EXPECT_EQ(ring.try_pop_n(out.begin(), 2), 2u);
  EXPECT_EQ(*out[0], 1);
  EXPECT_EQ(*out[1], 2);
}

// close.

TEST_F(MpmcRing, IsOpenAtFirst) {
  mpmc_ring<int> ring(1);
  EXPECT_FALSE(ring.is_closed());
  ring.close();
  EXPECT_TRUE(ring.is_closed());
  ring.close();
  EXPECT_TRUE(ring.is_closed());
}

TEST_F(MpmcRing, WhatWasPushedComesOutAfterTheClose) {
  for (const std::size_t capacity : capacities) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, capacity}) {
      for (std::size_t start = 0; start < 3; ++start) {
        mpmc_ring<int> ring(capacity);
        lap_on(ring, start);
        ints pushed(count, 7);
        EXPECT_EQ(ring.try_push_n(pushed.begin(), count), count);
        ring.close();
        ring.close();
        EXPECT_EQ(ring.try_push(1), status::closed);
        EXPECT_EQ(ring.try_emplace(1), status::closed);
        EXPECT_EQ(ring.try_push_n(pushed.begin(), count), 0u);
        EXPECT_EQ(ring.size_hint(), count);
        EXPECT_EQ(drain(ring, status::closed), pushed);
        EXPECT_EQ(ring.try_pop().error(), status::closed);
        EXPECT_EQ(ring.try_pop_n(pushed.begin(), count), 0u);
        EXPECT_EQ(ring.try_push(1), status::closed);
        EXPECT_TRUE(ring.is_closed());
        EXPECT_TRUE(ring.empty_hint());
      }
    }
  }
}

// busy. An element whose move runs a function once, while its cell is claimed.
struct intruder {
  explicit intruder(std::function<void()>& action) noexcept : action(&action) {}
  intruder(intruder&& other) noexcept
      : action(std::exchange(other.action, nullptr)) {
    if (action != nullptr && *action) std::exchange(*action, nullptr)();
  }
  std::function<void()>* action;
};

TEST_F(MpmcRing, IsBusyForAPopWhileAnElementIsPushed) {
  for (const bool closed : {false, true}) {
    mpmc_ring<intruder> ring(2);
    std::function<void()> none, meanwhile = [&] {
      EXPECT_EQ(ring.size_hint(), 1u);
      EXPECT_EQ(ring.try_pop().error(), status::busy);
      if (closed) ring.close();
      EXPECT_EQ(ring.try_pop().error(), status::busy) << "not closed";
      EXPECT_EQ(ring.try_emplace(none),
                closed ? status::closed : status::success);
      EXPECT_EQ(ring.try_pop().error(), status::busy) << "in order";
      EXPECT_EQ(ring.try_emplace(none), closed ? status::closed : status::full);
    };
    intruder element(meanwhile);
    EXPECT_EQ(ring.try_push(std::move(element)), status::success);
    EXPECT_TRUE(ring.try_pop());
    EXPECT_EQ(ring.try_pop().has_value(), !closed);
    EXPECT_EQ(ring.try_pop().error(), closed ? status::closed : status::empty);
  }
}

TEST_F(MpmcRing, IsBusyForAPushWhileAnElementIsPopped) {
  mpmc_ring<intruder> ring(2);
  std::function<void()> none, meanwhile;
  EXPECT_EQ(ring.try_emplace(meanwhile), status::success);
  meanwhile = [&] {
    EXPECT_EQ(ring.size_hint(), 0u);
    EXPECT_EQ(ring.try_pop().error(), status::empty);
    EXPECT_EQ(ring.try_emplace(none), status::success);
    EXPECT_EQ(ring.try_emplace(none), status::busy) << "not full";
    EXPECT_TRUE(ring.try_pop());
    EXPECT_EQ(ring.try_pop().error(), status::empty);
    EXPECT_EQ(ring.try_emplace(none), status::busy);
  };
  EXPECT_TRUE(ring.try_pop());
  EXPECT_EQ(ring.try_emplace(none), status::success);
}

}  // namespace
}  // namespace acqrel::testing
