// The access log: every worker writes to it, and one thread does the writing.
//
// A worker hands over what the line will say and goes on; formatting and the
// file are the log thread's business. Lines wait in a queue without a bound: a
// file that is slower than the service costs memory, not answers.

#ifndef ACQREL_EXAMPLES_HTTP_LOG_WRITER_H_
#define ACQREL_EXAMPLES_HTTP_LOG_WRITER_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <thread>

#include "acqrel/examples/http/metrics.h"
#include "acqrel/structures/mpsc_queue.h"

namespace examples::http {

// What a line of the Common Log Format says.
struct log_line {
  std::chrono::system_clock::time_point time;
  std::string host;
  std::string request;  // empty: none could be understood
  int status = 0;
  std::size_t bytes = 0;
};

// Appends the line, with its newline. Quotes, backslashes and what is not
// printable are escaped, so that nobody can forge a line by a request.
void append_line(std::string& out, const log_line& line);

class log_writer {
 public:
  // Writes to the file descriptor, which stays open as long as this object.
  log_writer(int descriptor, metrics& figures);
  ~log_writer() { close(); }

  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  // Any thread, before close().
  void write(log_line line) { lines_.push(std::move(line)); }

  // Returns when everything has been written, or was lost.
  void close();

 private:
  void run();
  void put(std::string_view text);

  const int descriptor_;
  metrics& figures_;
  bool complained_ = false;     // the log thread's, as is the next
  bool in_the_middle_ = false;  // of a line, which could not be written whole
  acqrel::mpsc_queue<log_line> lines_;
  std::thread thread_;
};

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_LOG_WRITER_H_
