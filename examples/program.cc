#include "acqrel/examples/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace examples {
namespace {

void check(bool ok, const char* what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

// From where the file stands to its end.
std::string rest(std::FILE* file) {
  std::string text;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file)) {
    text.append(buffer, size);
  }
  return text;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

program::program(const std::vector<std::string>& command)
    : out_(std::tmpfile()) {
  check(out_ != nullptr, "tmpfile");
  // A program that does not read its input must not end the test.
  signal(SIGPIPE, SIG_IGN);
  int pipe_ends[2];
  check(pipe2(pipe_ends, O_CLOEXEC) == 0, "pipe2");
  int error_ends[2];
  check(pipe2(error_ends, O_CLOEXEC) == 0, "pipe2");
  err_ = fdopen(error_ends[0], "r");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out_), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error_ends[1], STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  errno = posix_spawnp(&child_, arguments[0], &actions, &attributes,
                       arguments.data(), environ);
  check(errno == 0, arguments[0]);

  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe_ends[0]);
  close(error_ends[1]);
  input_ = pipe_ends[1];
}

program::~program() {
  if (child_ > 0) {
    send_signal(SIGKILL);
    wait();
  }
  if (input_ >= 0) close(input_);
  std::fclose(out_);
  std::fclose(err_);
}

void program::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(input_, text.data(), text.size());
    if (size < 0 && errno == EPIPE) return;
    if (size < 0 && errno == EINTR) continue;
    check(size >= 0, "write");
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void program::send_signal(int signal) { kill(child_, signal); }

std::string program::read_error_line() {
  std::string line;
  for (int byte = std::fgetc(err_); byte != EOF && byte != '\n';
       byte = std::fgetc(err_)) {
    line += static_cast<char>(byte);
  }
  return line;
}

std::size_t program::pipe_size() const {
  return static_cast<std::size_t>(fcntl(input_, F_GETPIPE_SZ));
}

program_result program::finish() {
  close(input_);
  input_ = -1;
  return wait();
}

program_result program::wait() {
  std::string errors = rest(err_);  // to its end: then the program has ended
  int status = 0;
  rusage usage = {};
  while (wait4(child_, &status, 0, &usage) < 0) check(errno == EINTR, "wait4");
  child_ = -1;
  std::rewind(out_);
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          .out = rest(out_),
          .err = std::move(errors),
          .cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

program_result run(const std::vector<std::string>& command,
                   std::string_view input) {
  program running(command);
  running.write(input);
  return running.finish();
}

}  // namespace examples
