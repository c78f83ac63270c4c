#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using namespace std::chrono_literals;
using testing::crew;
using testing::payload;

class Capacity : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Capacity, PopsEveryElementExactlyOnceAndInOrder) {
  for (const crew threads : {crew{1, 1}, crew{3, 3}, crew{4, 1}, crew{1, 4}}) {
    EXPECT_EQ(
        testing::stress(
            [] { return std::make_unique<mpmc_ring<payload>>(GetParam()); },
            threads, testing::order::of_each_producer, 150ms),
        "");
  }
}

TEST_P(Capacity, RecordsAHistoryWithJustifiedFailures) {
  using ring = testing::when_not_busy<mpmc_ring<std::uint64_t>>;
  for (const unsigned threads : {2u, 3u, 4u}) {
    EXPECT_EQ(testing::stress_recorded(
                  [] { return std::make_unique<ring>(GetParam()); },
                  {.threads = threads,
                   .who = testing::roles::anyone_anything,
                   .promised = testing::level::justified_failures},
                  testing::queue_spec{.capacity = GetParam()}, 300ms),
              "");
  }
}

TEST_P(Capacity, PopsAllThatWasAcceptedBeforeTheClose) {
  for (const crew threads : {crew{1, 1}, crew{3, 3}, crew{1, 4}}) {
    EXPECT_EQ(
        testing::stress_close(
            [] { return std::make_unique<mpmc_ring<payload>>(GetParam()); },
            threads, 150ms),
        "");
  }
}

// By the bulk operations, in amounts that do not divide one another.
TEST_P(Capacity, MovesManyElementsAtOnceExactlyOnceAndInOrder) {
  constexpr std::uint64_t each = 500;
  constexpr crew threads{2, 2};
  for (testing::budget left(400ms); left.another_round();) {
    mpmc_ring<payload> ring(GetParam());
    std::vector<testing::arrivals> got;
    for (unsigned i = 0; i < threads.consumers; ++i) {
      got.emplace_back(threads.producers, each,
                       testing::order::of_each_producer);
    }
    std::atomic<unsigned> still_pushing = threads.producers;
    testing::run_together(4, [&](unsigned index) {
      std::size_t most = index;
      if (index < threads.producers) {
        for (std::uint64_t done = 0; done < each;) {
          std::vector<payload> some;
          most = most % 7 + 1;
          for (std::size_t i = 1; i <= most && done + i <= each; ++i) {
            some.emplace_back(testing::unique_value(index, done + i));
          }
          const std::size_t count =
              ring.try_push_n(std::move_iterator(some.begin()), some.size());
          if (count == 0) std::this_thread::yield();
          done += count;
        }
        still_pushing.fetch_sub(1, std::memory_order_release);
        return;
      }
      std::vector<payload> some;
      while (some.size() < 5) some.emplace_back(0);
      for (;;) {
        // Read before the pop: "none" is the end only if it was said after.
        const bool last = still_pushing.load(std::memory_order_acquire) == 0;
        most = most % 5 + 1;
        const std::size_t count = ring.try_pop_n(some.begin(), most);
        for (std::size_t i = 0; i < count; ++i) {
          got[index - threads.producers].add(some[i].value());
        }
        if (count == 0 && last) return;
        if (count == 0) std::this_thread::yield();
      }
    });
    ASSERT_EQ(testing::exactly_once(
                  got, std::vector<std::uint64_t>(threads.producers, each)),
              "");
  }
}

INSTANTIATE_TEST_SUITE_P(MpmcRing, Capacity, ::testing::Values(1, 2, 3, 64));

}  // namespace
}  // namespace acqrel
