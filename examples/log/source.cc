#include "acqrel/examples/log/source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "acqrel/examples/log/batch.h"

namespace examples {

std::string_view shown_name(std::string_view name) {
  return name == "-" ? "standard input" : name;
}

bool log_source::fill(batch& out) {
  while (!interrupted_ && (log_ >= 0 || open_next())) {
    out.file = next_ - 1;
    out.first_line = line_;
    out.cut = false;
    const std::size_t size = read_block(out);
    const bool ended = size < out.capacity;
    std::string_view text(out.buffer.get(), size);

    // Take off the front what belongs to a line that was too long.
    if (in_long_line_) {
      const std::size_t newline = text.find('\n');
      in_long_line_ = newline == std::string_view::npos;
      text.remove_prefix(in_long_line_ ? size : newline + 1);
    }
    if (text.size() == out.capacity &&
        text.find('\n') == std::string_view::npos) {
      out.cut = true;
      in_long_line_ = true;
      ++line_;
    } else if (!ended || interrupted_) {
      // Take off the end, for the next block, a line that has only begun. The
      // last line of a log needs no newline.
      const std::size_t end = text.rfind('\n') + 1;  // npos + 1 is 0
      begun_ = text.substr(end);
      text = text.substr(0, end);
    }
    if (ended) close_log();
    line_ +=
        static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    out.bytes_read = bytes_read_;
    out.text = text;
    if (!text.empty()) return true;
  }
  return false;
}

bool log_source::open_next() {
  while (next_ < names_.size()) {
    const std::string& name = names_[next_++];
    // O_NONBLOCK: a named pipe without a writer is waited for in poll(), where
    // a signal is noticed.
    log_ = name == "-" ? STDIN_FILENO
                       : open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    line_ = 1;
    begun_.clear();
    in_long_line_ = false;
    if (log_ >= 0) return true;
    fail();
  }
  return false;
}

void log_source::close_log() {
  if (log_ > STDIN_FILENO) close(log_);
  log_ = -1;
}

std::size_t log_source::read_block(batch& out) {
  char* const buffer = out.buffer.get();
  std::size_t size = begun_.copy(buffer, begun_.size());
  begun_.clear();
  while (size < out.capacity) {
    const std::size_t count = read_some(buffer + size, out.capacity - size);
    if (count == 0) break;
    size += count;
  }
  return size;
}

std::size_t log_source::read_some(char* to, std::size_t size) {
  for (;;) {
    pollfd ready[] = {{.fd = log_, .events = POLLIN, .revents = 0},
                      {.fd = stop_, .events = POLLIN, .revents = 0}};
    if (poll(ready, 2, -1) < 0) {
      if (errno == EINTR) continue;
      fail();
      return 0;
    }
    if (ready[1].revents != 0) {
      interrupted_ = true;
      return 0;
    }
    const ssize_t count = read(log_, to, size);
    if (count >= 0) {
      bytes_read_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR && errno != EAGAIN) {
      fail();
      return 0;
    }
  }
}

void log_source::fail() {
  errors_.push_back(absl::StrCat("cannot read ", shown_name(names_[next_ - 1]),
                                 ": ", std::generic_category().message(errno)));
}

}  // namespace examples
