// Writes what a run found, for people or for programs.

#ifndef ACQREL_EXAMPLES_LOG_REPORT_H_
#define ACQREL_EXAMPLES_LOG_REPORT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "acqrel/examples/log/pipeline.h"

namespace examples {

// Tables with headings. `top` is the number of hosts and paths to show, 0 for
// all of them.
std::string text_report(const pipeline_result& result,
                        std::span<const std::string> logs, std::size_t top);

// Lines of fields with a tab between them; the first field says what the line
// is about:
//
//   lines, bytes_read, seconds, malformed  (one number)
//   total                                  requests, bytes, errors
//   status, host, path                     name, requests, bytes, errors
//   malformed_line                         log, line, problem, text
//   queue                      name, pushed, popped, waited, high-water mark
//
// The lines seconds and queue differ from run to run, the others do not.
std::string tsv_report(const pipeline_result& result,
                       std::span<const std::string> logs, std::size_t top);

// The text with everything escaped that is not printable ASCII: what stands in
// a log was chosen by strangers and must not reach a terminal.
std::string printable(std::string_view text);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_REPORT_H_
