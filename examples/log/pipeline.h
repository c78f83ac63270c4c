// The pipeline: a reader, parsers and an aggregator, each in its own thread,
// with a queue between them.
//
//                  unparsed               parsed
//       reader ---------------> parsers ----------> aggregator
//          ^                                            |
//          +--------------------------------------------+
//                             spare
//
// A fixed number of batches goes round. When the parsers or the aggregator fall
// behind, no spare batch is left, and the reader sleeps until one comes back:
// memory is bounded without a bounded queue. What does grow is the report, with
// the number of different hosts and paths.

#ifndef ACQREL_EXAMPLES_LOG_PIPELINE_H_
#define ACQREL_EXAMPLES_LOG_PIPELINE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "acqrel/examples/log/summary.h"
#include "acqrel/structures/counted.h"

namespace examples {

enum class queue_kind { acqrel, mutex };

struct pipeline_job {
  std::vector<std::string> logs;  // names of files, "-" for standard input
  int parsers = 1;
  std::size_t block_size = 64 * 1024;
  int stop = -1;  // a file descriptor: reading ends when it becomes readable
  // Called by the aggregator with the number of bytes read so far.
  std::function<void(std::uint64_t)> progress = [](std::uint64_t) {};
};

struct pipeline_result {
  summary totals;
  std::vector<std::string> errors;  // a sentence for each log not read
  bool interrupted = false;
  std::uint64_t bytes_read = 0;
  std::chrono::duration<double> time{};
  acqrel::queue_statistics unparsed;
  acqrel::queue_statistics parsed;
  acqrel::queue_statistics spare;
};

// Reads all the logs.
pipeline_result run_pipeline(const pipeline_job& job, queue_kind kind);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_PIPELINE_H_
