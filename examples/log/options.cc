#include "acqrel/examples/log/options.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "acqrel/examples/flag_values.h"
#include "acqrel/examples/log/pipeline.h"

namespace examples {
namespace {

// Applies one flag and returns what is wrong with it, "" when nothing is.
std::string set_flag(std::string_view argument, options& result) {
  const std::size_t equals = argument.find('=');
  const std::string_view name = argument.substr(0, equals);
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = argument.substr(equals + 1);

  if (name == "--help" || name == "--compare") {
    if (value) return absl::StrCat(name, " takes no value");
    (name == "--help" ? result.help : result.compare) = true;
    return "";
  }
  constexpr std::string_view with_value[] = {"--block", "--format", "--parsers",
                                             "--queue", "--rounds", "--top"};
  bool known = false;
  for (const std::string_view flag : with_value) known |= flag == name;
  if (!known) return absl::StrCat("there is no flag ", name);
  if (!value) return absl::StrCat(name, " needs a value: ", name, "=...");

  if (name == "--queue") {
    return set_choice(name, *value, "acqrel", queue_kind::acqrel, "mutex",
                      queue_kind::mutex, result.queue);
  }
  if (name == "--format") {
    return set_choice(name, *value, "text", report_format::text, "tsv",
                      report_format::tsv, result.format);
  }
  if (name == "--parsers") {
    return set_number(name, *value, 1, 256, result.parsers);
  }
  if (name == "--rounds") {
    return set_number(name, *value, 1, 1000, result.rounds);
  }
  if (name == "--top") {
    return set_number<std::size_t>(name, *value, 0, 1'000'000'000, result.top);
  }
  return set_number<std::size_t>(name, *value, 64, 64 << 20, result.block_size);
}

}  // namespace

const std::string_view usage =
    R"(usage: log_pipeline [flag...] [log...]

Counts requests, bytes and errors per status, host and path in access logs of
the Common or Combined Log Format. Without a log, or for the log -, it reads
standard input.

  --top=K          hosts and paths to show, 0 for all of them (10)
  --format=F       text or tsv, for programs (text)
  --parsers=N      parser threads (as many as suit the machine)
  --queue=Q        acqrel, or mutex for queues made of a mutex (acqrel)
  --compare        run with both kinds of queue and print the ratio
  --rounds=N       runs of each kind for --compare (5)
  --block=BYTES    what the reader hands to a parser at a time; a line that
                   is longer counts as malformed (65536)

The report goes to standard output. SIGINT and SIGTERM end the reading, and
what was read is reported; a second one ends the program.

Exit status: 0, also when lines were malformed; 1 when a log could not be read
(the others are reported) or the report not written; 2 for a mistake in the
command line; 130 after SIGINT and 143 after SIGTERM.
)";

bool parse_options(std::span<const char* const> arguments, options& result,
                   std::string& error) {
  bool only_logs = false;
  for (const std::string_view argument : arguments) {
    if (only_logs || argument == "-" || !absl::StartsWith(argument, "-")) {
      result.logs.emplace_back(argument);
    } else if (argument == "--") {
      only_logs = true;
    } else {
      error = set_flag(argument, result);
      if (!error.empty()) return false;
    }
  }
  return true;
}

}  // namespace examples
