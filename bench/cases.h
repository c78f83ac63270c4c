// Every benchmark, by family.
#ifndef ACQREL_BENCH_CASES_H_
#define ACQREL_BENCH_CASES_H_

#include <vector>

#include "acqrel/bench/bench_case.h"

namespace acqrel::bench {

// The cases of a group follow one another.
std::vector<bench_case> stack_cases();
std::vector<bench_case> queue_cases();
std::vector<bench_case> mpmc_queue_cases();
std::vector<bench_case> mpmc_cases();
std::vector<bench_case> mpsc_cases();
std::vector<bench_case> spsc_cases();
std::vector<bench_case> waiting_cases();
std::vector<bench_case> counter_cases();
std::vector<bench_case> all_cases();

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_CASES_H_
