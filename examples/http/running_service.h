// The service in a process of its own, for its tests and the comparison.

#ifndef ACQREL_EXAMPLES_HTTP_RUNNING_SERVICE_H_
#define ACQREL_EXAMPLES_HTTP_RUNNING_SERVICE_H_

#include <signal.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acqrel/examples/program.h"

namespace examples::http {

class running_service {
 public:
  // Returns when it listens, on a port of its own. Throws std::runtime_error
  // with what it says if it does not.
  running_service(const std::string& path, std::vector<std::string> flags)
      : program_(command(path, flags)) {
    constexpr std::string_view before =
        "http_service: listening on http://127.0.0.1:";
    const std::string line = program_.read_error_line();
    if (!absl::StartsWith(line, before) ||
        !absl::SimpleAtoi(line.substr(before.size()), &port_)) {
      throw std::runtime_error(absl::StrCat("no service: ", line));
    }
  }

  int port() const { return port_; }

  void send_signal(int signal) { program_.send_signal(signal); }
  std::string read_error_line() { return program_.read_error_line(); }
  program_result wait() { return program_.wait(); }

  program_result stop() {
    send_signal(SIGTERM);
    return wait();
  }

 private:
  static std::vector<std::string> command(const std::string& path,
                                          std::vector<std::string>& flags) {
    flags.insert(flags.begin(), {path, "--port=0"});
    return flags;
  }

  program program_;
  int port_ = 0;
};

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_RUNNING_SERVICE_H_
