// Rings for many threads, with seeded bugs. Each holds its own window open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPMC_RINGS_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPMC_RINGS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

enum class mpmc_ring_bug {
  // As published in 2010: the mark "holds an element" is the next position's
  // "free". With capacity 1 both are of the same cell.
  has_one_mark_for_two,
  // "Not ready" is called "empty", also when an element was there all the time.
  calls_busy_empty,
  // The flag stands apart from the position: a push that has seen it open may
  // be accepted after a pop has seen it closed and empty.
  closes_beside,
};

// D. Vyukov's ring, with one of its steps as it must not be.
template <class T, mpmc_ring_bug Bug>
class broken_mpmc_ring {
 public:
  explicit broken_mpmc_ring(std::size_t capacity)
      : capacity_(capacity), cells_(new cell[capacity]) {
    for (std::size_t i = 0; i < capacity; ++i) cells_[i].mark.store(free_at(i));
  }

  conqueue_status try_push(T&& value) {
    if (closed_.load()) return conqueue_status::closed;
    std::uint64_t tail = tail_.load();
    for (;;) {
      cell& at = cells_[tail % capacity_];
      const std::uint64_t mark = at.mark.load(std::memory_order_acquire);
      if (mark == free_at(tail)) {
        if (Bug == mpmc_ring_bug::closes_beside) {
          // The window: until it is closed, now and then.
          if (++pushes_ % 16 == 0)
            hold_open_until([&] { return drained_ > 0; });
        }
        if (tail_.compare_exchange_weak(tail, tail + 1)) {
          if (Bug == mpmc_ring_bug::calls_busy_empty && ++pushes_ % 4 == 0) {
            // The window: until another push is through, now and then.
            hold_open_until([&] { return tail_.load() > tail + 1; });
          }
          at.element.emplace(std::move(value));
          at.mark.store(held_at(tail), std::memory_order_release);
          return conqueue_status::success;
        }
      } else if (const auto now = tail_.load(); now != tail) {
        tail = now;
      } else {
        return head_.load() + capacity_ == tail ? conqueue_status::full
                                                : conqueue_status::busy;
      }
    }
  }
  conqueue_status try_push(const T& value) { return try_push(T(value)); }

  pop_result<T> try_pop() {
    const bool closed = closed_.load();
    std::uint64_t head = head_.load();
    for (;;) {
      cell& at = cells_[head % capacity_];
      const std::uint64_t mark = at.mark.load(std::memory_order_acquire);
      if (mark == held_at(head)) {
        if (head_.compare_exchange_weak(head, head + 1)) {
          T value = at.element ? std::move(*at.element) : T(0);
          at.element.reset();
          at.mark.store(free_at(head + capacity_), std::memory_order_release);
          return pop_result<T>(std::move(value));
        }
      } else if (const auto now = head_.load(); now != head) {
        head = now;
      } else if (tail_.load() == head) {
        if (closed) ++drained_;
        return closed ? conqueue_status::closed : conqueue_status::empty;
      } else {
        return Bug == mpmc_ring_bug::calls_busy_empty ? conqueue_status::empty
                                                      : conqueue_status::busy;
      }
    }
  }

  void close() { closed_.store(true); }

 private:
  struct cell {
    std::atomic<std::uint64_t> mark;
    std::optional<T> element;
  };

  static constexpr std::uint64_t scale =
      Bug == mpmc_ring_bug::has_one_mark_for_two ? 1 : 2;
  static std::uint64_t free_at(std::uint64_t position) {
    return scale * position;
  }
  static std::uint64_t held_at(std::uint64_t position) {
    return scale * position + 1;
  }

  const std::size_t capacity_;
  const std::unique_ptr<cell[]> cells_;
  std::atomic<std::uint64_t> tail_ = 0;
  std::atomic<std::uint64_t> head_ = 0;
  std::atomic<bool> closed_ = false;
  std::atomic<std::uint64_t> pushes_ = 0;
  std::atomic<std::uint64_t> drained_ = 0;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_MPMC_RINGS_H_
