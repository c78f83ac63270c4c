// Native tuning: constants that trade memory for speed, and never decide
// whether a structure is right. The model makes them as small as they go.
#ifndef ACQREL_ATOMICS_NATIVE_TUNING_H_
#define ACQREL_ATOMICS_NATIVE_TUNING_H_

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace acqrel {

struct tuning {
  // Retired objects that a thread keeps before it looks which are free to go.
  // A scan costs a membarrier: microseconds when other processors are busy, so
  // more objects for each scan are cheaper, and hold more memory.
  static constexpr std::size_t scan_threshold = 256;
  // Hash buckets of a scan (a power of two).
  static constexpr std::size_t scan_buckets = 64;
  // Hazard pointers that a thread keeps for reuse.
  static constexpr std::size_t cached_hazards = 8;
  // Pauses before a spinning thread gives its processor away.
  static constexpr int spin_limit = 64;
  // Cells in which a push may meet a pop; a power of two.
  static constexpr std::size_t elimination_cells = 4;
  // Pauses that an offered push waits to be taken.
  static constexpr int elimination_patience = 32;
  // Cells of a segment of an unbounded queue: about 16 KiB, and not too few.
  static constexpr std::size_t most_segment_cells(
      std::size_t cell_size) noexcept {
    return std::max(std::bit_floor(std::size_t{16384} / cell_size),
                    std::size_t{64});
  }
  static constexpr std::size_t segment_cells(std::size_t cell_size) noexcept {
    return most_segment_cells(cell_size);
  }
  // Retired segments that a thread keeps before it looks which are free to go.
  static constexpr std::size_t segment_scan_threshold = 1;
  // Pauses that a pop waits for a push that has drawn the same cell.
  static constexpr int push_patience = 64;
  // Shards of a counter; a power of two.
  static constexpr std::size_t counter_shards = 16;
  // An event count whose waiters need a heavy fence each so often, measured
  // over so many, uses seq_cst fences from then on. A heavy fence costs a
  // microsecond and interrupts each running thread of the process.
  static constexpr std::uint32_t heavy_fences_at_a_time = 256;
  static constexpr std::chrono::nanoseconds heavy_fence_interval{20000};
};

// A number below n, to spread threads over places. Not for statistics.
inline std::uint32_t choose(std::uint32_t n) noexcept {
  // Marsaglia, "Xorshift RNGs", 2003. The address tells threads apart.
  static thread_local std::uint32_t state = 0;
  if (state == 0) {
    state = static_cast<std::uint32_t>(
                reinterpret_cast<std::uintptr_t>(&state) >> 4) |
            1u;
  }
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return static_cast<std::uint32_t>((std::uint64_t{state} * n) >> 32);
}

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_TUNING_H_
