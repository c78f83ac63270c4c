// A queue that counts what it does. Whoever does not ask for it pays nothing:
// the queue itself has no counters.
//
//   counted<mpmc_ring<job>> jobs(1024);
//   ...
//   queue_statistics seen = jobs.statistics();  // any thread, at any time
//
//   Concurrency   that of Queue
//   Progress      try_push, try_emplace, try_push_n, try_pop, try_pop_n, close,
//                 is_closed, size_hint, empty_hint, capacity: as those of the
//                 queue. statistics: wait-free
//   Waiting       push and pop in all their forms, by internal/waiting.h
//   Linearizable  as Queue, at Queue's points; statistics are exact when nobody
//                 else is there, and otherwise miss the calls in flight
//   Reclamation   that of Queue
//   Complexity    a push: two relaxed read-modify-writes more, a pop: one
//   Throws        what Queue throws
//   Algorithm     relaxed counters; D. Dice, Y. Lev and M. Moir, "Scalable
//                 Statistics Counters", SPAA 2013, say what to do when that
//                 becomes too slow
//
// Invariants
//   I1  Each element is counted once when its push has succeeded, and once when
//       its pop has.
// Not invariants
//   popped <= pushed: a pop may be counted before the push of its element.
#ifndef ACQREL_STRUCTURES_COUNTED_H_
#define ACQREL_STRUCTURES_COUNTED_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

// owner-only: whoever holds the object.
struct queue_statistics {
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;
  std::uint64_t waited = 0;      // pushes and pops that could not go on at once
  std::uint64_t high_water = 0;  // the most elements that it held
};

template <concurrent_queue Queue>
class counted;

namespace internal {

template <class Queue>
using counted_base = std::conditional_t<
    bounded_concurrent_queue<Queue>,
    bounded_queue<counted<Queue>, typename Queue::value_type>,
    unbounded_queue<counted<Queue>, typename Queue::value_type>>;

template <class Queue>
struct counted_traits {};
template <never_busy Queue>
struct counted_traits<Queue> {
  using never_busy = void;
};

}  // namespace internal

template <concurrent_queue Queue>
class counted : public internal::counted_base<Queue>,
                public internal::counted_traits<Queue> {
  using base = internal::counted_base<Queue>;

 public:
  using value_type = typename Queue::value_type;
  using base::try_pop_n;
  using base::try_push_n;

  // The arguments are Queue's.
  template <class... Args>
  requires std::constructible_from<Queue, Args...>
  explicit counted(Args&&... args) : queue_(std::forward<Args>(args)...) {}
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

  // LP(try_push), LP(try_push, full): as Queue.
  // LP(try_emplace), LP(try_emplace, full): as Queue.
  conqueue_status try_push(const value_type& value) {
    return count_pushed(queue_.try_push(value));
  }
  conqueue_status try_push(value_type&& value) {
    return count_pushed(queue_.try_push(std::move(value)));
  }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    return count_pushed(queue_.try_emplace(std::forward<Args>(args)...));
  }
  // LP(try_push_n): as Queue.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    return count_pushed(queue_.try_push_n(first, count));
  }

  // LP(try_pop), LP(try_pop, empty): as Queue.
  pop_result<value_type> try_pop() noexcept(noexcept(queue_.try_pop())) {
    pop_result<value_type> popped = queue_.try_pop();
    if (popped) count_popped(1);
    return popped;
  }
  // LP(try_pop_n): as Queue.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    const std::size_t popped = queue_.try_pop_n(out, count);
    count_popped(popped);
    return popped;
  }

  // LP(close): as Queue.
  void close() noexcept {
    queue_.close();
    this->wake_all();
  }
  // LP(is_closed): as Queue.
  [[nodiscard]] bool is_closed() const noexcept { return queue_.is_closed(); }
  [[nodiscard]] std::size_t capacity() const noexcept requires
      bounded_concurrent_queue<Queue> {
    return queue_.capacity();
  }
  [[nodiscard]] std::size_t size_hint() const { return queue_.size_hint(); }
  [[nodiscard]] bool empty_hint() const { return queue_.empty_hint(); }

  // LP(statistics): none; each figure is one of its own.
  [[nodiscard]] queue_statistics statistics() const noexcept {
    return {.pushed = pushed_.load(relaxed),           // relaxed: counter
            .popped = popped_.load(relaxed),           // relaxed: counter
            .waited = waited_.load(relaxed),           // relaxed: counter
            .high_water = high_water_.load(relaxed)};  // relaxed: counter
  }

 private:
  template <class, class>
  friend class internal::waiting_pops;
  template <class, class, class>
  friend class internal::waiting_pushes;

  conqueue_status count_pushed(conqueue_status status) noexcept {
    if (status == conqueue_status::success) (void)count_pushed(std::size_t{1});
    return status;
  }
  std::size_t count_pushed(std::size_t count) noexcept {
    if (count == 0) return 0;
    // relaxed: counter
    const std::uint64_t pushed = pushed_.fetch_add(count, relaxed) + count;
    // relaxed: counter
    const std::uint64_t popped = popped_.load(relaxed);
    // relaxed: counter
    if (pushed > popped) high_water_.fetch_max(pushed - popped, relaxed);
    this->pushed(count);
    return count;
  }
  void count_popped(std::size_t count) noexcept {
    if (count == 0) return;
    popped_.fetch_add(count, relaxed);  // relaxed: counter
    if constexpr (bounded_concurrent_queue<Queue>) this->popped(count);
  }
  // Called by internal/waiting.h.
  void count_wait() noexcept {
    waited_.fetch_add(1, relaxed);  // relaxed: counter
  }

  Queue queue_;
  alignas(cache_line_size) atomic<std::uint64_t> pushed_{0};  // I1
  atomic<std::uint64_t> high_water_{0};
  alignas(cache_line_size) atomic<std::uint64_t> popped_{0};  // I1
  atomic<std::uint64_t> waited_{0};
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_COUNTED_H_
