// What the repetitions say: statistics, the table, and Google Benchmark's JSON.
#ifndef ACQREL_BENCH_REPORT_H_
#define ACQREL_BENCH_REPORT_H_

#include <ostream>
#include <string>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/placement.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {

struct repetition {
  sample measured;
  double cpu_seconds;    // of all threads
  double before, after;  // round trips of the probes, in nanoseconds
  placement where;
};

// A case and the repetitions of it that count.
struct outcome {
  bench_case which;
  std::vector<repetition> repetitions;
};

// Of a list that is not empty. Of an even number, the mean of the middle two.
double median(std::vector<double> values);

// The outcomes of one group as a Markdown table, which is aligned as text too.
// "vs mutex" is how many times better than the best mutex of the group.
std::string table(const std::vector<outcome>& group);

// The processor, the compiler, where threads are pinned, and the load.
std::string describe_machine();

// As Google Benchmark writes it: every repetition, and a median for each case.
void write_json(const std::vector<outcome>& outcomes, std::ostream& out);

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_REPORT_H_
