// Queues that wait, called lock-free. Every test here must fail: BUILD.bazel
// runs each under must_fail_test.
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <memory>

#include "acqrel/tests/structures/progress.h"
#include "acqrel/tests/structures/seeded/waiting_queues.h"
#include "acqrel/tests/support/elements.h"

namespace acqrel::seeded {
namespace {

using testing::op;
using testing::payload;

template <class Container>
struct family {
  static constexpr std::size_t capacity =
      std::numeric_limits<std::size_t>::max();
  static constexpr bool last_first = false, runs_are_one_step = true,
                        has_hazards = false;
  static std::unique_ptr<Container> make() {
    return std::make_unique<Container>();
  }
};

template <class Container>
void expect_lock_free() {
  const testing::seen found =
      testing::stopping<family<Container>>(
          op::try_push,
          {{op::try_push, op::try_pop, op::try_pop, op::try_pop},
           {op::try_pop, op::try_pop}},
          {})
          .run();
  EXPECT_EQ(found.fault, "");
  EXPECT_EQ(found.held_up, testing::names{});
}

TEST(ProgressBug, SpinsInALock) {
  expect_lock_free<locked_queue<payload, spinning_lock>>();
}

TEST(ProgressBug, SleepsInALock) {
  expect_lock_free<locked_queue<payload, sleeping_lock>>();
}

TEST(ProgressBug, DoesNotHelp) {
  expect_lock_free<queue_that_does_not_help<payload>>();
}

TEST(ProgressBug, CallsBusyEmpty) {
  expect_lock_free<queue_that_calls_busy_empty<payload>>();
}

}  // namespace
}  // namespace acqrel::seeded
