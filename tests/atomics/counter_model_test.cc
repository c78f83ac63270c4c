// The sharded counter in every behaviour of small clients.
#include <cstdint>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/counter.h"
#include "acqrel/model/check.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/specs.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;

template <class Body>
result explore(const Body& body) {
  result r = model::check(body);
  EXPECT_TRUE(r.complete) << r;
  return r;
}

// More threads than shards.
TEST(Counter, IsExactOnceAllWhoAddWereJoined) {
  static_assert(tuning::counter_shards < 3);
  const result r = explore([] {
    counter events;
    model::thread first([&] { events.add(); });
    model::thread second([&] { events.add(10); });
    events.add(100);
    first.join();
    second.join();
    model::require(events.value() == 111, "each addition once");
  });
  EXPECT_TRUE(r) << r;
}

// Of additions concurrent with it, any.
TEST(Counter, SeesAnyOfTheAdditionsBesideIt) {
  const result r = explore([] {
    counter events;
    model::thread first([&] { events.add(1); });
    model::thread second([&] { events.add(2); });
    model::observe("value", events.value());
    first.join();
    second.join();
  });
  EXPECT_TRUE(r) << r;
  for (const char* outcome : {"value=0", "value=1", "value=2", "value=3"}) {
    EXPECT_EQ(r.outcomes.count(outcome), 1u) << outcome << "\n" << r;
  }
  EXPECT_EQ(r.outcomes.size(), 4u) << r;
}

TEST(Counter, SeesEachAdditionThatHappensBefore) {
  const result r = explore([] {
    counter events;
    atomic<bool> told{false};
    model::thread first([&] {
      events.add();
      told.store(true, release);
      events.add();
    });
    const bool knows = told.load(acquire);
    const std::int64_t value = events.value();
    model::require(value <= 2 && (!knows || value >= 1), "the one before");
    first.join();
  });
  EXPECT_TRUE(r) << r;
}

TEST(Counter, GrowsForWhoLooksTwice) {
  const result r = explore([] {
    counter events;
    model::thread first([&] { events.add(); });
    model::thread second([&] { events.add(); });
    const std::int64_t before = events.value();
    const std::int64_t after = events.value();
    model::require(before <= after, "never less than before");
    first.join();
    second.join();
  });
  EXPECT_TRUE(r) << r;
}

// "Ordering: none": two who look may see two additions in different orders. So
// it is no counter to decide something with; one atomic is.
template <class Add, class Read>
void count_by_two(Add add, Read read) {
  using model::counter_spec;
  model::history<counter_spec> calls(model::level::strict);
  const auto count = [&](std::int64_t n) {
    calls.call(counter_spec::add(n), [&] { add(n); });
  };
  const auto look = [&] {
    (void)calls.call(counter_spec::read(), [&] { return read(); });
  };
  model::thread first([&] { count(1); });
  model::thread second([&] { count(2); });
  model::thread watching(look);
  look();
  first.join();
  second.join();
  watching.join();
}

TEST(Counter, IsNotLinearizable) {
  const result sharded = model::check([] {
    counter events;
    count_by_two([&](std::int64_t n) { events.add(n); },
                 [&] { return events.value(); });
  });
  EXPECT_EQ(sharded.error, model::failure::linearizability) << sharded;
  const result single = explore([] {
    atomic<std::int64_t> events{0};
    count_by_two([&](std::int64_t n) { events.fetch_add(n, relaxed); },
                 [&] { return events.load(relaxed); });
  });
  EXPECT_TRUE(single) << single;
}

}  // namespace
}  // namespace acqrel
