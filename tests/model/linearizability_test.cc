// The three levels on histories with known verdicts; against a reference that
// tries every permutation; and what a report says.
#include "acqrel/model/linearizability.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "acqrel/model/specs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A history as a test writes it: each thread's calls in their order, and what
// else happens before what.
class builder {
 public:
  int add(int thread, operation op, answer result) {
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (calls[i].thread == thread) {
        before |= calls[i].before | std::uint64_t{1} << i;
      }
    }
    calls.push_back({thread, op, result, before});
    return static_cast<int>(calls.size()) - 1;
  }
  int push(int thread, std::int64_t value) {
    return add(thread, queue_spec::push(value), answer::success());
  }
  int full(int thread, std::int64_t value) {
    return add(thread, queue_spec::push(value), answer::failure());
  }
  int pop(int thread, std::int64_t value) {
    return add(thread, queue_spec::pop(), answer::success(value));
  }
  int empty(int thread) {
    return add(thread, queue_spec::pop(), answer::failure());
  }
  // `earlier` happens before `later`, the newest call so far.
  void order(int earlier, int later) {
    auto& before = calls[static_cast<std::size_t>(later)].before;
    before |= calls[static_cast<std::size_t>(earlier)].before | std::uint64_t{1}
                                                                    << earlier;
  }
  finished_calls calls;
};

template <class Spec>
bool passes(const builder& h, level promised, const Spec& start = {}) {
  return check_linearizable(h.calls, promised, start).empty();
}
constexpr level all_levels[] = {level::strict, level::justified_failures,
                                level::spurious_failures};

TEST(Linearizability, AnEmptyHistoryPasses) {
  for (const level l : all_levels) EXPECT_TRUE(passes<stack_spec>({}, l));
}

TEST(Linearizability, AQueueIsFirstInFirstOut) {
  builder h;
  h.push(1, 1);
  h.push(1, 2);
  h.pop(2, 1);
  h.pop(2, 2);
  for (const level l : all_levels) {
    EXPECT_TRUE(passes<queue_spec>(h, l));
    // As a stack: pop 1 may come between the pushes.
    EXPECT_TRUE(passes<stack_spec>(h, l));
  }
}

TEST(Linearizability, AQueueThatTurnsTwoElementsRoundFails) {
  builder h;
  h.push(1, 1);
  h.push(1, 2);
  h.pop(2, 2);
  h.pop(2, 1);
  for (const level l : all_levels) {
    EXPECT_FALSE(passes<queue_spec>(h, l));
    EXPECT_TRUE(passes<stack_spec>(h, l));
  }
}

TEST(Linearizability, PushesThatNothingOrdersMayComeOutEitherWay) {
  builder h;
  h.push(1, 1);
  h.push(2, 2);
  h.pop(3, 2);
  h.pop(3, 1);
  EXPECT_TRUE(passes<queue_spec>(h, level::strict));
  h.calls.clear();
  const int first = h.push(1, 1);
  h.order(first, h.push(2, 2));
  h.pop(3, 2);
  h.pop(3, 1);
  EXPECT_FALSE(passes<queue_spec>(h, level::strict));
}

TEST(Linearizability, ALostAndADoubledElementFail) {
  builder lost;
  const int first = lost.push(1, 1);
  lost.order(first, lost.empty(2));
  for (const level l : all_levels) EXPECT_FALSE(passes<stack_spec>(lost, l));
  builder doubled;
  doubled.push(1, 1);
  doubled.pop(2, 1);
  doubled.pop(3, 1);
  for (const level l : all_levels) {
    EXPECT_FALSE(passes<stack_spec>(doubled, l));
  }
}

// memory-model.md 3.2: each end of a ring reads the other's index stale.
TEST(Linearizability, ARingWithoutFencesIsJustifiedAndNotStrict) {
  builder h;
  h.push(1, 1);
  h.push(1, 2);
  h.full(1, 3);
  h.empty(2);
  const int pop = h.pop(2, 1);
  h.order(0, pop);
  h.empty(2);
  EXPECT_FALSE(passes(h, level::strict, ring_spec(2)));
  EXPECT_TRUE(passes(h, level::justified_failures, ring_spec(2)));
  EXPECT_TRUE(passes(h, level::spurious_failures, ring_spec(2)));
}

// A slot reserved by a push in flight hides the completed push behind it.
TEST(Linearizability, OnlyAPushInFlightExplainsASpuriousEmpty) {
  builder h;
  h.push(1, 1);
  h.push(2, 2);
  h.empty(2);
  EXPECT_FALSE(passes(h, level::justified_failures, ring_spec(4)));
  EXPECT_TRUE(passes(h, level::spurious_failures, ring_spec(4)));

  builder finished;
  finished.push(1, 1);
  const int push = finished.push(2, 2);
  finished.order(0, push);
  finished.empty(2);
  EXPECT_FALSE(passes(finished, level::spurious_failures, ring_spec(4)));
}

// A push that begins after the pop has ended is not in flight.
TEST(Linearizability, ALaterPushIsNotInFlight) {
  builder h;
  h.push(1, 1);
  const int empty = h.empty(1);
  h.order(empty, h.push(2, 2));
  EXPECT_FALSE(passes<queue_spec>(h, level::spurious_failures));
  h.push(3, 3);
  EXPECT_TRUE(passes<queue_spec>(h, level::spurious_failures));
}

TEST(Linearizability, ACallInFlightOfTheSameKindObstructsNothing) {
  builder h;
  h.push(1, 1);
  h.push(1, 2);
  h.empty(1);
  h.pop(2, 1);
  EXPECT_FALSE(passes<queue_spec>(h, level::spurious_failures));
}

TEST(Linearizability, AFailureIsExplainedByWhatRunsBesideIt) {
  builder h;
  h.push(1, 1);
  h.empty(1);
  h.pop(2, 1);
  for (const level l : all_levels) EXPECT_TRUE(passes(h, l, ring_spec(1)));
  // Not by what comes after it.
  h.calls.clear();
  h.push(1, 1);
  const int empty = h.empty(1);
  h.order(empty, h.pop(2, 1));
  for (const level l : all_levels) EXPECT_FALSE(passes(h, l, ring_spec(1)));
}

TEST(Linearizability, StartsFromTheGivenState) {
  builder h;
  h.pop(1, 7);
  EXPECT_FALSE(passes<queue_spec>(h, level::strict));
  queue_spec start;
  start.contents = {7};
  EXPECT_TRUE(passes(h, level::strict, start));
}

TEST(Linearizability, CountersAndRegisters) {
  builder counter;
  counter.add(1, counter_spec::fetch_add(1), answer::success(1));
  counter.add(2, counter_spec::fetch_add(1), answer::success(0));
  EXPECT_TRUE(passes<counter_spec>(counter, level::strict));
  counter.add(3, counter_spec::fetch_add(1), answer::success(1));
  EXPECT_FALSE(passes<counter_spec>(counter, level::strict));

  builder word;
  word.add(1, register_spec::write(5), answer::success());
  word.add(2, register_spec::compare_exchange(5, 6), answer::failure());
  word.add(2, register_spec::compare_exchange(5, 6), answer::success());
  word.add(1, register_spec::read(), answer::success(6));
  EXPECT_TRUE(passes<register_spec>(word, level::strict));
  word.add(1, register_spec::read(), answer::success(5));
  EXPECT_FALSE(passes<register_spec>(word, level::strict));
}

TEST(Linearizability, SixtyFourCalls) {
  builder h;
  for (int i = 0; i < 16; ++i) {
    h.push(1, i);
    h.push(2, 100 + i);
  }
  for (int i = 0; i < 16; ++i) {
    h.pop(3, i);
    h.pop(4, 100 + i);
  }
  EXPECT_TRUE(passes<queue_spec>(h, level::strict));
}

TEST(Report, ShowsTheSmallestPartAndHowFarItGets) {
  builder h;
  h.push(1, 1);
  h.push(1, 2);
  h.push(3, 3);
  h.pop(3, 3);
  h.empty(3);
  h.pop(2, 2);
  h.pop(2, 1);
  const std::string text =
      check_linearizable(h.calls, level::strict, queue_spec{});
  EXPECT_EQ(text,
            "no order of the calls is possible (L1, strict). The smallest part "
            "of the history "
            "that shows it:\n"
            "  T1 push(1)\n"
            "  T1 push(2)\n"
            "  T2 pop() = 2\n"
            "  T2 pop() = 1\n"
            "The order that gets furthest: T1 push(1), T1 push(2), which "
            "leaves [1 2]. Next would be, and cannot be: T2 pop() = 2.\n");
}

TEST(Report, NamesTheFailureThatNothingExplains) {
  builder h;
  h.push(0, 1);
  h.order(0, h.push(1, 2));
  const int empty = h.empty(2);
  h.order(1, empty);
  h.pop(3, 1);
  const std::string text =
      check_linearizable(h.calls, level::justified_failures, queue_spec{});
  EXPECT_EQ(text,
            "no order of the calls is possible (L2, justified failures). The "
            "smallest part of "
            "the history that shows it:\n"
            "  T1 push(2)\n"
            "  T2 pop() = empty   after T1 push(2)\n"
            "No calls that succeeded explain T2 pop() = empty. The order of "
            "them that gets furthest: T1 push(2), which leaves [2].\n"
            "Those that happen before it: T1 push(2).\n");
}

// What was full was full of all its elements: none may be left out.
TEST(Report, KeepsTheElementsOfAFullRing) {
  builder h;
  h.push(1, 1);
  h.full(1, 2);
  const std::string text =
      check_linearizable(h.calls, level::strict, ring_spec(2));
  EXPECT_THAT(text, HasSubstr("T1 push(1)\n"));
  EXPECT_THAT(text, HasSubstr("T1 push(2) = full\n"));
}

// The reference: written from memory-model.md 3.2, and slow. It shares nothing
// with what it is compared with but the history.

struct naive_container {
  bool is_queue;
  std::size_t capacity;
  std::deque<std::int64_t> contents = {};

  bool step(const finished_call& c) {
    if (c.op.kind == 0) {
      const bool room = contents.size() < capacity;
      if (c.result.failed == room) return false;
      if (room) contents.push_back(c.op.arguments[0]);
      return true;
    }
    if (contents.empty() != c.result.failed) return false;
    if (contents.empty()) return true;
    const std::int64_t next = is_queue ? contents.front() : contents.back();
    if (next != c.result.value) return false;
    is_queue ? contents.pop_front() : contents.pop_back();
    return true;
  }
};

bool is_before(const finished_calls& h, int i, int j) {
  return (h[static_cast<std::size_t>(j)].before >> i & 1) != 0;
}

// Whether a permutation of `chosen` that respects the order is allowed, and
// then `last`.
bool some_permutation(const finished_calls& h, std::vector<int> chosen,
                      std::optional<int> last, const naive_container& start) {
  std::sort(chosen.begin(), chosen.end());
  do {
    bool fits = true;
    for (std::size_t a = 0; a < chosen.size(); ++a) {
      for (std::size_t b = a + 1; b < chosen.size(); ++b) {
        fits = fits && !is_before(h, chosen[b], chosen[a]);
      }
    }
    naive_container state = start;
    for (const int i : chosen) {
      fits = fits && state.step(h[static_cast<std::size_t>(i)]);
    }
    if (fits && last) fits = state.step(h[static_cast<std::size_t>(*last)]);
    if (fits) return true;
  } while (std::next_permutation(chosen.begin(), chosen.end()));
  return false;
}

bool reference(const finished_calls& h, level promised,
               const naive_container& start) {
  std::vector<int> successes;
  std::vector<int> failures;
  for (int i = 0; i < static_cast<int>(h.size()); ++i) {
    const bool aside = promised != level::strict &&
                       h[static_cast<std::size_t>(i)].result.failed;
    (aside ? failures : successes).push_back(i);
  }
  if (!some_permutation(h, successes, {}, start)) return false;
  for (const int f : failures) {
    const auto& failed = h[static_cast<std::size_t>(f)];
    bool explained = false;
    if (promised == level::spurious_failures) {
      for (const int s : successes) {
        const auto& other = h[static_cast<std::size_t>(s)];
        explained = explained || (!is_before(h, s, f) && !is_before(h, f, s) &&
                                  other.op.kind != failed.op.kind);
      }
    }
    for (unsigned subset = 0; subset < 1u << successes.size() && !explained;
         ++subset) {
      std::vector<int> chosen;
      bool allowed = true;
      for (std::size_t i = 0; i < successes.size(); ++i) {
        const bool in = (subset >> i & 1) != 0;
        if (in) chosen.push_back(successes[i]);
        if (in && is_before(h, f, successes[i])) allowed = false;
        if (!in && is_before(h, successes[i], f)) allowed = false;
        for (std::size_t j = 0; j < successes.size(); ++j) {
          // Closed under happens-before.
          if (in && (subset >> j & 1) == 0 &&
              is_before(h, successes[j], successes[i])) {
            allowed = false;
          }
        }
      }
      explained = allowed && some_permutation(h, chosen, f, start);
    }
    if (!explained) return false;
  }
  return true;
}

// Up to six calls of up to three threads, with some random edges between them.
// Values are what was pushed, or nearly.
finished_calls random_history(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  builder h;
  const int count = 1 + below(6);
  int next_value = 1;
  for (int i = 0; i < count; ++i) {
    const int thread = 1 + below(3);
    int call = 0;
    switch (below(6)) {
      case 0:
        call = h.empty(thread);
        break;
      case 1:
        call = h.full(thread, next_value++);
        break;
      case 2:
      case 3:
        call = h.pop(thread, 1 + below(3));
        break;
      default:
        call = h.push(thread, next_value++);
    }
    for (int earlier = 0; earlier < call; ++earlier) {
      if (below(4) == 0) h.order(earlier, call);
    }
  }
  return h.calls;
}

TEST(Reference, AgreesOnRandomHistories) {
  std::mt19937 random(20260301);
  int passed[2][3] = {};
  int failed[2][3] = {};
  for (int round = 0; round < 30000; ++round) {
    const finished_calls h = random_history(random);
    const std::size_t capacity = 1 + random() % 3;
    for (const bool queue : {false, true}) {
      for (const level l : all_levels) {
        const std::string text =
            queue ? check_linearizable(h, l, ring_spec(capacity))
                  : check_linearizable(h, l, bounded_stack(capacity));
        ASSERT_EQ(text.empty(), reference(h, l, {queue, capacity}))
            << "round " << round << ", " << (queue ? "queue" : "stack")
            << " of capacity " << capacity << ", " << to_string(l) << "\n"
            << text;
        ++(text.empty() ? passed : failed)[queue][static_cast<int>(l)];
      }
    }
  }
  for (const bool queue : {false, true}) {
    for (int l = 0; l < 3; ++l) {
      EXPECT_GT(passed[queue][l], 1000);
      EXPECT_GT(failed[queue][l], 1000);
    }
    // The levels differ on some, and each is weaker than the one before.
    EXPECT_LT(passed[queue][0], passed[queue][1]);
    EXPECT_LT(passed[queue][1], passed[queue][2]);
  }
}

}  // namespace
}  // namespace acqrel::model
