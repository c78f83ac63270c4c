// Broken structures through the stress drivers of the real ones. Every test
// here must fail: BUILD.bazel runs each under must_fail_test.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "acqrel/tests/structures/seeded/broken_mpmc_rings.h"
#include "acqrel/tests/structures/seeded/broken_mpsc_queues.h"
#include "acqrel/tests/structures/seeded/broken_queues.h"
#include "acqrel/tests/structures/seeded/broken_rings.h"
#include "acqrel/tests/structures/seeded/broken_segment_queues.h"
#include "acqrel/tests/structures/seeded/broken_stacks.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"

namespace acqrel::seeded {
namespace {

using namespace std::chrono_literals;
using testing::crew;
using testing::order;
using testing::payload;

template <class Container, class... Args>
void expect_exactly_once(const crew& threads, order promised, Args... args) {
  EXPECT_EQ(
      testing::stress([&] { return std::make_unique<Container>(args...); },
                      threads, promised, 5s),
      "");
}

template <class Container, class Spec, class... Args>
void expect_linearizable(const testing::recording& how, const Spec& start,
                         Args... args) {
  EXPECT_EQ(
      testing::stress_recorded(
          [&] { return std::make_unique<Container>(args...); }, how, start, 5s),
      "");
}

TEST(StackBug, ReusesNodes) {
  expect_exactly_once<stack_that_reuses_nodes<payload>>({3, 3}, order::none);
}

TEST(StackBug, DeletesAtOnce) {
  expect_exactly_once<stack_that_deletes_at_once<payload>>({2, 3}, order::none);
}

TEST(StackBug, PopsInTwoSteps) {
  expect_exactly_once<stack_that_pops_in_two_steps<payload>>({1, 2},
                                                             order::none);
}

TEST(QueueBug, LinksRelaxed) {
  expect_exactly_once<queue_that_links_relaxed<payload>>(
      {1, 1}, order::of_each_producer);
}

TEST(QueueBug, PushesInTwoSteps) {
  expect_exactly_once<queue_that_pushes_in_two_steps<payload>>(
      {2, 1}, order::of_each_producer);
}

TEST(QueueBug, HasTwoLanes) {
  expect_exactly_once<queue_with_two_lanes<payload>>({1, 1},
                                                     order::of_each_producer);
}

// Only a history shows it.
TEST(QueueBug, GivesUp) {
  expect_linearizable<queue_that_gives_up<std::uint64_t>>(
      {.threads = 3,
       .who = testing::roles::anyone_anything,
       .promised = testing::level::strict},
      testing::queue_spec{});
}

TEST(RingBug, PublishesBeforeItWrites) {
  expect_exactly_once<
      broken_ring<payload, ring_bug::publishes_before_it_writes>>(
      {1, 1}, order::of_each_producer, 4);
}

TEST(RingBug, FreesBeforeItReads) {
  expect_exactly_once<broken_ring<payload, ring_bug::frees_before_it_reads>>(
      {1, 1}, order::of_each_producer, 4);
}

// Only a history shows it.
TEST(RingBug, SaysFullTooEarly) {
  expect_linearizable<
      broken_ring<std::uint64_t, ring_bug::says_full_too_early>>(
      {.threads = 2,
       .who = testing::roles::one_pushes_one_pops,
       .promised = testing::level::justified_failures,
       .drain_time = 20'000},
      testing::queue_spec{.capacity = 4}, 4);
}

template <mpmc_ring_bug Bug>
void expect_linearizable_mpmc_ring(std::size_t capacity) {
  expect_linearizable<
      testing::when_not_busy<broken_mpmc_ring<std::uint64_t, Bug>>>(
      {.threads = 3,
       .who = testing::roles::anyone_anything,
       .promised = testing::level::justified_failures},
      testing::queue_spec{.capacity = capacity}, capacity);
}

TEST(MpmcRingBug, HasOneMarkForTwo) {
  expect_linearizable_mpmc_ring<mpmc_ring_bug::has_one_mark_for_two>(1);
}

TEST(MpmcRingBug, CallsBusyEmpty) {
  expect_linearizable_mpmc_ring<mpmc_ring_bug::calls_busy_empty>(4);
}

TEST(MpmcRingBug, ClosesBeside) {
  using ring = broken_mpmc_ring<payload, mpmc_ring_bug::closes_beside>;
  EXPECT_EQ(testing::stress_close([] { return std::make_unique<ring>(4); },
                                  {2, 1}, 5s),
            "");
}

TEST(MpscQueueBug, CallsBusyEmpty) {
  expect_linearizable<testing::when_not_busy<
      broken_mpsc_queue<std::uint64_t, mpsc_queue_bug::calls_busy_empty>>>(
      {.threads = 3,
       .who = testing::roles::all_push_one_pops,
       .promised = testing::level::strict},
      testing::queue_spec{});
}

TEST(MpscQueueBug, ClosesBeside) {
  using queue = broken_mpsc_queue<payload, mpsc_queue_bug::closes_beside>;
  EXPECT_EQ(testing::stress_close([] { return std::make_unique<queue>(); },
                                  {2, 1}, 5s),
            "");
}

TEST(MpscQueueBug, ClaimsInTwoSteps) {
  expect_exactly_once<
      broken_mpsc_queue<payload, mpsc_queue_bug::claims_in_two_steps>>(
      {3, 1}, order::of_each_producer);
}

TEST(MpscQueueBug, LeavesTooEarly) {
  expect_exactly_once<
      broken_mpsc_queue<payload, mpsc_queue_bug::leaves_too_early>>(
      {3, 1}, order::of_each_producer);
}

TEST(SegmentQueueBug, LeavesCells) {
  expect_exactly_once<
      broken_segment_queue<payload, segment_queue_bug::leaves_cells>>(
      {1, 1}, order::of_each_producer);
}

TEST(SegmentQueueBug, DoesNotSeal) {
  using queue = broken_segment_queue<payload, segment_queue_bug::does_not_seal>;
  EXPECT_EQ(testing::stress_close([] { return std::make_unique<queue>(); },
                                  {2, 1}, 5s),
            "");
}

// Only a history shows it.
TEST(SegmentQueueBug, ComparesOldCounts) {
  expect_linearizable<broken_segment_queue<
      std::uint64_t, segment_queue_bug::compares_old_counts>>(
      {.threads = 3,
       .who = testing::roles::anyone_anything,
       .promised = testing::level::strict},
      testing::queue_spec{});
}

}  // namespace
}  // namespace acqrel::seeded
