// Rings with seeded bugs. Each holds its own window open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_RINGS_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_RINGS_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

enum class ring_bug {
  publishes_before_it_writes,
  frees_before_it_reads,
  says_full_too_early,
};

// Lamport's ring with one of its steps in the wrong place.
template <class T, ring_bug Bug>
class broken_ring {
 public:
  explicit broken_ring(std::size_t capacity) : slots_(capacity) {}

  conqueue_status try_push(T&& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t room =
        slots_.size() - (tail - head_.load(std::memory_order_acquire));
    if (room == 0) return conqueue_status::full;
    if (Bug == ring_bug::says_full_too_early && room == 1) {
      return conqueue_status::full;
    }
    if (Bug == ring_bug::publishes_before_it_writes) {
      tail_.store(tail + 1, std::memory_order_release);
      // The window: until the pop has looked into the slot.
      hold_open_until([&] { return head_.load() > tail; });
      slots_[tail % slots_.size()].emplace(std::move(value));
      return conqueue_status::success;
    }
    slots_[tail % slots_.size()].emplace(std::move(value));
    tail_.store(tail + 1, std::memory_order_release);
    return conqueue_status::success;
  }
  conqueue_status try_push(const T& value) { return try_push(T(value)); }

  pop_result<T> try_pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) {
      return conqueue_status::empty;
    }
    if (Bug == ring_bug::frees_before_it_reads) {
      head_.store(head + 1, std::memory_order_release);
      // The window: until a push has written over the slot.
      hold_open_until([&] { return tail_.load() > head + slots_.size(); });
      return take(head);
    }
    pop_result<T> value = take(head);
    head_.store(head + 1, std::memory_order_release);
    return value;
  }

 private:
  // What is in the slot; a value from nowhere if nothing is.
  pop_result<T> take(std::size_t position) {
    std::optional<T>& place = slots_[position % slots_.size()];
    T value = place ? std::move(*place) : T(0);
    place.reset();
    return pop_result<T>(std::move(value));
  }

  std::vector<std::optional<T>> slots_;
  std::atomic<std::size_t> head_ = 0;
  std::atomic<std::size_t> tail_ = 0;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_RINGS_H_
