#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_queue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using namespace std::chrono_literals;
using testing::crew;
using testing::payload;

// The fewest cells that a segment has, so that the drivers change segments.
struct large_payload : payload {
  using payload::payload;
  large_payload(payload&& small) noexcept : payload(std::move(small)) {}
  std::byte rest[512] = {};
};

TEST(MpmcQueue, PopsEveryElementExactlyOnceAndInOrder) {
  for (const crew threads : {crew{1, 1}, crew{3, 3}, crew{4, 1}, crew{1, 4}}) {
    EXPECT_EQ(testing::stress(
                  [] { return std::make_unique<mpmc_queue<large_payload>>(); },
                  threads, testing::order::of_each_producer, 400ms),
              "");
  }
}

TEST(MpmcQueue, RecordsALinearizableHistory) {
  for (const unsigned threads : {2u, 3u, 4u}) {
    EXPECT_EQ(testing::stress_recorded(
                  [] { return std::make_unique<mpmc_queue<std::uint64_t>>(); },
                  {.threads = threads,
                   .who = testing::roles::anyone_anything,
                   .promised = testing::level::strict},
                  testing::queue_spec{}, 500ms),
              "");
  }
}

TEST(MpmcQueue, PopsAllThatWasAcceptedBeforeTheClose) {
  for (const crew threads : {crew{1, 1}, crew{3, 3}, crew{1, 4}}) {
    EXPECT_EQ(testing::stress_close(
                  [] { return std::make_unique<mpmc_queue<large_payload>>(); },
                  threads, 400ms),
              "");
  }
}

// By the bulk operations, in amounts that do not divide one another; consumers
// wait, and end when the queue is closed.
TEST(MpmcQueue, MovesManyElementsAtOnceExactlyOnceAndInOrder) {
  constexpr std::uint64_t each = 700;
  constexpr crew threads{2, 2};
  for (testing::budget left(800ms); left.another_round();) {
    mpmc_queue<large_payload> queue;
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
          std::vector<large_payload> some;
          most = most % 97 + 5;
          for (std::size_t i = 1; i <= most && done + i <= each; ++i) {
            some.emplace_back(testing::unique_value(index, done + i));
          }
          done +=
              queue.try_push_n(std::move_iterator(some.begin()), some.size());
        }
        if (still_pushing.fetch_sub(1, std::memory_order_acq_rel) == 1) {
          queue.close();
        }
        return;
      }
      std::vector<large_payload> some;
      while (some.size() < 71) some.emplace_back(0);
      for (;;) {
        most = most % 71 + 1;
        const std::size_t count = queue.pop_n(some.begin(), most);
        for (std::size_t i = 0; i < count; ++i) {
          got[index - threads.producers].add(some[i].value());
        }
        if (count == 0) return;
      }
    });
    ASSERT_EQ(testing::exactly_once(
                  got, std::vector<std::uint64_t>(threads.producers, each)),
              "");
  }
}

// Bursts that fill segments, one after the other, and threads that come and go
// with them.
TEST(MpmcQueue, GrowsAndShrinksWithThreadsThatComeAndGo) {
  for (testing::budget left(600ms); left.another_round();) {
    mpmc_queue<large_payload> queue;
    for (int burst = 0; burst < 3; ++burst) {
      EXPECT_EQ(testing::push_and_pop_all(queue, crew{2, 2}, 300,
                                          testing::order::of_each_producer),
                "");
    }
  }
}

}  // namespace
}  // namespace acqrel
