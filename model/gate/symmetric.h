// The same orderings where the asymmetric fences are none: without membarrier
// both are seq_cst fences. Then some other orderings may be more than is needed,
// since a seq_cst fence also acquires and releases.
#ifndef ACQREL_MODEL_GATE_SYMMETRIC_H_
#define ACQREL_MODEL_GATE_SYMMETRIC_H_

#include <set>
#include <string>
#include <vector>

#include "acqrel/model/gate/gate.h"

namespace acqrel::model::gate {

struct symmetric_outcome {
  const place* where = nullptr;
  std::string step;  // of a fence: "seq_cst -> acq_rel"
  outcome what;
};

// For each mutant of the files. Throws std::runtime_error if a test fails with
// seq_cst fences and no mutant.
std::vector<symmetric_outcome> run_with_seq_cst_fences(
    const gate& all, int jobs, const std::set<std::string>& files);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_SYMMETRIC_H_
