#include "acqrel/examples/http/options.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "acqrel/examples/flag_values.h"

namespace examples::http {
namespace {

// Applies one flag and returns what is wrong with it, "" when nothing is.
std::string set_flag(std::string_view argument, options& result) {
  const std::size_t equals = argument.find('=');
  const std::string_view name = argument.substr(0, equals);
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = argument.substr(equals + 1);

  if (name == "--help") {
    if (value) return absl::StrCat(name, " takes no value");
    result.help = true;
    return "";
  }
  constexpr std::string_view with_value[] = {"--grace", "--log", "--pool",
                                             "--port", "--workers"};
  bool known = false;
  for (const std::string_view flag : with_value) known |= flag == name;
  if (!known) return absl::StrCat("there is no flag ", name);
  if (!value) return absl::StrCat(name, " needs a value: ", name, "=...");

  if (name == "--pool") {
    return set_choice(name, *value, "acqrel", pool_kind::acqrel, "builtin",
                      pool_kind::builtin, result.pool);
  }
  if (name == "--port") return set_number(name, *value, 0, 65535, result.port);
  if (name == "--workers") {
    return set_number(name, *value, 1, 1024, result.workers);
  }
  if (name == "--grace") {
    int milliseconds = 0;
    std::string wrong = set_number(name, *value, 0, 60'000, milliseconds);
    if (wrong.empty()) result.grace = std::chrono::milliseconds(milliseconds);
    return wrong;
  }
  if (value->empty()) return "--log needs a file's name, or -";
  result.log = *value;
  return "";
}

}  // namespace

const std::string_view usage =
    R"(usage: http_service [flag...]

An HTTP service on 127.0.0.1 that answers

  /, /hello               a greeting
  /work?microseconds=N    after that much work
  /healthz                ok, or 503 while it stops
  /metrics                its figures, for Prometheus

  --port=N       0 for any that is free (8080)
  --workers=N    threads; each answers one connection at a time (8)
  --pool=P       acqrel: the workers take their connections from a lock-free
                 queue; builtin: from the HTTP library's, a list under a mutex
                 (acqrel)
  --log=FILE     the access log, in the Common Log Format, at the file's end;
                 - is standard output (-)
  --grace=MS     when it stops, how long it waits for a request on a connection
                 that has none (500)

SIGTERM and SIGINT stop it: it accepts no more connections, answers all who are
connected, writes what is left of the log, and ends. A second signal ends it at
once.

Exit status: 0 when it was stopped; 1 when it could not listen, or not write all
of the log; 2 for a mistake in the command line.
)";

std::string parse_options(std::span<const char* const> arguments,
                          options& result) {
  for (const std::string_view argument : arguments) {
    if (!absl::StartsWith(argument, "-")) {
      return absl::StrCat("takes flags only, not '", argument, "'");
    }
    const std::string wrong = set_flag(argument, result);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace examples::http
