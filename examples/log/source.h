// The logs, one after the other, cut into blocks at the ends of lines.

#ifndef ACQREL_EXAMPLES_LOG_SOURCE_H_
#define ACQREL_EXAMPLES_LOG_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/examples/log/batch.h"

namespace examples {

class log_source {
 public:
  // Each name is a file's, or "-" for standard input. Reading stops early when
  // the file descriptor `stop` becomes readable (-1: it never does).
  log_source(std::span<const std::string> names, int stop)
      : names_(names), stop_(stop) {}
  ~log_source() { close_log(); }

  log_source(const log_source&) = delete;
  log_source& operator=(const log_source&) = delete;

  // Writes the next lines into the reader's half of the batch, or returns
  // false when there are none left. A line that does not fit in a batch comes
  // as its beginning, marked `cut`; a log that cannot be read is left out.
  bool fill(batch& out);

  // One sentence for each log that could not be read, or not to its end.
  const std::vector<std::string>& errors() const { return errors_; }

  bool interrupted() const { return interrupted_; }

  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  bool open_next();
  void close_log();
  std::size_t read_block(batch& out);  // less than a full block: the log ended
  std::size_t read_some(char* to, std::size_t size);  // 0: no more to come
  std::string_view whole_lines(std::string_view text);
  void fail();

  const std::span<const std::string> names_;
  const int stop_;
  std::size_t next_ = 0;  // names_[next_ - 1] is the one that is open
  int log_ = -1;
  std::uint64_t line_ = 1;     // the number of the first line not handed out
  std::string begun_;          // the line that the last block ended in
  bool in_long_line_ = false;  // what comes up to the next newline is skipped
  std::uint64_t bytes_read_ = 0;
  bool interrupted_ = false;
  std::vector<std::string> errors_;
};

// The name to show for a log.
std::string_view shown_name(std::string_view name);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_SOURCE_H_
