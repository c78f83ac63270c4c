// What a queue counts that was asked to.
#include "acqrel/structures/counted.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_ring.h"

namespace acqrel {
namespace {

using ring = counted<mpmc_ring<std::string>>;
using queue = counted<michael_scott_queue<int>>;
static_assert(stoppable_concurrent_queue<ring> && bulk_concurrent_queue<ring>);
static_assert(bounded_concurrent_queue<ring>);
static_assert(stoppable_concurrent_queue<queue> &&
              bulk_concurrent_queue<queue>);
static_assert(!bounded_concurrent_queue<queue>);

TEST(Counted, CountsWhatSucceeds) {
  ring r(2);
  EXPECT_EQ(r.capacity(), 2u);
  EXPECT_TRUE(r.push("one"));
  EXPECT_EQ(r.try_emplace(3u, '2'), conqueue_status::success);
  EXPECT_EQ(r.try_push("three"), conqueue_status::full);
  EXPECT_EQ(r.size_hint(), 2u);
  EXPECT_EQ(r.try_pop().value(), "one");
  EXPECT_TRUE(r.push("four"));
  std::string got[3];
  EXPECT_EQ(r.pop_n(got), 2u);
  EXPECT_EQ(r.try_pop().error(), conqueue_status::empty);
  EXPECT_TRUE(r.empty_hint());
  const queue_statistics seen = r.statistics();
  EXPECT_EQ(seen.pushed, 3u);
  EXPECT_EQ(seen.popped, 3u);
  EXPECT_EQ(seen.waited, 0u);
  EXPECT_EQ(seen.high_water, 2u);
}

TEST(Counted, CountsElementsInRunsOneByOne) {
  queue q;
  const int five[] = {1, 2, 3, 4, 5};
  EXPECT_EQ(q.push_range(five), 5u);
  EXPECT_EQ(q.try_push_n(five, 2), 2u);
  q.close();
  EXPECT_TRUE(q.is_closed());
  EXPECT_FALSE(q.push(6));
  EXPECT_EQ(q.drain([](int) {}), 7u);
  EXPECT_EQ(q.statistics().pushed, 7u);
  EXPECT_EQ(q.statistics().popped, 7u);
  EXPECT_EQ(q.statistics().high_water, 7u);
}

TEST(Counted, CountsWaits) {
  ring r(1);
  EXPECT_FALSE(r.pop_for(std::chrono::milliseconds(1)));
  EXPECT_EQ(r.statistics().waited, 1u);
  r.push("one");
  EXPECT_EQ(r.push_for(std::chrono::milliseconds(1), "two"),
            conqueue_status::full);
  EXPECT_EQ(r.statistics().waited, 2u);
}

TEST(Counted, IsExactWhenAllHaveEnded) {
  constexpr int elements = 20000;
  counted<mpmc_ring<int>> r(8);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] { r.drain([](int) {}); });
  }
  for (int i = 0; i < elements; ++i) r.push(i);
  r.close();
  for (std::thread& t : threads) t.join();
  const queue_statistics seen = r.statistics();
  EXPECT_EQ(seen.pushed, std::uint64_t{elements});
  EXPECT_EQ(seen.popped, std::uint64_t{elements});
  EXPECT_GE(seen.high_water, 1u);
  // The ring's bound, and a pop in flight for each thread.
  EXPECT_LE(seen.high_water, 8u + 2u);
}

}  // namespace
}  // namespace acqrel
