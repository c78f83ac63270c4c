// An execution as a table for a terminal or a log.
#ifndef ACQREL_MODEL_TRACE_H_
#define ACQREL_MODEL_TRACE_H_

#include <string>

#include "acqrel/model/execution.h"

namespace acqrel::model {

// What went wrong, then a line for each step that plays a part, in an order
// that respects what depends on what; ">>" marks the steps that do not go
// together. Last the string that replays it.
std::string to_text(const execution&);

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_TRACE_H_
