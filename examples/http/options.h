// What the command line of http_service says.

#ifndef ACQREL_EXAMPLES_HTTP_OPTIONS_H_
#define ACQREL_EXAMPLES_HTTP_OPTIONS_H_

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace examples::http {

enum class pool_kind { acqrel, builtin };

struct options {
  bool help = false;
  int port = 8080;  // 0: any that is free
  int workers = 8;
  pool_kind pool = pool_kind::acqrel;
  std::chrono::milliseconds grace{500};
  std::string log = "-";  // a file's name, or "-" for standard output
};

extern const std::string_view usage;

// Returns what is wrong with the arguments (without the program's name), in a
// sentence; "" when nothing is.
std::string parse_options(std::span<const char* const> arguments,
                          options& result);

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_OPTIONS_H_
