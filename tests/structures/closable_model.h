// A queue that can be closed, as the model tests know it: what it does when it is
// alone (the specification), and the operations that clients are made of.
#ifndef ACQREL_TESTS_STRUCTURES_CLOSABLE_MODEL_H_
#define ACQREL_TESTS_STRUCTURES_CLOSABLE_MODEL_H_

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
#include "acqrel/structures/conqueue.h"
#include "gtest/gtest.h"

namespace acqrel {

using model::answer;
using model::operation;

enum closable_call { push, pop, push_two, pop_two, close, is_closed };

// Up to two elements that were popped at once.
struct two_elements {
  int count = 0;
  std::array<int, 2> values = {};
};

// What is "not now", that is `busy` and 0 of several, may be said at any time, or
// must be justified like "full" and "empty". `closed` takes its place in the
// order, as a success does. Without a bound, capacity stays what it is.
enum class not_now { at_any_time, justified };
template <class Element, not_now Busy>
struct closable_spec {
  static constexpr const char* names[] = {"push",    "pop",   "push_two",
                                          "pop_two", "close", "is_closed"};
  static constexpr std::int64_t says_closed = -1;
  static constexpr std::int64_t says_not_now = -2;

  template <class Result>
  static answer answer_of(const operation& op, const Result& r) {
    if constexpr (std::is_same_v<Result, conqueue_status>) {
      return r == conqueue_status::success ? answer::success() : refusal(r);
    } else if constexpr (std::is_same_v<Result, pop_result<Element>>) {
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
  bool operator==(const closable_spec&) const = default;

  std::size_t capacity = SIZE_MAX;
  std::vector<std::int64_t> contents = {};
  bool was_closed = false;
};
template <class Element>
using exact_queue_spec = closable_spec<Element, not_now::at_any_time>;
template <class Element>
using prompt_queue_spec = closable_spec<Element, not_now::justified>;

template <class Queue, class Spec>
model::subject<Queue, Spec> closable_subject(model::level promised) {
  using element = typename Queue::value_type;
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
             std::size_t bound = model::max_calls;
             if constexpr (requires { r.capacity(); }) bound = r.capacity();
             model::require(r.size_hint() <= bound, "a size");
             (void)r.empty_hint();
           }},
          // Pops what is left: never busy, since nobody else is there.
          {"rest", [=](auto& r, auto& calls, int) {
             auto popped = pop_one(r, calls);
             while (popped) popped = pop_one(r, calls);
             model::require(popped.error() != conqueue_status::busy, "rest");
           }}}};
}

// A queue with room for one element, if it has a bound.
template <class Queue>
struct smallest : Queue {
  smallest() requires std::is_default_constructible_v<Queue>
  = default;
  smallest() requires(!std::is_default_constructible_v<Queue>) : Queue(1) {}
};

// What came before close() is seen by who is told of it.
template <class Queue>
void expect_who_is_told_sees_what_came_before() {
  enum { looking, pushing, pushing_to_a_full_one, popping, ways };
  const auto told = [](Queue& q, int way) {
    if (way == looking) return q.is_closed();
    if (way == popping) return q.try_pop().error() == conqueue_status::closed;
    return q.try_push(1) == conqueue_status::closed;
  };
  for (int way = 0; way < ways; ++way) {
    const auto body = [=] {
      smallest<Queue> q;
      if (way == pushing_to_a_full_one) (void)q.try_push(1);
      plain<int> last_words{0};
      model::thread closer([&] {
        last_words.set(1);
        q.close();
      });
      const bool closed = told(q, way);
      if (closed) model::require(last_words.get() == 1, "seen");
      model::observe("told", closed ? 1 : 0);
      closer.join();
    };
    const model::result r = model::check({.spurious_failures = 0}, body);
    EXPECT_TRUE(r && r.complete) << way << "\n" << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << way << "\n" << r;
  }
}

}  // namespace acqrel

#endif  // ACQREL_TESTS_STRUCTURES_CLOSABLE_MODEL_H_
