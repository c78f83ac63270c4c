#include "acqrel/bench/report.h"

#include <benchmark/benchmark.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include "acqrel/bench/workers.h"

namespace acqrel::bench {
namespace {

bool less_is_better(unit u) { return u != unit::million_per_second; }

std::vector<double> figures(const outcome& o) {
  std::vector<double> values;
  for (const repetition& r : o.repetitions) {
    values.push_back(o.which.figure(r.measured));
  }
  return values;
}

// Three or four digits: more would be noise.
std::string number(double value) {
  char text[32];
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string range(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return number(*least) + " - " + number(*most);
}

double median_of(const outcome& o, double sample::*value) {
  std::vector<double> values;
  for (const repetition& r : o.repetitions) values.push_back(r.measured.*value);
  return median(values);
}

// Per operation.
std::string sleeps(const outcome& o) {
  std::vector<double> values;
  for (const repetition& r : o.repetitions) {
    values.push_back(static_cast<double>(r.measured.times.sleeps) /
                     static_cast<double>(r.measured.operations));
  }
  return number(median(values));
}

// How much of the time others had the processors.
std::string off_core(const outcome& o) {
  std::vector<double> shares;
  for (const repetition& r : o.repetitions) {
    shares.push_back(r.measured.times.off_core);
  }
  const double share = median(shares);
  return share < 0 ? "?" : std::to_string(std::lround(share * 100)) + " %";
}

// "near, 302 ns", or how often each: "near 7, far 2, 310 ns".
std::string placements(const outcome& o) {
  std::map<placement, int> times;
  std::vector<double> round_trips;
  for (const repetition& r : o.repetitions) {
    ++times[r.where];
    round_trips.insert(round_trips.end(), {r.before, r.after});
  }
  if (times.contains(placement::none)) return to_string(placement::none);
  std::string text;
  for (const auto& [where, count] : times) {
    text += to_string(where);
    if (times.size() > 1) text += " " + std::to_string(count);
    text += ", ";
  }
  return text + number(median(round_trips)) + " ns";
}

using row = std::vector<std::string>;

std::string aligned(const std::vector<row>& rows) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const row& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], cells[i].size());
    }
  }
  std::string text;
  const auto line = [&](const row& cells, char fill) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text +=
          "| " + cells[i] + std::string(widths[i] - cells[i].size() + 1, fill);
    }
    text += "|\n";
  };
  line(rows[0], ' ');
  row rule;
  for (std::size_t width : widths) rule.push_back(std::string(width, '-'));
  line(rule, ' ');
  std::for_each(rows.begin() + 1, rows.end(),
                [&](const row& cells) { line(cells, ' '); });
  return text;
}

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  return (values[half - 1] + values[half]) / 2;
}

std::string table(const std::vector<outcome>& group) {
  const unit measured_in = group[0].which.unit;
  const bool has_tail = has_percentiles(measured_in);

  double best_mutex = 0;  // 0: none
  for (const outcome& o : group) {
    if (!o.which.has_mutex || o.repetitions.empty()) continue;
    const double value = median(figures(o));
    if (best_mutex == 0 || (less_is_better(measured_in) ? value < best_mutex
                                                        : value > best_mutex)) {
      best_mutex = value;
    }
  }

  std::vector<row> rows;
  rows.push_back({"contender", has_tail ? "p50" : "median", "min - max"});
  if (has_tail) rows[0].insert(rows[0].end(), {"p99", "p99.9"});
  rows[0].insert(rows[0].end(),
                 {"n", "vs mutex", "sleeps", "off-core", "placement"});
  for (const outcome& o : group) {
    row cells{o.which.contender};
    if (o.repetitions.empty()) {
      cells.resize(rows[0].size(), "-");
      rows.push_back(cells);
      continue;
    }
    const std::vector<double> values = figures(o);
    const double middle = median(values);
    cells.insert(cells.end(), {number(middle), range(values)});
    if (has_tail) {
      cells.push_back(number(median_of(o, &sample::p99)));
      cells.push_back(number(median_of(o, &sample::p999)));
    }
    cells.push_back(std::to_string(values.size()));
    const double ratio =
        less_is_better(measured_in) ? best_mutex / middle : middle / best_mutex;
    cells.push_back(best_mutex == 0 ? "-" : number(ratio) + "x");
    cells.insert(cells.end(), {sleeps(o), off_core(o), placements(o)});
    rows.push_back(cells);
  }
  return group[0].which.group() + ": " + to_string(measured_in) + "\n\n" +
         aligned(rows);
}

std::string describe_machine() {
  std::string model = "unknown", family = "?", number = "?";
  bool is_virtual = false;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line) && !line.empty();) {
    const std::size_t colon = line.find(':');
    const std::string value =
        colon + 2 <= line.size() ? line.substr(colon + 2) : "";
    if (line.starts_with("model name")) {
      model = value;
    } else if (line.starts_with("cpu family")) {
      family = value;
    } else if (line.starts_with("model\t")) {
      number = value;
    } else if (line.starts_with("flags")) {
      is_virtual = value.find(" hypervisor") != std::string::npos;
    }
  }
  std::string text = "processor  " + model + " (family " + family + ", model " +
                     number + ")" + (is_virtual ? ", virtual" : "");

  text += "\nthreads    pinned in turn to processors";
  for (int cpu : allowed_cpus()) text += " " + std::to_string(cpu);

  utsname kernel{};
  if (uname(&kernel) == 0) {
    text += "\nkernel     " + std::string(kernel.sysname) + " " +
            kernel.release + " " + kernel.machine;
  }
#if defined(__clang__)
  text += "\ncompiler   Clang " __clang_version__;
#else
  text += "\ncompiler   GCC " __VERSION__;
#endif
#if !defined(__OPTIMIZE__) || !defined(NDEBUG)
  text += "\nATTENTION  not an optimised build: use -c opt";
#endif
  double load[1];
  if (getloadavg(load, 1) == 1) {
    char value[16];
    std::snprintf(value, sizeof value, "%.2f", load[0]);
    text += "\nload       " + std::string(value) + " before the start";
  }
  return text + "\n";
}

void write_json(const std::vector<outcome>& outcomes, std::ostream& out) {
  using run = benchmark::BenchmarkReporter::Run;

  benchmark::JSONReporter reporter;
  reporter.SetOutputStream(&out);
  reporter.SetErrorStream(&out);
  reporter.ReportContext(benchmark::BenchmarkReporter::Context());

  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const outcome& o = outcomes[i];
    if (o.repetitions.empty()) continue;
    std::vector<run> runs;
    std::vector<double> real_times, cpu_times;
    for (const repetition& r : o.repetitions) {
      const double seconds =
          std::chrono::duration<double>(r.measured.times.elapsed).count();
      const double operations = static_cast<double>(r.measured.operations);
      run one;
      one.run_name.function_name = o.which.name();
      one.family_index = static_cast<std::int64_t>(i);
      one.per_family_instance_index = 0;
      one.threads = o.which.workers;
      one.repetitions = static_cast<std::int64_t>(o.repetitions.size());
      one.repetition_index = static_cast<std::int64_t>(runs.size());
      one.iterations =
          static_cast<benchmark::IterationCount>(r.measured.operations);
      one.time_unit = benchmark::kNanosecond;
      one.real_accumulated_time = seconds;
      one.cpu_accumulated_time = r.cpu_seconds;
      one.report_label = to_string(r.where);
      one.counters["items_per_second"] = operations / seconds;
      one.counters["round_trip_before_ns"] = r.before;
      one.counters["round_trip_after_ns"] = r.after;
      one.counters["off_core"] = r.measured.times.off_core;
      one.counters["sleeps_per_item"] =
          static_cast<double>(r.measured.times.sleeps) / operations;
      if (has_percentiles(o.which.unit)) {
        one.counters["p50_ns"] = r.measured.p50;
        one.counters["p99_ns"] = r.measured.p99;
        one.counters["p999_ns"] = r.measured.p999;
      }
      real_times.push_back(seconds / operations);
      cpu_times.push_back(r.cpu_seconds / operations);
      runs.push_back(std::move(one));
    }
    run middle = runs[0];
    middle.run_type = run::RT_Aggregate;
    middle.aggregate_name = "median";
    middle.report_label.clear();
    middle.iterations = 1;
    middle.real_accumulated_time = median(real_times);
    middle.cpu_accumulated_time = median(cpu_times);
    for (auto& [name, counter] : middle.counters) {
      std::vector<double> values;
      for (run& one : runs) values.push_back(one.counters[name].value);
      counter = median(values);
    }
    runs.push_back(std::move(middle));
    reporter.ReportRuns(runs);
  }
  reporter.Finalize();
}

}  // namespace acqrel::bench
