// Bugs that were published, each put back into a small structure of its shape
// that is written afresh. The checker finds it, as an error of the right kind;
// in the same structure without the mistake, and nothing else changed, it finds
// none in all executions. These are bugs of queues, stacks, deques and rings;
// published_lifetime_bugs_test.cc and published_lock_bugs_test.cc have more, and
// docs/published-bugs.md has the list.
//
// Where a source does not tell how a bug comes about, the test is the shape that
// we take it for, and says so. "No race" is where nothing but atomics is used
// wrongly, so that ThreadSanitizer has nothing to report.
#include <array>
#include <cstdint>
#include <optional>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/history.h"
#include "acqrel/model/specs.h"
#include "acqrel/tests/model/published/chase_lev_deque.h"
#include "acqrel/tests/model/published/free_list.h"
#include "acqrel/tests/model/published/grace_queue.h"
#include "acqrel/tests/model/published/mpsc_queue.h"
#include "acqrel/tests/model/published/pool_queue.h"
#include "acqrel/tests/model/published/rings.h"
#include "acqrel/tests/model/reference/michael_scott_queue.h"
#include "acqrel/tests/model/reference/vyukov_queue.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::testing {
namespace {

using model::check;
using model::expect_fails;
using model::expect_passes;
using model::failure;
using model::history;
using model::level;
using model::queue_spec;
using model::require;
using model::result;
using model::thread;

// Michael and Scott's queue.

// libcds, issue 186 (B. Mezei, 2025; found by GenMC and Relinche): the dequeue
// that moves head acquires and does not release.
struct acquires_head : michael_scott_orders {
  static constexpr auto move_head = acquire;
};
struct does_both_with_head : michael_scott_orders {
  static constexpr auto move_head = acq_rel;
};

template <class Orders>
result one_push_two_pops() {
  return check({.leaks = false}, [] {
    michael_scott_reference<Orders> queue;
    const auto pop = [&] {
      int value = 0;
      queue.pop(value);
    };
    thread pusher([&] { queue.push(1); });
    thread popper(pop);
    pop();
    pusher.join();
    popper.join();
  });
}

TEST(PublishedBugs, ADequeueThatPublishesNoHead) {
  expect_fails(one_push_two_pops<acquires_head>(), failure::data_race, {});
  expect_passes(one_push_two_pops<michael_scott_orders>());
  expect_passes(one_push_two_pops<does_both_with_head>());
}

// crossbeam, issues 12 (2015) and 100 (J. Kang, 2016): a push read tail relaxed,
// and went on to a node that it did not know.
struct looks_at_tail_relaxed : grace_queue_rules {
  static constexpr auto look_at_tail = relaxed;
};

template <class Rules>
result two_pushes() {
  return check([] {
    grace_queue<Rules> queue;
    thread other([&] { queue.push(1, 1); });
    queue.push(0, 2);
    other.join();
  });
}

TEST(PublishedBugs, AnEnqueueThatReadsTailRelaxed) {
  expect_fails(two_pushes<looks_at_tail_relaxed>(), failure::data_race,
               {"the construction does not happen before"});
  expect_passes(two_pushes<grace_queue_rules>());
}

// crossbeam, issue 238 and pull request 466 (2020): a pop retired a node that
// tail still pointed to. A thread that comes too late for the grace period gets
// it from there.
struct leaves_tail_behind : grace_queue_rules {
  static constexpr bool moves_tail = false;
};

template <class Rules>
result pop_behind_tail() {
  return check([] {
    grace_queue<Rules> queue;
    thread first([&] { queue.push(1, 1); });
    thread second([&] { queue.push(2, 2); });
    queue.free(queue.pop(0));
    first.join();
    second.join();
  });
}

TEST(PublishedBugs, AHeadThatOvertakesTail) {
  expect_fails(pop_behind_tail<leaves_tail_behind>(), failure::use_after_free,
               {});
  expect_passes(pop_behind_tail<grace_queue_rules>());
}

// While one thread pushes and pops, another one pushes, pops, and pushes again by
// the node that its pop has freed.
template <class Rules>
result recycled_node() {
  return check([] {
    history<queue_spec> calls(level::strict);
    pool_queue<Rules> queue;
    const auto push = [&](int me, int value) {
      calls.push(value, [&] { queue.push(me, value); });
    };
    const auto pop = [&](int me) { calls.pop([&] { return queue.pop(me); }); };
    thread other([&] {
      push(1, 1);
      pop(1);
      push(1, 2);
    });
    push(0, 3);
    pop(0);
    other.join();
  });
}

// Boost.Lockfree, issue 59 (D. Boutcher, 2020): since 1.71 a node's `next` began
// anew with each of its lives, tag and all. An append that has slept through
// the last life links its node to one that is in no queue yet. No race.
struct forgets_tags : pool_queue_rules {
  static constexpr bool keeps_tags = false;
};
// The port of the queue in CDSChecker's benchmarks, found by AutoMO (P. Ou and
// B. Demsky, OOPSLA 2015): the same store, relaxed. Who reads it does not see
// that the queue has moved on, and takes the node for what it was. No race.
struct clears_relaxed : pool_queue_rules {
  static constexpr auto clear_link = relaxed;
};

TEST(PublishedBugs, ALinkThatBeginsAnew) {
  expect_fails(recycled_node<forgets_tags>(), failure::linearizability, {});
  expect_fails(recycled_node<clears_relaxed>(), failure::requirement,
               {"behind head is a node"});
  expect_passes(recycled_node<pool_queue_rules>());
}

// Concurrency Kit, ck_hp_fifo, commit 3614e8a (reported by H. Donner): tail was
// read before head. A queue that runs empty in between has no node behind head,
// and head is not tail. No race.
struct reads_tail_first : pool_queue_rules {
  static constexpr bool reads_head_first = false;
};

template <class Rules>
result empty_in_between() {
  return check([] {
    pool_queue<Rules> queue;
    thread other([&] {
      queue.push(1, 1);
      queue.pop(1);
    });
    queue.pop(0);
    other.join();
  });
}

TEST(PublishedBugs, ASnapshotOfTailBeforeHead) {
  expect_fails(empty_in_between<reads_tail_first>(), failure::requirement,
               {"behind head is a node"});
  expect_passes(empty_in_between<pool_queue_rules>());
}

// Stacks.

// ABA, as old as the compare-and-swap (IBM System/370 Principles of Operation,
// 1983). ponyc, pull request 1556 (2017), took the counter out of a queue; its
// review found that, and it was not merged. No race.
struct counts_nothing : free_list_rules {
  static constexpr bool counts = false;
};

template <class Rules>
result nodes_of_two_threads() {
  return check([] {
    free_list<Rules, 2> nodes;
    std::array<atomic<bool>, 2> in_use;
    const auto take = [&] {
      const std::uint16_t node = nodes.take();
      require(node == nodes.none || !in_use[node].exchange(true, relaxed),
              "one owner at a time");
      return node;
    };
    thread other([&] {
      const std::uint16_t first = take();
      take();
      if (first == nodes.none) return;
      in_use[first].store(false, relaxed);
      nodes.give_back(first);
    });
    take();
    take();
    other.join();
  });
}

TEST(PublishedBugs, AFreeListWithABA) {
  expect_fails(nodes_of_two_threads<counts_nothing>(), failure::requirement,
               {"one owner at a time"});
  expect_passes(nodes_of_two_threads<free_list_rules>());
}

// Work stealing.

// crossbeam-deque, RUSTSEC-2021-0093, CVE-2021-32810 (kmaork, 2021): elements
// were taken twice and others never. The advisory does not say how; the cure is
// that a thief looks again whether the array has been replaced. This is the
// shape that it cures: an array that is older than the index. No race.
struct reads_array_first : chase_lev_rules {
  static constexpr bool reads_array_last = false;
};
struct reads_array_twice : reads_array_first {
  static constexpr bool reads_array_again = true;
};

// Le et al.'s C11 code (PPoPP 2013), found by CDSChecker (B. Norris and
// B. Demsky, OOPSLA 2013): the new array is published relaxed.
struct publishes_array_relaxed : chase_lev_rules {
  static constexpr auto publish_array = relaxed;
};

template <class Rules>
result steal_while_it_grows() {
  return check([] {
    chase_lev_deque<Rules> deque;
    std::array<atomic<bool>, 3> taken;
    thread thief([&] {
      for (int i = 0; i < 2; ++i) {
        const int value = deque.steal();
        if (value == deque.none) continue;
        require(!taken[value].exchange(true, relaxed), "taken once");
      }
    });
    deque.push(1);
    deque.push(2);
    thief.join();
  });
}

TEST(PublishedBugs, AThiefWithAnOldArray) {
  expect_fails(steal_while_it_grows<reads_array_first>(), failure::requirement,
               {"taken once"});
  expect_passes(steal_while_it_grows<reads_array_twice>());
  expect_passes(steal_while_it_grows<chase_lev_rules>());
}

TEST(PublishedBugs, AnArrayThatIsPublishedRelaxed) {
  expect_fails(steal_while_it_grows<publishes_array_relaxed>(),
               failure::data_race, {"the construction does not happen before"});
  expect_passes(steal_while_it_grows<chase_lev_rules>());
}

// ssbl/concurrent-deque, issue 2 (C. Williams, 2021): the thief claimed the
// element and then read it. The owner may have put another one there. No race
// here, where cells are atomic.
struct claims_first : chase_lev_rules {
  static constexpr bool reads_element_before_claim = false;
};

TEST(PublishedBugs, AThiefThatClaimsBeforeItReads) {
  expect_fails(steal_while_it_grows<claims_first>(), failure::requirement,
               {"taken once"});
  expect_passes(steal_while_it_grows<chase_lev_rules>());
}

// parlaylib, pull request 54 (2023): nothing ordered a thief's reads of the two
// ends, and jobs ran twice on Arm. FiberTaskingLib, pull request 138 (2021): the
// fences were the compiler's only. Both ends need theirs. No race.
struct steals_without_fence : chase_lev_rules {
  static void steal() {}
};
struct takes_without_fence : chase_lev_rules {
  static void take() {}
};

template <class Rules>
result steal_and_take() {
  return check([] {
    chase_lev_deque<Rules> deque;
    std::array<atomic<bool>, 3> taken;
    const auto use = [&](int value) {
      if (value == deque.none) return;
      require(!taken[value].exchange(true, relaxed), "taken once");
    };
    thread thief([&] {
      use(deque.steal());
      use(deque.steal());
    });
    deque.push(1);
    deque.push(2);
    use(deque.take());
    use(deque.take());
    thief.join();
  });
}

TEST(PublishedBugs, ADequeWithoutItsFences) {
  expect_fails(steal_and_take<steals_without_fence>(), failure::requirement,
               {"taken once"});
  expect_fails(steal_and_take<takes_without_fence>(), failure::requirement,
               {"taken once"});
  expect_passes(steal_and_take<chase_lev_rules>());
}

// Rings and queues of one consumer.

// libvsync's bounded_spsc reads the consumer's index relaxed; valkey, pull
// request 3878 (2026), wrote it relaxed, and met it on AArch64. The write of an
// element races with the last read of its cell. (libvsync's is a race in C++
// only: no processor does the write before it knows the index.)
struct looks_relaxed : spsc_ring_rules {
  static constexpr auto look_at_popped = relaxed;
};
struct pops_relaxed : spsc_ring_rules {
  static constexpr auto publish_popped = relaxed;
};

template <class Rules>
result ring_that_wraps() {
  return check([] {
    spsc_ring<Rules> ring;
    thread producer([&] {
      ring.push(1);
      ring.push(2);
    });
    ring.pop();
    producer.join();
  });
}

TEST(PublishedBugs, ARingThatReadsItsPeerRelaxed) {
  expect_fails(ring_that_wraps<looks_relaxed>(), failure::data_race, {});
  expect_fails(ring_that_wraps<pops_relaxed>(), failure::data_race, {});
  expect_passes(ring_that_wraps<spsc_ring_rules>());
}

// oneTBB, pull request 782 (2022): nothing ordered the look at the consumers'
// index with the later one at the producers'. OpenDataPlane, pull request 636
// (2018): the producers' was read first. (So it was, at the other end, in
// OpenDataPlane, pull request 1882, and in IREE, pull request 23707.) A queue
// that never was empty says that it is. No race.
struct looks_at_popped_relaxed : ticket_queue_rules {
  static constexpr auto look_at_popped = relaxed;
};
struct reads_pushed_first : ticket_queue_rules {
  static constexpr bool reads_popped_first = false;
};

template <class Rules>
result never_empty() {
  return check([] {
    history<queue_spec> calls(level::strict);
    ticket_queue<Rules> queue;
    calls.push(1, [&] { return queue.push(1); });
    thread other([&] {
      calls.push(2, [&] { return queue.push(2); });
      calls.pop([&] { return queue.pop(); });
    });
    calls.pop([&] { return queue.pop(); });
    other.join();
  });
}

TEST(PublishedBugs, AnEmptinessThatNeverWas) {
  expect_fails(never_empty<looks_at_popped_relaxed>(), failure::linearizability,
               {});
  expect_fails(never_empty<reads_pushed_first>(), failure::linearizability, {});
  expect_passes(never_empty<ticket_queue_rules>());
}

// DPDK, rte_ring, "ring: establish safe partial order in default mode"
// (W. Vithanage, 2025): a fence between the reads of the two indices does not
// make what another thread knew of the second visible with the first. The ring
// then takes a negative number of elements for a large one.
struct claims_relaxed : two_step_ring_rules {
  static constexpr auto look_at_claimed = relaxed;
  static constexpr auto claim = relaxed;
  static constexpr auto claim_failed = relaxed;
};

template <class Rules>
result two_poppers() {
  return check([] {
    two_step_ring<Rules> ring;
    thread producer([&] {
      ring.push(1);
      ring.pop();
    });
    ring.pop();
    producer.join();
  });
}

TEST(PublishedBugs, ARingThatCountsBelowZero) {
  expect_fails(two_poppers<claims_relaxed>(), failure::uninitialized, {});
  expect_passes(two_poppers<two_step_ring_rules>());
}

// Vyukov's ring with one cell: its mark for "full" is the one for "free for the
// next round". No report: Vyukov's own code asserts that there are two.
template <std::uint32_t Capacity>
result full_ring() {
  return check([] {
    history<queue_spec> calls(level::strict, model::ring_spec(Capacity));
    vyukov_reference<vyukov_orders, Capacity> ring;
    for (int i = 0; i < 3; ++i) {
      calls.push(i, [&] { return ring.push(i); });
    }
  });
}

TEST(PublishedBugs, ARingOfOneCell) {
  expect_fails(full_ring<1>(), failure::linearizability, {});
  expect_passes(full_ring<2>());
}

// ponyc, pull requests 2174 (2017) and 5245 (2026): nothing ordered the
// initialisation of a node's link with the next push, which sets it; then only
// the first of the two was. The queue may end there for ever. No race.
struct exchanges_relaxed : mpsc_rules {
  static constexpr auto exchange_last = relaxed;
};
struct exchanges_release : mpsc_rules {
  static constexpr auto exchange_last = release;
};

template <class Rules>
result two_producers() {
  return check([] {
    history<queue_spec> calls(level::strict);
    mpsc_node nodes[] = {mpsc_node(0), mpsc_node(1), mpsc_node(2)};
    mpsc_queue<Rules> queue(nodes[0]);
    thread other([&] { calls.push(1, [&] { queue.push(nodes[1]); }); });
    calls.push(2, [&] { queue.push(nodes[2]); });
    other.join();
    for (int i = 0; i < 2; ++i) {
      calls.pop([&]() -> std::optional<int> {
        const int value = queue.pop();
        if (value == queue.empty) return std::nullopt;
        return value;
      });
    }
  });
}

TEST(PublishedBugs, ALinkThatIsInitialisedLate) {
  expect_fails(two_producers<exchanges_relaxed>(), failure::linearizability,
               {});
  expect_fails(two_producers<exchanges_release>(), failure::linearizability,
               {});
  expect_passes(two_producers<mpsc_rules>());
}

// cachegrand, pull request 309 (2023): a pop went on to the next page before the
// push that had made it had linked it, and the chain was broken. No race.
struct does_not_wait : mpsc_rules {
  static constexpr bool waits_for_link = false;
};

template <class Rules>
result pop_during_push() {
  return check([] {
    mpsc_node nodes[] = {mpsc_node(1), mpsc_node(2)};
    mpsc_list<Rules> list;
    list.push(nodes[0]);
    thread producer([&] { list.push(nodes[1]); });
    require(list.pop() == &nodes[0]);
    producer.join();
    require(list.pop() == &nodes[1], "the second is there");
  });
}

TEST(PublishedBugs, AChainThatIsBroken) {
  expect_fails(pop_during_push<does_not_wait>(), failure::requirement,
               {"the second is there"});
  expect_passes(pop_during_push<mpsc_rules>());
}

// readerwriterqueue, issue 171 and pull request 172 (2026): the release fence
// came after the store that links a new block, and before the one that makes it
// the last. Who walks along the links reads a block that is not there yet.
// (ThreadSanitizer does not look at fences: to it both are the same.)
result block_chain(bool fences_first) {
  return check([=] {
    struct block {
      plain<int> count{1};
      atomic<block*> next{nullptr};
    };
    block first;
    atomic<block*> last{&first};
    thread producer([&] {
      auto* const fresh = new block;
      if (fences_first) thread_fence(release);
      first.next.store(fresh, relaxed);
      if (!fences_first) thread_fence(release);
      last.store(fresh, relaxed);
    });
    if (block* const next = first.next.load(relaxed)) {
      thread_fence(acquire);
      (void)next->count.get();
    }
    producer.join();
    delete last.load(relaxed);
  });
}

TEST(PublishedBugs, AReleaseFenceBehindTheStore) {
  expect_fails(block_chain(false), failure::data_race,
               {"the construction does not happen before"});
  expect_passes(block_chain(true));
}

}  // namespace
}  // namespace acqrel::testing
