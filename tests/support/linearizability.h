// Is a recorded history linearizable? Is there an order of its operations that
// respects real time and that a sequential container would have allowed? No
// value is pushed twice in a history.
//
//   Algorithm  J. M. Wing and C. Gong, "Testing and Verifying Concurrent
//              Objects", JPDC 1993; G. Lowe, "Testing for Linearizability",
//              CCPE 2017: just-in-time linearization, and never the same
//              configuration twice
#ifndef ACQREL_TESTS_SUPPORT_LINEARIZABILITY_H_
#define ACQREL_TESTS_SUPPORT_LINEARIZABILITY_H_

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/tests/support/history.h"

namespace acqrel::testing {

// How much is promised of the calls that fail (empty, full).
enum class level {
  // L1: they take their place in the order like any other call.
  strict,
  // L2: the successful calls are linearizable, and each failed call by itself
  // is explained by all successful calls that ended before it and some of
  // those that ran beside it.
  justified_failures,
};

// Sequential containers, as values: contents, which calls are allowed next,
// and what they change.

struct stack_spec {
  static constexpr bool first_in_first_out = false;
  std::vector<std::uint64_t> contents = {};

  bool allows(const operation& op) const {
    if (op.what == operation::kind::push) return op.succeeded;
    if (!op.succeeded) return contents.empty();
    return !contents.empty() && contents.back() == op.value;
  }
  void perform(const operation& op) {
    if (!op.succeeded) return;
    if (op.what == operation::kind::push) {
      contents.push_back(op.value);
    } else {
      contents.pop_back();
    }
  }
  auto operator<=>(const stack_spec&) const = default;
};

struct queue_spec {
  static constexpr bool first_in_first_out = true;
  std::size_t capacity = SIZE_MAX;
  std::vector<std::uint64_t> contents = {};

  bool allows(const operation& op) const {
    if (op.what == operation::kind::push) {
      return op.succeeded == (contents.size() < capacity);
    }
    if (!op.succeeded) return contents.empty();
    return !contents.empty() && contents.front() == op.value;
  }
  void perform(const operation& op) {
    if (!op.succeeded) return;
    if (op.what == operation::kind::push) {
      contents.push_back(op.value);
    } else {
      contents.erase(contents.begin());
    }
  }
  auto operator<=>(const queue_spec&) const = default;
};

// One window, ready to be searched.
template <class Spec>
class linearizer {
 public:
  // `later` are calls of windows to come: no state is kept that contradicts
  // them.
  linearizer(std::span<const operation> window, level promised,
             std::span<const operation> later = {}) {
    for (const std::span<const operation> part : {window, later}) {
      for (const operation& op : part) {
        if (op.what == operation::kind::pop && op.succeeded) {
          pops_.try_emplace(op.value, &op);
        }
      }
    }
    std::map<unsigned, std::size_t> lane_of;
    for (const operation& op : window) {
      const std::size_t lane =
          lane_of.try_emplace(op.thread, lane_of.size()).first->second;
      if (lane == lanes_.size()) lanes_.emplace_back();
      if (!op.succeeded && promised == level::justified_failures) {
        failures_.push_back({&op, lane, lanes_[lane].size()});
      } else {
        lanes_[lane].push_back(&op);
        ends_.push_back({op.end, lane, lanes_[lane].size()});
      }
    }
    std::sort(ends_.begin(), ends_.end());
    std::sort(failures_.begin(), failures_.end(),
              [](const auto& a, const auto& b) {
                return a.call->begin < b.call->begin;
              });
  }

  // The states in which a container may be after the window if it was in one
  // of `before`; none when the window is not linearizable.
  std::set<Spec> states_after(const std::set<Spec>& before) const {
    std::set<configuration> reached;
    for (const Spec& state : before) {
      reached.insert({std::vector<std::size_t>(lanes_.size()), state});
    }
    auto failure = failures_.begin();
    const auto failures_explained = [&](std::uint64_t next_end) {
      for (; failure != failures_.end() && failure->call->begin <= next_end;
           ++failure) {
        const auto explains = [&](const configuration& c) {
          return c.done[failure->lane] == failure->before &&
                 c.state.allows(*failure->call);
        };
        if (explore(reached, failure->call->end, explains).empty()) {
          return false;
        }
      }
      return true;
    };
    // Just in time: an operation is put in its place when it ends, after any
    // of the others that have begun by then. What ended earlier has its place
    // in every configuration reached so far.
    for (const auto& [end, lane, count] : ends_) {
      if (!failures_explained(end)) return {};
      reached = explore(reached, end,
                        [lane = lane, count = count](const configuration& c) {
                          return c.done[lane] >= count;
                        });
      if (reached.empty()) return {};
    }
    if (!failures_explained(UINT64_MAX)) return {};
    std::set<Spec> after;
    for (const configuration& c : reached) after.insert(c.state);
    return after;
  }

 private:
  // How many operations of each thread have taken effect, and to what effect.
  // (The first component says the same as the set of those operations: a
  // thread's operations take effect in its order.)
  struct configuration {
    std::vector<std::size_t> done;
    Spec state;
    auto operator<=>(const configuration&) const = default;
  };
  struct end_of_operation {
    std::uint64_t time;
    std::size_t lane;
    std::size_t count;  // operations of this lane up to and including it
    auto operator<=>(const end_of_operation&) const = default;
  };

  struct failed_call {
    const operation* call;
    std::size_t lane;
    std::size_t before;  // operations of its thread that came before it
  };

  // The first accepted configurations on all ways from `from` through
  // operations that begin no later than `horizon`.
  template <class Accept>
  std::set<configuration> explore(const std::set<configuration>& from,
                                  std::uint64_t horizon,
                                  const Accept& accept) const {
    std::set<configuration> accepted;
    std::set<configuration> seen;
    std::vector<configuration> pending(from.begin(), from.end());
    while (!pending.empty()) {
      configuration current = std::move(pending.back());
      pending.pop_back();
      if (accept(current)) {
        accepted.insert(std::move(current));
        continue;
      }
      // Nothing goes before what ended before it began.
      std::uint64_t latest = horizon;
      for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        if (current.done[lane] == lanes_[lane].size()) continue;
        latest = std::min(latest, lanes_[lane][current.done[lane]]->end);
      }
      for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        if (current.done[lane] == lanes_[lane].size()) continue;
        const operation& next = *lanes_[lane][current.done[lane]];
        if (next.begin > latest || !current.state.allows(next)) continue;
        if (Spec::first_in_first_out && overtakes(next, current)) continue;
        configuration with_next = current;
        ++with_next.done[lane];
        with_next.state.perform(next);
        if (seen.insert(with_next).second) {
          pending.push_back(std::move(with_next));
        }
      }
    }
    return accepted;
  }

  // Whether `next` is the push of an element that comes out after another one
  // whose push is still to come. Leaving this out changes no verdict; but for
  // n concurrent pushes it would remember n! queues until the pops decide.
  bool overtakes(const operation& next, const configuration& current) const {
    if (next.what != operation::kind::push || !next.succeeded) return false;
    const auto popped = pops_.find(next.value);
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      for (std::size_t i = current.done[lane]; i < lanes_[lane].size(); ++i) {
        const operation& other = *lanes_[lane][i];
        if (other.what != operation::kind::push || !other.succeeded) continue;
        const auto other_popped = pops_.find(other.value);
        if (&other != &next && other_popped != pops_.end() &&
            (popped == pops_.end() ||
             other_popped->second->end < popped->second->begin)) {
          return true;
        }
      }
    }
    return false;
  }

  std::vector<std::vector<const operation*>> lanes_;  // one for each thread
  std::map<std::uint64_t, const operation*> pops_;    // by value
  std::vector<end_of_operation> ends_;                // in order of time
  std::vector<failed_call> failures_;                 // L2; in order of begin
};

template <class Spec>
std::set<Spec> states_after(std::span<const operation> window, level promised,
                            const std::set<Spec>& before,
                            std::span<const operation> later = {}) {
  return linearizer<Spec>(window, promised, later).states_after(before);
}

// Leaves out of a window that is not linearizable whatever does not matter to
// that: failed calls one by one, and values with all that happened to them.
template <class Spec>
void minimize(window& failing, level promised, std::set<Spec>& before) {
  const auto try_without = [&](const auto& left_out,
                               const std::set<Spec>& states) {
    window rest;
    for (const operation& op : failing) {
      if (!left_out(op)) rest.push_back(op);
    }
    if (!states_after(std::span<const operation>(rest), promised, states)
             .empty()) {
      return false;
    }
    failing = std::move(rest);
    before = states;
    return true;
  };
  const auto refused_push = [](const operation& op) {
    return op.what == operation::kind::push && !op.succeeded;
  };
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (std::size_t i = failing.size(); i-- > 0;) {
      if (failing[i].succeeded) continue;
      const operation* const victim = &failing[i];
      smaller |= try_without([&](const operation& op) { return &op == victim; },
                             before);
    }
    // A container that was full was full of all its elements.
    if (std::any_of(failing.begin(), failing.end(), refused_push)) continue;
    std::set<std::uint64_t> values;
    for (const operation& op : failing) {
      if (op.succeeded) values.insert(op.value);
    }
    for (const Spec& state : before) {
      values.insert(state.contents.begin(), state.contents.end());
    }
    for (const std::uint64_t value : values) {
      std::set<Spec> states;
      for (Spec state : before) {
        std::erase(state.contents, value);
        states.insert(std::move(state));
      }
      smaller |= try_without(
          [&](const operation& op) {
            return op.succeeded && op.value == value;
          },
          states);
    }
  }
}

template <class Spec>
std::string report(window failing, level promised, std::set<Spec> before) {
  minimize(failing, promised, before);
  std::string text = "not linearizable (" +
                     std::string(promised == level::strict ? "L1" : "L2") +
                     "); the smallest part of the history that shows it:\n";
  for (const Spec& state : before) {
    text += text.back() == '\n' ? "  before:" : " or";
    text += " [";
    for (const std::uint64_t value : state.contents) {
      text += (text.back() == '[' ? "" : " ") + value_text(value);
    }
    text += "]";
  }
  return text + "\n" + drawing(std::move(failing));
}

// Checks a history window by window: the states in which one may end are those
// in which the next may begin. Returns "", or a drawing of the smallest part
// that shows the fault.
template <class Spec>
std::string check_history(const std::vector<window>& history, level promised,
                          const Spec& start) {
  window rest;
  for (const window& part : history) {
    rest.insert(rest.end(), part.begin(), part.end());
  }
  std::set<Spec> before = {start};
  std::size_t checked = 0;
  for (const window& part : history) {
    const std::span<const operation> now(part);
    const auto later =
        std::span<const operation>(rest).subspan(checked + part.size());
    std::set<Spec> after = states_after(now, promised, before, later);
    if (!after.empty()) {
      before = std::move(after);
      checked += part.size();
      continue;
    }
    // The fault is in this window, unless only later pops tell.
    rest.erase(rest.begin(), rest.begin() + static_cast<long>(checked));
    if (states_after(now, promised, before).empty()) rest = part;
    return report(std::move(rest), promised, std::move(before));
  }
  return "";
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_LINEARIZABILITY_H_
