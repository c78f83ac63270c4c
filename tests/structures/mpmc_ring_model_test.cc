// The ring that ships, in every behaviour of small clients.
//
// Its refusals are held to two levels at once. "Full" and "empty" are
// justified (L2), whatever `busy` says; and `busy` is said only beside a call
// in flight that may have claimed the cell (L3).
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::answer;
using model::client;
using model::level;
using model::operation;
using model::result;
using element = model::tracked<int>;
using ring = mpmc_ring<element>;

enum call { push, pop, push_two, pop_two, close, is_closed };

// Up to two elements that were popped at once.
struct two_elements {
  int count = 0;
  std::array<int, 2> values = {};
};

// A ring that can be closed. What is "not now", that is `busy` and 0 of
// several, may be said at any time, or must be justified like "full" and
// "empty". `closed` takes its place in the order, as a success does.
enum class not_now { at_any_time, justified };
template <not_now Busy>
struct closable_ring_spec {
  static constexpr const char* names[] = {"push",    "pop",   "push_two",
                                          "pop_two", "close", "is_closed"};
  static constexpr std::int64_t says_closed = -1;
  static constexpr std::int64_t says_not_now = -2;

  template <class Result>
  static answer answer_of(const operation& op, const Result& r) {
    if constexpr (std::is_same_v<Result, conqueue_status>) {
      return r == conqueue_status::success ? answer::success() : refusal(r);
    } else if constexpr (std::is_same_v<Result, pop_result<element>>) {
      return r ? answer::success(r->value()) : refusal(r.error());
    } else if constexpr (std::is_same_v<Result, two_elements>) {
      if (r.count == 0) return refusal(conqueue_status::busy);
      return answer::success(r.values[0] * 100 + r.values[1]);
    } else if constexpr (std::is_same_v<Result, bool>) {
      return r ? answer::success() : answer::failure();
    } else {
      if (r == 0) return refusal(conqueue_status::busy);
      return answer::success(static_cast<std::int64_t>(r));
    }
    (void)op;
  }
  static answer refusal(conqueue_status why) {
    if (why == conqueue_status::closed) return answer::success(says_closed);
    answer a = answer::failure();
    if (why == conqueue_status::busy) a.value = says_not_now;
    return a;
  }
  static bool is_push(const operation& op) {
    return op.kind == push || op.kind == push_two;
  }
  static bool obstructs(const operation& in_flight, const operation& failed) {
    return in_flight.kind < close && failed.kind < close &&
           is_push(in_flight) != is_push(failed);
  }

  bool apply(const operation& op, const answer& a) {
    if (op.kind == close) return was_closed = true;
    if (op.kind == is_closed) return a.failed != was_closed;
    if (a.value == says_not_now && Busy == not_now::at_any_time) return true;
    if (is_push(op)) {
      if (a.value == says_closed) return was_closed;
      const bool full = contents.size() >= capacity;
      if (a.value == says_not_now) return full || was_closed;
      if (a.failed) return full && !was_closed;
      if (was_closed) return false;
      const std::size_t count = op.kind == push ? 1 : a.value;
      contents.insert(contents.end(), op.arguments, op.arguments + count);
      return contents.size() <= capacity;
    }
    const bool empty = contents.empty();
    if (a.value == says_closed) return empty && was_closed;
    if (a.value == says_not_now) return empty;
    if (a.failed) return empty && !was_closed;
    if (op.kind == pop) return take(a.value);
    return take(a.value / 100) && (a.value % 100 == 0 || take(a.value % 100));
  }
  bool take(std::int64_t value) {
    if (contents.empty() || contents.front() != value) return false;
    contents.erase(contents.begin());
    return true;
  }
  static const char* failure_word(const operation&) { return "refused"; }
  std::string text() const {
    std::string all = was_closed ? "closed:" : "";
    for (const std::int64_t value : contents) {
      all += " " + std::to_string(value);
    }
    return "[" + all + "]";
  }
  bool operator==(const closable_ring_spec&) const = default;

  std::size_t capacity = SIZE_MAX;
  std::vector<std::int64_t> contents = {};
  bool was_closed = false;
};
using exact_spec = closable_ring_spec<not_now::at_any_time>;
using prompt_spec = closable_ring_spec<not_now::justified>;

template <class Spec>
model::subject<ring, Spec> subject(level promised) {
  const auto pop_one = [](auto& r, auto& calls) {
    return calls.call({pop}, [&] { return r.try_pop(); });
  };
  return {
      .promised = promised,
      .operations = {
          {"push",
           [](auto& r, auto& calls, int value) {
             calls.call({push, {value}}, [&] { return r.try_push(value); });
           }},
          {"pop", [=](auto& r, auto& calls, int) { (void)pop_one(r, calls); }},
          {"push2",
           [](auto& r, auto& calls, int value) {
             std::array<element, 2> two = {value, value + 50};
             calls.call({push_two, {value, value + 50}}, [&] {
               return r.try_push_n(std::move_iterator(two.begin()), 2);
             });
           }},
          {"pop2",
           [](auto& r, auto& calls, int) {
             calls.call({pop_two}, [&] {
               std::array<element, 2> got;
               two_elements two;
               two.count =
                   static_cast<int>(r.try_pop_n(got.begin(), got.size()));
               for (int i = 0; i < two.count; ++i) {
                 two.values[i] = got[i].value();
               }
               return two;
             });
           }},
          {"close", [](auto& r, auto& calls,
                       int) { calls.call({close}, [&] { r.close(); }); }},
          {"closed?",
           [](auto& r, auto& calls, int) {
             calls.call({is_closed}, [&] { return r.is_closed(); });
           }},
          {"hint",
           [](auto& r, auto&, int) {
             model::require(r.size_hint() <= r.capacity(), "a size");
             (void)r.empty_hint();
           }},
          // Pops what is left: never busy, since nobody else is there.
          {"rest", [=](auto& r, auto& calls, int) {
             auto popped = pop_one(r, calls);
             while (popped) popped = pop_one(r, calls);
             model::require(popped.error() != conqueue_status::busy, "rest");
           }}}};
}

const auto exact = subject<exact_spec>(level::justified_failures);
const auto prompt = subject<prompt_spec>(level::spurious_failures);

client with(int capacity, const char* text) {
  client c(text);
  c.capacity = capacity;
  c.last.push_back("rest");
  return c;
}

// Every execution of the client is explored, and right at both levels.
void expect_right(const client& c, const model::options& how) {
  const result e = model::check(exact, c, how);
  EXPECT_TRUE(e && e.complete) << c << "\n" << e;
  const result p = model::check(prompt, c, how);
  EXPECT_TRUE(p && p.complete) << c << "\n" << p;
}

std::vector<client> small_clients(model::client_space space) {
  space.capacities = {1, 2};
  space.prefills = {0, 1, 2};
  std::vector<client> all = model::clients(space);
  for (client& c : all) c.last.push_back("rest");
  return all;
}

TEST(MpmcRing, IsRightInEachSmallClient) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.max_threads = 2;
  space.max_operations = 5;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightByTheStandardsOwnRulesAndWhenACasFailsForNoReason) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  space.message_passing = true;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.memory_model = model::dialect::cxx20});
  }
}

TEST(MpmcRing, IsRightWithThreeThreads) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.min_threads = 3;
  space.max_threads = 3;
  space.max_operations = 4;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightWhenItIsClosed) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 3;
  space.max_operations = 4;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  for (const char* text : {"push push|pop pop|close", "push|close|closed? push",
                           "close|close|push", "push: pop pop|push close"}) {
    expect_right(with(1, text), {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightWithManyElementsAtOnce) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"push2"}, {"pop2"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  expect_right(with(3, "push: push2|pop2|push2"), {.spurious_failures = 0});
}

TEST(MpmcRing, HintsMayBeAskedByAnybody) {
  for (const char* text : {"push push|pop pop|hint", "push: push|pop|hint"}) {
    expect_right(with(1, text), {.spurious_failures = 0});
  }
}

// On a ring of two with one element "push, push full" beside "pop, pop empty":
// each end misses the other's last step.
TEST(MpmcRing, IsNotStrict) {
  const client c = with(2, "push: push push|pop pop");
  const result strict = model::check(subject<exact_spec>(level::strict), c);
  EXPECT_EQ(strict.error, model::failure::linearizability) << strict;
  expect_right(c, {});
}

// A thread that has pushed may find the ring busy: another has claimed the
// cell before, and not filled it.
TEST(MpmcRing, BusyMaySayWhatEmptyMustNot) {
  const client c = with(2, "push|push pop");
  const result justified =
      model::check(subject<prompt_spec>(level::justified_failures), c);
  EXPECT_EQ(justified.error, model::failure::linearizability) << justified;
  expect_right(c, {});
}

// The ring never has fewer than one element, nor more than one: who looks at
// one position of now and at another of before must not say otherwise.
TEST(MpmcRing, PositionsThatAreComparedAreOfOneTime) {
  for (const char* text : {"push: push pop|pop", "push: pop push|push"}) {
    const client c = with(2, text);
    expect_right(c, {});
  }
}

// What came before close() is seen by who is told of it.
TEST(MpmcRing, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  const auto told = [](ring& r, int way) {
    if (way == 0) return r.is_closed();
    if (way == 1) return r.try_push(1) == conqueue_status::closed;
    return r.try_pop().error() == conqueue_status::closed;
  };
  for (int way = 0; way < 3; ++way) {
    const auto body = [=] {
      ring r(1);
      plain<int> last_words{0};
      model::thread closer([&] {
        last_words.set(1);
        r.close();
      });
      const bool closed = told(r, way);
      if (closed) model::require(last_words.get() == 1, "seen");
      model::observe("told", closed ? 1 : 0);
      closer.join();
    };
    const result r = model::check(body);
    EXPECT_TRUE(r && r.complete) << way << "\n" << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << way << "\n" << r;
  }
}

TEST(MpmcRing, DestroysTheElementsLeft) {
  for (const char* text : {"push push|pop", "push: push|push pop"}) {
    client c = with(2, text);
    c.last.clear();
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightInSamplesOfLargeClients) {
  for (const char* text :
       {"push pop push|pop push pop|push pop", "push push|push push|pop2|pop2",
        "push push close|push push|pop pop|pop pop"}) {
    for (const int capacity : {1, 2, 3}) {
      const client c = with(capacity, text);
      const model::options some{.samples = 2000, .seed = 7};
      const result e = model::check(exact, c, some);
      EXPECT_TRUE(e) << e;
      EXPECT_EQ(e.bound, "samples");
      const result p = model::check(prompt, c, some);
      EXPECT_TRUE(p) << p;
    }
  }
}

}  // namespace
}  // namespace acqrel
