#include "acqrel/model/litmus/report.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/printer.h"

namespace acqrel::model::litmus {
namespace {

dialect other(dialect model) {
  return model == dialect::rc11 ? dialect::cxx20 : dialect::rc11;
}

bool is_possible_with(program p, const std::vector<choice>& values,
                      dialect model) {
  for (const choice& c : values) choose(p, c.name, c.value);
  return explore(p, model).is_weak_possible(p);
}

std::string flags(const std::vector<choice>& values,
                  const std::vector<choice>& except) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].value == except[i].value) continue;
    text += text.empty() ? "--" : " --";
    text += values[i].name + "=" + std::string(to_string(values[i].value));
  }
  return text;
}

// None before one that it is at least as strong as.
std::vector<ordering> weakest_first(const std::vector<ordering>& values) {
  const auto below = [&](ordering value) {
    return std::count_if(values.begin(), values.end(),
                         [value](ordering v) { return at_least(value, v); });
  };
  std::vector<ordering> sorted = values;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](ordering a, ordering b) { return below(a) < below(b); });
  return sorted;
}

// Makes each ordering in turn as weak as it can be while the weak outcome stays
// impossible; none weaker than its floor.
std::vector<choice> weakest_that_forbid(const program& p,
                                        std::vector<choice> values,
                                        const std::vector<choice>& floor,
                                        dialect model) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ordering strongest = values[i].value;
    for (const ordering weaker : weakest_first(values[i].values)) {
      if (!at_least(weaker, floor[i].value) || !at_least(strongest, weaker)) {
        continue;
      }
      values[i].value = weaker;
      if (!is_possible_with(p, values, model)) break;
      values[i].value = strongest;
    }
  }
  return values;
}

void advise_if_possible(report& r) {
  const std::vector<choice> current = combination_axes(r.what);
  std::vector<choice> strongest = current;
  for (choice& c : strongest) {
    for (const ordering value : c.values) {
      if (at_least(value, c.value)) c.value = value;
    }
  }
  if (is_possible_with(r.what, strongest, r.model)) {
    r.advice.push_back("No ordering that can be chosen here forbids it.");
    return;
  }
  r.advice.push_back(
      "It becomes impossible with " +
      flags(weakest_that_forbid(r.what, strongest, current, r.model), current) +
      ".");
}

// The orderings weaker than the choice's that are wanted; of those that can be
// compared, the strongest.
template <class Wanted>
std::vector<ordering> strongest_below(const choice& c, Wanted is_wanted) {
  std::vector<ordering> found;
  std::vector<ordering> values = weakest_first(c.values);
  std::reverse(values.begin(), values.end());
  for (const ordering weaker : values) {
    if (weaker != c.value && at_least(c.value, weaker) &&
        std::none_of(found.begin(), found.end(),
                     [&](ordering f) { return at_least(f, weaker); }) &&
        is_wanted(weaker)) {
      found.push_back(weaker);
    }
  }
  return found;
}

void advise_if_impossible(report& r) {
  const std::vector<choice> current = combination_axes(r.what);
  std::vector<choice> relaxed = current;
  for (choice& c : relaxed) c.value = ordering::relaxed;
  if (!is_possible_with(r.what, relaxed, r.model)) {
    const bool others_matter =
        explore(all_relaxed(r.what), r.model).is_weak_possible(r.what);
    r.advice.push_back(
        others_matter ? "It stays impossible whatever the orderings that can "
                        "be chosen here."
        : r.explored.load_buffering.empty()
            ? "No ordering makes it possible, not even relaxed."
            : "No ordering makes it possible in the model; C++20 may still "
              "allow it: see load buffering, below.");
    return;
  }
  const std::vector<choice> enough =
      weakest_that_forbid(r.what, current, relaxed, r.model);
  const std::string weaker = flags(enough, current);
  if (!weaker.empty()) {
    r.advice.push_back("It stays impossible with " + weaker + ".");
  }
  // From there, each single step down.
  std::string steps;
  for (std::size_t i = 0; i < enough.size(); ++i) {
    std::vector<choice> weakened = enough;
    const auto makes_possible = [&](ordering order) {
      weakened[i].value = order;
      return is_possible_with(r.what, weakened, r.model);
    };
    for (const ordering order : strongest_below(enough[i], makes_possible)) {
      steps += steps.empty() ? "" : ", or with ";
      steps += "--" + enough[i].name + "=" + std::string(to_string(order));
      if (!r.weakened) {
        r.weakened = r.what;
        weakened[i].value = order;
        for (const choice& c : weakened) choose(*r.weakened, c.name, c.value);
      }
    }
  }
  r.advice.push_back((weaker.empty() ? "It becomes possible with "
                                     : "From there it becomes possible with ") +
                     steps + ".");
}

}  // namespace

bool report::is_weak_possible() const {
  return explored.is_weak_possible(what);
}

std::vector<const report_row*> report::forbidden_but_seen() const {
  std::vector<const report_row*> found;
  if (!explored.complete) return found;
  for (const report_row& row : rows) {
    if (!row.possible && row.seen > 0) found.push_back(&row);
  }
  return found;
}

std::string to_string(dialect model) {
  return model == dialect::rc11 ? "RC11" : "C++20";
}

report make_report(const program& p, dialect model,
                   std::chrono::milliseconds limit) {
  report r;
  r.what = p;
  r.model = model;
  r.explored = explore(p, model, limit);
  const exploration different = explore(p, other(model), limit);
  std::set<outcome> all = conceivable(p, limit);
  for (const auto& [values, reached] : r.explored.outcomes) all.insert(values);
  for (const outcome& values : all) {
    report_row row;
    row.values = values;
    row.weak = is_weak(p, values);
    if (const auto reached = r.explored.outcomes.find(values);
        reached != r.explored.outcomes.end()) {
      row.possible = true;
      row.executions = reached->second.executions;
      row.witness = reached->second.witness;
    }
    row.possible_in_other_dialect = different.outcomes.contains(values);
    r.rows.push_back(std::move(row));
  }
  std::stable_partition(r.rows.begin(), r.rows.end(),
                        [](const report_row& row) { return row.possible; });
  if (p.exists.empty()) return r;

  const std::string chosen = chosen_flags(p);
  r.answer = r.is_weak_possible()  ? "Yes"
             : r.explored.complete ? "No"
                                   : "Not found in the time given";
  r.answer += chosen.empty() ? "." : ", with " + chosen + ".";
  if (!r.explored.complete) return r;
  if (different.is_weak_possible(p) != r.is_weak_possible()) {
    r.advice.push_back(
        "RC11 allows it; the wording of C++20 does not. They differ where one "
        "location is accessed both with seq_cst and with less.");
  }
  constexpr double quick = 0.5;  // seconds: advice takes dozens of these
  if (!choices(p).empty() && r.explored.seconds < quick) {
    r.is_weak_possible() ? advise_if_possible(r) : advise_if_impossible(r);
  }
  return r;
}

void add_native(report& r, native_counts counts) {
  for (const auto& [values, seen] : counts.outcomes) {
    const auto row = std::find_if(
        r.rows.begin(), r.rows.end(),
        [&values = values](const report_row& x) { return x.values == values; });
    if (row != r.rows.end()) {
      row->seen = seen;
    } else {
      report_row unheard_of;
      unheard_of.values = values;
      unheard_of.weak = is_weak(r.what, values);
      unheard_of.seen = seen;
      r.rows.push_back(std::move(unheard_of));
    }
  }
  r.native = std::move(counts);
}

}  // namespace acqrel::model::litmus
