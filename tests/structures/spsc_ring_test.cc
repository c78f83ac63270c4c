// The contract of spsc_ring: that of all queues, and its spans.
#include "acqrel/structures/spsc_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <limits>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_deadline_conformance.h"
#include "acqrel/tests/structures/queue_element_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<spsc_ring, ends::one, ends::one>;

INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueElementConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueMemoryConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueWaitingConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueDeadlineConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueBurstConformance, family);

constexpr std::size_t capacities[] = {1, 3, 7, 1000};

static_assert(!std::is_default_constructible_v<spsc_ring<int>>);
static_assert(!std::is_convertible_v<std::size_t, spsc_ring<int>>);
static_assert(!std::is_copy_constructible_v<spsc_ring<int>::write_span>);
static_assert(!std::is_copy_constructible_v<spsc_ring<int>::read_span>);
static_assert(noexcept(std::declval<spsc_ring<int>&>().try_pop()));
static_assert(std::is_same_v<
              decltype(std::declval<spsc_ring<int>&>().try_claim(1).first()),
              std::span<slot<int>>>);

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
    EXPECT_EQ(contents(ring, status::empty), ints(model.begin(), model.end()));
  }
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

// try_push_n and try_pop_n.

TEST_F(SpscRing, AThrowHalfwayThroughPushNPublishesNothing) {
  std::vector<fragile> values;
  values.reserve(3);
  for (int i = 1; i <= 3; ++i) values.emplace_back(i);
  for (std::size_t start = 0; start < 4; ++start) {
    for (int nth = 1; nth <= 3; ++nth) {
      spsc_ring<fragile> ring(4);
      move_on(ring, start, 0);
      ring.try_emplace(0);
      const int before = fragile::living();
      fragile::construction_that_throws = nth;
      EXPECT_THROW(ring.try_push_n(values.begin(), 3), failed_on_purpose);
      EXPECT_EQ(fragile::living(), before) << "ends those it has copied";
      EXPECT_EQ(ring.size_hint(), 1u);
      EXPECT_EQ(ring.try_push_n(values.begin(), 3), 3u);
      EXPECT_EQ(contents(ring, status::empty), (ints{0, 1, 2, 3}));
    }
  }
}

TEST_F(SpscRing, AThrowHalfwayThroughPopNKeepsTheRest) {
  for (std::size_t start = 0; start < 3; ++start) {
    for (int nth = 1; nth <= 3; ++nth) {
      spsc_ring<fragile> ring(3);
      move_on(ring, start, 0);
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
      for (const int rest : contents(ring, status::empty)) all.push_back(rest);
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
    move_on(ring, start, 0);
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
  move_on(ring, 2, 0);
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
  EXPECT_EQ(contents(ring, status::empty), (ints{1, 2, 3}));
}

TEST_F(SpscRing, CommitsFewerThanClaimed) {
  spsc_ring<int> ring(3);
  {
    auto claimed = ring.try_claim(3);
    claimed[0].construct(1);
    claimed.commit(1);
  }
  EXPECT_EQ(ring.try_push(2), conqueue_status::success);
  EXPECT_EQ(contents(ring, status::empty), (ints{1, 2}));
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
  EXPECT_EQ(contents(ring, status::empty), ints{2});
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
  EXPECT_EQ(contents(ring, status::empty), (ints{1, 2}));
}

TEST_F(SpscRing, ConsumesInSteps) {
  spsc_ring<fragile> ring(3);
  move_on(ring, 2, 0);
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
  EXPECT_EQ(contents(ring, status::empty), (ints{2, 3}));
}

TEST_F(SpscRing, ConsumesNoMoreThanItRead) {
  spsc_ring<fragile> ring(3);
  for (const int i : {1, 2, 3}) ring.try_emplace(i);
  auto readable = ring.try_read(2);
  EXPECT_EQ(thrown_by([&] { readable.consume(3); }), typeid(std::out_of_range));
  EXPECT_EQ(fragile::living(), 3);
  EXPECT_EQ(readable.size(), 2u);
  EXPECT_EQ(contents(ring, status::empty), (ints{1, 2, 3}));
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
      EXPECT_EQ(contents(ring, status::empty), ints(pushes, 1));
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
