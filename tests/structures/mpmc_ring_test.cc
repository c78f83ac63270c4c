// The contract of mpmc_ring: that of all queues, and `busy`. A call that comes
// from within another, out of an element's constructor, stands in for the second
// thread that makes a ring busy.
#include "acqrel/structures/mpmc_ring.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_deadline_conformance.h"
#include "acqrel/tests/structures/queue_element_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<mpmc_ring, ends::many, ends::many>;

INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueElementConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueMemoryConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueWaitingConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueDeadlineConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueBurstConformance, family);

static_assert(!std::is_default_constructible_v<mpmc_ring<int>>);
static_assert(!std::is_convertible_v<std::size_t, mpmc_ring<int>>);
static_assert(noexcept(std::declval<mpmc_ring<int>&>().try_pop()));
static_assert(noexcept(std::declval<mpmc_ring<int>&>().close()));
static_assert(noexcept(std::declval<const mpmc_ring<int>&>().is_closed()));
static_assert(noexcept(std::declval<const mpmc_ring<int>&>().size_hint()));

// An element whose move runs a function once, while its cell is claimed.
struct intruder {
  explicit intruder(std::function<void()>& action) noexcept : action(&action) {}
  intruder(intruder&& other) noexcept
      : action(std::exchange(other.action, nullptr)) {
    if (action != nullptr && *action) std::exchange(*action, nullptr)();
  }
  std::function<void()>* action;
};

TEST(MpmcRing, IsBusyForAPopWhileAnElementIsPushed) {
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

TEST(MpmcRing, IsBusyForAPushWhileAnElementIsPopped) {
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
