// The structures again, each a standard container under a mutex: what one
// would write without acqrel, with acqrel's interface.
//
//   mutex_stack  a vector      against treiber_stack
//   mutex_queue  a deque       against the unbounded queues
//   mutex_ring   a fixed ring  against the bounded queues
//
//   Concurrency   any thread may push or pop
//   Progress      blocking
//   Linearizable  between lock and unlock of the mutex
//
// They are as good as the mutex allows: an element is built and copied before
// the mutex is locked and only moved while it is held, the vector and the ring
// have their memory beforehand, and the mutex shares its cache lines with what
// it guards and with nothing else.
//
// Mutex is any type with lock() and unlock(), such as std::mutex.
#ifndef ACQREL_BENCH_MUTEX_EQUIVALENTS_H_
#define ACQREL_BENCH_MUTEX_EQUIVALENTS_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::bench {

template <class T, class Mutex = std::mutex>
class alignas(cache_line_size) mutex_stack {
 public:
  explicit mutex_stack(std::size_t reserved = 0) {
    elements_.reserve(reserved);
  }

  conqueue_status try_push(const T& value) { return try_push(T(value)); }
  conqueue_status try_push(T&& value) {
    const std::lock_guard lock(mutex_);
    elements_.push_back(std::move(value));
    return conqueue_status::success;
  }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    return try_push(T(std::forward<Args>(args)...));
  }

  [[nodiscard]] pop_result<T> try_pop() {
    const std::lock_guard lock(mutex_);
    if (elements_.empty()) return conqueue_status::empty;
    pop_result<T> element(std::move(elements_.back()));
    elements_.pop_back();
    return element;
  }

 private:
  Mutex mutex_;
  std::vector<T> elements_;  // guarded by mutex_
};

template <class T, class Mutex = std::mutex>
class alignas(cache_line_size) mutex_queue {
 public:
  conqueue_status try_push(const T& value) { return try_push(T(value)); }
  conqueue_status try_push(T&& value) {
    const std::lock_guard lock(mutex_);
    elements_.push_back(std::move(value));
    return conqueue_status::success;
  }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    return try_push(T(std::forward<Args>(args)...));
  }

  [[nodiscard]] pop_result<T> try_pop() {
    const std::lock_guard lock(mutex_);
    if (elements_.empty()) return conqueue_status::empty;
    pop_result<T> element(std::move(elements_.front()));
    elements_.pop_front();
    return element;
  }

 private:
  Mutex mutex_;
  std::deque<T> elements_;  // guarded by mutex_
};

// A deque that allocates once, and holds no more than that. As with a deque,
// front() and pop_front() need an element, and emplace_back() needs room.
template <class T>
class fixed_deque {
 public:
  explicit fixed_deque(std::size_t capacity)
      : capacity_(capacity), slots_(std::make_unique<slot<T>[]>(capacity)) {
    if (capacity == 0) {
      throw std::invalid_argument("fixed_deque: the capacity must not be 0");
    }
  }
  fixed_deque(const fixed_deque&) = delete;
  fixed_deque& operator=(const fixed_deque&) = delete;
  ~fixed_deque() {
    while (!empty()) pop_front();
  }

  std::size_t capacity() const { return capacity_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  T& front() { return slots_[first_].get(); }
  template <class... Args>
  void emplace_back(Args&&... args) {
    const std::size_t to_the_end = capacity_ - first_;
    slots_[size_ < to_the_end ? first_ + size_ : size_ - to_the_end].construct(
        std::forward<Args>(args)...);
    ++size_;
  }
  void pop_front() {
    slots_[first_].destroy();
    if (++first_ == capacity_) first_ = 0;
    --size_;
  }

 private:
  const std::size_t capacity_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;  // elements live in size_ slots from first_ on
  const std::unique_ptr<slot<T>[]> slots_;
};

template <class T, class Mutex = std::mutex>
class alignas(cache_line_size) mutex_ring {
 public:
  explicit mutex_ring(std::size_t capacity) : elements_(capacity) {}

  std::size_t capacity() const { return elements_.capacity(); }

  // On refusal the argument holds its old value.
  conqueue_status try_push(const T& value) {
    T copy(value);
    return try_push(std::move(copy));
  }
  conqueue_status try_push(T&& value) {
    const std::lock_guard lock(mutex_);
    if (elements_.size() == capacity()) return conqueue_status::full;
    elements_.emplace_back(std::move(value));
    return conqueue_status::success;
  }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    return try_push(T(std::forward<Args>(args)...));
  }

  [[nodiscard]] pop_result<T> try_pop() {
    const std::lock_guard lock(mutex_);
    if (elements_.empty()) return conqueue_status::empty;
    pop_result<T> element(std::move(elements_.front()));
    elements_.pop_front();
    return element;
  }

  // How many were moved: at most n, under one lock.
  template <class Iterator>
  std::size_t try_push_n(Iterator first, std::size_t n) {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::min(n, capacity() - elements_.size());
    for (std::size_t i = 0; i < count; ++i, ++first) {
      elements_.emplace_back(std::move(*first));
    }
    return count;
  }
  template <class Iterator>
  std::size_t try_pop_n(Iterator out, std::size_t n) {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::min(n, elements_.size());
    for (std::size_t i = 0; i < count; ++i, ++out, elements_.pop_front()) {
      *out = std::move(elements_.front());
    }
    return count;
  }

 private:
  Mutex mutex_;
  fixed_deque<T> elements_;  // guarded by mutex_
};

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_MUTEX_EQUIVALENTS_H_
