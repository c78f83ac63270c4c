// What a counted queue says, in every behaviour of small clients.
#include "acqrel/model/check.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/counted.h"
#include "acqrel/structures/spsc_ring.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using ring = counted<spsc_ring<model::tracked<int>>>;

TEST(Counted, IsExactWhenAllHaveEnded) {
  const auto body = [] {
    ring r(1);
    model::thread producer([&] {
      (void)r.push(1);
      (void)r.push(2);
    });
    (void)r.pop();
    model::require(r.statistics().popped == 1, "its own");
    producer.join();
    const queue_statistics seen = r.statistics();
    model::require(seen.pushed == 2 && seen.popped == 1, "exact");
    model::require(seen.high_water <= 2, "the bound, and one in flight");
    model::observe("waited", seen.waited);
  };
  const model::result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_GE(r.outcomes.size(), 2u) << r;
}

TEST(Counted, RefusalsAreNotCounted) {
  const auto body = [] {
    ring r(1);
    model::thread producer([&] {
      (void)r.try_push(1);
      (void)r.try_push(2);
    });
    (void)r.try_pop();
    producer.join();
    const queue_statistics seen = r.statistics();
    model::require(seen.pushed - seen.popped == r.size_hint(), "the rest");
    model::require(seen.waited == 0, "nobody waited");
  };
  const model::result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

}  // namespace
}  // namespace acqrel
