// A bounded first-in first-out ring for any number of producers and consumers.
//
//   mpmc_ring<job> jobs(1024);
//   jobs.push(job{...});                        // any thread; waits if full
//   while (auto next = jobs.pop()) run(*next);  // any thread; waits if empty
//   jobs.close();                               // no push any more
//
//   Concurrency   any thread may do anything
//   Progress      try_push, try_emplace, try_pop, try_push_n, try_pop_n: never
//                 wait, and try again only when another call has taken effect.
//                 Not lock-free, since a thread that is stopped between its
//                 claim of a cell and the end of its call keeps the cell busy,
//                 for pops of it and of all behind it, and for pushes a lap on.
//                 close: wait-free, but for a system call if somebody waits.
//                 is_closed, capacity, size_hint, empty_hint: wait-free
//   Waiting       push and pop in all their forms, by internal/waiting.h
//   Linearizable  L2: a success, and "closed", at the point marked LP; "full"
//                 and "empty" are justified by what other calls have done, but
//                 two ends may each miss the other's last step (not L1). `busy`
//                 is no answer but "not now", and is said only beside a call
//                 that has claimed the cell in question (L3)
//   Reclamation   none needed: all cells are allocated in the constructor
//   Complexity    O(1), one CAS if it succeeds; the other end's position is
//                 read only on refusal. n elements at once: one CAS for all.
//                 And one look for who waits at the other end
//   Throws        constructor: std::invalid_argument for capacity 0,
//                 what the allocator throws for more than there is. Pushes:
//                 what copying or constructing the element throws; the ring
//                 and the argument are as before
//   Algorithm     D. Vyukov, "Bounded MPMC queue", 1024cores.net, 2010. Here
//                 with marks that also serve capacity 1, an exact "full" and
//                 "empty", close, and laps as in crossbeam's ArrayQueue (2018),
//                 so that any capacity does without a division
//
// Use it between many threads when there must be a bound. For one thread at
// each end, spsc_ring.
//
// Positions. A position counts cells, and is written as lap and index:
//
//   | lap | index | 0 |    lap_ = 1 lap, 2 = 1 cell; bit 0 is a flag:
//
// in tail_ "closed", in a cell's mark "holds an element". Positions grow, and
// the next one after the last of a lap begins the next lap; 64 bits never wrap.
//
// Invariants
//   I1  head_ <= tail_ <= head_ + lap_, without flags. Both only grow, by
//       read-modify-writes alone.
//   I2  A cell's mark is p: free, for who pushes at position p; or p | held: it
//       holds the element of p. So it goes p, p | held, p + lap_, ...
//   I3  Who moves tail_ from p to behind it has p's cell until it is marked
//       p | held; who moves head_ so has it until it is marked p + lap_.
//   I4  Once closed, tail_ does not change: no push succeeds, and no cell is
//       ever marked tail_.
// Not invariants
//   A cell before tail_ need not hold its element yet, nor one before head_ be
//   free: elements behind such a cell wait, though they may be there.
//   size_hint() may be any size that the ring had lately.
//   What an element's constructor, move or destructor does to the ring that it
//   is in finds its own cell busy.
// Edges
//   [push.publish] -> [pop.take]  an element, before its mark
//   [pop.free] -> [push.room]     an element's end, before its cell's reuse
//   [push.claim] -> [push.look]   what came before a push; so that the head_
//                                 read next is not older than this tail_
//   [pop.claim] -> [pop.look]     the same for a pop
//   [close.flag] -> [push.look], [pop.end], [closed.look]
//                                 what came before close(), for who is told
#ifndef ACQREL_STRUCTURES_MPMC_RING_H_
#define ACQREL_STRUCTURES_MPMC_RING_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/cell_array.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

template <class T, class Allocator = std::allocator<T>>
class mpmc_ring : public internal::bounded_queue<mpmc_ring<T, Allocator>, T> {
  using base = internal::bounded_queue<mpmc_ring, T>;
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws would lose the element, and leave "
                "its cell busy for ever; T must be nothrow-move-constructible");

 public:
  using value_type = T;
  using allocator_type = Allocator;
  using base::try_pop_n;
  using base::try_push_n;

  // Room for exactly `capacity` elements, any number from 1.
  explicit mpmc_ring(std::size_t capacity,
                     const Allocator& allocator = Allocator())
      : cells_(capacity, allocator,
               "acqrel::mpmc_ring: the capacity must be at least 1"),
        lap_(2 * std::bit_ceil(std::uint64_t{capacity})) {
    for (std::size_t i = 0; i < capacity; ++i) {
      // relaxed: exclusive
      cells_[i].mark.store(2 * i, relaxed);
    }
  }
  mpmc_ring(const mpmc_ring&) = delete;
  mpmc_ring& operator=(const mpmc_ring&) = delete;
  // Destroys the elements left. No other thread uses the ring any more.
  ~mpmc_ring() {
    for (std::size_t i = 0; i < capacity(); ++i) {
      // relaxed: exclusive
      const position mark = cells_[i].mark.load(relaxed);
      if ((mark & held) != 0) cells_[i].element.destroy();  // I2
    }
  }

  // success, full, busy or closed. Everything sequenced before a push of v
  // happens-before what follows the pop that returns v. On refusal the argument
  // is as it was.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  [[gnu::always_inline]] conqueue_status try_push(T&& value) {
    return try_emplace(std::move(value));
  }
  // The same. Where constructing the element may throw, it comes first: then a
  // refusal destroys it again, and arguments that it was moved from stay so.
  template <class... Args>
  [[gnu::always_inline]] conqueue_status try_emplace(Args&&... args) {
    if constexpr (std::is_nothrow_constructible_v<T, Args...>) {
      const claim claimed = claim_free(1);
      if (claimed.count == 0) return claimed.refusal;
      // LP(try_push), LP(try_emplace): [push.claim], when it succeeds.
      fill(claimed.first, std::forward<Args>(args)...);
      this->pushed(1);
      return conqueue_status::success;
    } else {
      return try_emplace(T(std::forward<Args>(args)...));
    }
  }

  // Copies (or moves, from move iterators) up to `count` elements into cells
  // that follow one another, and returns how many: as many as it found free. 0
  // also if the ring is closed, or busy. The iterator's own operations must not
  // throw.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    static_assert(std::is_nothrow_constructible_v<T, decltype(*first)>,
                  "acqrel: a copy that throws in try_push_n() would leave "
                  "cells that are claimed and never filled; push such elements "
                  "one by one, or copy them first and use move iterators");
    const claim claimed = claim_free(count);
    position p = claimed.first;
    for (std::size_t i = 0; i < claimed.count; p = behind(p)) {
      fill(p, *first);
      if (++i < claimed.count) ++first;
    }
    // LP(try_push_n): [push.claim], for all of them.
    this->pushed(claimed.count);
    return claimed.count;
  }

  // The element pushed first, or empty, busy or closed.
  [[gnu::always_inline]] pop_result<T> try_pop() noexcept {
    const claim claimed = claim_held(1);
    if (claimed.count == 0) return claimed.refusal;
    // LP(try_pop): [pop.claim], when it succeeds.
    pop_result<T> popped(take(claimed.first));
    this->popped(1);
    return popped;
  }

  // Moves up to `count` of the oldest elements to `out`, in their order, and
  // returns how many: as many as it found. The iterator's own operations must
  // not throw.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    static_assert(std::is_nothrow_assignable_v<decltype(*out), T>,
                  "acqrel: an assignment that throws in try_pop_n() would lose "
                  "elements; let `out` point to elements that can be "
                  "nothrow-move-assigned, such as an array of T");
    const claim claimed = claim_held(count);
    position p = claimed.first;
    for (std::size_t i = 0; i < claimed.count; ++i, ++out, p = behind(p)) {
      *out = take(p);
    }
    // LP(try_pop_n): [pop.claim], for all of them.
    this->popped(claimed.count);
    return claimed.count;
  }

  // From now on no push succeeds; pops get what was pushed before, and then
  // `closed`; who waits returns. Everything sequenced before close()
  // happens-before what follows the answer `closed`. Again is no mistake.
  void close() noexcept {
    // [close.flag] release: pairs with [push.look], [pop.end] and
    // [closed.look]. LP(close): this, the first time. Later CASes fail (I4).
    tail_.fetch_or(closed, release);
    this->wake_all();
  }
  [[nodiscard]] bool is_closed() const noexcept {
    // [closed.look] acquire: pairs with [close.flag].
    // LP(is_closed): this load.
    return (tail_.load(acquire) & closed) != 0;
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return cells_.size(); }
  [[nodiscard]] Allocator get_allocator() const noexcept {
    return cells_.allocator();
  }
  // How many elements there were, lately; exact when all others rest.
  [[nodiscard]] std::size_t size_hint() const noexcept {
    // relaxed: guess
    const position head = head_.load(relaxed);
    // relaxed: guess. Read later, it may still be older than that head.
    const position tail = tail_.load(relaxed);
    const std::uint64_t ahead = count_of(tail), behind = count_of(head);
    if (ahead < behind) return 0;
    return ahead - behind < capacity()
               ? static_cast<std::size_t>(ahead - behind)
               : capacity();
  }
  [[nodiscard]] bool empty_hint() const noexcept { return size_hint() == 0; }

 private:
  using position = std::uint64_t;
  static constexpr position closed = 1;  // in tail_
  static constexpr position held = 1;    // in a mark

  struct cell {
    atomic<position> mark{0};  // I2
    slot<T> element;           // I3
  };

  // What an end has got: `count` cells, from `first` on; or none, and why.
  // owner-only: who claimed them, until they are marked (I3)
  struct claim {
    std::size_t count = 0;
    position first = 0;
    conqueue_status refusal = conqueue_status::success;
  };

  std::size_t index_of(position p) const noexcept {
    return static_cast<std::size_t>((p & (lap_ - 1)) / 2);
  }
  cell& cell_at(position p) const noexcept { return cells_[index_of(p)]; }
  // The position behind p. A comparison where a power of two would take none.
  position behind(position p) const noexcept {
    const std::size_t index = index_of(p);
    return index + 1 < capacity() ? p + 2 : p - 2 * index + lap_;
  }
  // How many positions come before p.
  std::uint64_t count_of(position p) const noexcept {
    return p / lap_ * capacity() + index_of(p);
  }

  // Claims up to `wanted` free cells: those that follow tail_ without a gap.
  claim claim_free(std::size_t wanted) noexcept {
    if (wanted == 0) return {};
    // relaxed: guess
    position tail = tail_.load(relaxed);
    for (;;) {
      std::size_t count = 0;
      position end = tail;
      // Bounded: one round for each cell that is wanted.
      while (count < wanted) {
        // [push.room] acquire: pairs with [pop.free]. What the cell held is
        // gone.
        const position mark = cell_at(end).mark.load(acquire);
        if (mark != end) break;  // of a closed ring, all (I4)
        end = behind(end);
        ++count;
      }
      if (count > 0) {
        // [push.claim] release: pairs with [push.look]. What this thread has
        // seen of head_ is seen by who finds the ring full by this.
        // relaxed on failure: guess
        if (tail_.compare_exchange_weak(tail, end, release, relaxed)) {
          return {count, tail};
        }
      } else {
        // [push.look] acquire: pairs with [push.claim] and [close.flag].
        // LP(try_push, closed), LP(try_emplace, closed): this load, when it
        // finds the flag.
        const position now = tail_.load(acquire);
        if (now == tail) return {.refusal = why_not_free(tail)};
        tail = now;
      }
      retry();
    }
  }

  // The cell at tail_ is not free, as far as this thread has seen.
  conqueue_status why_not_free(position tail) const noexcept {
    if ((tail & closed) != 0) return conqueue_status::closed;
    // relaxed: ordered by [push.look]. Every pop that a push before `tail` has
    // seen is seen here: both positions may be old, and are of one time.
    // LP(try_push, full), LP(try_emplace, full): this load, when it finds the
    // head a lap behind.
    const position head = head_.load(relaxed);
    // Else a pop has claimed the cell, and is not done with it.
    return head + lap_ == tail ? conqueue_status::full : conqueue_status::busy;
  }

  // Claims up to `wanted` elements: those that follow head_ without a gap.
  claim claim_held(std::size_t wanted) noexcept {
    if (wanted == 0) return {};
    // relaxed: guess
    position head = head_.load(relaxed);
    for (;;) {
      std::size_t count = 0;
      position end = head;
      // Bounded: one round for each element that is wanted.
      while (count < wanted) {
        // [pop.take] acquire: pairs with [push.publish]. The element is whole.
        const position mark = cell_at(end).mark.load(acquire);
        if (mark != (end | held)) break;
        end = behind(end);
        ++count;
      }
      if (count > 0) {
        // [pop.claim] release: pairs with [pop.look]. What this thread has seen
        // of tail_ is seen by who finds the ring empty by this.
        // relaxed on failure: guess
        if (head_.compare_exchange_weak(head, end, release, relaxed)) {
          return {count, head};
        }
      } else {
        // [pop.look] acquire: pairs with [pop.claim].
        const position now = head_.load(acquire);
        if (now == head) return {.refusal = why_not_held(head)};
        head = now;
      }
      retry();
    }
  }

  // The cell at head_ holds nothing, as far as this thread has seen.
  conqueue_status why_not_held(position head) const noexcept {
    // [pop.end] acquire: pairs with [close.flag]. By [pop.look] it is not older
    // than `head`. Flag and position in one: a ring that is closed here takes
    // no push any more, and a second look at it would find the same.
    // LP(try_pop, empty), LP(try_pop, closed): this load, when it finds the
    // tail at the head.
    const position tail = tail_.load(acquire);
    if (tail == head) return conqueue_status::empty;
    if (tail == (head | closed)) return conqueue_status::closed;
    // A push has claimed the cell, and is not done with it.
    return conqueue_status::busy;
  }

  // The cell has been claimed by this push, or by this pop (I3).
  template <class... Args>
  void fill(position p, Args&&... args) noexcept {
    cell& mine = cell_at(p);
    mine.element.construct(std::forward<Args>(args)...);
    // [push.publish] release: pairs with [pop.take]. The element becomes
    // visible.
    mine.mark.store(p | held, release);
  }
  T take(position p) noexcept {
    cell& mine = cell_at(p);
    T value = mine.element.move_out();
    // [pop.free] release: pairs with [push.room]. The cell may be reused.
    mine.mark.store(p + lap_, release);
    return value;
  }

  // The ends have a line each.
  const internal::cell_array<cell, Allocator> cells_;  // I2
  const position lap_;  // twice the capacity, rounded up to a power of two
  alignas(cache_line_size) atomic<position> tail_{0};  // I1, I4
  alignas(cache_line_size) atomic<position> head_{0};  // I1
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_MPMC_RING_H_
