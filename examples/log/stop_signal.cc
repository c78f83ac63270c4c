#include "acqrel/examples/log/stop_signal.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace examples {
namespace {

constexpr int handled_signals[] = {SIGINT, SIGTERM};

// A handler has no argument of its own, so this is a variable at namespace
// scope. It is written before a handler can run and after none can.
int write_end = -1;

void on_signal(int signal) {
  const int error = errno;
  const auto byte = static_cast<unsigned char>(signal);
  // The pipe is empty, so there is room for the byte.
  [[maybe_unused]] const ssize_t count = write(write_end, &byte, 1);
  errno = error;
}

}  // namespace

stop_signal::stop_signal() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  read_end_ = ends[0];
  write_end = ends[1];
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  for (const int signal : handled_signals) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    // A program that was started with a signal ignored (nohup) ignores it.
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

stop_signal::~stop_signal() {
  for (const int signal : handled_signals) {
    struct sigaction now = {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler == on_signal) ::signal(signal, SIG_DFL);
  }
  close(read_end_);
  close(write_end);
  write_end = -1;
}

int stop_signal::take() {
  unsigned char signal = 0;
  while (read(read_end_, &signal, 1) < 0 && errno == EINTR) {
  }
  return signal;
}

}  // namespace examples
