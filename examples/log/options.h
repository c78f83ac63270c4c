// What the command line of log_pipeline says.

#ifndef ACQREL_EXAMPLES_LOG_OPTIONS_H_
#define ACQREL_EXAMPLES_LOG_OPTIONS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/examples/log/pipeline.h"

namespace examples {

enum class report_format { text, tsv };

struct options {
  bool help = false;
  bool compare = false;
  queue_kind queue = queue_kind::acqrel;
  report_format format = report_format::text;
  int parsers = 0;  // 0: as many as suit the machine
  int rounds = 5;
  std::size_t top = 10;
  std::size_t block_size = 64 * 1024;
  std::vector<std::string> logs;
};

extern const std::string_view usage;

// False, and one sentence in `error`, when the arguments (without the
// program's name) cannot be understood.
bool parse_options(std::span<const char* const> arguments, options& result,
                   std::string& error);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_OPTIONS_H_
