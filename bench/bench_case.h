// A benchmark: a contender, what it is made to do, and with what.
#ifndef ACQREL_BENCH_BENCH_CASE_H_
#define ACQREL_BENCH_BENCH_CASE_H_

#include <chrono>
#include <functional>
#include <string>

#include "acqrel/bench/workloads.h"

namespace acqrel::bench {

// What the figure of a case says.
enum class unit {
  million_per_second,         // operations; more is better
  nanoseconds_per_operation,  // less is better
  nanoseconds_round_trip,     // the median, with the 99th percentile and the
  nanoseconds_hand_over,      // 99.9th; as above
};
std::string to_string(unit u);
bool has_percentiles(unit u);

struct bench_case {
  std::string family;     // stack, queue, mpmc, mpsc, spsc, waiting, counter
  std::string workload;   // pair, throughput, bulk64, latency, paced..., add
  std::string contender;  // acqrel..., or a mutex and a container
  std::string element;    // u64, s64 (64 bytes), uptr (std::unique_ptr)
  std::string threads;    // producers x consumers, or one number
  int workers;
  bool has_mutex;
  bench::unit unit;
  std::function<sample(std::chrono::nanoseconds)> run;

  // family/workload/contender/element/threads
  std::string name() const;
  // The name without the contender: what is comparable has the same.
  std::string group() const;
  double figure(const sample& s) const;
};

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_BENCH_CASE_H_
