// Queues on cells that are used once, with seeded bugs. Each holds its own window
// open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_SEGMENT_QUEUES_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_SEGMENT_QUEUES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

enum class segment_queue_bug {
  // A pop that finds its cell empty goes on, and does not spoil it: the push
  // that fills it afterwards is lost.
  leaves_cells,
  // A pop says "closed" without sealing the queue: a push that had seen it open
  // succeeds later, and is lost.
  does_not_seal,
  // A pop compares its own count, read last, with an older one of the pushes.
  compares_old_counts,
};

// One segment of structures/mpmc_queue.h, long enough for a test, with one of
// its steps as it must not be.
template <class T, segment_queue_bug Bug>
class broken_segment_queue {
 public:
  conqueue_status try_push(T&& value) {
    if (closed_.load()) return conqueue_status::closed;
    // The windows: now and then, until a pop has gone past.
    const bool slow = calls_.fetch_add(1) % 16 == 0;
    if (Bug == segment_queue_bug::does_not_seal && slow) {
      hold_open_until([&] { return drained_.load(); });
    }
    for (;;) {
      const std::uint64_t i = pushes_.fetch_add(1);
      if (i >= length) return conqueue_status::closed;  // sealed
      if (Bug == segment_queue_bug::leaves_cells && slow) {
        hold_open_until([&] { return left_.load() > i; });
      }
      cell& mine = cells_[i];
      mine.element.emplace(std::move(value));
      if (mine.state.exchange(full) == empty) return conqueue_status::success;
      value = std::move(*mine.element);
    }
  }
  conqueue_status try_push(const T& value) { return try_push(T(value)); }

  pop_result<T> try_pop() {
    for (;;) {
      std::uint64_t end = pushes_.load();
      std::uint64_t drawn = pops_.load();
      if (Bug == segment_queue_bug::compares_old_counts) {
        // The window: until the queue has gone on, and is not empty.
        if (calls_.fetch_add(1) % 4 == 0) {
          hold_open_until([&] {
            drawn = pops_.load();
            return drawn > end && pushes_.load() > drawn;
          });
        }
      }
      if (drawn >= (end & ~sealed)) {
        if (!closed_.load()) return conqueue_status::empty;
        if ((end & sealed) != 0 || Bug == segment_queue_bug::does_not_seal) {
          drained_.store(true);
          return conqueue_status::closed;
        }
        pushes_.fetch_or(sealed);
        continue;
      }
      const std::uint64_t i = pops_.fetch_add(1);
      cell& mine = cells_[i];
      if (mine.state.load() != full) {
        if (Bug == segment_queue_bug::leaves_cells) {
          left_.store(i + 1);
          continue;
        }
        if (mine.state.exchange(spoilt) != full) continue;
      }
      return pop_result<T>(std::move(*mine.element));
    }
  }

  void close() { closed_.store(true); }

 private:
  enum cell_state { empty, full, spoilt };
  struct cell {
    std::atomic<cell_state> state = empty;
    std::optional<T> element;
  };
  static constexpr std::uint64_t length = 1 << 16;
  static constexpr std::uint64_t sealed = std::uint64_t{1} << 63;

  const std::unique_ptr<cell[]> cells_{new cell[length]};
  std::atomic<std::uint64_t> pushes_ = 0;
  std::atomic<std::uint64_t> pops_ = 0;
  std::atomic<bool> closed_ = false;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::uint64_t> left_ = 0;
  std::atomic<bool> drained_ = false;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_SEGMENT_QUEUES_H_
