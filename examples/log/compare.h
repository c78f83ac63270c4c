// Runs the pipeline with both kinds of queue and compares the times.

#ifndef ACQREL_EXAMPLES_LOG_COMPARE_H_
#define ACQREL_EXAMPLES_LOG_COMPARE_H_

#include <string>
#include <vector>

#include "acqrel/examples/log/pipeline.h"

namespace examples {

struct comparison {
  std::vector<double> acqrel;  // seconds, one a round
  std::vector<double> mutex;
  pipeline_result last;
  bool same_totals = true;  // every run found the same

  double acqrel_median() const;
  double mutex_median() const;
};

// One run of each kind that does not count, then as many rounds as are asked
// for. The kinds take turns, and turns in going first. Stops when interrupted.
comparison compare_queues(const pipeline_job& job, int rounds);

std::string text_report(const comparison& result);
std::string tsv_report(const comparison& result);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_COMPARE_H_
