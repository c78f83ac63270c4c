// Queues whose threads sleep while they wait, under a mutex: what one would
// write without acqrel, with the names of acqrel's interface.
//
//   cv_queue         std::mutex and two std::condition_variable
//   condition_queue  absl::Mutex, which wakes whoever's condition holds
//
//   Concurrency   any thread may push, pop or close
//   Progress      blocking
//   Linearizable  between lock and unlock of the mutex
//
// Container is a std::deque, for a queue without a bound, or a fixed_deque.
// They are as good as the mutex allows: as in mutex_equivalents.h; and a thread
// is woken after the mutex is unlocked, and only if one waits.
#ifndef ACQREL_BENCH_WAITING_EQUIVALENTS_H_
#define ACQREL_BENCH_WAITING_EQUIVALENTS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/bench/mutex_equivalents.h"

namespace acqrel::bench {

template <class Container>
concept bounded = requires(const Container& container) {
  container.capacity();
};

template <class Container>
bool has_room(const Container& container) {
  if constexpr (bounded<Container>) {
    return container.size() < container.capacity();
  } else {
    return true;
  }
}

template <class T, class Container>
class alignas(cache_line_size) cv_queue {
 public:
  cv_queue() requires(!bounded<Container>) = default;
  explicit cv_queue(std::size_t capacity) requires bounded<Container>
      : elements_(capacity) {}

  // False: closed, and the argument is as it was.
  bool push(T&& value) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || has_room(elements_); });
    if (closed_) return false;
    elements_.emplace_back(std::move(value));
    const bool wake = can_pop_.waiting > 0;
    lock.unlock();
    if (wake) can_pop_.variable.notify_one();
    return true;
  }
  // Nothing: closed and drained.
  [[nodiscard]] std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    can_pop_.wait(lock, [this] { return closed_ || !elements_.empty(); });
    if (elements_.empty()) return std::nullopt;
    std::optional<T> element(std::move(elements_.front()));
    elements_.pop_front();
    const bool wake = room_.waiting > 0;
    lock.unlock();
    if (wake) room_.variable.notify_one();
    return element;
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    can_pop_.variable.notify_all();
    room_.variable.notify_all();
  }

 private:
  struct condition {
    template <class Predicate>
    void wait(std::unique_lock<std::mutex>& lock, const Predicate& predicate) {
      if (predicate()) return;
      ++waiting;
      variable.wait(lock, predicate);
      --waiting;
    }

    std::condition_variable variable;
    int waiting = 0;  // guarded by mutex_
  };

  std::mutex mutex_;
  bool closed_ = false;  // guarded by mutex_
  Container elements_;   // guarded by mutex_
  condition can_pop_;
  condition room_;
};

// The mutex itself looks for a thread whose condition holds, at each unlock.
template <class T, class Container>
class alignas(cache_line_size) condition_queue {
 public:
  condition_queue() requires(!bounded<Container>) = default;
  explicit condition_queue(std::size_t capacity) requires bounded<Container>
      : elements_(capacity) {}

  bool push(T&& value) {
    const absl::MutexLock lock(
        &mutex_, absl::Condition(this, &condition_queue::can_push));
    if (closed_) return false;
    elements_.emplace_back(std::move(value));
    return true;
  }
  [[nodiscard]] std::optional<T> pop() {
    const absl::MutexLock lock(
        &mutex_, absl::Condition(this, &condition_queue::can_pop));
    if (elements_.empty()) return std::nullopt;
    std::optional<T> element(std::move(elements_.front()));
    elements_.pop_front();
    return element;
  }
  void close() {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

 private:
  bool can_push() const { return closed_ || has_room(elements_); }
  bool can_pop() const { return closed_ || !elements_.empty(); }

  absl::Mutex mutex_;
  bool closed_ = false;  // guarded by mutex_
  Container elements_;   // guarded by mutex_
};

template <class T>
using cv_deque = cv_queue<T, std::deque<T>>;
template <class T>
using cv_ring = cv_queue<T, fixed_deque<T>>;
template <class T>
using condition_deque = condition_queue<T, std::deque<T>>;
template <class T>
using condition_ring = condition_queue<T, fixed_deque<T>>;

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_WAITING_EQUIVALENTS_H_
