// Unbounded queues with one consumer, with seeded bugs. Each holds its own
// window open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPSC_QUEUES_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPSC_QUEUES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

enum class mpsc_queue_bug {
  // A cell that is claimed and not filled is called "empty", also by a thread
  // that knows of elements behind it.
  calls_busy_empty,
  // The flag stands apart from the tail: a push that has seen it open may be
  // accepted after a pop has seen it closed and empty.
  closes_beside,
  // The index stands in the segment: a push that has read the tail may come to
  // a segment that the consumer has left.
  claims_in_two_steps,
  // The consumer goes on to the next segment when it finds nothing more in its
  // own; a cell of that may have been claimed.
  leaves_too_early,
};

// Segments of few cells. They live as long as the queue, but for the bug that
// is about that.
template <class T, mpsc_queue_bug Bug>
class broken_mpsc_queue {
 public:
  ~broken_mpsc_queue() {
    while (first_ != nullptr) delete std::exchange(first_, first_->next.load());
  }

  conqueue_status try_push(T&& value) {
    if (closed_.load()) return conqueue_status::closed;
    const std::uint64_t push = ++pushes_;
    if (Bug == mpsc_queue_bug::closes_beside && push % 16 == 0) {
      // The window: until it is closed, now and then.
      hold_open_until([&] { return drained_ > 0; });
    }
    for (;;) {
      segment* tail = tail_.load();
      if (Bug == mpsc_queue_bug::claims_in_two_steps && push % 16 == 0) {
        // The window: until the consumer has left some segment, now and then.
        hold_open_until([&, left = left_.load()] { return left_ > left + 1; });
      }
      const std::size_t index = tail->claimed.fetch_add(1);
      if (index < size) {
        if (Bug == mpsc_queue_bug::calls_busy_empty && push % 4 == 0) {
          // The window: until a pop or two have missed what came behind.
          hold_open_until(
              [&, missed = missed_.load()] { return missed_ > missed + 1; });
        }
        if (Bug == mpsc_queue_bug::leaves_too_early && push % 64 == 0) {
          // The window: until other pushes are through, now and then.
          hold_open_until([&] { return pushes_ > push + 2 * size; });
        }
        tail->cells[index].element.emplace(std::move(value));
        tail->cells[index].held.store(true, std::memory_order_release);
        return conqueue_status::success;
      }
      segment* next = tail->next.load();
      if (next == nullptr) {
        auto* const fresh = new segment;
        if (tail->next.compare_exchange_strong(next, fresh)) {
          next = fresh;
        } else {
          delete fresh;
        }
      }
      tail_.compare_exchange_strong(tail, next);
    }
  }
  conqueue_status try_push(const T& value) { return try_push(T(value)); }

  pop_result<T> try_pop() {
    const bool closed = closed_.load();
    for (;;) {
      const bool claimed = index_ < at_->claimed.load();
      if (index_ < size && at_->cells[index_].held.load()) {
        return pop_result<T>(*std::move(at_->cells[index_++].element));
      }
      segment* const next = at_->next.load();
      if (next != nullptr &&
          (index_ == size || Bug == mpsc_queue_bug::leaves_too_early)) {
        segment* const left = std::exchange(at_, next);
        index_ = 0;
        if (Bug == mpsc_queue_bug::claims_in_two_steps) {
          first_ = next;
          delete left;
        }
        ++left_;
        continue;
      }
      if (index_ < size && claimed) {
        if (index_ + 1 < size && at_->cells[index_ + 1].held.load()) ++missed_;
        return Bug == mpsc_queue_bug::calls_busy_empty ? conqueue_status::empty
                                                       : conqueue_status::busy;
      }
      if (closed) ++drained_;
      return closed ? conqueue_status::closed : conqueue_status::empty;
    }
  }

  void close() { closed_.store(true); }

 private:
  static constexpr std::size_t size = 4;
  struct cell {
    std::atomic<bool> held = false;
    std::optional<T> element;
  };
  struct segment {
    std::atomic<std::size_t> claimed = 0;
    std::array<cell, size> cells;
    std::atomic<segment*> next = nullptr;
  };

  segment* first_ = new segment;
  std::atomic<segment*> tail_ = first_;
  segment* at_ = first_;
  std::size_t index_ = 0;
  std::atomic<bool> closed_ = false;
  std::atomic<std::uint64_t> pushes_ = 0;
  std::atomic<std::uint64_t> left_ = 0;
  std::atomic<std::uint64_t> missed_ = 0;
  std::atomic<std::uint64_t> drained_ = 0;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPSC_QUEUES_H_
