// All cases for Google Benchmark's own runner and flags:
//
//   ./bazelw run -c opt //bench:benchmarks -- --benchmark_filter=spsc/.*u64
//
// The time is that of one operation. To compare contenders use //bench:compare,
// which lets them take turns and watches where the threads run.

#include <benchmark/benchmark.h>

#include <chrono>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {
namespace {

void register_all() {
  for (const bench_case& c : all_cases()) {
    benchmark::RegisterBenchmark(
        c.name().c_str(),
        [c](benchmark::State& state) {
          for (auto _ : state) {
            const sample s = c.run(std::chrono::milliseconds(20));
            const double seconds =
                std::chrono::duration<double>(s.times.elapsed).count();
            const double operations = static_cast<double>(s.operations);
            state.SetIterationTime(seconds / operations);
            state.counters["items_per_second"] = operations / seconds;
            if (has_percentiles(c.unit)) {
              state.counters["p50_ns"] = s.p50;
              state.counters["p99_ns"] = s.p99;
              state.counters["p999_ns"] = s.p999;
            }
          }
        })
        ->UseManualTime()
        ->Iterations(1);
  }
}

}  // namespace
}  // namespace acqrel::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  acqrel::bench::register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
