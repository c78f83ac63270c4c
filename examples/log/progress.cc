#include "acqrel/examples/log/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "absl/strings/str_format.h"

namespace examples {
namespace {

// The sum of the sizes, or 0 when one of the logs has none (a pipe, say).
std::uint64_t total_size(std::span<const std::string> logs) {
  std::uint64_t total = 0;
  for (const std::string& log : logs) {
    struct stat status = {};
    const int result =
        log == "-" ? fstat(STDIN_FILENO, &status) : stat(log.c_str(), &status);
    if (result != 0) continue;  // will not be read
    if (!S_ISREG(status.st_mode)) return 0;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

}  // namespace

progress_bar::progress_bar(std::span<const std::string> logs)
    : on_terminal_(isatty(STDERR_FILENO) != 0) {
  if (on_terminal_) total_ = total_size(logs);
}

void progress_bar::show(std::uint64_t bytes_read) {
  if (!on_terminal_) return;
  // Batches overtake each other.
  bytes_read_ = std::max(bytes_read_, bytes_read);
  const clock::time_point now = clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);

  const std::chrono::duration<double> elapsed = now - start_;
  const double megabytes = static_cast<double>(bytes_read_) / 1e6;
  std::string line;
  if (total_ > 0) {
    constexpr std::size_t width = 40;
    const double part = std::min(
        1.0, static_cast<double>(bytes_read_) / static_cast<double>(total_));
    const auto full = static_cast<std::size_t>(part * width);
    line = absl::StrFormat("[%s%s] %3.0f%%  ", std::string(full, '#'),
                           std::string(width - full, ' '), part * 100);
  }
  absl::StrAppendFormat(&line, "%.0f MB  %.0f MB/s", megabytes,
                        megabytes / elapsed.count());
  absl::FPrintF(stderr, "\r%s\x1b[K", line);
  drawn_ = true;
}

void progress_bar::erase() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

}  // namespace examples
