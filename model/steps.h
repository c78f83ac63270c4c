// What trace.h and draw.h have in common: a step in words, and which steps a
// reader must see.
#ifndef ACQREL_MODEL_STEPS_H_
#define ACQREL_MODEL_STEPS_H_

#include <string>
#include <vector>

#include "acqrel/model/execution.h"

namespace acqrel::model::internal {

// "x.load() = 1", "CAS head_: null to &B", "fence".
std::string in_words(const step&);

// Whether each step plays a part: synchronization and accesses of what more
// than one thread touches, and everything about what went wrong. In a short
// execution all do.
std::vector<bool> relevant_steps(const execution&);

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_STEPS_H_
