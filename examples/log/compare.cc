#include "acqrel/examples/log/compare.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acqrel/examples/log/pipeline.h"
#include "acqrel/examples/log/summary.h"

namespace examples {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

double comparison::acqrel_median() const { return median(acqrel); }
double comparison::mutex_median() const { return median(mutex); }

comparison compare_queues(const pipeline_job& job, int rounds) {
  comparison result;
  std::optional<summary> first_totals;
  // Round 0 warms up: it brings the logs into memory.
  for (int round = 0; round <= rounds; ++round) {
    for (const bool second : {false, true}) {
      const bool mutex = second == (round % 2 == 0);
      result.last =
          run_pipeline(job, mutex ? queue_kind::mutex : queue_kind::acqrel);
      if (result.last.interrupted) return result;
      if (!first_totals) first_totals = result.last.totals;
      result.same_totals =
          result.same_totals && result.last.totals == *first_totals;
      if (round > 0) {
        (mutex ? result.mutex : result.acqrel)
            .push_back(result.last.time.count());
      }
    }
  }
  return result;
}

std::string text_report(const comparison& result) {
  const auto lines = static_cast<double>(result.last.totals.lines());
  std::string out;
  absl::StrAppendFormat(&out, "%-6s  %6s  %12s  %12s\n", "queue", "runs",
                        "median s", "lines/s");
  const auto append = [&](const char* name, std::size_t runs, double seconds) {
    absl::StrAppendFormat(&out, "%-6s  %6d  %12.6f  %12.0f\n", name, runs,
                          seconds, lines / seconds);
  };
  append("acqrel", result.acqrel.size(), result.acqrel_median());
  append("mutex", result.mutex.size(), result.mutex_median());
  absl::StrAppendFormat(&out, "mutex / acqrel, ratio of the medians: %.3f\n",
                        result.mutex_median() / result.acqrel_median());
  constexpr double short_run = 0.1;
  if (result.acqrel_median() < short_run) {
    absl::StrAppend(
        &out,
        "(The runs are so short that the ratio says more about "
        "starting threads than about queues: give it more logs.)\n");
  }
  return out;
}

std::string tsv_report(const comparison& result) {
  return absl::StrFormat(
      "seconds\tacqrel\t%.6f\nseconds\tmutex\t%.6f\nratio\t%.4f\n",
      result.acqrel_median(), result.mutex_median(),
      result.mutex_median() / result.acqrel_median());
}

}  // namespace examples
