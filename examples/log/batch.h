// What travels through the pipeline: a stretch of a log, first as text, then
// also as what the text says. Batches are used again and again, so their
// memory is allocated once.

#ifndef ACQREL_EXAMPLES_LOG_BATCH_H_
#define ACQREL_EXAMPLES_LOG_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "acqrel/examples/log/access_log.h"

namespace examples {

struct malformed_line {
  std::uint64_t line = 0;  // its number in the file
  const char* problem = nullptr;
  std::string_view text;
};

struct batch {
  // The report shows this many malformed lines and counts the others. The first
  // ones of a log are among the first ones of its batches.
  static constexpr std::size_t malformed_kept = 10;

  explicit batch(std::size_t block_size)
      : capacity(block_size), buffer(new char[block_size]) {}

  std::size_t capacity;
  std::unique_ptr<char[]> buffer;

  // Written by the reader.
  std::string_view text;         // whole lines in the buffer
  std::size_t file = 0;          // which of the logs
  std::uint64_t first_line = 1;  // the number of the first line
  bool cut = false;              // one line, too long, of which this is a part
  std::uint64_t bytes_read = 0;  // from all logs so far

  // Written by a parser. The records and lines are views into the text.
  std::vector<log_record> records;
  std::vector<malformed_line> malformed;  // the first ones
  std::uint64_t malformed_count = 0;
};

// Fills the parser's half from the reader's.
void parse(batch& work);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_BATCH_H_
