#include "acqrel/model/gate/symmetric.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace acqrel::model::gate {
namespace {

bool is_asymmetric(const place& p) {
  return p.operation.starts_with("asymmetric_thread_fence");
}

// All asymmetric fences become seq_cst ones, but for `weaker`.
std::string fences(const gate& all, const place* weaker) {
  std::string overrides;
  for (const place& p : all.places()) {
    if (!is_asymmetric(p)) continue;
    overrides +=
        (overrides.empty() ? "" : ",") +
        all.override_for(p, false, &p == weaker ? "acq_rel" : "seq_cst");
  }
  return overrides;
}

}  // namespace

std::vector<symmetric_outcome> run_with_seq_cst_fences(
    const gate& all, int jobs, const std::set<std::string>& files) {
  std::set<const model_test*> tests;
  for (const place& p : all.places()) {
    if (!is_asymmetric(p)) continue;
    for (const model_test* t : all.tests_of(p, false)) tests.insert(t);
  }
  std::vector<std::vector<const model_test*>> shares(
      static_cast<std::size_t>(jobs));
  std::size_t next = 0;
  for (const model_test* t : tests) shares[next++ % shares.size()].push_back(t);
  in_parallel(jobs, shares.size(), [&](std::size_t i) {
    const outcome o = all.try_overrides(fences(all, nullptr), shares[i], "");
    if (o.is != verdict::killed) return;
    throw std::runtime_error(o.kills.front().test +
                             " fails with seq_cst fences in place of the "
                             "asymmetric ones: " +
                             o.kills.front().check.message);
  });

  std::vector<symmetric_outcome> found;
  std::vector<const mutant*> mutants;
  for (const place& p : all.places()) {
    if (!files.contains(p.file) || p.is_protect) continue;
    for (const mutant& m : p.mutants) {
      found.push_back(
          {&p, is_asymmetric(p) ? "seq_cst -> acq_rel" : step_of(m), {}});
      mutants.push_back(&m);
    }
  }
  in_parallel(jobs, found.size(), [&](std::size_t i) {
    const place& p = *found[i].where;
    const std::string overrides =
        is_asymmetric(p)
            ? fences(all, &p)
            : fences(all, nullptr) + "," + all.override_for(p, *mutants[i]);
    found[i].what = all.try_overrides(
        overrides, all.tests_of(p, mutants[i]->on_failure), "");
  });
  return found;
}

}  // namespace acqrel::model::gate
