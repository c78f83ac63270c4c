// Is a history of calls linearizable? Is there an order of the calls that keeps
// every call behind those that happen before it, and that a sequential object,
// the specification, would have allowed?
//
// "Before" is happens-before, not real time: in an execution of the memory
// model there is no other order that a program could tell.
//
//   Algorithm  J. M. Wing and C. Gong, "Testing and Verifying Concurrent
//              Objects", JPDC 17, 1993; G. Lowe, "Testing for
//              Linearizability", CCPE 29(4), 2017: no pair of a set of calls
//              and a state is searched twice
//
// A specification is a value: the state of the sequential object. For a
// register:
//
//   struct register_spec {
//     static constexpr const char* names[] = {"read", "write"};
//     static model::operation read() { return {0}; }
//     static model::operation write(std::int64_t v) { return {1, {v}}; }
//
//     // Whether `op` may give this answer now; if so, with its effect. After
//     // false the state is not used any more.
//     bool apply(const model::operation& op, const model::answer& a) {
//       if (op.kind == 0) return a.value == value;
//       value = op.arguments[0];
//       return true;
//     }
//     bool operator==(const register_spec&) const = default;
//     std::int64_t value = 0;
//   };
//
// specs.h has the usual ones; what else a specification may have stands there.
#ifndef ACQREL_MODEL_LINEARIZABILITY_H_
#define ACQREL_MODEL_LINEARIZABILITY_H_

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace acqrel::model {

// How much is promised of the calls that fail ("empty", "full").
enum class level {
  // L1: they take their place in the order like any other call.
  strict,
  // L2: the calls that succeed are linearizable. Each that fails is explained
  // by itself: by an order of all that succeeded before it and of some that ran
  // beside it.
  justified_failures,
  // L3: as L2, but a call in flight explains a failure too: one that succeeds,
  // runs beside it, and obstructs it. A pop may fail while a push has reserved
  // its place and not filled it.
  spurious_failures,
};
const char* to_string(level) noexcept;

// What is called: which operation, by the specification's own numbers, with up
// to two arguments.
struct operation {
  operation(int which, std::initializer_list<std::int64_t> with = {}) noexcept
      : kind(static_cast<std::uint8_t>(which)),
        argument_count(static_cast<std::uint8_t>(with.size())) {
    std::copy_n(with.begin(), std::min<std::size_t>(with.size(), 2), arguments);
  }
  std::uint8_t kind;
  std::uint8_t argument_count;
  std::int64_t arguments[2] = {};
};

// What it returned: a failure ("empty", "full"), or success with or without a
// value.
struct answer {
  bool failed = false;
  bool has_value = false;
  std::int64_t value = 0;

  explicit operator bool() const noexcept { return !failed; }
  static answer success() noexcept { return {}; }
  static answer success(std::int64_t value) noexcept {
    return {false, true, value};
  }
  static answer failure() noexcept { return {true}; }
};

template <class Spec>
concept specification = std::copyable<Spec> && std::equality_comparable<Spec> &&
    requires(Spec state, const operation& op, const answer& a) {
  { state.apply(op, a) } -> std::same_as<bool>;
  { Spec::names[op.kind] } -> std::convertible_to<const char*>;
};

struct finished_call {
  int thread;
  operation op;
  answer result;
  // The calls that happen before this one, as bits.
  std::uint64_t before = 0;
};

// At most 64. A thread's calls come in its order.
using finished_calls = std::vector<finished_call>;
inline constexpr int max_calls = 64;

namespace internal {

constexpr std::uint64_t bit_of(int call) noexcept {
  return std::uint64_t{1} << call;
}

// The words for a call and a state: what the specification says, or the usual.

template <class Spec>
std::string text_of(const operation& op, const answer& a) {
  std::string text = Spec::names[op.kind];
  text += "(";
  for (int i = 0; i < op.argument_count; ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(op.arguments[i]);
  }
  text += ")";
  if (a.failed) {
    if constexpr (requires { Spec::failure_word(op); }) {
      return text + " = " + Spec::failure_word(op);
    } else {
      return text + " = failed";
    }
  }
  return a.has_value ? text + " = " + std::to_string(a.value) : text;
}
template <class Spec>
std::string text_of(const Spec& state) {
  if constexpr (requires { state.text(); }) {
    return state.text();
  } else {
    return "";
  }
}

// Whether a call in flight may make another fail (L3). Usually an operation is
// obstructed by those of another kind.
template <class Spec>
bool obstructs(const operation& in_flight, const operation& failed) {
  if constexpr (requires { Spec::obstructs(in_flight, failed); }) {
    return Spec::obstructs(in_flight, failed);
  } else {
    return in_flight.kind != failed.kind;
  }
}

// A search for an order of some of the calls.
template <specification Spec>
class order_search {
 public:
  // Calls that are not in `candidates` are passed over.
  order_search(const finished_calls& calls, std::uint64_t candidates,
               const Spec& start)
      : calls_(calls), candidates_(candidates), furthest_state_(start) {}

  // Whether an order of candidates leads from `start` to `goal(done, state)`.
  template <class Goal>
  bool reaches(const Spec& start, const Goal& goal) {
    return visit(0, start, goal);
  }

  // The longest order that was tried, and the state that it ends in.
  std::vector<int> take_furthest() { return std::move(furthest_); }
  const Spec& furthest_state() const { return furthest_state_; }

 private:
  template <class Goal>
  bool visit(std::uint64_t done, const Spec& state, const Goal& goal) {
    if (goal(done, state)) return true;
    std::vector<Spec>& known = seen_[done];
    if (std::find(known.begin(), known.end(), state) != known.end()) {
      return false;
    }
    known.push_back(state);
    if (path_.size() > furthest_.size()) {
      furthest_ = path_;
      furthest_state_ = state;
    }
    std::uint64_t rest = candidates_ & ~done;
    for (; rest != 0; rest &= rest - 1) {
      const int next = std::countr_zero(rest);
      const finished_call& call = calls_[static_cast<std::size_t>(next)];
      if ((call.before & candidates_ & ~done) != 0) continue;
      Spec after = state;
      if (!after.apply(call.op, call.result)) continue;
      path_.push_back(next);
      if (visit(done | bit_of(next), after, goal)) return true;
      path_.pop_back();
    }
    return false;
  }
  const finished_calls& calls_;
  const std::uint64_t candidates_;
  std::vector<int> path_;
  std::vector<int> furthest_;
  Spec furthest_state_;
  std::unordered_map<std::uint64_t, std::vector<Spec>> seen_;
};

inline constexpr int no_call = -1;

// Why a history is not linearizable.
struct violation {
  bool found = false;
  int unexplained = no_call;  // the failed call that nothing explains
  std::vector<int> furthest;
  std::string state;  // after `furthest`
  explicit operator bool() const noexcept { return found; }
};

// The calls that failed, and those that one of them precedes, as bits.
std::uint64_t failed_calls(const finished_calls&) noexcept;
std::uint64_t calls_after(const finished_calls&, int call) noexcept;

template <specification Spec>
violation find_violation(const finished_calls& calls, level promised,
                         const Spec& start) {
  const std::uint64_t all = calls.size() == 64
                                ? ~std::uint64_t{0}
                                : bit_of(static_cast<int>(calls.size())) - 1;
  const std::uint64_t failed =
      promised == level::strict ? 0 : failed_calls(calls);
  const std::uint64_t succeeded = all & ~failed;
  order_search<Spec> successes(calls, succeeded, start);
  if (!successes.reaches(start, [&](std::uint64_t done, const Spec&) {
        return done == succeeded;
      })) {
    return {true, no_call, successes.take_furthest(),
            text_of(successes.furthest_state())};
  }
  for (std::uint64_t rest = failed; rest != 0; rest &= rest - 1) {
    const int index = std::countr_zero(rest);
    const finished_call& call = calls[static_cast<std::size_t>(index)];
    const std::uint64_t possible = succeeded & ~calls_after(calls, index);
    const std::uint64_t required = succeeded & call.before;
    if (promised == level::spurious_failures) {
      bool obstructed = false;
      for (std::uint64_t beside = possible & ~required; beside != 0;
           beside &= beside - 1) {
        const std::size_t other =
            static_cast<std::size_t>(std::countr_zero(beside));
        obstructed = obstructed || obstructs<Spec>(calls[other].op, call.op);
      }
      if (obstructed) continue;
    }
    order_search<Spec> explanation(calls, possible, start);
    if (!explanation.reaches(start, [&](std::uint64_t done, Spec state) {
          return (required & ~done) == 0 && state.apply(call.op, call.result);
        })) {
      return {true, index, explanation.take_furthest(),
              text_of(explanation.furthest_state())};
    }
  }
  return {};
}

// The history without some of its calls.
finished_calls without(const finished_calls&, std::uint64_t left_out);

// Leaves out what does not matter to a violation: calls that failed, one by
// one; and, if the specification names a call's element, elements with all
// calls of them.
template <specification Spec>
finished_calls smallest_violation(finished_calls calls, level promised,
                                  const Spec& start) {
  const auto leave_out = [&](std::uint64_t which) {
    finished_calls rest = without(calls, which);
    if (!find_violation(rest, promised, start)) return false;
    calls = std::move(rest);
    return true;
  };
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (int i = static_cast<int>(calls.size()); i-- > 0;) {
      if (!calls[static_cast<std::size_t>(i)].result.failed) continue;
      smaller = leave_out(bit_of(i)) || smaller;
    }
    if constexpr (requires(const finished_call& c) {
                    Spec::element(c.op, c.result);
                    Spec::needs_all_elements(c.op, c.result);
                  }) {
      // What was full was full of all its elements.
      if (std::any_of(calls.begin(), calls.end(), [](const finished_call& c) {
            return Spec::needs_all_elements(c.op, c.result);
          })) {
        continue;
      }
      for (std::size_t i = 0; i < calls.size(); ++i) {
        if (calls[i].result.failed) continue;
        const auto element = Spec::element(calls[i].op, calls[i].result);
        std::uint64_t with_element = 0;
        for (std::size_t j = 0; j < calls.size(); ++j) {
          if (!calls[j].result.failed &&
              Spec::element(calls[j].op, calls[j].result) == element) {
            with_element |= bit_of(static_cast<int>(j));
          }
        }
        if (!leave_out(with_element)) continue;
        smaller = true;
        break;
      }
    }
  }
  return calls;
}

// A violation for people. `texts` are those of the calls.
std::string report_of(const finished_calls&, level,
                      const std::vector<std::string>& texts, const violation&);

}  // namespace internal

// Whether the history is linearizable at this level: "", or the smallest part
// of it that is not, with the order that gets furthest.
template <specification Spec>
std::string check_linearizable(const finished_calls& calls, level promised,
                               const Spec& start = {}) {
  if (!internal::find_violation(calls, promised, start)) return "";
  const finished_calls part =
      internal::smallest_violation(calls, promised, start);
  std::vector<std::string> texts;
  for (const finished_call& call : part) {
    texts.push_back(internal::text_of<Spec>(call.op, call.result));
  }
  return internal::report_of(part, promised, texts,
                             internal::find_violation(part, promised, start));
}

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_LINEARIZABILITY_H_
