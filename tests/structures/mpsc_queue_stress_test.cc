#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/stress.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using namespace std::chrono_literals;
using testing::crew;
using testing::payload;
using queue = mpsc_queue<payload>;

constexpr crew crews[] = {{1, 1}, {3, 1}, {6, 1}};

TEST(MpscQueue, PopsEveryElementExactlyOnceAndInOrder) {
  for (const crew threads : crews) {
    EXPECT_EQ(testing::stress([] { return std::make_unique<queue>(); }, threads,
                              testing::order::of_each_producer, 300ms),
              "");
  }
}

TEST(MpscQueue, RecordsAStrictHistory) {
  using numbers = testing::when_not_busy<mpsc_queue<std::uint64_t>>;
  for (const unsigned threads : {2u, 3u, 4u}) {
    EXPECT_EQ(
        testing::stress_recorded([] { return std::make_unique<numbers>(); },
                                 {.threads = threads,
                                  .who = testing::roles::all_push_one_pops,
                                  .promised = testing::level::strict},
                                 testing::queue_spec{}, 500ms),
        "");
  }
}

TEST(MpscQueue, PopsAllThatWasAcceptedBeforeTheClose) {
  for (const crew threads : crews) {
    EXPECT_EQ(testing::stress_close([] { return std::make_unique<queue>(); },
                                    threads, 300ms),
              "");
  }
}

// Several threads close, while others push; the consumer waits for the end.
TEST(MpscQueue, PopsWhileItWaitsAllThatWasAccepted) {
  constexpr std::uint64_t most = 2000;
  constexpr unsigned producers = 3;
  std::uint64_t seed = 0;
  for (testing::budget left(400ms); left.another_round();) {
    queue q;
    std::vector<testing::arrivals> got;
    got.emplace_back(producers, most, testing::order::of_each_producer);
    std::vector<std::uint64_t> accepted(producers, 0);
    ++seed;
    testing::run_together(producers + 1, [&](unsigned index) {
      if (index == producers) {
        while (const auto element = q.pop()) got[0].add(element->value());
        return;
      }
      const std::uint64_t mine =
          testing::random_choice(seed * 8 + index).below(most);
      while (accepted[index] < mine && q.push(payload(testing::unique_value(
                                           index, accepted[index] + 1)))) {
        ++accepted[index];
      }
      q.close();
    });
    ASSERT_EQ(testing::exactly_once(got, accepted), "");
    ASSERT_EQ(q.try_pop().error(), conqueue_status::closed);
  }
}

// By the bulk operations, in amounts that do not divide a segment.
TEST(MpscQueue, MovesManyElementsAtOnceExactlyOnceAndInOrder) {
  constexpr std::uint64_t each = 3000;
  constexpr unsigned producers = 3;
  for (testing::budget left(400ms); left.another_round();) {
    queue q;
    std::vector<testing::arrivals> got;
    got.emplace_back(producers, each, testing::order::of_each_producer);
    testing::run_together(producers + 1, [&](unsigned index) {
      if (index == producers) {
        std::vector<payload> some;
        while (some.size() < 50) some.emplace_back(0);
        for (std::uint64_t popped = 0; popped < producers * each;) {
          const std::size_t count = q.pop_n(some.begin(), popped % 50 + 1);
          for (std::size_t i = 0; i < count; ++i) got[0].add(some[i].value());
          popped += count;
        }
        return;
      }
      for (std::uint64_t done = 0, most = index; done < each;) {
        std::vector<payload> some;
        most = most % 200 + 7;
        for (std::uint64_t i = 1; i <= most && done + i <= each; ++i) {
          some.emplace_back(testing::unique_value(index, done + i));
        }
        const std::size_t count =
            q.try_push_n(std::move_iterator(some.begin()), some.size());
        ASSERT_EQ(count, some.size());
        done += count;
      }
    });
    ASSERT_EQ(
        testing::exactly_once(got, std::vector<std::uint64_t>(producers, each)),
        "");
  }
}

}  // namespace
}  // namespace acqrel
