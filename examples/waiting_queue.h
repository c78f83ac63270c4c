// A lock-free queue whose consumers sleep while it is empty.
//
//   Concurrency   that of Queue, for push and pop
//   Progress      push: that of Queue, and one look for sleepers;
//                 pop: waits for an element or for the end
//   Algorithm     an event count of one word, which counts the pushes
//
// Invariants
//   I1  epoch_ changes after an element was pushed and after the end was
//       announced, and at no other time.
//   I2  epoch_ is odd from close() on; a push adds two and keeps it so.
// Not invariants
//   A consumer that was woken need not find an element: another one, which did
//   not sleep, may have taken it.
// Edges
//   [push.announce] -> [pop.look]   the element, before the epoch that counts
//                                   it
//   [close.announce] -> [pop.look]  all elements, before the end
//
// No wake-up is lost, and no flag says who sleeps. pop() reads the epoch, tries
// to pop, and sleeps only as long as the epoch is the one that it read. A push
// before that read is one that the pop sees; a push after it changes the epoch,
// and ends the sleep or keeps it from starting. (Only 2^31 pushes between the
// two would look like none.)

#ifndef ACQREL_EXAMPLES_WAITING_QUEUE_H_
#define ACQREL_EXAMPLES_WAITING_QUEUE_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/counter.h"
#include "acqrel/examples/queue_figures.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/michael_scott_queue.h"

namespace examples {

template <class T, class Queue = acqrel::michael_scott_queue<T>>
class waiting_queue {
 public:
  // The arguments are Queue's, for a ring its capacity.
  template <class... Args>
  explicit waiting_queue(Args&&... args)
      : queue_(std::forward<Args>(args)...) {}

  // Producers never wait: a bounded queue must have room for the element.
  void push(T value) {
    if (queue_.try_push(std::move(value)) != acqrel::conqueue_status::success) {
      throw std::length_error("waiting_queue: push found the queue full");
    }
    pushed_.add();
    // relaxed: counter
    const std::int64_t size = size_.fetch_add(1, acqrel::relaxed) + 1;
    high_water_.fetch_max(size, acqrel::relaxed);  // relaxed: counter
    // [push.announce] release: pairs with [pop.look]. Who sees this epoch sees
    // the element.
    epoch_.fetch_add(one_push, acqrel::release);
    epoch_.notify_one();
  }

  // The producers have ended: every push happens before this call.
  void close() {
    // [close.announce] release: pairs with [pop.look]. Who sees the end sees
    // every element that was pushed before it.
    epoch_.fetch_or(closed, acqrel::release);
    epoch_.notify_all();
  }

  // The next element, or nothing when the queue is closed and empty.
  std::optional<T> pop() {
    for (;;) {
      // Waits for [push.announce] or [close.announce].
      // [pop.look] acquire: pairs with [push.announce] and [close.announce].
      // What this epoch counts, the try_pop below can see.
      const std::uint32_t seen = epoch_.load(acqrel::acquire);
      if (auto element = queue_.try_pop()) {
        popped_.add();
        size_.fetch_sub(1, acqrel::relaxed);  // relaxed: counter
        return std::move(*element);
      }
      if ((seen & closed) != 0) return std::nullopt;
      slept_.add();
      // relaxed: guess ([pop.look] reads the epoch again)
      epoch_.wait(seen, acqrel::relaxed);
    }
  }

  // Exact once the threads that pushed and popped have been joined. Elements
  // are counted after they were pushed, so the high-water mark may miss one
  // that a consumer took at once.
  queue_figures figures() const {
    return {.pushed = pushed_.value(),
            .popped = popped_.value(),
            .slept = slept_.value(),
            // relaxed: counter
            .high_water = high_water_.load(acqrel::relaxed)};
  }

 private:
  static constexpr std::uint32_t closed = 1;
  static constexpr std::uint32_t one_push = 2;

  Queue queue_;
  acqrel::atomic_uint32_t epoch_{0};  // I1, I2
  acqrel::atomic_int64_t size_{0};
  acqrel::atomic_int64_t high_water_{0};
  acqrel::counter pushed_;
  acqrel::counter popped_;
  acqrel::counter slept_;
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_WAITING_QUEUE_H_
