// Whether an execution graph obeys the memory model's rules for seq_cst.
//
// Everything else (coherence, atomicity, no cycle of program order and
// reads-from) holds by construction: reads and stores are only put where it
// does (graph::lower_bound, and exploration).
#ifndef ACQREL_MODEL_ENGINE_CONSISTENCY_H_
#define ACQREL_MODEL_ENGINE_CONSISTENCY_H_

#include "acqrel/model/check.h"
#include "acqrel/model/engine/graph.h"

namespace acqrel::model::internal {

// How many seq_cst operations, and fences of that kind, a graph may have.
inline constexpr int max_sequential = 64;

// RC11: psc is acyclic (Lahav et al., PLDI 2017). C++20: there is a total order
// S as in [atomics.order].
bool is_consistent(const graph&, dialect);

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_CONSISTENCY_H_
