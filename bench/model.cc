// How fast the model checker is: executions per second, for clients of several
// sizes.
//
//   ./bazelw run -c opt //bench:model -- --filter=stack
//
//   --filter=TEXT      only clients in whose names the text is found
//   --repetitions=N    5
//   --min_time=SECONDS of each repetition; 0.2. A check is always run whole
//   --limit=SECONDS    a check that takes longer is cut off, and not complete; 20
//   --workers=N        processes that share the work; 0: one for each processor
//   --json=FILE        also writes the figures there
//   --list             prints the names and measures nothing
//
// With one worker, time is the processor's, so that other programs on the
// machine disturb little; with more, it is the clock's.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/bench/model_client.h"
#include "acqrel/model/check.h"

namespace acqrel::bench {
namespace {

// Measuring.

struct settings {
  std::string filter;
  int repetitions = 5;
  double min_time = 0.2;
  double limit = 20;
  int workers = 1;
  std::string json;
  bool list = false;
};

[[noreturn]] void fail(const std::string& message) {
  std::cerr << "model: " << message << "\n";
  std::exit(1);
}

double number(std::string_view flag, const std::string& text, double smallest) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(value >= smallest)) {
    fail("--" + std::string(flag) + " is a number from " +
         std::to_string(static_cast<int>(smallest)) + " on, not '" + text +
         "'");
  }
  return value;
}

settings settings_of(int argc, char** argv) {
  settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::size_t sign = argument.find('=');
    const std::string_view flag = argument.substr(0, sign);
    const std::string value(sign == argument.npos ? ""
                                                  : argument.substr(sign + 1));
    if (flag == "--filter") {
      s.filter = value;
    } else if (flag == "--repetitions") {
      s.repetitions = static_cast<int>(number("repetitions", value, 1));
    } else if (flag == "--min_time") {
      s.min_time = number("min_time", value, 0);
    } else if (flag == "--limit") {
      s.limit = number("limit", value, 1);
    } else if (flag == "--workers") {
      s.workers = static_cast<int>(number("workers", value, 0));
    } else if (flag == "--json") {
      s.json = value;
    } else if (argument == "--list") {
      s.list = true;
    } else {
      fail("unexpected argument '" + std::string(argument) +
           "'; --filter, --repetitions, --min_time, --limit, --workers, "
           "--json and --list are known");
    }
  }
  return s;
}

struct repetition {
  double seconds;  // of one check
  double rate;     // executions per second
};

struct figures {
  std::string name;
  std::uint64_t executions;
  bool complete;
  std::vector<repetition> repetitions;

  // Least, median and greatest.
  std::vector<double> spread(double repetition::*figure) const {
    std::vector<double> all;
    for (const repetition& r : repetitions) all.push_back(r.*figure);
    std::sort(all.begin(), all.end());
    return {all.front(), all[all.size() / 2], all.back()};
  }
};

double seconds_now(const settings& s) {
  if (s.workers == 1) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

figures measure(const model_client& c, const settings& s) {
  model::options options;
  options.workers = s.workers;
  options.time_limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(1000 * s.limit));
  figures f{c.name, 0, true, {}};
  for (int i = 0; i < s.repetitions; ++i) {
    std::uint64_t executions = 0;
    int checks = 0;
    double elapsed = 0;
    for (const double start = seconds_now(s); elapsed < s.min_time || !checks;
         elapsed = seconds_now(s) - start, ++checks) {
      const model::result r = c.check(options);
      if (!r) {
        std::ostringstream text;
        text << r;
        fail(c.name + ": " + text.str());
      }
      f.complete &= r.complete;
      f.executions = r.executions;
      executions += r.executions;
    }
    f.repetitions.push_back(
        {elapsed / checks, static_cast<double>(executions) / elapsed});
  }
  return f;
}

std::string rounded(double value) {
  std::ostringstream text;
  text << std::setprecision(3);
  if (value >= 1000) text << std::fixed << std::setprecision(0);
  text << value;
  return text.str();
}

void print(const figures& f, std::ostream& out) {
  const std::vector<double> rate = f.spread(&repetition::rate);
  const std::vector<double> seconds = f.spread(&repetition::seconds);
  out << "| " << std::left << std::setw(54) << f.name << " | " << std::right
      << std::setw(10) << f.executions << " | " << std::setw(8)
      << rounded(rate[1]) << " | " << std::setw(17)
      << rounded(rate[0]) + " - " + rounded(rate[2]) << " | " << std::setw(9)
      << rounded(seconds[1]) << " | " << (f.complete ? "yes     " : "no      ")
      << " |" << std::endl;
}

void write_json(const std::vector<figures>& all, std::ostream& out) {
  out << "[\n";
  for (const figures& f : all) {
    const std::vector<double> rate = f.spread(&repetition::rate);
    out << "  {\"name\": \"" << f.name << "\", \"executions\": " << f.executions
        << ", \"complete\": " << (f.complete ? "true" : "false")
        << ", \"executions_per_second\": {\"min\": " << rate[0]
        << ", \"median\": " << rate[1] << ", \"max\": " << rate[2]
        << "}, \"seconds\": " << f.spread(&repetition::seconds)[1] << "}"
        << (&f == &all.back() ? "\n" : ",\n");
  }
  out << "]\n";
}

std::string processor() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

// Relative to where the user stands: `bazel run` changes the directory.
std::string user_path(const std::string& path) {
  const char* const standing = std::getenv("BUILD_WORKING_DIRECTORY");
  if (standing == nullptr || path.starts_with('/')) return path;
  return std::string(standing) + "/" + path;
}

int run(const settings& s) {
  std::vector<model_client> clients = reference_clients();
  for (model_client& client : shipped_clients()) {
    clients.push_back(std::move(client));
  }
  std::erase_if(clients, [&](const model_client& c) {
    return c.name.find(s.filter) == std::string::npos;
  });
  if (clients.empty()) {
    fail("no client has '" + s.filter + "' in its name; --list prints all");
  }
  if (s.list) {
    for (const model_client& c : clients) std::cout << c.name << "\n";
    return 0;
  }
  std::ofstream json;
  if (!s.json.empty()) {
    json.open(user_path(s.json));
    if (!json) fail("cannot write " + s.json);
  }
  std::cout << "processor  " << processor() << "\ncompiler   " << __VERSION__
            << "\nworkers    " << s.workers << "\nmedian of " << s.repetitions
            << " repetitions of " << s.min_time << " s\n\n"
            << "| " << std::left << std::setw(54) << "client"
            << " | executions |    per s |         min - max |   seconds "
               "| complete |\n|"
            << std::string(56, '-')
            << "|-----------:|---------:|------------------:|----------:"
               "|----------|\n";
  std::vector<figures> all;
  for (const model_client& c : clients) {
    all.push_back(measure(c, s));
    print(all.back(), std::cout);
  }
  if (json.is_open()) {
    write_json(all, json);
    json.close();
    if (!json) fail("cannot write " + s.json);
  }
  return 0;
}

}  // namespace
}  // namespace acqrel::bench

int main(int argc, char** argv) {
  return acqrel::bench::run(acqrel::bench::settings_of(argc, argv));
}
