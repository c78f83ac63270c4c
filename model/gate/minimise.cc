#include "acqrel/model/gate/minimise.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace acqrel::model::gate {
namespace {

// From the weakest to the strongest.
std::vector<std::string> candidates(const place& p, bool on_failure) {
  if (p.is_fence()) {
    if (p.orderings[0] == "light") return {"none", "light"};
    if (p.orderings[0] == "heavy") return {"none", "light", "heavy"};
    return {"none", "acquire", "release", "acq_rel", "seq_cst"};
  }
  const bool reads = p.operation == "load" || p.operation == "wait" ||
                     p.operation == "await" || on_failure;
  if (reads) return {"relaxed", "acquire", "seq_cst"};
  if (p.operation == "store") return {"relaxed", "release", "seq_cst"};
  return {"relaxed", "acquire", "release", "acq_rel", "seq_cst"};
}

class search {
 public:
  search(const gate& all, int jobs) : all_(all), jobs_(jobs) {
    for (const place& p : all.places()) {
      if (p.is_protect || all.covered(p) == nullptr) continue;
      for (std::size_t half = 0; half < p.orderings.size(); ++half) {
        minimised m;
        m.where = &p;
        m.on_failure = half == 1;
        m.ours = p.orderings[half];
        m.found = candidates(p, m.on_failure).back();
        found_.push_back(std::move(m));
      }
    }
  }

  minimisation run(const std::function<void(const minimised&)>& progress) {
    minimisation result;
    const outcome start = try_all(everything());
    if (start.is == verdict::killed) {
      result.wrong_anyway = start.kills.front().test;
      return result;
    }
    for (minimised& m : found_) {
      for (const std::string& order : candidates(*m.where, m.on_failure)) {
        const std::string before = std::exchange(m.found, order);
        if (order == before) break;  // nothing weaker will do
        const outcome o = try_all(all_.tests_of(*m.where, m.on_failure));
        if (o.is != verdict::killed) break;
        m.stopped_by = o.kills.front().test;
        m.found = before;
      }
      progress(m);
    }
    const outcome end = try_all(everything());
    if (end.is == verdict::killed) {
      result.doubt = end.kills.front().test + " fails in the end";
    } else {
      result.doubt = end.why;
    }
    result.orderings = found_;
    return result;
  }

 private:
  // The tests that execute any of it.
  std::vector<const model_test*> everything() const {
    std::set<const model_test*> any;
    for (const minimised& m : found_) {
      for (const model_test* t : all_.tests_of(*m.where, false)) any.insert(t);
    }
    std::vector<const model_test*> tests(any.begin(), any.end());
    std::sort(tests.begin(), tests.end(),
              [](const model_test* a, const model_test* b) {
                return std::pair(a->executions(), a->name) <
                       std::pair(b->executions(), b->name);
              });
    return tests;
  }

  // With the orderings found so far. What fails mostly does in a cheap test;
  // the dear ones are shared out.
  outcome try_all(const std::vector<const model_test*>& tests) const {
    std::string overrides;
    for (const minimised& m : found_) {
      if (m.found == m.ours) continue;
      overrides += (overrides.empty() ? "" : ",") +
                   all_.override_for(*m.where, m.on_failure, m.found);
    }
    std::vector<std::vector<const model_test*>> shares(
        static_cast<std::size_t>(jobs_));
    std::vector<const model_test*> cheap;
    std::size_t next = 0;
    for (const model_test* t : tests) {
      (t->executions() <= cheap_executions ? cheap
                                           : shares[next++ % shares.size()])
          .push_back(t);
    }
    outcome all = all_.try_overrides(overrides, cheap, "");
    if (all.is == verdict::killed) return all;
    std::vector<outcome> parts(shares.size());
    in_parallel(jobs_, shares.size(), [&](std::size_t i) {
      parts[i] = all_.try_overrides(overrides, shares[i], "");
    });
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (parts[i].is == verdict::killed) return parts[i];
      if (!shares[i].empty() && all.why.empty()) all.why = parts[i].why;
    }
    return all;
  }

  const gate& all_;
  const int jobs_;
  std::vector<minimised> found_;
};

}  // namespace

minimisation minimise(const gate& all, int jobs,
                      const std::function<void(const minimised&)>& progress) {
  return search(all, jobs).run(progress);
}

}  // namespace acqrel::model::gate
