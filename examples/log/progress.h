// A progress bar on a terminal; on anything else, nothing.

#ifndef ACQREL_EXAMPLES_LOG_PROGRESS_H_
#define ACQREL_EXAMPLES_LOG_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace examples {

class progress_bar {
 public:
  // Draws on standard error. The bar is full when all the logs are read; their
  // sizes must be known, or else there are only figures.
  explicit progress_bar(std::span<const std::string> logs);

  void show(std::uint64_t bytes_read);
  void erase();

 private:
  using clock = std::chrono::steady_clock;

  const bool on_terminal_;
  std::uint64_t total_ = 0;  // 0: not known
  std::uint64_t bytes_read_ = 0;
  bool drawn_ = false;
  const clock::time_point start_ = clock::now();
  clock::time_point next_ = start_;
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_PROGRESS_H_
