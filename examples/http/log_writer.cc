#include "acqrel/examples/http/log_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace examples::http {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (byte >= ' ' && byte <= '~') {
      out += byte;
    } else {
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(byte));
    }
  }
}

}  // namespace

void append_line(std::string& out, const log_line& line) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(line.time);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char time[32];
  std::strftime(time, sizeof time, "%d/%b/%Y:%H:%M:%S +0000", &parts);
  absl::StrAppend(&out, line.host, " - - [", time, "] \"");
  append_escaped(out, line.request.empty() ? "-" : line.request);
  absl::StrAppend(&out, "\" ", line.status, " ", line.bytes, "\n");
}

log_writer::log_writer(int descriptor, metrics& figures)
    : descriptor_(descriptor), figures_(figures), thread_([this] { run(); }) {}

void log_writer::close() {
  lines_.close();
  if (thread_.joinable()) thread_.join();
}

void log_writer::run() {
  constexpr std::size_t block = 64 * 1024;
  std::string text;
  while (auto line = lines_.pop()) {
    append_line(text, *line);
    // What is there already goes with it, in one write.
    while (text.size() < block) {
      const auto next = lines_.try_pop();
      if (!next) break;
      append_line(text, *next);
    }
    put(text);
    text.clear();
  }
}

void log_writer::put(std::string_view text) {
  const std::int64_t all = std::count(text.begin(), text.end(), '\n');
  // What is left of a line gets an end before the next one begins.
  const std::string ended = in_the_middle_ ? absl::StrCat("\n", text) : "";
  std::string_view rest = in_the_middle_ ? ended : text;
  while (!rest.empty()) {
    const ssize_t size = ::write(descriptor_, rest.data(), rest.size());
    if (size >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(size));
      if (size > 0) in_the_middle_ = rest.data()[-1] != '\n';
    } else if (errno == EAGAIN) {
      pollfd room = {.fd = descriptor_, .events = POLLOUT, .revents = 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      if (!complained_) {
        absl::FPrintF(stderr, "http_service: cannot write the log: %s\n",
                      std::strerror(errno));
      }
      complained_ = true;
      break;
    }
  }
  const std::int64_t lost = std::count(rest.begin(), rest.end(), '\n');
  figures_.lines_written(all - std::min(lost, all));
  figures_.lines_lost(std::min(lost, all));
}

}  // namespace examples::http
