#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "acqrel/structures/treiber_stack.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"

namespace acqrel {
namespace {

using namespace std::chrono_literals;
using testing::crew;

class Crew : public ::testing::TestWithParam<crew> {};

TEST_P(Crew, PopsEveryElementExactlyOnce) {
  EXPECT_EQ(
      testing::stress(
          [] { return std::make_unique<treiber_stack<testing::payload>>(); },
          GetParam(), testing::order::none, 300ms),
      "");
}

INSTANTIATE_TEST_SUITE_P(TreiberStack, Crew,
                         ::testing::Values(crew{1, 1}, crew{1, 4}, crew{4, 1},
                                           crew{2, 2}, crew{3, 3}, crew{4, 4},
                                           crew{12, 12}));

class Threads : public ::testing::TestWithParam<unsigned> {};

TEST_P(Threads, RecordALinearizableHistory) {
  EXPECT_EQ(testing::stress_recorded(
                [] { return std::make_unique<treiber_stack<std::uint64_t>>(); },
                {.threads = GetParam(),
                 .who = testing::roles::anyone_anything,
                 .promised = testing::level::strict},
                testing::stack_spec{}, 600ms),
            "");
}

INSTANTIATE_TEST_SUITE_P(TreiberStack, Threads, ::testing::Values(2, 3, 4, 8));

}  // namespace
}  // namespace acqrel
