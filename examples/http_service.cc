// An HTTP service whose workers, log and figures are built on acqrel.
//
//   ./bazelw run -c opt //examples:http_service -- --port=8080
//   curl http://127.0.0.1:8080/hello
//
// http/pool.h is the workers' queue, http/log_writer.h the log's, http/metrics.h
// the counters, and http/server.h what holds them together.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "acqrel/examples/http/log_writer.h"
#include "acqrel/examples/http/metrics.h"
#include "acqrel/examples/http/options.h"
#include "acqrel/examples/http/server.h"
#include "acqrel/examples/log/stop_signal.h"

namespace examples::http {
namespace {

constexpr int failure = 1;
constexpr int wrong_usage = 2;

void tell(std::string_view sentence) {
  const std::string line = absl::StrCat("http_service: ", sentence, "\n");
  std::fputs(line.c_str(), stderr);
}

int complain(int status, std::string_view sentence) {
  tell(sentence);
  return status;
}

// The file descriptor of the log, or -1.
int open_log(const std::string& name) {
  if (name == "-") return STDOUT_FILENO;
  return open(name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
}

// Threads have the mask of the one that starts them: with the signals blocked
// meanwhile, they are the main thread's.
void set_signals(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(how, &signals, nullptr);
}

// Serves until a signal comes. False when the server ended by itself.
bool serve(server& service, stop_signal& stop) {
  const int ended = eventfd(0, EFD_CLOEXEC);
  bool ok = true;
  std::thread listener([&] {
    ok = service.run();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t size = write(ended, &one, sizeof one);
  });
  set_signals(SIG_UNBLOCK);
  pollfd events[] = {{.fd = stop.descriptor(), .events = POLLIN, .revents = 0},
                     {.fd = ended, .events = POLLIN, .revents = 0}};
  while (poll(events, 2, -1) < 0 && errno == EINTR) {
  }
  if (events[1].revents == 0) service.stop();
  listener.join();
  close(ended);
  return ok;
}

int run(const options& wanted) {
  // Before signals are caught: opening a named pipe waits for its reader.
  const int descriptor = open_log(wanted.log);
  if (descriptor < 0) {
    return complain(failure, absl::StrCat("cannot open ", wanted.log, ": ",
                                          std::strerror(errno)));
  }
  set_signals(SIG_BLOCK);
  metrics figures;
  log_writer log(descriptor, figures);
  server service(wanted, figures, log);
  const int port = service.bind();
  if (port < 0) {
    return complain(failure, absl::StrCat("cannot listen on port ", wanted.port,
                                          ": ", std::strerror(errno)));
  }
  stop_signal stop;
  tell(absl::StrCat("listening on http://127.0.0.1:", port));
  const bool ok = serve(service, stop);
  log.close();
  tell(absl::StrCat("stopped: ", figures.connections(), " connections, ",
                    figures.requests(), " requests answered, ", figures.lines(),
                    " lines logged"));
  if (!ok) return complain(failure, "could not accept any more connections");
  if (figures.lost() > 0) {
    return complain(failure,
                    absl::StrCat(figures.lost(), " lines of the log are lost"));
  }
  return 0;
}

int main(std::span<const char* const> arguments) {
  options wanted;
  const std::string wrong = parse_options(arguments, wanted);
  if (!wrong.empty()) {
    return complain(wrong_usage, absl::StrCat(wrong, " (--help shows all)"));
  }
  if (wanted.help) {
    std::fwrite(usage.data(), 1, usage.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : failure;
  }
  // `bazel run` changes the directory; paths are meant from where the user is.
  const char* const directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory != nullptr && chdir(directory) != 0) {
    return complain(failure, absl::StrCat("cannot change to ", directory, ": ",
                                          std::strerror(errno)));
  }
  signal(SIGPIPE, SIG_IGN);  // who reads the log, or an answer, may go away
  try {
    return run(wanted);
  } catch (const std::system_error& error) {
    return complain(failure, absl::StrCat("cannot start: ", error.what()));
  }
}

}  // namespace
}  // namespace examples::http

int main(int argc, char** argv) {
  // The first argument is the program's name; there may be none at all.
  return examples::http::main(
      std::span<const char* const>(argv, static_cast<std::size_t>(argc))
          .subspan(argc > 0 ? 1 : 0));
}
