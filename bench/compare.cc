// Two programs that run one after the other measure the machine's mood, so all
// contenders of a group take turns in this one: repetition r of each, then
// repetition r + 1 of each, beginning with another one every time.
#include "acqrel/bench/compare.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/time/time.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/placement.h"
#include "acqrel/bench/report.h"
#include "acqrel/bench/workers.h"
#include "acqrel/bench/workloads.h"

ABSL_FLAG(std::string, family, "", "only this family, such as spsc");
ABSL_FLAG(std::string, filter, "",
          "only groups family/workload/element/threads in which this regular "
          "expression is found, such as throughput/u64");
ABSL_FLAG(int, repetitions, 9, "repetitions of each contender");
ABSL_FLAG(absl::Duration, min_time, absl::Milliseconds(20),
          "how long a repetition lasts");
ABSL_FLAG(std::string, placement, "any",
          "which repetitions count: any, near or far. Others are repeated, up "
          "to ten times as many in all");
ABSL_FLAG(bool, quiet, false,
          "repetitions in which other programs held a processor for more than "
          "3 % of the time do not count, as above; combine with a short "
          "--min_time, such as 3ms");
ABSL_FLAG(std::string, json, "",
          "also write the results to this file, in Google Benchmark's format");
ABSL_FLAG(bool, list, false, "print the names and measure nothing");

namespace acqrel::bench {
namespace {

[[noreturn]] void fail(const std::string& message) {
  std::cerr << "compare: " << message << "\n";
  std::exit(1);
}

struct settings {
  int repetitions;
  std::chrono::nanoseconds min_time;
  std::string placement;  // any, near or far
  bool quiet;

  bool selects() const { return placement != "any" || quiet; }
  bool counts(const bench_case& c, const repetition& r) const {
    // More workers than processors wait for each other.
    const bool alone = c.workers <= static_cast<int>(allowed_cpus().size());
    if (quiet && alone && r.measured.times.off_core > 0.03) return false;
    return placement == "any" || r.where == bench::placement::none ||
           to_string(r.where) == placement;
  }
};

settings checked_settings() {
  const settings s{absl::GetFlag(FLAGS_repetitions),
                   absl::ToChronoNanoseconds(absl::GetFlag(FLAGS_min_time)),
                   absl::GetFlag(FLAGS_placement), absl::GetFlag(FLAGS_quiet)};
  if (s.repetitions < 1) fail("--repetitions must be at least 1");
  if (s.min_time <= std::chrono::nanoseconds(0) ||
      s.min_time > std::chrono::minutes(1)) {
    fail("--min_time must be positive and at most a minute, such as 20ms");
  }
  if (s.placement != "any" && s.placement != "near" && s.placement != "far") {
    fail("--placement is any, near or far, not '" + s.placement + "'");
  }
  return s;
}

// The selected cases, a group in each vector.
std::vector<std::vector<bench_case>> selected_groups(
    std::vector<bench_case> cases) {
  const std::string family = absl::GetFlag(FLAGS_family);
  std::regex filter;
  try {
    filter = std::regex(absl::GetFlag(FLAGS_filter));
  } catch (const std::regex_error& error) {
    fail("--filter is no regular expression: " + std::string(error.what()));
  }

  std::string families;
  for (const bench_case& c : cases) {
    if (families.ends_with(" " + c.family)) continue;
    families += " " + c.family;
  }
  if (!family.empty() &&
      (families + " ").find(" " + family + " ") == std::string::npos) {
    fail("there is no family '" + family + "'; there are" + families);
  }

  std::vector<std::vector<bench_case>> groups;
  for (bench_case& c : cases) {
    if (!family.empty() && c.family != family) continue;
    if (!std::regex_search(c.group(), filter)) continue;
    const auto group = std::find_if(
        groups.begin(), groups.end(),
        [&](const auto& some) { return some[0].group() == c.group(); });
    if (group != groups.end()) {
      group->push_back(std::move(c));
    } else {
      groups.emplace_back().push_back(std::move(c));
    }
  }
  if (groups.empty()) {
    fail("no group matches the --filter; --list prints all names");
  }
  return groups;
}

// Relative to where the user stands: `bazel run` changes the directory.
std::string user_path(const std::string& path) {
  const char* const standing = std::getenv("BUILD_WORKING_DIRECTORY");
  if (standing == nullptr || path.starts_with('/')) return path;
  return std::string(standing) + "/" + path;
}

repetition measure(const bench_case& c, std::chrono::nanoseconds min_time,
                   placement_judge& judge) {
  repetition r;
  r.before = probe_placement(c.workers);
  const std::clock_t cpu = std::clock();
  try {
    r.measured = c.run(min_time);
  } catch (const corrupted& error) {
    fail(c.name() + ": " + error.what());
  }
  r.cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  r.after = probe_placement(c.workers);
  r.where = judge.judge(r.before, r.after);
  return r;
}

std::vector<outcome> run_group(const std::vector<bench_case>& group,
                               const settings& s, placement_judge& judge) {
  std::vector<outcome> outcomes;
  for (const bench_case& c : group) {
    outcomes.push_back({c, {}});
    // What only a first run pays (pages, arenas) is not measured.
    measure(c, s.min_time / 10, judge);
  }

  const auto wanted = static_cast<std::size_t>(s.repetitions);
  const std::size_t rounds = s.selects() ? 10 * wanted : wanted;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      outcome& o = outcomes[(round + i) % outcomes.size()];
      if (o.repetitions.size() == wanted) continue;
      repetition r = measure(o.which, s.min_time, judge);
      if (s.counts(o.which, r)) o.repetitions.push_back(std::move(r));
    }
  }
  return outcomes;
}

int compare(std::vector<bench_case> cases) {
  const settings s = checked_settings();
  const std::vector<std::vector<bench_case>> groups =
      selected_groups(std::move(cases));
  if (absl::GetFlag(FLAGS_list)) {
    for (const auto& group : groups) {
      for (const bench_case& c : group) std::cout << c.name() << "\n";
    }
    return 0;
  }

  const std::string json_path = absl::GetFlag(FLAGS_json);
  std::ofstream json;
  if (!json_path.empty()) {
    json.open(user_path(json_path));
    if (!json) fail("cannot write " + json_path);
  }

  std::cout
      << describe_machine() << "repetitions " << s.repetitions << " of "
      << absl::GetFlag(FLAGS_min_time)
      << " each\n\noff-core   the share of its time in which a worker waited "
         "while other threads had its processor\nplacement  the round "
         "trip of a cache line between the processors, before and after "
         "each repetition\n";
  placement_judge judge;
  std::vector<outcome> all;
  for (const auto& group : groups) {
    std::vector<outcome> outcomes = run_group(group, s, judge);
    std::cout << "\n" << table(outcomes) << std::flush;
    std::move(outcomes.begin(), outcomes.end(), std::back_inserter(all));
  }
  std::cout
      << "\n\"vs mutex\" above 1 is better than the best mutex. On a "
         "machine that is shared, a difference below 20 % is no result.\n";

  if (json.is_open()) {
    write_json(all, json);
    json.close();
    if (!json) fail("cannot write " + json_path);
  }
  return 0;
}

}  // namespace

int compare(int argc, char** argv, std::vector<bench_case> cases) {
  absl::SetProgramUsageMessage(
      "compares acqrel's structures with mutexes and standard containers.\n"
      "Names are family/workload/contender/element/threads.");
  const std::vector<char*> positional = absl::ParseCommandLine(argc, argv);
  if (positional.size() > 1) {
    fail("unexpected argument '" + std::string(positional[1]) +
         "'; flags begin with --");
  }
  return compare(std::move(cases));
}

}  // namespace acqrel::bench
