// The model's tuning: as small as the constants go, so that a small client
// reaches what needs many operations natively.
#ifndef ACQREL_MODEL_BACKEND_TUNING_H_
#define ACQREL_MODEL_BACKEND_TUNING_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "acqrel/model/engine/runtime.h"

namespace acqrel {

struct tuning {
  // Most executions differ in their scans alone. So that a larger client can be
  // explored, a test may set this to more than there are retirements (not while
  // a check runs).
  static inline std::size_t scan_threshold = 1;
  static constexpr std::size_t scan_buckets = 1;
  static constexpr std::size_t cached_hazards = 2;
  static constexpr int spin_limit = 0;
  static constexpr std::size_t elimination_cells = 1;
  static constexpr int elimination_patience = 1;
  // A test may set this to any number from 1 to the next (not while a check
  // runs).
  static inline std::size_t cells_of_a_segment = 2;
  static constexpr std::size_t most_segment_cells(std::size_t) noexcept {
    return 2;
  }
  static std::size_t segment_cells(std::size_t) noexcept {
    return cells_of_a_segment;
  }
  // As scan_threshold.
  static inline std::size_t segment_scan_threshold = 1;
  static constexpr int push_patience = 0;
  static constexpr std::size_t counter_shards = 2;
  // Time stands still, so the second measurement finds too many. A test may set
  // this to 1, so that an event count changes its fences.
  static inline std::uint32_t heavy_fences_at_a_time = 1000;
  static constexpr std::chrono::nanoseconds heavy_fence_interval{1};
};

// Each number below n, in executions of its own.
inline std::uint32_t choose(
    std::uint32_t n,
    model::internal::place here = model::internal::place::current()) noexcept {
  return model::internal::choose_below(n, here);
}

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_TUNING_H_
