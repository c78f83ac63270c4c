// A queue of the library that counts what it does.

#ifndef ACQREL_EXAMPLES_COUNTED_QUEUE_H_
#define ACQREL_EXAMPLES_COUNTED_QUEUE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/counter.h"
#include "acqrel/examples/queue_figures.h"
#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"

namespace examples {

template <acqrel::concurrent_queue Queue>
class counted_queue {
 public:
  using value_type = typename Queue::value_type;

  // The arguments are Queue's, for a ring its capacity.
  template <class... Args>
  explicit counted_queue(Args&&... args)
      : queue_(std::forward<Args>(args)...) {}

  // The queue is not closed yet.
  void push(value_type element) {
    // An element counts from before its push until after its pop.
    // relaxed: counter
    const std::int64_t size = size_.fetch_add(1, acqrel::relaxed) + 1;
    high_water_.fetch_max(size, acqrel::relaxed);  // relaxed: counter
    queue_.push(std::move(element));
    pushed_.add();
  }

  void close() { queue_.close(); }

  // The next element; waits for it. Nothing when the queue is closed and empty.
  std::optional<value_type> pop() {
    acqrel::pop_result<value_type> ready = queue_.try_pop();
    std::optional<value_type> element;
    if (ready) {
      element = *std::move(ready);
    } else if (ready.error() != acqrel::conqueue_status::closed) {
      slept_.add();
      element = queue_.pop();
    }
    if (element) {
      size_.fetch_sub(1, acqrel::relaxed);  // relaxed: counter
      popped_.add();
    }
    return element;
  }

  // Exact once the threads that pushed and popped have been joined.
  queue_figures figures() const {
    return {.pushed = pushed_.value(),
            .popped = popped_.value(),
            .slept = slept_.value(),
            // relaxed: counter
            .high_water = high_water_.load(acqrel::relaxed)};
  }

 private:
  Queue queue_;
  acqrel::atomic_int64_t size_{0};
  acqrel::atomic_int64_t high_water_{0};
  acqrel::counter pushed_;
  acqrel::counter popped_;
  acqrel::counter slept_;
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_COUNTED_QUEUE_H_
