// Executions written by hand, as the checker would describe them, for the tests
// of what shows them.
#ifndef ACQREL_TESTS_MODEL_SAMPLE_EXECUTIONS_H_
#define ACQREL_TESTS_MODEL_SAMPLE_EXECUTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/execution.h"

namespace acqrel::testing {

// Message passing whose flag is relaxed: the reader sees the flag and not the
// data.
model::execution stale_message();

// Both threads of store buffering read 0.
model::execution store_buffering();

// Two readers that disagree on the order of two independent writes.
model::execution independent_reads();

// Message passing that works.
model::execution message_passing();

// A data race on an element, which a weakened ordering lets happen.
model::execution data_race();

// A consumer that sleeps, and a producer that saw nobody to wake.
model::execution deadlock();

// A hazard pointer whose fences are too weak: one thread frees the node that
// the other is about to read.
model::execution hazard_pointer();

// About `steps` steps in three threads.
model::execution long_run(int steps);

// Each with a name for a file.
std::vector<std::pair<std::string, model::execution>> sample_executions();

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_SAMPLE_EXECUTIONS_H_
