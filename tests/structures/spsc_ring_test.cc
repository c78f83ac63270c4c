// The contract of spsc_ring, one thread at a time.
#include "acqrel/structures/spsc_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
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
constexpr std::size_t capacities[] = {1, 3, 7, 1000};

static_assert(std::is_same_v<spsc_ring<int>::value_type, int>);
static_assert(!std::is_default_constructible_v<spsc_ring<int>>);
static_assert(!std::is_convertible_v<std::size_t, spsc_ring<int>>);
static_assert(!std::is_copy_constructible_v<spsc_ring<int>>);
static_assert(!std::is_move_constructible_v<spsc_ring<int>>);
static_assert(!std::is_copy_assignable_v<spsc_ring<int>>);
static_assert(!std::is_move_assignable_v<spsc_ring<int>>);
static_assert(!std::is_copy_constructible_v<spsc_ring<int>::write_span>);
static_assert(!std::is_copy_constructible_v<spsc_ring<int>::read_span>);
static_assert(noexcept(std::declval<spsc_ring<int>&>().try_pop()));
static_assert(std::is_same_v<
              decltype(std::declval<spsc_ring<int>&>().try_claim(1).first()),
              std::span<slot<int>>>);

int value_of(int element) { return element; }
int value_of(const fragile& element) { return element.value(); }

template <class T>
std::vector<int> drain(spsc_ring<T>& ring) {
  std::vector<int> popped;
  while (const auto element = ring.try_pop()) {
    popped.push_back(value_of(*element));
  }
  return popped;
}

// Brings both ends `count` slots forward.
template <class T>
void lap_on(spsc_ring<T>& ring, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(ring.try_emplace(0), conqueue_status::success);
    ASSERT_TRUE(ring.try_pop());
  }
}

// The exception's own type: std::out_of_range is a std::logic_error, too.
template <class Action>
std::type_index thrown_by(const Action& action) {
  try {
    action();
  } catch (const std::exception& e) {
    return typeid(e);
  }
  return typeid(void);
}

class SpscRing : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(fragile::living(), 0); }
};

TEST_F(SpscRing, HoldsExactlyItsCapacity) {
  for (const std::size_t capacity : capacities) {
    spsc_ring<std::size_t> ring(capacity);
    EXPECT_EQ(ring.capacity(), capacity);
    for (int round = 0; round < 3; ++round) {
      EXPECT_TRUE(ring.empty_hint());
      EXPECT_EQ(ring.try_pop().error(), conqueue_status::empty);
      for (std::size_t i = 0; i < capacity; ++i) {
        ASSERT_EQ(ring.size_hint(), i);
        ASSERT_EQ(ring.try_push(i), conqueue_status::success);
        ASSERT_FALSE(ring.empty_hint());
      }
      EXPECT_EQ(ring.size_hint(), capacity);
      EXPECT_EQ(ring.try_push(0), conqueue_status::full);
      EXPECT_EQ(ring.try_push(0), conqueue_status::full);
      EXPECT_EQ(ring.size_hint(), capacity);
      for (std::size_t i = 0; i < capacity; ++i) {
        ASSERT_EQ(ring.try_pop().value(), i);
      }
    }
  }
}

// Every operation, in bursts that wrap around many times, beside a deque.
TEST_F(SpscRing, AgreesWithADeque) {
  for (const std::size_t capacity : capacities) {
    SCOPED_TRACE(capacity);
    spsc_ring<int> ring(capacity);
    std::deque<int> model;
    random_choice random(capacity);
    int next = 0;
    for (int step = 0; step < 20000; ++step) {
      const std::size_t count = random.below(capacity + 2);
      const std::size_t room = std::min(count, capacity - model.size());
      const std::size_t filled = std::min(count, model.size());
      switch (random.below(6)) {
        case 0: {
          const bool full = model.size() == capacity;
          ASSERT_EQ(ring.try_push(next),
                    full ? conqueue_status::full : conqueue_status::success);
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
          ints values;
          ASSERT_EQ(ring.try_pop_n(std::back_inserter(values), count), filled);
          ASSERT_EQ(values, ints(model.begin(), model.begin() + filled));
          model.erase(model.begin(), model.begin() + filled);
          break;
        }
        case 4: {
          auto claimed = ring.try_claim(count);
          ASSERT_EQ(claimed.size(), room);
          const std::size_t used = random.below(room + 1);
          for (std::size_t i = 0; i < used; ++i) {
            claimed[i].construct(next);
            model.push_back(next++);
          }
          ASSERT_EQ(claimed.commit(used), used);
          break;
        }
        case 5: {
          auto readable = ring.try_read(count);
          ASSERT_EQ(readable.size(), filled);
          for (std::size_t i = 0; i < filled; ++i) {
            ASSERT_EQ(readable[i].get(), model[i]);
          }
          const std::size_t used = random.below(filled + 1);
          ASSERT_EQ(readable.consume(used), used);
          model.erase(model.begin(), model.begin() + used);
          break;
        }
      }
      ASSERT_EQ(ring.size_hint(), model.size());
      ASSERT_EQ(ring.empty_hint(), model.empty());
    }
    EXPECT_EQ(drain(ring), ints(model.begin(), model.end()));
  }
}

TEST_F(SpscRing, RefusesCapacityZero) {
  EXPECT_THROW(spsc_ring<int> ring(0), std::invalid_argument);
}

TEST_F(SpscRing, RefusesACapacityBeyondMemory) {
  for (const std::size_t divisor : {1, 2, 3, 4, 16}) {
    // volatile: a compiler that sees the number warns of it.
    volatile std::size_t capacity =
        std::numeric_limits<std::size_t>::max() / divisor;
    EXPECT_THROW(spsc_ring<int> ring(capacity), std::bad_alloc);
    EXPECT_THROW(spsc_ring<over_aligned> ring(capacity), std::bad_alloc);
  }
}

TEST_F(SpscRing, AConstructorWithoutMemory) {
  const int failures = fail_every_allocation([](const auto& fails) {
    std::optional<spsc_ring<int>> ring;
    const bool failed = fails([&] { ring.emplace(3u); });
    EXPECT_EQ(ring.has_value(), !failed);
  });
  EXPECT_EQ(failures, 1);
}

// Operations of an element that does not allocate do not, either.
TEST_F(SpscRing, AllocatesOnlyInItsConstructor) {
  spsc_ring<int> ring(3);
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
    happened = failing.happened();
  }
  EXPECT_FALSE(happened);
}

TEST_F(SpscRing, APushWithoutMemoryForTheElement) {
  const ints argument(3, 1);
  const int failures = fail_every_allocation([&](const auto& fails) {
    spsc_ring<ints> ring(3);
    ring.try_push(ints{0});
    const bool failed = fails([&] { ring.try_push(argument); });
    EXPECT_EQ(ring.size_hint(), failed ? 1u : 2u);
    EXPECT_EQ(argument, ints(3, 1));
    EXPECT_EQ(ring.try_push(ints{2}), conqueue_status::success);
    EXPECT_EQ(ring.try_pop().value(), ints{0});
    if (!failed) {
      EXPECT_EQ(ring.try_pop().value(), argument);
    }
    EXPECT_EQ(ring.try_pop().value(), ints{2});
  });
  EXPECT_EQ(failures, 1);
}

TEST_F(SpscRing, HasEveryFormOfPush) {
  spsc_ring<std::string> ring(5);
  const std::string constant = "a";
  std::string moved(100, 'b');
  const char* const buffer = moved.data();
  EXPECT_EQ(ring.try_push(constant), conqueue_status::success);
  EXPECT_EQ(ring.try_push(std::move(moved)), conqueue_status::success);
  EXPECT_EQ(ring.try_emplace(2, 'c'), conqueue_status::success);
  EXPECT_EQ(ring.try_emplace(), conqueue_status::success);
  EXPECT_EQ(constant, "a");
  EXPECT_EQ(ring.try_pop().value(), "a");
  EXPECT_EQ(ring.try_pop()->data(), buffer) << "moved, not copied";
  EXPECT_EQ(ring.try_pop().value(), "cc");
  EXPECT_EQ(ring.try_pop().value(), "");
}

TEST_F(SpscRing, ARefusalLeavesTheArgument) {
  spsc_ring<std::unique_ptr<int>> ring(1);
  ring.try_push(std::make_unique<int>(1));
  auto argument = std::make_unique<int>(2);
  EXPECT_EQ(ring.try_push(std::move(argument)), conqueue_status::full);
  ASSERT_NE(argument, nullptr);
  EXPECT_EQ(ring.try_emplace(std::move(argument)), conqueue_status::full);
  ASSERT_NE(argument, nullptr);
  EXPECT_EQ(*ring.try_pop().value(), 1);
  EXPECT_EQ(ring.try_push(std::move(argument)), conqueue_status::success);
  EXPECT_EQ(argument, nullptr);
  EXPECT_EQ(*ring.try_pop().value(), 2);
}

TEST_F(SpscRing, ARefusalConstructsNothing) {
  spsc_ring<fragile> ring(1);
  const fragile argument(1);
  ring.try_push(argument);
  fragile::construction_that_throws = 1;
  EXPECT_EQ(ring.try_push(argument), conqueue_status::full);
  EXPECT_EQ(ring.try_emplace(2), conqueue_status::full);
  EXPECT_EQ(ring.try_push_n(&argument, 1), 0u);
  fragile::construction_that_throws = 0;
  EXPECT_EQ(fragile::living(), 2);
}

TEST_F(SpscRing, KeepsAlignment) {
  spsc_ring<over_aligned> ring(3);
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_EQ(ring.try_emplace(i), conqueue_status::success);
    EXPECT_TRUE(ring.try_read(1)[0].get().is_aligned());
    const pop_result<over_aligned> popped = ring.try_pop();
    EXPECT_TRUE(popped->is_aligned());
    EXPECT_EQ(popped->value, i);
  }
}

TEST_F(SpscRing, APopEndsTheElementInside) {
  spsc_ring<fragile> ring(2);
  ring.try_emplace(1);
  ring.try_emplace(2);
  EXPECT_EQ(fragile::living(), 2);
  EXPECT_EQ(ring.try_pop()->value(), 1);
  EXPECT_EQ(fragile::living(), 1);
  EXPECT_EQ(ring.try_pop()->value(), 2);
  EXPECT_EQ(fragile::living(), 0);
}

TEST_F(SpscRing, TheDestructorEndsTheElementsLeft) {
  for (std::size_t start = 0; start < 3; ++start) {
    for (int left = 0; left <= 3; ++left) {
      {
        spsc_ring<fragile> ring(3);
        lap_on(ring, start);
        for (int i = 0; i < left; ++i) ring.try_emplace(i);
        EXPECT_EQ(fragile::living(), left);
      }
      EXPECT_EQ(fragile::living(), 0);
    }
  }
}

TEST_F(SpscRing, AThrowingElementChangesNothing) {
  const fragile three(3);
  const auto check = [](const auto& push) {
    spsc_ring<fragile> ring(3);
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
  check([&](auto& ring) { ring.try_push_n(&three, 1); });
  EXPECT_EQ(three.value(), 3);
}

// try_push_n and try_pop_n.

TEST_F(SpscRing, PushNTakesWhatThereIsRoomFor) {
  spsc_ring<int> ring(3);
  const ints values = {1, 2, 3, 4, 5};
  EXPECT_EQ(ring.try_push_n(values.begin(), 0), 0u);
  EXPECT_TRUE(ring.empty_hint());
  EXPECT_EQ(ring.try_push_n(values.begin(), 2), 2u);
  EXPECT_EQ(ring.try_push_n(values.begin() + 2, 3), 1u);
  EXPECT_EQ(ring.try_push_n(values.begin(), 5), 0u);
  EXPECT_EQ(drain(ring), (ints{1, 2, 3}));
}

TEST_F(SpscRing, PushNMovesOnlyWhatItTakes) {
  spsc_ring<std::unique_ptr<int>> ring(2);
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
TEST_F(SpscRing, PushNReadsNoFurtherThanItTakes) {
  spsc_ring<int> ring(2);
  std::istringstream in("1 2 3 4");
  EXPECT_EQ(ring.try_push_n(std::istream_iterator<int>(in), 4), 2u);
  int next = 0;
  in >> next;
  EXPECT_EQ(next, 3);
  EXPECT_EQ(drain(ring), (ints{1, 2}));
}

TEST_F(SpscRing, AThrowHalfwayThroughPushNPublishesNothing) {
  std::vector<fragile> values;
  values.reserve(3);
  for (int i = 1; i <= 3; ++i) values.emplace_back(i);
  for (std::size_t start = 0; start < 4; ++start) {
    for (int nth = 1; nth <= 3; ++nth) {
      spsc_ring<fragile> ring(4);
      lap_on(ring, start);
      ring.try_emplace(0);
      const int before = fragile::living();
      fragile::construction_that_throws = nth;
      EXPECT_THROW(ring.try_push_n(values.begin(), 3), failed_on_purpose);
      EXPECT_EQ(fragile::living(), before) << "ends those it has copied";
      EXPECT_EQ(ring.size_hint(), 1u);
      EXPECT_EQ(ring.try_push_n(values.begin(), 3), 3u);
      EXPECT_EQ(drain(ring), (ints{0, 1, 2, 3}));
    }
  }
}

TEST_F(SpscRing, PopNDeliversWhatThereIs) {
  spsc_ring<int> ring(3);
  ints out;
  EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 2), 0u);
  for (const int i : {1, 2, 3}) ring.try_push(i);
  EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 0), 0u);
  EXPECT_EQ(out, ints{});
  EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 2), 2u);
  EXPECT_EQ(out, (ints{1, 2}));
  EXPECT_EQ(ring.try_pop_n(std::back_inserter(out), 5), 1u);
  EXPECT_EQ(out, (ints{1, 2, 3}));
  EXPECT_TRUE(ring.empty_hint());
}

TEST_F(SpscRing, PopNMoves) {
  spsc_ring<std::unique_ptr<int>> ring(2);
  ring.try_push(std::make_unique<int>(1));
  ring.try_push(std::make_unique<int>(2));
  std::array<std::unique_ptr<int>, 2> out;
  EXPECT_EQ(ring.try_pop_n(out.begin(), 2), 2u);
  EXPECT_EQ(*out[0], 1);
  EXPECT_EQ(*out[1], 2);
}

TEST_F(SpscRing, AThrowHalfwayThroughPopNKeepsTheRest) {
  for (std::size_t start = 0; start < 3; ++start) {
    for (int nth = 1; nth <= 3; ++nth) {
      spsc_ring<fragile> ring(3);
      lap_on(ring, start);
      for (const int i : {1, 2, 3}) ring.try_emplace(i);
      std::vector<fragile> out;
      out.reserve(3);
      for (int i = 0; i < 3; ++i) out.emplace_back(0);
      fragile::assignment_that_throws = nth;
      EXPECT_THROW(ring.try_pop_n(out.begin(), 3), failed_on_purpose);
      EXPECT_EQ(ring.size_hint(), 4u - nth);
      EXPECT_EQ(fragile::living(), 3 + 4 - nth);
      ints all;
      for (int i = 0; i < nth - 1; ++i) all.push_back(out[i].value());
      for (const int rest : drain(ring)) all.push_back(rest);
      EXPECT_EQ(all, (ints{1, 2, 3}));
    }
  }
}

// Spans.

TEST_F(SpscRing, AClaimIsNoBiggerThanTheRoom) {
  spsc_ring<int> ring(3);
  EXPECT_EQ(ring.try_claim(0).size(), 0u);
  EXPECT_EQ(ring.try_claim(2).size(), 2u);
  EXPECT_EQ(ring.try_claim(3).size(), 3u);
  EXPECT_EQ(ring.try_claim(4).size(), 3u);
  EXPECT_EQ(ring.try_claim(std::numeric_limits<std::size_t>::max()).size(), 3u);
  ring.try_push(1);
  EXPECT_EQ(ring.try_claim(4).size(), 2u);
  ring.try_push(2);
  ring.try_push(3);
  const auto none = ring.try_claim(1);
  EXPECT_FALSE(none);
  EXPECT_TRUE(none.first().empty());
  EXPECT_TRUE(none.second().empty());
}

TEST_F(SpscRing, AReadIsNoBiggerThanTheElements) {
  spsc_ring<int> ring(3);
  EXPECT_FALSE(ring.try_read(1));
  ring.try_push(1);
  ring.try_push(2);
  EXPECT_EQ(ring.try_read(0).size(), 0u);
  EXPECT_EQ(ring.try_read(1).size(), 1u);
  EXPECT_EQ(ring.try_read(3).size(), 2u);
  EXPECT_EQ(ring.try_read(std::numeric_limits<std::size_t>::max()).size(), 2u);
  EXPECT_TRUE(ring.try_read(1));
}

TEST_F(SpscRing, SpansLieInTwoPiecesAtTheWrap) {
  for (std::size_t start = 0; start < 5; ++start) {
    SCOPED_TRACE(start);
    spsc_ring<int> ring(5);
    lap_on(ring, start);
    auto claimed = ring.try_claim(4);
    const std::size_t before_the_wrap = std::min<std::size_t>(4, 5 - start);
    ASSERT_EQ(claimed.first().size(), before_the_wrap);
    ASSERT_EQ(claimed.second().size(), 4 - before_the_wrap);
    int next = 1;
    for (slot<int>& s : claimed.first()) s.construct(next++);
    for (slot<int>& s : claimed.second()) s.construct(next++);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(claimed[i].get(), static_cast<int>(i) + 1);
    }
    EXPECT_TRUE(ring.empty_hint()) << "not published yet";
    EXPECT_EQ(claimed.commit(4), 4u);

    auto readable = ring.try_read(5);
    ASSERT_EQ(readable.first().size(), before_the_wrap);
    ASSERT_EQ(readable.second().size(), 4 - before_the_wrap);
    ints read;
    for (slot<int>& s : readable.first()) read.push_back(s.get());
    for (slot<int>& s : readable.second()) read.push_back(s.get());
    EXPECT_EQ(read, (ints{1, 2, 3, 4}));
    EXPECT_EQ(readable.consume(4), 4u);
    EXPECT_TRUE(ring.empty_hint());
  }
}

TEST_F(SpscRing, ACommitInSteps) {
  spsc_ring<fragile> ring(3);
  lap_on(ring, 2);
  auto claimed = ring.try_claim(3);
  for (int i = 0; i < 3; ++i) claimed[i].construct(i + 1);
  EXPECT_EQ(claimed.commit(0), 0u);
  EXPECT_EQ(claimed.size(), 3u);
  EXPECT_TRUE(ring.empty_hint());
  EXPECT_EQ(claimed.commit(1), 1u);
  EXPECT_EQ(ring.size_hint(), 1u);
  EXPECT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed[0].get().value(), 2);
  EXPECT_EQ(claimed.commit(2), 2u);
  EXPECT_FALSE(claimed);
  EXPECT_EQ(drain(ring), (ints{1, 2, 3}));
}

TEST_F(SpscRing, CommitsFewerThanClaimed) {
  spsc_ring<int> ring(3);
  {
    auto claimed = ring.try_claim(3);
    claimed[0].construct(1);
    claimed.commit(1);
  }
  EXPECT_EQ(ring.try_push(2), conqueue_status::success);
  EXPECT_EQ(drain(ring), (ints{1, 2}));
}

TEST_F(SpscRing, AnAbandonedClaimPublishesNothing) {
  spsc_ring<fragile> ring(3);
  {
    auto claimed = ring.try_claim(2);
    claimed[0].construct(1);
    claimed[0].destroy();
  }
  EXPECT_EQ(fragile::living(), 0);
  EXPECT_EQ(ring.try_pop().error(), conqueue_status::empty);
  EXPECT_EQ(ring.try_claim(3).size(), 3u);
  ring.try_emplace(2);
  EXPECT_EQ(drain(ring), ints{2});
}

TEST_F(SpscRing, CommitsNoMoreThanClaimed) {
  spsc_ring<int> ring(3);
  auto claimed = ring.try_claim(2);
  claimed[0].construct(1);
  claimed[1].construct(2);
  EXPECT_EQ(thrown_by([&] { claimed.commit(3); }), typeid(std::out_of_range));
  EXPECT_TRUE(ring.empty_hint());
  EXPECT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed.commit(2), 2u);
  EXPECT_EQ(thrown_by([&] { claimed.commit(1); }), typeid(std::out_of_range));
  EXPECT_EQ(drain(ring), (ints{1, 2}));
}

TEST_F(SpscRing, ConsumesInSteps) {
  spsc_ring<fragile> ring(3);
  lap_on(ring, 2);
  for (const int i : {1, 2, 3}) ring.try_emplace(i);
  auto readable = ring.try_read(3);
  EXPECT_EQ(readable.consume(0), 0u);
  EXPECT_EQ(fragile::living(), 3);
  EXPECT_EQ(readable.consume(2), 2u);
  EXPECT_EQ(fragile::living(), 1);
  EXPECT_EQ(ring.size_hint(), 1u);
  EXPECT_EQ(readable.size(), 1u);
  EXPECT_EQ(readable[0].get().value(), 3);
  EXPECT_EQ(readable.consume(1), 1u);
  EXPECT_EQ(fragile::living(), 0);
  EXPECT_EQ(ring.try_claim(3).size(), 3u);
}

TEST_F(SpscRing, ADroppedReadConsumesNothing) {
  spsc_ring<fragile> ring(3);
  for (const int i : {1, 2, 3}) ring.try_emplace(i);
  EXPECT_EQ(ring.try_read(3).consume(1), 1u);
  EXPECT_EQ(drain(ring), (ints{2, 3}));
}

TEST_F(SpscRing, ConsumesNoMoreThanItRead) {
  spsc_ring<fragile> ring(3);
  for (const int i : {1, 2, 3}) ring.try_emplace(i);
  auto readable = ring.try_read(2);
  EXPECT_EQ(thrown_by([&] { readable.consume(3); }), typeid(std::out_of_range));
  EXPECT_EQ(fragile::living(), 3);
  EXPECT_EQ(readable.size(), 2u);
  EXPECT_EQ(drain(ring), (ints{1, 2, 3}));
}

// A push between the claim and the commit; also so many of them that the end
// is back at the slot where the claim begins.
TEST_F(SpscRing, AStaleClaimCommitsNothing) {
  for (const std::size_t capacity : {1, 2, 3}) {
    for (std::size_t pushes = 1; pushes <= capacity; ++pushes) {
      SCOPED_TRACE(::testing::Message() << pushes << " of " << capacity);
      spsc_ring<int> ring(capacity);
      auto claimed = ring.try_claim(capacity);
      for (std::size_t i = 0; i < pushes; ++i) ring.try_push(1);
      EXPECT_EQ(thrown_by([&] { claimed.commit(1); }),
                typeid(std::logic_error));
      EXPECT_EQ(ring.size_hint(), pushes);
      EXPECT_EQ(claimed.size(), capacity);
      EXPECT_EQ(drain(ring), ints(pushes, 1));
    }
  }
}

TEST_F(SpscRing, AStaleReadConsumesNothing) {
  for (const std::size_t capacity : {1, 2, 3}) {
    for (std::size_t pops = 1; pops <= capacity; ++pops) {
      SCOPED_TRACE(::testing::Message() << pops << " of " << capacity);
      spsc_ring<fragile> ring(capacity);
      for (std::size_t i = 0; i < capacity; ++i) ring.try_emplace(1);
      auto readable = ring.try_read(capacity);
      for (std::size_t i = 0; i < pops; ++i) EXPECT_TRUE(ring.try_pop());
      for (std::size_t i = 0; i < pops; ++i) ring.try_emplace(2);
      EXPECT_EQ(thrown_by([&] { readable.consume(1); }),
                typeid(std::logic_error));
      EXPECT_EQ(ring.size_hint(), capacity);
      EXPECT_EQ(fragile::living(), static_cast<int>(capacity));
    }
  }
}

}  // namespace
}  // namespace acqrel::testing
