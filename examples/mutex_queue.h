// The queue to compare with: what the pipeline needs of a queue, over a mutex, a
// condition variable and a deque.

#ifndef ACQREL_EXAMPLES_MUTEX_QUEUE_H_
#define ACQREL_EXAMPLES_MUTEX_QUEUE_H_

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "acqrel/structures/counted.h"

namespace examples {

template <class T>
class mutex_queue {
 public:
  explicit mutex_queue(
      std::size_t capacity = std::numeric_limits<std::size_t>::max())
      : capacity_(capacity) {}

  // Producers never wait: a bounded queue must have room for the element.
  void push(T value) {
    {
      const std::lock_guard lock(mutex_);
      if (elements_.size() == capacity_) {
        throw std::length_error("mutex_queue: push found the queue full");
      }
      elements_.push_back(std::move(value));
      ++statistics_.pushed;
      statistics_.high_water =
          std::max<std::uint64_t>(statistics_.high_water, elements_.size());
    }
    changed_.notify_one();  // after the unlock: who wakes need not wait again
  }

  // The producers have ended: every push happens before this call.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  // The next element, or nothing when the queue is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    while (elements_.empty()) {
      if (closed_) return std::nullopt;
      ++statistics_.waited;
      changed_.wait(lock);
    }
    std::optional<T> element(std::move(elements_.front()));
    elements_.pop_front();
    ++statistics_.popped;
    return element;
  }

  acqrel::queue_statistics statistics() const {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // an element came, or the end
  std::deque<T> elements_;           // guarded by mutex_, as are the next two
  bool closed_ = false;
  acqrel::queue_statistics statistics_;
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_MUTEX_QUEUE_H_
