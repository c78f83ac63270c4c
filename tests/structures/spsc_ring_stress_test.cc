#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

#include "acqrel/structures/spsc_ring.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using namespace std::chrono_literals;
using testing::payload;

class Capacity : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Capacity, PopsEveryElementExactlyOnceAndInOrder) {
  EXPECT_EQ(testing::stress(
                [] { return std::make_unique<spsc_ring<payload>>(GetParam()); },
                {.producers = 1, .consumers = 1},
                testing::order::of_each_producer, 400ms),
            "");
}

// L2, as the card says; LateIndicesAreJustifiedButNotStrict in
// linearizability_test is a history of a ring that L1 refuses.
TEST_P(Capacity, RecordsAHistoryWithJustifiedFailures) {
  EXPECT_EQ(
      testing::stress_recorded(
          [] { return std::make_unique<spsc_ring<std::uint64_t>>(GetParam()); },
          {.threads = 2,
           .who = testing::roles::one_pushes_one_pops,
           .promised = testing::level::justified_failures,
           .drain_time = 20'000},
          testing::queue_spec{.capacity = GetParam()}, 600ms),
      "");
}

// Both ends by every way there is, in turn: single elements, many at once, and
// in place, in amounts that do not divide one another.
TEST_P(Capacity, KeepsTheOrderThroughSpansAndBulkCalls) {
  constexpr std::uint64_t count = 3000;
  for (testing::budget left(400ms); left.another_round();) {
    spsc_ring<payload> ring(GetParam());
    std::uint64_t received = 0;
    std::uint64_t wrong = 0;
    const auto receive = [&](const payload& element) {
      if (element.value() != ++received) ++wrong;
    };
    const auto push_some = [&](std::uint64_t next, std::size_t way) {
      const std::size_t wanted = std::min<std::uint64_t>(way, count + 1 - next);
      if (way % 3 == 0) {
        return static_cast<std::size_t>(ring.try_emplace(next) ==
                                        conqueue_status::success);
      }
      if (way % 3 == 1) {
        std::vector<payload> some;
        for (std::size_t i = 0; i < wanted; ++i) some.emplace_back(next + i);
        return ring.try_push_n(std::move_iterator(some.begin()), wanted);
      }
      auto claimed = ring.try_claim(wanted);
      for (slot<payload>& place : claimed.first()) place.construct(next++);
      for (slot<payload>& place : claimed.second()) place.construct(next++);
      return claimed.commit(claimed.size());
    };
    const auto pop_some = [&](std::size_t way) {
      if (way % 3 == 0) {
        const auto element = ring.try_pop();
        if (element) receive(*element);
        return static_cast<std::size_t>(element.has_value());
      }
      if (way % 3 == 1) {
        std::vector<payload> some;
        ring.try_pop_n(std::back_inserter(some), way);
        for (const payload& element : some) receive(element);
        return some.size();
      }
      auto readable = ring.try_read(way);
      for (slot<payload>& place : readable.first()) receive(place.get());
      for (slot<payload>& place : readable.second()) receive(place.get());
      return readable.consume(readable.size());
    };
    testing::run_together(2, [&](unsigned index) {
      std::size_t way = index;
      for (std::uint64_t done = 0; done < count;) {
        ++way;
        const std::size_t now =
            index == 0 ? push_some(done + 1, way % 11) : pop_some(way % 7);
        if (now == 0) std::this_thread::yield();
        done += now;
      }
    });
    ASSERT_EQ(received, count);
    ASSERT_EQ(wrong, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(SpscRing, Capacity,
                         ::testing::Values(1, 2, 3, 64, 1000));

// Either end may move to another thread when the former one's last call
// happens-before the new one's first.
TEST(SpscRing, EndsMoveFromThreadToThread) {
  for (testing::budget left(200ms); left.another_round();) {
    spsc_ring<payload> ring(4);
    std::uint64_t sent = 0, received = 0, wrong = 0;
    testing::meeting_point meeting(4);
    testing::run_together(4, [&](unsigned index) {
      for (unsigned round = 0; round < 20; ++round) {
        if ((index + round) % 4 == 0) {
          for (int i = 0; i < 10; ++i) {
            if (ring.try_emplace(sent + 1) == conqueue_status::success) ++sent;
          }
        } else if ((index + round) % 4 == 1) {
          while (auto element = ring.try_pop()) {
            if (element->value() != ++received) ++wrong;
          }
        }
        meeting.meet();
      }
    });
    ASSERT_EQ(wrong, 0u);
    while (auto element = ring.try_pop()) {
      ASSERT_EQ(element->value(), ++received);
    }
    ASSERT_EQ(received, sent);
  }
}

}  // namespace
}  // namespace acqrel
