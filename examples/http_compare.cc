// The HTTP service with each of its pools, under the same load.
//
//   ./bazelw run -c opt //examples:http_compare -- --clients=8 --seconds=2

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "acqrel/examples/flag_values.h"
#include "acqrel/examples/http/compare.h"

namespace examples::http {
namespace {

constexpr std::string_view usage =
    R"(usage: http_compare SERVICE [flag...]

Loads the program SERVICE with clients on the same machine and prints, for each
of its pools, requests per second and latencies: medians over the rounds, and
the least and the most.

  --clients=N        at the same time, each in its own thread (8)
  --workers=N        of the service (8)
  --rounds=N         with each pool (5)
  --seconds=N        for a round (2)
  --microseconds=N   of work for a request (0)
  --keep_alive       one connection for a client, not for a request: then the
                     pool has next to nothing to do
)";

struct settings {
  comparison_options options;
  int seconds = 2;
  int microseconds = 0;
  bool help = false;
};

std::string set_flag(std::string_view argument, settings& result) {
  const std::size_t equals = argument.find('=');
  const std::string_view name = argument.substr(0, equals);
  if (argument == "--help") {
    result.help = true;
    return "";
  }
  if (argument == "--keep_alive") {
    result.options.wanted.keep_alive = true;
    return "";
  }
  struct number {
    std::string_view name;
    int least;
    int most;
    int& value;
  };
  const number numbers[] = {
      {"--clients", 1, 1000, result.options.wanted.clients},
      {"--microseconds", 0, 1'000'000, result.microseconds},
      {"--rounds", 1, 1000, result.options.rounds},
      {"--seconds", 1, 3600, result.seconds},
      {"--workers", 1, 1024, result.options.workers}};
  for (const number& each : numbers) {
    if (name != each.name) continue;
    const std::string_view value =
        equals == std::string_view::npos ? "" : argument.substr(equals + 1);
    return set_number(name, value, each.least, each.most, each.value);
  }
  return absl::StrCat("there is no flag ", argument);
}

int complain(int status, std::string_view sentence) {
  const std::string line = absl::StrCat("http_compare: ", sentence, "\n");
  std::fputs(line.c_str(), stderr);
  return status;
}

int main(std::span<const char* const> arguments) {
  settings wanted;
  for (const std::string_view argument : arguments) {
    std::string wrong;
    if (!argument.empty() && argument.front() != '-') {
      wanted.options.service = argument;
    } else {
      wrong = set_flag(argument, wanted);
    }
    if (!wrong.empty()) {
      return complain(2, absl::StrCat(wrong, " (--help shows all)"));
    }
  }
  if (wanted.help) {
    std::fwrite(usage.data(), 1, usage.size(), stdout);
    return 0;
  }
  if (wanted.options.service.empty()) {
    return complain(2, "name the service's program (--help shows all)");
  }
  wanted.options.wanted.time = std::chrono::seconds(wanted.seconds);
  if (wanted.microseconds > 0) {
    wanted.options.wanted.target =
        absl::StrCat("/work?microseconds=", wanted.microseconds);
  }
  const comparison result = compare_pools(wanted.options);
  if (!result.problem.empty()) return complain(1, result.problem);
  std::fputs(table(result).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace examples::http

int main(int argc, char** argv) {
  return examples::http::main(
      std::span<const char* const>(argv, static_cast<std::size_t>(argc))
          .subspan(argc > 0 ? 1 : 0));
}
