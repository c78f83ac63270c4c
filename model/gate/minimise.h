// Finds orderings by itself: starts with seq_cst at every operation, and weakens
// one after the other as far as the model tests allow. After P. Ou and B.
// Demsky, "AutoMO: Automatic Inference of Memory Order Parameters for C/C++11",
// OOPSLA 2015; greedy, which is enough: a weaker assignment allows whatever the
// stronger one does, so what was refused once is refused for good.
//
// The result is locally minimal, for these tests, and depends on the order:
// the first of two that back each other up goes. Asymmetric fences begin as the
// source has them: a pair of seq_cst fences would do, too, at another price.
#ifndef ACQREL_MODEL_GATE_MINIMISE_H_
#define ACQREL_MODEL_GATE_MINIMISE_H_

#include <functional>
#include <string>
#include <vector>

#include "acqrel/model/gate/gate.h"

namespace acqrel::model::gate {

struct minimised {
  const place* where = nullptr;
  bool on_failure = false;
  std::string ours;
  std::string found;
  std::string stopped_by;  // the test that fails with anything weaker
};

struct minimisation {
  std::vector<minimised> orderings;
  // The tests that fail with seq_cst everywhere: then it is no question of
  // orderings, and there is no result.
  std::string wrong_anyway;
  // What the result's own last run was bounded by, if by anything.
  std::string doubt;
};

// `all` has run its tests. `progress` is told of each ordering that is found.
minimisation minimise(const gate& all, int jobs,
                      const std::function<void(const minimised&)>& progress);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_MINIMISE_H_
