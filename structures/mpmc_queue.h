// A first-in first-out queue without a bound, for any number of threads: the
// fast one.
//
//   mpmc_queue<job> jobs;
//   jobs.push(job{...});                        // any thread
//   while (auto next = jobs.pop()) run(*next);  // any thread; waits if empty
//   jobs.close();                               // no push any more
//
//   Concurrency   any thread may do anything
//   Progress      try_push, try_emplace, try_pop, try_push_n, try_pop_n:
//                 lock-free but for the allocator's share, which is one segment
//                 in so many pushes as it has cells, or none where one can be
//                 used again. A thread that is stopped keeps nobody waiting,
//                 since a pop that has drawn the same cell as a stopped push
//                 spoils the cell, after a moment, and the push draws another.
//                 close: wait-free, but for a system call if somebody waits.
//                 is_closed: wait-free. empty_hint, size_hint: lock-free
//   Waiting       pop in all its forms, by internal/waiting.h; no push waits
//   Linearizable  L1: at the points marked LP, "empty" and "closed" included.
//                 try_push_n and try_pop_n are so many pushes, or pops, one
//                 after the other
//   Reclamation   hazard pointers, one for each call in progress, in a domain
//                 of the queue's own. A segment that nobody reads any more is
//                 kept for reuse, if none is; otherwise it goes to the
//                 allocator. So a queue that is empty again holds two segments,
//                 and those that a call held when they were retired, until the
//                 thread that retired them retires another
//   Complexity    O(1): two read-modify-writes for a push, one for a pop, each
//                 wait-free in itself; n elements at once draw their cells in
//                 one
//   Throws        constructor: std::bad_alloc. try_push, try_emplace: what
//                 copying or constructing the element throws, and
//                 std::bad_alloc, for a new segment and at a thread's first;
//                 queue and argument are as before. try_pop, try_pop_n, hints:
//                 std::bad_alloc, at a thread's first; nothing is lost
//   Algorithm     A. Morrison and Y. Afek, "Fast Concurrent Queues for x86
//                 Processors", PPoPP 2013, as changed by P. Ramalhete and A.
//                 Correia, "FAAArrayQueue", 2016: cells that are used once, so
//                 that one fetch_add draws a cell. Here with elements in the
//                 cells, a pop that writes nothing to a cell that is filled,
//                 close, runs of cells, and segments that are used again
//
// Use it where there is no bound, and a thread that is stopped must not stop
// others. A thread alone is faster with a mutex and a deque, and mpmc_ring is
// faster for all: docs/benchmarks has the figures.
//
// Segments. Each has a number of cells, and counts those that pushes have drawn
// and those that pops have drawn, each by a fetch_add. Push and pop number i
// meet in cell i. The counts also go beyond the last cell: who draws no cell
// goes on to the next segment, or makes it.
//
//   head_ -> | drawn, or filled | -> | filled | -> | filled, or free | <- tail_
//
// Invariants
//   I1  The segments from head_ form a chain. A next that is not null never
//       changes. The last one's is null; or itself, once the queue is sealed.
//   I2  A cell is empty, and then full or spoilt. Who draws it as a push fills
//       it, unless it is spoilt already; then the element goes elsewhere.
//   I3  Who draws a cell as a pop takes its element, or spoils it.
//   I4  tail_ is never behind head_, and moves on before it does.
//   I5  head_ leaves a segment when all cells that a push may fill have been
//       drawn by pops. The thread that moves it retires the segment.
//   I6  A segment comes with its first cell full. So as many spoilt cells as a
//       segment has are made up for by a push that succeeds.
//   I7  closed_ is set once. The queue is sealed by pops, when they have found
//       it closed and empty: until then, a push that had seen it open may
//       succeed, and comes before the close.
// Not invariants
//   A push that has drawn a cell need not be the one that is popped next: a pop
//   may draw cells that no push has drawn yet.
//   tail_ need not be the last segment.
//   Of several elements that were pushed at once, others may come between.
//   size_hint() counts cells that were drawn, and may be spoilt.
// Edges
//   [push.link] -> [push.next], [pop.next]       a segment with its first cell
//   [push.swing], [push.help], [pop.help] -> [push.tail], [hint.end]
//                                                the segment that tail_ names
//   [pop.advance] -> [pop.head], [hint.end]      the segment that head_ names
//   [pop.draw] -> [pop.count]                    so that the pushes' count that
//                                                is read next is not older
//   [seal.end] -> [push.next], [pop.next]        the count that is final
//   [close.flag] -> [push.closed], [pop.closed], [closed.look]
//                                                what came before close()
#ifndef ACQREL_STRUCTURES_MPMC_QUEUE_H_
#define ACQREL_STRUCTURES_MPMC_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/segments.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

// The allocator allocates segments, whole ones, from any thread: copies of it
// do so at the same time. It outlives the queue. Hazards are allocated by new.
template <class T, class Allocator = std::allocator<T>>
class mpmc_queue
    : public internal::unbounded_queue<mpmc_queue<T, Allocator>, T> {
  using base = internal::unbounded_queue<mpmc_queue, T>;
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws would lose the element; T must be "
                "nothrow-move-constructible");

 public:
  using value_type = T;
  using allocator_type = Allocator;
  using never_busy = void;  // for internal/waiting.h
  using base::try_pop_n;
  using base::try_push_n;

  explicit mpmc_queue(const Allocator& allocator = Allocator())
      : segments_(allocator) {
    segment* const first = segments_.get();
    // relaxed: exclusive
    head_.store(first, relaxed);
    // relaxed: exclusive
    tail_.store(first, relaxed);
  }
  mpmc_queue(const mpmc_queue&) = delete;
  mpmc_queue& operator=(const mpmc_queue&) = delete;
  // Destroys the elements left. No other thread uses the queue any more.
  ~mpmc_queue() {
    // relaxed: exclusive
    segment* s = head_.load(relaxed);
    while (s != nullptr) {
      // relaxed: exclusive
      const std::uint64_t drawn = s->pops.load(relaxed);
      for (std::size_t i = drawn; i < segment::length(); ++i) {
        s->cells[i].destroy_element();
      }
      // relaxed: exclusive
      segment* const next = s->next.load(relaxed);
      segments_.free(std::exchange(s, next == s ? nullptr : next));
    }
  }

  // success or closed. Everything sequenced before a push of v happens-before
  // what follows the pop that returns v. On refusal the argument is as it was.
  conqueue_status try_push(const T& value) {
    if constexpr (std::is_nothrow_copy_constructible_v<T>) {
      return push_one(std::addressof(value));
    } else {
      return try_emplace(value);
    }
  }
  conqueue_status try_push(T&& value) { return try_emplace(std::move(value)); }
  // The same. But if the argument is no T, the element is constructed first:
  // then a refusal destroys it again, and arguments that it was moved from stay
  // so.
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    if constexpr (sizeof...(Args) == 1 && (std::is_same_v<Args, T> && ...)) {
      return push_one(std::move_iterator(std::addressof(args)...));
    } else {
      return try_emplace(T(std::forward<Args>(args)...));
    }
  }

  // Copies (or moves, from move iterators) `count` elements, in their order,
  // and returns how many: all, but for 0 if the queue is closed, or fewer if it
  // is closed meanwhile or if memory ends. Throws std::bad_alloc if there is
  // none for the first. What is not pushed is as it was. The iterator can be
  // read again, and its own operations must not throw.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    using reference = decltype(*first);
    static_assert(std::is_nothrow_constructible_v<T, reference>,
                  "acqrel: a copy that throws in try_push_n() would leave "
                  "cells that are drawn and never filled; push such elements "
                  "one by one, or copy them first and use move iterators");
    static_assert(!std::is_rvalue_reference_v<reference> ||
                      std::is_same_v<reference, T&&>,
                  "acqrel: an element that try_push_n() had to take back out "
                  "of a cell could not be given back; move from elements of "
                  "type T only");
    const std::size_t pushed = insert(first, count);
    this->pushed(pushed);
    return pushed;
  }

  // The element pushed first, or empty or closed.
  pop_result<T> try_pop() {
    hazard_pointer hazard = make_hazard_pointer(domain_);
    for (;;) {
      const run drawn = draw(hazard, 1);
      if (drawn.count == 0) return drawn.refusal;
      cell& mine = drawn.from->cells[drawn.first];
      if (mine.has_element()) return pop_result<T>(mine.take());  // I3
      retry();
    }
  }

  // Moves up to `count` of the oldest elements to `out`, in their order, and
  // returns how many: fewer if it finds the queue empty. The iterator's own
  // operations must not throw.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    static_assert(std::is_nothrow_assignable_v<decltype(*out), T>,
                  "acqrel: an assignment that throws in try_pop_n() would lose "
                  "elements; let `out` point to elements that can be "
                  "nothrow-move-assigned, such as an array of T");
    if (count == 0) return 0;
    hazard_pointer hazard = make_hazard_pointer(domain_);
    std::size_t done = 0;
    for (;;) {
      const run drawn = draw(hazard, count - done);
      if (drawn.count == 0) return done;
      for (std::size_t i = 0; i < drawn.count; ++i) {
        cell& mine = drawn.from->cells[drawn.first + i];
        if (!mine.has_element()) continue;
        *out = mine.take();
        ++out;
        ++done;
      }
      // LP(try_pop_n): for each of them as for try_pop.
      if (done == count) return done;
      retry();
    }
  }

  // From now on no push succeeds; pops get what was pushed before, and then
  // `closed`; who waits returns. Everything sequenced before close()
  // happens-before what follows an answer `closed`, or is_closed(). Again is no
  // mistake.
  void close() noexcept {
    // [close.flag] release: pairs with [push.closed], [pop.closed] and
    // [closed.look].
    // LP(close): this, the first time.
    closed_.store(true, release);
    this->wake_all();
  }
  [[nodiscard]] bool is_closed() const noexcept {
    // [closed.look] acquire: pairs with [close.flag].
    // LP(is_closed): this load.
    return closed_.load(acquire);
  }

  // About how many elements there were: exact when no other thread pushes or
  // pops. Throws std::bad_alloc, when a hazard has to be made.
  [[nodiscard]] std::size_t size_hint() const {
    hazard_pointer hazard = make_hazard_pointer(domain_);
    const std::uint64_t popped = position(hazard, head_, &segment::pops);
    const std::uint64_t pushed = position(hazard, tail_, &segment::pushes);
    return pushed > popped ? static_cast<std::size_t>(pushed - popped) : 0;
  }
  // Whether the queue was empty, lately. Throws as size_hint.
  [[nodiscard]] bool empty_hint() const { return size_hint() == 0; }

  [[nodiscard]] Allocator get_allocator() const noexcept {
    return segments_.allocator();
  }

 private:
  using pool = internal::segment_pool<T, Allocator>;
  using segment = internal::queue_segment<T, Allocator>;
  using cell = internal::queue_cell<T>;

  // In a segment's count of pushes: none of those that follow has drawn a cell.
  static constexpr std::uint64_t sealed = std::uint64_t{1} << 63;

  // The cells that a pop has drawn; or none, and why.
  // owner-only: who has drawn them
  struct run {
    segment* from = nullptr;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    conqueue_status refusal = conqueue_status::success;
  };

  template <class Iterator>
  conqueue_status push_one(Iterator element) {
    if (insert(element, 1) == 0) return conqueue_status::closed;
    this->pushed(1);
    return conqueue_status::success;
  }

  template <class Iterator>
  std::size_t insert(Iterator next, std::size_t count) {
    if (count == 0) return 0;
    hazard_pointer hazard = make_hazard_pointer(domain_);
    std::size_t done = 0;
    for (;;) {
      // [push.closed] acquire: pairs with [close.flag].
      // LP(try_push, closed), LP(try_emplace, closed), LP(try_push_n, closed):
      // this load, when it reads true; or [push.next], when it finds the queue
      // sealed.
      if (closed_.load(acquire)) return done;
      // [push.tail] acquire, in protect(): pairs with [push.swing],
      // [push.help] and [pop.help].
      segment* const tail = hazard.protect(tail_);
      const std::uint64_t wanted =
          std::min<std::uint64_t>(count - done, segment::length());
      // relaxed: ordered by [segments.h: cell.fill]
      // LP(try_push), LP(try_emplace): this, if the cell is then filled. Or
      // [push.link]. (But for a close that came meanwhile: then just before
      // it, I7.)
      // LP(try_push_n): for each element as for try_push.
      std::uint64_t i = tail->pushes.fetch_add(wanted, relaxed);
      if (i < segment::length()) {
        const std::uint64_t end =
            std::min<std::uint64_t>(i + wanted, segment::length());
        // Bounded: one round for each cell.
        for (; i < end; ++i) {
          if (tail->cells[i].fill(next) && ++done < count) ++next;  // I2
        }
      } else {
        // [push.next] acquire: pairs with [push.link] and [seal.end].
        segment* const following = tail->next.load(acquire);
        if (following == tail) return done;  // sealed
        if (following != nullptr) {
          segment* expected = tail;
          // [push.help] release: pairs with [push.tail] and [hint.end]. Who
          // finds the segment by tail_ sees it whole.
          // relaxed on failure: guess. Another thread has helped.
          tail_.compare_exchange_strong(expected, following, release, relaxed);
        } else {
          segment* const fresh = segment_for(done);
          if (fresh == nullptr) return done;
          if (append(*tail, fresh, next) && ++done < count) ++next;
        }
      }
      if (done == count) return done;
      retry();
    }
  }

  // A segment; null if there is no memory, and the first elements are pushed.
  segment* segment_for(std::size_t done) {
    try {
      return segments_.get();
    } catch (...) {
      if (done == 0) throw;
      return nullptr;
    }
  }

  // Appends `fresh`, with the element in its first cell (I6); or returns false,
  // because `last` is not the last one any more.
  template <class Iterator>
  bool append(segment& last, segment* fresh, Iterator element) noexcept {
    fresh->number.set(last.number.get() + segment::length());
    (void)fresh->cells[0].fill(element);
    // relaxed: exclusive
    fresh->pushes.store(1, relaxed);
    segment* expected = nullptr;
    // [push.link] release: pairs with [push.next] and [pop.next]. The segment
    // becomes visible. relaxed on failure: guess
    if (!last.next.compare_exchange_strong(expected, fresh, release, relaxed)) {
      fresh->cells[0].empty(element);
      segments_.put(fresh);
      return false;
    }
    expected = &last;
    // [push.swing] release: pairs with [push.tail] and [hint.end]. Who finds
    // the segment by tail_ sees it whole.
    // relaxed on failure: guess. Another thread has helped.
    tail_.compare_exchange_strong(expected, fresh, release, relaxed);
    return true;
  }

  // Draws up to `wanted` cells that pushes have drawn.
  run draw(hazard_pointer& hazard, std::size_t wanted) noexcept {
    for (;;) {
      // [pop.head] acquire, in protect(): pairs with [pop.advance].
      segment* const head = hazard.protect(head_);
      // [pop.count] acquire: pairs with [pop.draw].
      const std::uint64_t drawn = head->pops.load(acquire);
      // relaxed: ordered by [pop.count]. What the pops before have seen of this
      // count is seen here: both counts may be old, and are of one time.
      // LP(try_pop, empty): this load, or, if the segment is over, [pop.next];
      // when they find nothing and [pop.closed] finds the queue open.
      const std::uint64_t pushes = head->pushes.load(relaxed);
      const std::uint64_t end =
          std::min<std::uint64_t>(pushes & ~sealed, segment::length());
      if (drawn < end) {
        const std::uint64_t count =
            std::min<std::uint64_t>(wanted, end - drawn);
        // [pop.draw] release: pairs with [pop.count]. What this thread has seen
        // of the pushes' count is seen by who finds the queue empty by this.
        // LP(try_pop): this, if the cell has an element; or, if it is later,
        // the draw of the push that filled it.
        const std::uint64_t first = head->pops.fetch_add(count, release);
        if (first < segment::length()) {
          return {head, first, std::min(count, segment::length() - first)};
        }
      } else {
        // [pop.next] acquire: pairs with [push.link] and [seal.end].
        segment* const next = head->next.load(acquire);
        if (next == nullptr) {
          // [pop.closed] acquire: pairs with [close.flag].
          if (!closed_.load(acquire)) {
            return {.refusal = conqueue_status::empty};
          }
          seal(*head);
        } else if (drawn >= segment::length() || (pushes & sealed) != 0) {
          // LP(try_pop, closed): [pop.next]. No push has drawn a cell, or will.
          if (next == head) return {.refusal = conqueue_status::closed};
          advance(head, next, hazard);
        }
      }
      retry();
    }
  }

  // The queue is closed, and no push of this segment is left: no push may draw
  // a cell in it any more, and, if it is the last one, none follows (I7).
  static void seal(segment& last) noexcept {
    // relaxed: ordered by [seal.end]
    last.pushes.fetch_or(sealed, relaxed);
    segment* none = nullptr;
    // [seal.end] release: pairs with [push.next] and [pop.next]. The count is
    // final; and the queue was closed.
    // relaxed on failure: guess. A push was faster, or another pop.
    last.next.compare_exchange_strong(none, &last, release, relaxed);
  }

  // Moves head_ to the next segment; tail_ first, so that it is not left (I4).
  void advance(segment* head, segment* next, hazard_pointer& hazard) noexcept {
    segment* expected = head;
    // [pop.help] release: pairs with [push.tail] and [hint.end].
    // relaxed on failure: guess. tail_ has left.
    tail_.compare_exchange_strong(expected, next, release, relaxed);
    expected = head;
    // [pop.advance] release: pairs with [pop.head] and [hint.end]. What this
    // thread has seen of `next`, and of tail_, is visible to who finds `next`
    // by head_. relaxed on failure: guess. Another pop was faster.
    if (head_.compare_exchange_strong(expected, next, release, relaxed)) {
      hazard.reset_protection();
      head->retire({&segments_}, domain_);  // I5
    }
  }

  static std::uint64_t position(
      hazard_pointer& hazard, const atomic<segment*>& of,
      atomic<std::uint64_t> segment::*count) noexcept {
    // [hint.end] acquire, in protect(): pairs with [pop.advance], [push.swing],
    // [push.help] and [pop.help].
    segment* const s = hazard.protect(of);
    // relaxed: guess
    const std::uint64_t drawn = (s->*count).load(relaxed) & ~sealed;
    return s->number.get() + std::min<std::uint64_t>(drawn, segment::length());
  }

  // The domain ends before the pool, to which its segments go.
  pool segments_;  // exclusive: shared by its own means
  mutable hazard_domain domain_{tuning::segment_scan_threshold};
  atomic<bool> closed_{false};                               // I7
  alignas(cache_line_size) atomic<segment*> head_{nullptr};  // I4, I5
  alignas(cache_line_size) atomic<segment*> tail_{nullptr};  // I1, I4
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_MPMC_QUEUE_H_
