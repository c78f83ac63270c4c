// One line of a web server's access log, in the Common or the Combined Log
// Format:
//
//   host ident user [day/month/year:hour:minute:second zone] "request" status
//   bytes "referer" "user agent"
//
// (one line in the file; Combined has the last two fields, Common does not).

#ifndef ACQREL_EXAMPLES_LOG_ACCESS_LOG_H_
#define ACQREL_EXAMPLES_LOG_ACCESS_LOG_H_

#include <cstdint>
#include <string_view>

namespace examples {

// The strings are views into the line, escapes as they are in the log.
struct log_record {
  std::string_view host;
  std::string_view path;  // no query; "-" when the request names none
  int status = 0;         // 100 to 999
  std::uint64_t bytes = 0;
};

struct parsed_line {
  log_record record;
  const char* problem = nullptr;  // what is wrong; null when nothing is

  bool ok() const { return problem == nullptr; }
};

// The line comes without its newline; a carriage return at its end is ignored.
// Any bytes are allowed.
parsed_line parse_line(std::string_view line);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_ACCESS_LOG_H_
