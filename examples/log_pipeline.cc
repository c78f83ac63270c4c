// Reads web server access logs and reports requests, bytes and errors per
// status, host and path.
//
//   ./bazelw run -c opt //examples:log_pipeline -- examples/testdata/access.log
//
// log/pipeline.h shows the threads and the queues between them.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acqrel/examples/log/compare.h"
#include "acqrel/examples/log/options.h"
#include "acqrel/examples/log/pipeline.h"
#include "acqrel/examples/log/progress.h"
#include "acqrel/examples/log/report.h"
#include "acqrel/examples/log/stop_signal.h"

namespace examples {
namespace {

constexpr int failure = 1;
constexpr int wrong_usage = 2;

int complain(int status, std::string_view sentence) {
  const std::string line = absl::StrCat("log_pipeline: ", sentence, "\n");
  std::fputs(line.c_str(), stderr);
  return status;
}

// The reader and the aggregator need a core between them: both are quicker
// than one parser.
int default_parsers() {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores - 1, 1, 16);
}

// Where the program was started with standard input or output closed, the next
// file that it opens would take their place.
void occupy_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) close(descriptor);
}

int print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    return complain(failure, absl::StrCat("cannot write the report: ",
                                          std::strerror(errno)));
  }
  return 0;
}

// The exit status of a run whose report was written with this status.
int exit_status(const pipeline_result& result, stop_signal& stop, int written) {
  for (const std::string& error : result.errors) complain(failure, error);
  if (result.interrupted) {
    return complain(128 + stop.take(),
                    "interrupted: only what was read until then is reported");
  }
  return result.errors.empty() ? written : failure;
}

int run(const options& wanted, pipeline_job job) {
  const bool tsv = wanted.format == report_format::tsv;
  stop_signal stop;
  job.stop = stop.descriptor();

  if (wanted.compare) {
    const comparison result = compare_queues(job, wanted.rounds);
    if (result.last.interrupted) {
      return complain(128 + stop.take(), "interrupted: nothing to compare");
    }
    if (!result.same_totals) {
      return complain(failure,
                      "the runs found different totals: did a log change, or "
                      "is one a pipe?");
    }
    const int written = print(tsv ? tsv_report(result) : text_report(result));
    return exit_status(result.last, stop, written);
  }

  progress_bar progress(job.logs);
  job.progress = [&progress](std::uint64_t bytes) { progress.show(bytes); };
  const pipeline_result result = run_pipeline(job, wanted.queue);
  progress.erase();
  const int written = print(tsv ? tsv_report(result, job.logs, wanted.top)
                                : text_report(result, job.logs, wanted.top));
  return exit_status(result, stop, written);
}

int main(std::span<const char* const> arguments) {
  occupy_standard_descriptors();
  options wanted;
  std::string error;
  if (!parse_options(arguments, wanted, error)) {
    return complain(wrong_usage, absl::StrCat(error, " (--help shows all)"));
  }
  if (wanted.help) return print(std::string(usage));

  if (wanted.logs.empty()) {
    if (isatty(STDIN_FILENO) != 0) {
      return complain(wrong_usage,
                      "name a log, or - to type one (--help shows all)");
    }
    wanted.logs.emplace_back("-");
  }
  if (wanted.compare && std::count(wanted.logs.begin(), wanted.logs.end(),
                                   std::string_view("-")) > 0) {
    return complain(wrong_usage,
                    "--compare needs files: standard input comes only once");
  }
  // `bazel run` changes the directory; paths are meant from where the user is.
  const char* const directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory != nullptr && chdir(directory) != 0) {
    return complain(failure, absl::StrCat("cannot change to ", directory, ": ",
                                          std::strerror(errno)));
  }

  pipeline_job job;
  job.parsers = wanted.parsers > 0 ? wanted.parsers : default_parsers();
  job.block_size = wanted.block_size;
  job.logs = wanted.logs;
  return run(wanted, std::move(job));
}

}  // namespace
}  // namespace examples

int main(int argc, char** argv) {
  // The first argument is the program's name; there may be none at all.
  return examples::main(
      std::span<const char* const>(argv, static_cast<std::size_t>(argc))
          .subspan(argc > 0 ? 1 : 0));
}
