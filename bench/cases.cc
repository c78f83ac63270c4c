#include "acqrel/bench/cases.h"

#include <iterator>
#include <utility>
#include <vector>

#include "acqrel/bench/bench_case.h"

namespace acqrel::bench {

std::vector<bench_case> all_cases() {
  std::vector<bench_case> all;
  for (auto* family : {stack_cases, queue_cases, mpmc_queue_cases, mpmc_cases,
                       mpsc_cases, spsc_cases, waiting_cases, counter_cases}) {
    std::vector<bench_case> cases = family();
    std::move(cases.begin(), cases.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace acqrel::bench
