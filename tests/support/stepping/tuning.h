// Tuning for the stepping backend: as small as the constants go, so that every
// pop retires, scans and reclaims, every push that fails holds its node out, and
// every other one needs a segment.
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_TUNING_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_TUNING_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace acqrel {

struct tuning {
  static constexpr std::size_t scan_threshold = 1;
  static constexpr std::size_t scan_buckets = 1;
  static constexpr std::size_t cached_hazards = 2;
  static constexpr int spin_limit = 0;
  static constexpr std::size_t elimination_cells = 1;
  static constexpr int elimination_patience = 2;
  static constexpr std::size_t most_segment_cells(std::size_t) noexcept {
    return 2;
  }
  static constexpr std::size_t segment_cells(std::size_t) noexcept { return 2; }
  static constexpr std::size_t counter_shards = 2;
  static constexpr std::uint32_t heavy_fences_at_a_time = 1;
  // Any two in a row are too often: every event count changes its fences.
  static constexpr std::chrono::nanoseconds heavy_fence_interval =
      std::chrono::hours(1);
};

// The same each time, so that a run can be repeated.
inline std::uint32_t choose(std::uint32_t) noexcept { return 0; }

}  // namespace acqrel

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_TUNING_H_
