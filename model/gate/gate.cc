#include "acqrel/model/gate/gate.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

namespace acqrel::model::gate {
namespace {

// Where hazard_pointer::protect() reads the source again.
constexpr char protect_file[] = "reclaim/hazard_pointer.h";

// Reads a location, and names no ordering.
constexpr char unordered[] = "wait_on_address";

constexpr char misuse[] = "misuse of the checker";

// The error was reached through a call in the function of `p`.
bool came_from(const check_record& check, const place& p) {
  return std::any_of(check.weakened.begin(), check.weakened.end(),
                     [&](const weakened_step& w) {
                       return w.next_file == p.file &&
                              w.next_line >= p.function_first &&
                              w.next_line <= p.function_last;
                     });
}

// Under the dialect of the kill, which need not be the test's own.
bool fails_anyway(const kill& k) {
  const test_run r = run_test(k.program, k.test,
                              {.dialect = k.dialect, .only = k.check.ordinal});
  return std::any_of(r.checks.begin(), r.checks.end(),
                     [](const check_record& c) { return !c.error.empty(); });
}

}  // namespace

gate::gate(settings with) : with_(std::move(with)) {
  for (const source_file& s : with_.sources) {
    for (place& p : find_places(s.path, s.text)) {
      places_.push_back(std::move(p));
    }
  }
}

void gate::run_tests() {
  for (const std::string& program : with_.programs) {
    for (const std::string& name : list_tests(program)) {
      tests_.push_back({.program = program, .name = name});
    }
  }
  std::mutex guards_progress;
  std::size_t done = 0;
  in_parallel(with_.jobs, tests_.size(), [&](std::size_t i) {
    model_test& t = tests_[i];
    test_run r = run_test(t.program, t.name, {.stop_at_error = false});
    t.covered = std::move(r.covered);
    t.checks = std::move(r.checks);
    if (!r.passed) t.failure = r.output;
    const std::lock_guard lock(guards_progress);
    with_.progress("tests", ++done, tests_.size());
  });
  for (const model_test& t : tests_) {
    if (!t.failure.empty()) {
      findings_.push_back(t.name +
                          " fails as the source stands, and says nothing of "
                          "a mutant:\n" +
                          t.failure);
    } else if (!t.expects_errors()) {
      for (const auto& [where, what] : t.covered) covered_[where].add(what);
    }
  }
  check_coverage();
  check_histories();
}

site gate::site_of(const place& p) const {
  if (!p.is_protect) return {p.file, p.line, p.operation};
  for (const auto& [where, what] : covered_) {
    if (where.file == protect_file && where.operation == "load" &&
        what.order == "acquire") {
      return where;
    }
  }
  return {protect_file, 0, "load"};
}

const coverage* gate::covered(const place& p) const {
  const auto it = covered_.find(site_of(p));
  return it == covered_.end() ? nullptr : &it->second;
}

void gate::check_coverage() {
  std::set<site> known;
  std::set<std::string> files;
  for (const source_file& s : with_.sources) files.insert(s.path);
  const place* before = nullptr;
  for (const place& p : places_) {
    known.insert(site_of(p));
    if (before != nullptr && !p.is_protect && !before->is_protect &&
        site_of(*before) == site_of(p) &&
        !(before->mutants.empty() && p.mutants.empty())) {
      findings_.push_back(p.position() + ": another " + p.operation +
                          " stands in the same line, and the gate cannot tell "
                          "them apart: give each a line of its own");
    }
    before = &p;
    const coverage* const c = covered(p);
    if (c == nullptr) {
      findings_.push_back(p.position() + ": no model test executes this " +
                          p.operation + " (" + p.name() + ")");
      continue;
    }
    if (p.orderings.size() > 1 && c->failed == 0) {
      alarms_.push_back(p.position() + ": " + p.name() +
                        ": this compare_exchange never fails");
    }
    if (p.orderings.size() > 1 && c->succeeded == 0) {
      alarms_.push_back(p.position() + ": " + p.name() +
                        ": this compare_exchange never succeeds");
    }
    if (p.operation == "load" && !p.mutants.empty() && c->stale == 0) {
      alarms_.push_back(p.position() + ": " + p.name() +
                        ": this load never reads an old value");
    }
  }
  for (const auto& [where, what] : covered_) {
    if (files.contains(where.file) && !known.contains(where) &&
        where.operation != unordered) {
      findings_.push_back(
          where.file + ":" + std::to_string(where.line) + ": this " +
          where.operation +
          " is executed, and the source seems to have none in this line: "
          "write the operation and its orderings where they can be found");
    }
  }
}

// A client that shows a single history, and no other outcome, decides nothing.
void gate::check_histories() {
  for (const model_test& t : tests_) {
    std::size_t with_histories = 0;
    std::vector<std::string> vacuous;
    for (const check_record& c : t.checks) {
      if (c.histories == 0) continue;
      ++with_histories;
      if (c.histories < 2 && c.outcomes < 2) vacuous.push_back(c.name);
    }
    if (vacuous.empty()) continue;
    alarms_.push_back(t.name + ": " + std::to_string(vacuous.size()) + " of " +
                      std::to_string(with_histories) +
                      " clients show a single history, as \"" +
                      vacuous.front() + "\"");
    if (vacuous.size() == with_histories) {
      findings_.push_back(t.name +
                          ": each of its clients shows a single history");
    }
  }
}

std::string gate::override_for(const place& p, bool on_failure,
                               const std::string& order) const {
  const auto it = covered_.find(site_of(p));
  if (it == covered_.end()) return "";
  return it->first.file + ":" + std::to_string(it->first.line) + ":" +
         std::to_string(it->second.column) + (on_failure ? ":failure" : "") +
         "=" + order;
}

std::string gate::override_for(const place& p, const mutant& m) const {
  return override_for(p, m.on_failure, m.to);
}

std::vector<const model_test*> gate::tests_of(const place& p,
                                              bool on_failure) const {
  const site where = site_of(p);
  std::vector<const model_test*> found;
  for (const model_test& t : tests_) {
    if (!t.failure.empty() || t.expects_errors()) continue;
    const auto it = t.covered.find(where);
    if (it == t.covered.end()) continue;
    const bool is_exchange = !it->second.failure.empty();
    if (on_failure && it->second.failed == 0) continue;
    if (!on_failure && is_exchange && it->second.succeeded == 0) continue;
    // Of a call of protect(), those that come through this file.
    if (p.is_protect &&
        std::none_of(t.covered.begin(), t.covered.end(),
                     [&](const auto& c) { return c.first.file == p.file; })) {
      continue;
    }
    found.push_back(&t);
  }
  std::sort(found.begin(), found.end(),
            [](const model_test* a, const model_test* b) {
              return std::pair(a->executions(), a->name) <
                     std::pair(b->executions(), b->name);
            });
  return found;
}

outcome gate::try_overrides(const std::string& overrides,
                            const std::vector<const model_test*>& tests,
                            const std::string& dialect,
                            const place* called_from) const {
  outcome out;
  const auto doubt = [&out](const std::string& why) {
    if (out.why.empty()) out.why = why;
  };
  bool any_complete = false;
  for (const model_test* const t : tests) {
    // Once it is killed, cheap tests may still show it in fewer steps.
    if (!out.kills.empty() && t->executions() > cheap_executions) break;
    run_settings how;
    how.overrides = overrides;
    how.dialect = dialect;
    how.stop_at_error = called_from == nullptr;
    // A weaker ordering allows more executions, but not that many.
    how.max_executions = std::max<std::uint64_t>(1000000, 20 * t->executions());
    const test_run r = run_test(t->program, t->name, how);
    ++out.tests;
    for (std::size_t i = 0; i < r.checks.size(); ++i) {
      const check_record& c = r.checks[i];
      if (c.error.empty()) {
        out.executions += c.executions;
        any_complete |= c.complete;
        // Samples are bounded as the source stands, too.
        if (!c.complete &&
            (i >= t->checks.size() || t->checks[i].bound != c.bound)) {
          doubt(t->name + " was bounded by " + c.bound);
        }
      } else if (c.error == misuse) {
        doubt(t->name + " misuses the checker then: " + c.message);
      } else if (called_from == nullptr || came_from(c, *called_from)) {
        if (out.kills.empty() || c.steps < out.kills.front().check.steps) {
          out.kills.assign(1, {t->program, t->name, dialect, c});
        }
      } else {
        doubt("in " + t->name + " another call of protect() fails first");
      }
    }
    const bool no_error =
        std::all_of(r.checks.begin(), r.checks.end(),
                    [](const check_record& c) { return c.error.empty(); });
    if (!r.passed && !r.crashed && no_error) {
      doubt(t->name + " fails then, though none of its checks does");
    }
    if (r.crashed) doubt(t->name + " crashed");
  }
  if (tests.empty()) doubt("no test executes it");
  if (!tests.empty() && !any_complete) {
    doubt("no test of it is explored completely, as the source stands");
  }
  out.is = !out.kills.empty() ? verdict::killed
           : out.why.empty()  ? verdict::survived
                              : verdict::undecided;
  if (out.is == verdict::killed) out.why.clear();
  return out;
}

outcome gate::try_mutant(const place& p, const mutant& m) const {
  const std::string overrides = override_for(p, m);
  const std::vector<const model_test*> tests = tests_of(p, m.on_failure);
  const place* const called_from = p.is_protect ? &p : nullptr;
  // Weakened, a seq_cst access is mixed with others of its location, and there
  // the two dialects differ: both must say no.
  const bool both = m.from == "seq_cst" && !p.is_fence();
  outcome out;
  for (const char* const dialect : {"rc11", "cxx20"}) {
    outcome one =
        try_overrides(overrides, tests, both ? dialect : "", called_from);
    if (both && one.is == verdict::killed && fails_anyway(one.kills.front())) {
      one.is = verdict::undecided;
      one.why = one.kills.front().test + " fails as the source stands, too";
      one.kills.clear();
    }
    one.tests += out.tests;
    one.executions += out.executions;
    for (kill& k : out.kills) one.kills.push_back(std::move(k));
    out = std::move(one);
    if (!both) break;
    if (out.is != verdict::killed) {
      const std::string others = dialect == std::string("rc11")
                                     ? ""
                                     : ", though it is killed under RC11";
      out.why = "not killed under " + std::string(dialect) + others +
                (out.why.empty() ? "" : ": " + out.why);
      break;
    }
  }
  out.where = &p;
  out.what = &m;
  return out;
}

void gate::run_mutants() {
  std::vector<std::pair<const place*, const mutant*>> all;
  for (const place& p : places_) {
    if (covered(p) == nullptr) continue;  // a finding already
    for (const mutant& m : p.mutants) all.emplace_back(&p, &m);
  }
  outcomes_.resize(all.size());
  std::mutex guards_progress;
  std::size_t done = 0;
  in_parallel(with_.jobs, all.size(), [&](std::size_t i) {
    outcomes_[i] = try_mutant(*all[i].first, *all[i].second);
    const std::lock_guard lock(guards_progress);
    with_.progress("mutants", ++done, all.size());
  });
  judge();
}

void gate::judge() {
  std::set<const waiver*> used;
  for (outcome& o : outcomes_) {
    for (const waiver& w : with_.waivers) {
      if (w.key != o.key()) continue;
      used.insert(&w);
      o.waived = &w;
    }
    const std::string at =
        o.where->position() + ": " + o.where->name() + " " + step_of(*o.what);
    if (o.is == verdict::killed) {
      if (o.waived != nullptr) {
        findings_.push_back(o.waived->where + ": this waiver is not needed: " +
                            o.kills.front().test + " kills the mutant");
        o.waived = nullptr;
      }
    } else if (o.waived == nullptr) {
      findings_.push_back(
          at + (o.is == verdict::survived ? " survives" : " is undecided") +
          (o.why.empty() ? "" : ": " + o.why) +
          ". Weaken the source, or find the client that needs the ordering");
    }
  }
  for (const waiver& w : with_.waivers) {
    if (!used.contains(&w)) {
      findings_.push_back(w.where + ": there is no such mutant: " + w.key);
    }
  }
}

void gate::run_survivors_together() {
  std::map<std::string, std::string> orders;  // by what comes before them
  std::set<const model_test*> tests;
  int survivors = 0;
  for (const outcome& o : outcomes_) {
    if (o.is != verdict::survived || o.where->is_protect) continue;
    if (!o.kills.empty()) continue;  // under the one dialect it does not
    ++survivors;
    const std::string key = override_for(*o.where, o.what->on_failure, "");
    const auto [at, is_new] = orders.emplace(key, o.what->to);
    // Both halves of acq_rel.
    if (!is_new) at->second = o.where->is_fence() ? "none" : "relaxed";
    for (const model_test* t : tests_of(*o.where, o.what->on_failure)) {
      tests.insert(t);
    }
  }
  if (survivors < 2) return;
  std::string overrides;
  for (const auto& [key, order] : orders) {
    overrides += (overrides.empty() ? "" : ",") + key + order;
  }
  const outcome together =
      try_overrides(overrides, {tests.begin(), tests.end()}, "");
  if (together.is == verdict::killed) {
    findings_.push_back(
        "the orderings that survive one by one do not all at once: " +
        together.kills.front().test +
        " fails without all of them. Some are of class W2: take one away, and "
        "see which are needed then");
  }
}

}  // namespace acqrel::model::gate
