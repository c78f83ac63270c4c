// What the cards say of progress, with one thread stopped before each step of
// each operation in turn: who completes, who is refused, who waits.
#include "acqrel/tests/structures/progress.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/structures/treiber_stack.h"
#include "acqrel/tests/support/elements.h"

namespace acqrel::testing {
namespace {

constexpr std::size_t no_bound = std::numeric_limits<std::size_t>::max();

template <class Container, std::size_t Capacity = no_bound>
struct family {
  static constexpr std::size_t capacity = Capacity;
  static constexpr bool last_first = false;
  static constexpr bool runs_are_one_step = Capacity != no_bound;
  static constexpr bool has_hazards = false;
  static std::unique_ptr<Container> make() {
    if constexpr (Capacity == no_bound) {
      return std::make_unique<Container>();
    } else {
      return std::make_unique<Container>(Capacity);
    }
  }
};

struct stack : family<treiber_stack<payload>> {
  static constexpr bool last_first = true;
  static constexpr bool has_hazards = true;
};
struct queue : family<michael_scott_queue<payload>> {
  static constexpr bool has_hazards = true;
};
using one_consumers_queue = family<mpsc_queue<payload>>;
using ring = family<mpmc_ring<payload>, 2>;
using two_ended_ring = family<spsc_ring<payload>, 2>;

// A thread that stands still in `victims` holds up `listed`, and nobody else.
template <class Family>
void expect_held_up(op victims, const std::vector<script>& scripts,
                    const std::vector<script>& earlier, const names& listed) {
  SCOPED_TRACE("beside a stopped " + to_string(victims));
  const seen found = stopping<Family>(victims, scripts, earlier).run();
  EXPECT_EQ(found.fault, "");
  EXPECT_EQ(found.held_up, listed);
  EXPECT_GT(found.stops, 20u) << "the thread was hardly stopped";
}

const std::vector<script> single_calls = {
    {op::try_push, op::try_push, op::try_pop, op::try_pop, op::try_pop},
    {op::try_pop, op::try_push, op::try_pop, op::try_push, op::try_push},
    {op::hints, op::try_push, op::hints, op::try_pop},
};

const std::vector<script> one_call = {{op::try_push}, {op::try_pop}};

TEST(TreiberStack, IsLockFree) {
  for (const op victims : {op::push, op::try_push, op::try_pop}) {
    expect_held_up<stack>(victims, single_calls, one_call, {});
  }
}

const std::vector<script> all_calls = {
    {op::try_push, op::try_push, op::try_pop, op::try_pop, op::try_pop},
    {op::try_pop, op::try_push, op::try_pop, op::try_push, op::try_push},
    {op::try_push_n, op::try_pop_n, op::try_pop},
    {op::try_pop_n, op::try_push_n, op::try_push, op::hints},
    {op::try_pop, op::close, op::try_push, op::try_pop, op::try_pop},
};

// Who closes waits for another who does, and nobody else for anybody.
TEST(MichaelScottQueue, IsLockFree) {
  for (const op victims : {op::try_push, op::pop}) {
    expect_held_up<queue>(victims, all_calls, one_call, {});
  }
  for (const op victims : {op::try_push_n, op::try_pop_n, op::hints}) {
    expect_held_up<queue>(victims, all_calls, {}, {});
  }
  expect_held_up<queue>(op::close, all_calls, one_call, {"close waits"});
}

// One end does not hold up the other; but of a closed ring a push that stands
// still may or may not have been accepted.
const std::vector<script> consumers_calls = {
    {op::try_pop, op::hints, op::try_pop},
    {op::try_pop_n, op::try_pop},
    {op::try_pop, op::try_pop_n},
};
const std::vector<script> producers_calls = {
    {op::try_push, op::try_push, op::hints, op::try_push},
    {op::try_push_n, op::try_push},
    {op::try_push, op::try_push_n, op::try_push_n},
};

TEST(SpscRing, IsWaitFree) {
  for (const op victims : {op::push, op::try_push, op::try_push_n}) {
    expect_held_up<two_ended_ring>(victims, consumers_calls, {{op::try_pop}},
                                   {});
  }
  for (const op victims : {op::pop, op::try_pop, op::try_pop_n}) {
    expect_held_up<two_ended_ring>(victims, producers_calls, {{op::try_push}},
                                   {});
  }
}

TEST(SpscRing, IsBusyOnceClosedBesideAStoppedPush) {
  for (const op victims : {op::push, op::try_push, op::try_push_n}) {
    expect_held_up<two_ended_ring>(
        victims,
        {{op::try_pop, op::close, op::try_pop, op::try_pop},
         {op::close, op::try_pop_n, op::try_pop}},
        {{op::try_pop}, {op::close}}, {"try_pop busy", "try_pop_n short"});
  }
}

// Between its first step and its last pushes are refused, and pops of an empty
// ring can tell nothing.
TEST(SpscRing, IsBusyBesideAStoppedClose) {
  expect_held_up<two_ended_ring>(op::close, all_calls, all_calls,
                                 {"try_pop busy"});
}

// The consumer says `busy` beside a push, or a close, that stands still; pushes
// go on whatever stands still.
TEST(MpscQueue, IsBusyForItsConsumerBesideAStoppedPush) {
  for (const op victims : {op::try_push, op::try_push_n}) {
    expect_held_up<one_consumers_queue>(victims, all_calls, one_call,
                                        {"try_pop busy", "try_pop_n short"});
  }
}

TEST(MpscQueue, IsBusyForItsConsumerBesideAStoppedClose) {
  expect_held_up<one_consumers_queue>(op::close, all_calls, all_calls,
                                      {"try_pop busy"});
}

TEST(MpscQueue, DoesNotMindAStoppedConsumer) {
  const std::vector<script> pushes = {
      {op::try_push, op::try_push_n, op::hints, op::try_push},
      {op::try_push_n, op::close, op::try_push, op::hints},
  };
  for (const op victims : {op::pop, op::try_pop_n}) {
    expect_held_up<one_consumers_queue>(victims, pushes, {{op::try_push}}, {});
  }
}

// Not lock-free, as its card says: a push that stands still makes the ring busy
// for pops, and a pop for pushes. Nobody waits. And a call that reads the two
// ends, others being done with cells between, says `busy` too: beside it is also
// before its end.
TEST(MpmcRing, IsBusyBesideAStoppedPush) {
  expect_held_up<ring>(op::try_push, all_calls, all_calls,
                       {"itself busy", "try_pop busy", "try_pop_n short"});
  expect_held_up<ring>(op::try_push_n, all_calls, all_calls,
                       {"try_pop busy", "try_pop_n short"});
}

TEST(MpmcRing, IsBusyBesideAStoppedPop) {
  expect_held_up<ring>(op::try_pop, all_calls, all_calls,
                       {"itself busy", "try_push busy", "try_push_n short"});
  expect_held_up<ring>(op::try_pop_n, all_calls, all_calls,
                       {"try_push busy", "try_push_n short"});
}

// Nor is a thread that sleeps, or is about to, in anybody's way.
TEST(MpmcRing, IsBusyBesideAStoppedWait) {
  expect_held_up<ring>(op::push, all_calls, one_call,
                       {"try_pop busy", "try_pop_n short"});
  expect_held_up<ring>(op::pop, all_calls, one_call,
                       {"try_push busy", "try_push_n short"});
}

TEST(MpmcRing, DoesNotMindAStoppedClose) {
  for (const op victims : {op::close, op::hints}) {
    expect_held_up<ring>(victims, all_calls, all_calls, {});
  }
}

// What waits, by its name, does: until the thread that is stopped goes on.

template <class Family>
void expect_waits(op victims, op waits) {
  SCOPED_TRACE("beside a stopped " + to_string(victims));
  seen found = stopping<Family>(victims, {{waits}}, {}).run();
  EXPECT_EQ(found.fault, "");
  found.held_up.erase("itself busy");  // when the two go on together
  EXPECT_EQ(found.held_up, names{to_string(waits) + " waits"});
}

TEST(MpscQueue, PopWaitsForAnElement) {
  expect_waits<one_consumers_queue>(op::try_push, op::pop);
}
TEST(MpmcRing, PopWaitsForAnElement) {
  expect_waits<ring>(op::try_push, op::pop);
}
TEST(MpmcRing, PushWaitsForRoom) { expect_waits<ring>(op::try_pop, op::push); }
TEST(MichaelScottQueue, PopWaitsForAnElement) {
  expect_waits<queue>(op::try_push, op::pop);
}
TEST(SpscRing, PopWaitsForAnElement) {
  expect_waits<two_ended_ring>(op::try_push, op::pop);
}
TEST(SpscRing, PushWaitsForRoom) {
  expect_waits<two_ended_ring>(op::try_pop, op::push);
}

// Wait-free: so many steps, whatever others do before each of them. Lock-free
// only: they may go on for ever, if others always come first.

constexpr std::uint64_t few = 12, patience = 500;

TEST(SpscRing, TakesAsManySteps) {
  const script pops = {op::try_pop}, fills = {op::try_push};
  EXPECT_LE(steps_beside<two_ended_ring>(op::try_push, pops, patience), few);
  EXPECT_LE(steps_beside<two_ended_ring>(op::try_push_n, pops, patience), few);
  EXPECT_LE(steps_beside<two_ended_ring>(op::try_pop, fills, patience), few);
  EXPECT_LE(steps_beside<two_ended_ring>(op::try_pop_n, fills, patience), few);
  EXPECT_LE(steps_beside<two_ended_ring>(op::hints, fills, patience), few);
}

TEST(MpmcRing, TakesAsManyStepsToClose) {
  const script others = {op::try_pop, op::try_push};
  EXPECT_LE(steps_beside<ring>(op::close, others, patience), few);
  EXPECT_LE(steps_beside<ring>(op::hints, others, patience), few);
  EXPECT_EQ(steps_beside<ring>(op::try_push, others, patience), patience);
  EXPECT_EQ(steps_beside<ring>(op::try_pop, others, patience), patience);
}

TEST(TreiberStack, MayBeOvertakenForEver) {
  const script pushes = {op::try_push};
  EXPECT_LE(steps_beside<stack>(op::hints, pushes, patience), few);
  EXPECT_EQ(steps_beside<stack>(op::try_push, pushes, patience), patience);
  EXPECT_EQ(steps_beside<stack>(op::try_pop, pushes, patience), patience);
}

TEST(MichaelScottQueue, MayBeOvertakenForEver) {
  const script others = {op::try_push, op::try_pop};
  EXPECT_EQ(steps_beside<queue>(op::try_push, others, patience), patience);
  EXPECT_EQ(steps_beside<queue>(op::try_pop, others, patience), patience);
}

}  // namespace
}  // namespace acqrel::testing
