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

std::vector<std::string> advice_if_possible(const program& p, dialect model) {
  const std::vector<choice> current = combination_axes(p);
  std::vector<choice> strongest = current;
  for (choice& c : strongest) {
    for (const ordering value : c.values) {
      if (at_least(value, c.value)) c.value = value;
    }
  }
  if (is_possible_with(p, strongest, model)) {
    return {"No ordering that can be chosen here forbids it."};
  }
  return {"It becomes impossible with " +
          flags(weakest_that_forbid(p, strongest, current, model), current) +
          "."};
}

std::vector<std::string> advice_if_impossible(const program& p,
                                              const exploration& explored,
                                              dialect model) {
  const std::vector<choice> current = combination_axes(p);
  std::vector<choice> relaxed = current;
  for (choice& c : relaxed) c.value = ordering::relaxed;
  if (!is_possible_with(p, relaxed, model)) {
    if (!explored.load_buffering.empty()) {
      return {
          "The model forbids it whatever the orderings. C++20 does not: "
          "see load buffering, below."};
    }
    return {explore(all_relaxed(p), model).is_weak_possible(p)
                ? "It stays impossible whatever the orderings that can be "
                  "chosen here."
                : "No ordering makes it possible, not even relaxed."};
  }
  std::vector<std::string> advice;
  const std::vector<choice> enough =
      weakest_that_forbid(p, current, relaxed, model);
  if (const std::string weaker = flags(enough, current); !weaker.empty()) {
    advice.push_back("It stays impossible with " + weaker + ".");
  }
  // From there, each single step down.
  std::string steps;
  for (std::size_t i = 0; i < enough.size(); ++i) {
    std::vector<ordering> found;  // none at least another
    std::vector<ordering> values = weakest_first(enough[i].values);
    std::reverse(values.begin(), values.end());
    for (const ordering weaker : values) {
      if (weaker == enough[i].value || !at_least(enough[i].value, weaker) ||
          std::any_of(found.begin(), found.end(),
                      [weaker](ordering f) { return at_least(f, weaker); })) {
        continue;
      }
      std::vector<choice> weakened = enough;
      weakened[i].value = weaker;
      if (!is_possible_with(p, weakened, model)) continue;
      found.push_back(weaker);
      steps += steps.empty() ? "" : ", or with ";
      steps += "--" + enough[i].name + "=" + std::string(to_string(weaker));
    }
  }
  advice.push_back((advice.empty() ? "It becomes possible with "
                                   : "From there it becomes possible with ") +
                   steps + ".");
  return advice;
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
    for (std::string& sentence :
         r.is_weak_possible() ? advice_if_possible(p, model)
                              : advice_if_impossible(p, r.explored, model)) {
      r.advice.push_back(std::move(sentence));
    }
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
