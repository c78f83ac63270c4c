// Queues in which a thread that stands still holds up the others.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_WAITING_QUEUES_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_WAITING_QUEUES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::seeded {

class spinning_lock {
 public:
  void lock() {
    while (locked_.exchange(true, acquire)) retry();
  }
  void unlock() { locked_.store(false, release); }

 private:
  atomic<bool> locked_{false};
};

class sleeping_lock {
 public:
  void lock() {
    while (locked_.exchange(1, acquire) != 0) {
      wait_on_address(locked_, 1);
      retry();
    }
  }
  void unlock() {
    locked_.store(0, release);
    wake_all(locked_);
  }

 private:
  atomic<std::uint32_t> locked_{0};
};

template <class T, class Lock>
class locked_queue {
 public:
  conqueue_status try_push(T&& value) {
    lock_.lock();
    elements_.push_back(std::move(value));
    lock_.unlock();
    return conqueue_status::success;
  }
  pop_result<T> try_pop() {
    std::optional<T> first;
    lock_.lock();
    if (!elements_.empty()) {
      first.emplace(std::move(elements_.front()));
      elements_.pop_front();
    }
    lock_.unlock();
    if (!first) return conqueue_status::empty;
    return pop_result<T>(std::move(*first));
  }

 private:
  Lock lock_;
  std::deque<T> elements_;
};

// As M. Michael's and M. Scott's, but a push that finds tail_ behind leaves it
// to whoever has linked that node. Nodes live as long as the queue.
template <class T>
class queue_that_does_not_help {
 public:
  queue_that_does_not_help() : first_(new node(T(0))) {
    head_.store(first_, relaxed);
    tail_.store(first_, relaxed);
  }
  ~queue_that_does_not_help() {
    for (node* n = first_; n != nullptr;) {
      delete std::exchange(n, n->next.load(relaxed));
    }
  }

  conqueue_status try_push(T&& value) {
    node* const fresh = new node(std::move(value));
    for (;;) {
      node* const tail = tail_.load(acquire);
      node* last = nullptr;
      if (tail->next.compare_exchange_strong(last, fresh, release, relaxed)) {
        tail_.store(fresh, release);
        return conqueue_status::success;
      }
      retry();  // and not: tail_.compare_exchange_strong(tail, last, ...)
    }
  }
  pop_result<T> try_pop() {
    node* head = head_.load(acquire);
    for (;;) {
      node* const next = head->next.load(acquire);
      if (next == nullptr) return conqueue_status::empty;
      if (head_.compare_exchange_weak(head, next, acq_rel, acquire)) {
        return pop_result<T>(std::move(next->value));
      }
      retry();
    }
  }

 private:
  struct node {
    explicit node(T&& v) : value(std::move(v)) {}
    T value;
    atomic<node*> next{nullptr};
  };

  node* const first_;
  atomic<node*> head_{nullptr};
  atomic<node*> tail_{nullptr};
};

// Takes a place and fills it later; a place not filled yet is called the end.
template <class T>
class queue_that_calls_busy_empty {
 public:
  conqueue_status try_push(T&& value) {
    cell& mine = cells_[tail_.fetch_add(1, relaxed)];
    mine.element.emplace(std::move(value));
    mine.filled.store(true, release);
    return conqueue_status::success;
  }
  pop_result<T> try_pop() {
    std::size_t head = head_.load(relaxed);
    do {
      if (!cells_[head].filled.load(acquire)) return conqueue_status::empty;
    } while (!head_.compare_exchange_weak(head, head + 1, relaxed, relaxed));
    return pop_result<T>(std::move(*cells_[head].element));
  }

 private:
  struct cell {
    atomic<bool> filled{false};
    std::optional<T> element;
  };

  std::array<cell, 100> cells_;
  atomic<std::size_t> head_{0};
  atomic<std::size_t> tail_{0};
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_WAITING_QUEUES_H_
