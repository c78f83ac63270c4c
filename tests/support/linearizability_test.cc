// The checker against histories with known verdicts, and against a checker
// that tries every permutation.
#include "acqrel/tests/support/linearizability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {
namespace {

// Histories are written as calls with their times; values as small numbers.
operation push(unsigned thread, std::uint64_t value, std::uint64_t begin,
               std::uint64_t end, bool succeeded = true) {
  return {operation::kind::push, succeeded, thread, value, begin, end};
}
operation full(unsigned thread, std::uint64_t value, std::uint64_t begin,
               std::uint64_t end) {
  return push(thread, value, begin, end, false);
}
operation pop(unsigned thread, std::uint64_t value, std::uint64_t begin,
              std::uint64_t end) {
  return {operation::kind::pop, true, thread, value, begin, end};
}
operation empty(unsigned thread, std::uint64_t begin, std::uint64_t end) {
  return {operation::kind::pop, false, thread, 0, begin, end};
}

template <class Spec>
bool linearizable(const window& history, level promised = level::strict,
                  Spec start = {}) {
  return !states_after(std::span<const operation>(history), promised,
                       std::set<Spec>{start})
              .empty();
}

TEST(Stack, SequentialCalls) {
  EXPECT_TRUE(linearizable<stack_spec>({}));
  EXPECT_TRUE(linearizable<stack_spec>({push(0, 1, 1, 2), push(0, 2, 3, 4),
                                        pop(0, 2, 5, 6), pop(0, 1, 7, 8),
                                        empty(0, 9, 10)}));
  EXPECT_FALSE(linearizable<stack_spec>(
      {push(0, 1, 1, 2), push(0, 2, 3, 4), pop(0, 1, 5, 6)}));
}

TEST(Queue, SequentialCalls) {
  EXPECT_TRUE(linearizable<queue_spec>({push(0, 1, 1, 2), push(0, 2, 3, 4),
                                        pop(0, 1, 5, 6), pop(0, 2, 7, 8),
                                        empty(0, 9, 10)}));
  EXPECT_FALSE(linearizable<queue_spec>(
      {push(0, 1, 1, 2), push(0, 2, 3, 4), pop(0, 2, 5, 6)}));
}

TEST(Queue, LostElement) {
  EXPECT_FALSE(linearizable<queue_spec>({push(0, 1, 1, 2), empty(1, 3, 4)}));
  // Beside the push, "empty" is right.
  EXPECT_TRUE(linearizable<queue_spec>({push(0, 1, 1, 3), empty(1, 2, 4)}));
  // The same, with the calls' ends at the very same time.
  EXPECT_TRUE(linearizable<queue_spec>({push(0, 1, 1, 2), empty(1, 2, 3)}));
}

TEST(Queue, DuplicatedElement) {
  EXPECT_FALSE(linearizable<queue_spec>(
      {push(0, 1, 1, 9), pop(1, 1, 2, 3), pop(2, 1, 2, 3)}));
}

TEST(Queue, ElementFromNowhere) {
  EXPECT_FALSE(linearizable<queue_spec>({push(0, 1, 5, 9), pop(1, 1, 2, 3)}));
}

TEST(Queue, ConcurrentPushesTakeEitherOrder) {
  for (const std::uint64_t first : {1, 2}) {
    EXPECT_TRUE(linearizable<queue_spec>({push(0, 1, 1, 4), push(1, 2, 2, 3),
                                          pop(0, first, 5, 6),
                                          pop(0, 3 - first, 7, 8)}));
  }
  // One before the other: not.
  EXPECT_FALSE(linearizable<queue_spec>(
      {push(0, 1, 1, 2), push(1, 2, 3, 4), pop(0, 2, 5, 6), pop(0, 1, 7, 8)}));
}

// Each pair of calls can be explained, all of them together cannot.
TEST(Queue, FaultThatNeedsThreeThreads) {
  EXPECT_FALSE(linearizable<queue_spec>({push(0, 1, 1, 10), push(1, 2, 2, 3),
                                         pop(2, 1, 4, 5), push(1, 3, 6, 7),
                                         pop(2, 3, 8, 9), pop(2, 2, 11, 12)}));
}

// The ring's own: each side reads the other's index late (store buffering).
TEST(Ring, LateIndicesAreJustifiedButNotStrict) {
  // Stores drain late: the calls of the two threads are all concurrent, those
  // of one thread come in the order written here.
  const window history = {push(0, 1, 1, 10), push(0, 2, 2, 11),
                          full(0, 3, 3, 12), empty(1, 1, 10),
                          pop(1, 1, 2, 11),  empty(1, 3, 12)};
  const queue_spec ring{.capacity = 2};
  EXPECT_FALSE(linearizable(history, level::strict, ring));
  EXPECT_TRUE(linearizable(history, level::justified_failures, ring));
}

TEST(Ring, UnjustifiedFailuresAreFound) {
  const queue_spec ring{.capacity = 2};
  // Full with one element in, whatever the pops did.
  EXPECT_FALSE(linearizable({push(0, 1, 1, 2), full(0, 2, 3, 4)},
                            level::justified_failures, ring));
  // Empty, though the push is over and nobody else pops.
  EXPECT_FALSE(linearizable({push(0, 1, 1, 2), empty(1, 3, 4)},
                            level::justified_failures, ring));
  // Full, though a pop was over before.
  EXPECT_FALSE(linearizable(
      {push(0, 1, 1, 2), push(0, 2, 3, 4), pop(1, 1, 5, 6), full(0, 3, 7, 8)},
      level::justified_failures, ring));
  // A pop beside it may have come later.
  EXPECT_TRUE(linearizable(
      {push(0, 1, 1, 2), push(0, 2, 3, 4), pop(1, 1, 5, 8), full(0, 3, 6, 7)},
      level::justified_failures, ring));
}

TEST(Windows, CarryEveryPossibleStateOver) {
  const auto verdict = [](const std::vector<window>& history) {
    return check_history(history, level::strict, queue_spec{});
  };
  for (const std::uint64_t first : {1, 2}) {
    EXPECT_EQ(verdict({{push(0, 1, 1, 3), push(1, 2, 2, 4)},
                       {pop(0, first, 5, 6)},
                       {pop(0, 3 - first, 7, 8), empty(0, 9, 10)}}),
              "");
    EXPECT_NE(verdict({{push(0, 1, 1, 3), push(1, 2, 2, 4)},
                       {pop(0, first, 5, 6)},
                       {pop(0, first, 7, 8)}}),
              "");
  }
}

TEST(Report, ShowsTheSmallestPart) {
  EXPECT_EQ(check_history<queue_spec>(
                {{push(0, 1, 1, 2), pop(0, 1, 3, 4), push(0, 2, 5, 6),
                  push(1, 3, 7, 9), push(0, 4, 8, 10)},
                 {pop(1, 2, 11, 12), pop(1, 3, 13, 14), empty(2, 15, 16),
                  pop(0, 4, 17, 18)}},
                level::strict, {}),
            "not linearizable (L1); the smallest part of the history that "
            "shows it:\n"
            "  before: [0#4]\n"
            "  thread 2  pop() = empty           ||\n"
            "  thread 0  pop() = 0#4               ||\n");
}

// ---- The same by brute force: every permutation, no memo, no order of ends.

bool precedes(const window& history, std::size_t a, std::size_t b) {
  return history[a].thread == history[b].thread
             ? a < b
             : history[a].end < history[b].begin;
}

// All states to which the calls `rest` may lead from `state`.
template <class Spec>
void permute(const window& rest, const Spec& state, std::set<Spec>& after) {
  if (rest.empty()) after.insert(state);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    bool first = true;
    for (std::size_t j = 0; j < rest.size(); ++j) {
      first &= !precedes(rest, j, i);
    }
    if (!first || !state.allows(rest[i])) continue;
    Spec changed = state;
    changed.perform(rest[i]);
    window others = rest;
    others.erase(others.begin() + static_cast<long>(i));
    permute(others, changed, after);
  }
}

// Whether some of the successful calls around it explain a failed one.
template <class Spec>
bool explained(const window& history, std::size_t failure,
               const std::set<Spec>& before) {
  std::vector<std::size_t> successes;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].succeeded) successes.push_back(i);
  }
  for (unsigned subset = 0; subset < 1u << successes.size(); ++subset) {
    const auto in = [&](std::size_t i) { return (subset >> i & 1) != 0; };
    window taken;
    bool sensible = true;
    for (std::size_t i = 0; i < successes.size(); ++i) {
      if (in(i)) taken.push_back(history[successes[i]]);
      if (precedes(history, successes[i], failure)) sensible &= in(i);
      if (precedes(history, failure, successes[i])) sensible &= !in(i);
      for (std::size_t j = 0; j < successes.size(); ++j) {
        if (in(i) && precedes(history, successes[j], successes[i])) {
          sensible &= in(j);
        }
      }
    }
    if (!sensible) continue;
    std::set<Spec> after;
    for (const Spec& state : before) permute(taken, state, after);
    for (const Spec& reached : after) {
      if (reached.allows(history[failure])) return true;
    }
  }
  return false;
}

template <class Spec>
std::set<Spec> brute_force(const window& history, level promised,
                           const std::set<Spec>& before) {
  window ordered;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].succeeded || promised == level::strict) {
      ordered.push_back(history[i]);
    } else if (!explained(history, i, before)) {
      return {};
    }
  }
  std::set<Spec> after;
  for (const Spec& state : before) permute(ordered, state, after);
  return after;
}

// A history of `calls` calls by three threads: with overlapping intervals and
// mostly sensible results, so that both verdicts are frequent.
template <class Spec>
window random_history(Spec state, int calls, random_choice& choice) {
  window history;
  const std::uint64_t drain_time = choice.below(4) == 0 ? choice.below(30) : 0;
  std::uint64_t thread_free[3] = {0, 0, 0};
  std::uint64_t pushed = 0;
  for (int i = 0; i < calls; ++i) {
    operation op;
    op.thread = static_cast<unsigned>(choice.below(3));
    // Effects happen one after the other, each inside its call.
    const std::uint64_t effect = std::max<std::uint64_t>(
        10 * static_cast<std::uint64_t>(i), thread_free[op.thread] + 1);
    op.begin = std::max(thread_free[op.thread] + 1,
                        effect - std::min(effect, choice.below(25)));
    op.end = std::max(op.begin, effect) + choice.below(25);
    thread_free[op.thread] = op.end;
    op.succeeded = true;
    if (choice.below(2) == 0) {
      op.what = operation::kind::push;
      op.value = ++pushed;
      op.succeeded = state.allows(op);
    } else {
      op.what = operation::kind::pop;
      op.succeeded = false;
      if (!state.allows(op)) {
        op.succeeded = true;
        for (op.value = 1; !state.allows(op);) ++op.value;
      }
    }
    state.perform(op);
    // Now and then the call lies about its result.
    if (choice.below(12) == 0) op.succeeded = !op.succeeded;
    if (op.what == operation::kind::pop && choice.below(8) == 0) {
      op.value = 1 + choice.below(4);
    }
    op.end += drain_time;
    history.push_back(op);
  }
  return history;
}

template <class Spec>
void agree_with_brute_force(const Spec& start, level promised) {
  random_choice choice(20);
  int yes = 0, no = 0;
  for (int i = 0; i < 6000; ++i) {
    const int calls = 1 + static_cast<int>(choice.below(7));
    const window history = random_history(start, calls, choice);
    // Two possible states to begin with, now and then.
    std::set<Spec> before = {start};
    if (choice.below(4) == 0) {
      Spec other = start;
      other.contents.push_back(100);
      before.insert(other);
    }
    const std::set<Spec> expected = brute_force(history, promised, before);
    const std::set<Spec> actual =
        states_after(std::span<const operation>(history), promised, before);
    ASSERT_EQ(actual, expected)
        << "history " << i << " from " << before.size() << " states\n"
        << drawing(history);
    ++(expected.empty() ? no : yes);
  }
  EXPECT_GT(yes, 600);
  EXPECT_GT(no, 600);
}

TEST(BruteForce, Stack) { agree_with_brute_force(stack_spec{}, level::strict); }
TEST(BruteForce, Queue) { agree_with_brute_force(queue_spec{}, level::strict); }
TEST(BruteForce, BoundedQueue) {
  agree_with_brute_force(queue_spec{.capacity = 2}, level::strict);
}
TEST(BruteForce, StackWithJustifiedFailures) {
  agree_with_brute_force(stack_spec{}, level::justified_failures);
}
TEST(BruteForce, BoundedQueueWithJustifiedFailures) {
  agree_with_brute_force(queue_spec{.capacity = 2}, level::justified_failures);
}

// In windows, with later ones in view, the verdict is the same.
TEST(BruteForce, QueueInWindows) {
  random_choice choice(22);
  int yes = 0, no = 0;
  for (int i = 0; i < 6000; ++i) {
    const window history = random_history(queue_spec{}, 7, choice);
    std::vector<window> windows(1);
    window all;
    for (operation op : history) {
      if (choice.below(3) == 0) windows.emplace_back();
      op.begin += windows.size() * 10000;  // after all that went before
      op.end += windows.size() * 10000;
      windows.back().push_back(op);
      all.push_back(op);
    }
    const bool expected =
        !brute_force(all, level::strict, std::set<queue_spec>{{}}).empty();
    ASSERT_EQ(check_history(windows, level::strict, queue_spec{}).empty(),
              expected)
        << drawing(all);
    ++(expected ? yes : no);
  }
  EXPECT_GT(yes, 300);
  EXPECT_GT(no, 300);
}

// What is left after minimizing still fails, and nothing more can go.
TEST(Minimize, KeepsTheFault) {
  random_choice choice(21);
  int minimized = 0;
  for (int i = 0; i < 2000; ++i) {
    window history = random_history(queue_spec{}, 8, choice);
    std::set<queue_spec> before = {queue_spec{}};
    if (!brute_force(history, level::strict, before).empty()) continue;
    ++minimized;
    minimize(history, level::strict, before);
    EXPECT_TRUE(brute_force(history, level::strict, before).empty())
        << drawing(history);
    EXPECT_FALSE(history.empty());
  }
  EXPECT_GT(minimized, 200);
}

}  // namespace
}  // namespace acqrel::testing
