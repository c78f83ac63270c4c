// Runs other programs from a test.

#ifndef ACQREL_EXAMPLES_PROGRAM_H_
#define ACQREL_EXAMPLES_PROGRAM_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

struct program_result {
  int status = 0;  // the exit status; minus the signal that ended it
  std::string out;
  std::string err;
  double cpu_seconds = 0;
};

class program {
 public:
  // Starts the command, looked up in PATH. Throws std::system_error.
  explicit program(const std::vector<std::string>& command);
  ~program();

  program(const program&) = delete;
  program& operator=(const program&) = delete;

  // Sends text to its standard input, and returns when it has read all but
  // what a pipe holds, or has ended.
  void write(std::string_view text);
  void send_signal(int signal);

  // The next line that it writes to its standard error, without the newline;
  // waits for it. What is left at the end is in the result.
  std::string read_error_line();

  // How many bytes a pipe holds at most.
  std::size_t pipe_size() const;

  // Closes its standard input and waits for its end.
  program_result finish();
  // Waits for its end. Its standard input stays open.
  program_result wait();

 private:
  std::FILE* out_;
  std::FILE* err_ = nullptr;  // a pipe: only what fits may be left unread
  int input_ = -1;
  pid_t child_ = -1;
};

// Runs a command from beginning to end.
program_result run(const std::vector<std::string>& command,
                   std::string_view input = "");

}  // namespace examples

#endif  // ACQREL_EXAMPLES_PROGRAM_H_
