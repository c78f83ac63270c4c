// A first-in first-out queue without a bound, for any number of producers and
// one consumer.
//
//   mpsc_queue<job> jobs;
//   jobs.push(job{...});                        // any thread; never waits
//   while (auto next = jobs.pop()) run(*next);  // one thread; waits if empty
//   jobs.close();                               // no push any more
//
//   Concurrency   any thread may push, close and ask; one thread at a time pops
//   Progress      try_push, try_emplace, try_push_n: lock-free but for the
//                 allocator's share. try_pop, try_pop_n: wait-free but for
//                 giving memory back, without a read-modify-write and without
//                 a fence; not to wait, they say `busy`: a push that is stopped
//                 between its claim of a cell and the end of its call keeps
//                 the cell busy, and all behind it; pushes go on.
//                 close: wait-free, but for a system call if somebody waits.
//                 is_closed, size_hint, empty_hint: wait-free
//   Waiting       pop in all its forms, by internal/waiting.h
//   Linearizable  L1: at the points marked LP, "empty" and "closed" included.
//                 `busy` is no answer but "not now", and is said only beside a
//                 push that has claimed the cell in question, or a close in
//                 progress (L3)
//   Reclamation   none needed: who claims a cell learns its segment's address
//                 by the same fetch_add, and the consumer leaves a segment only
//                 when all its claims are done with it
//   Complexity    a push: one fetch_add, and one CAS more for each segment;
//                 a pop: loads and stores. n elements at once: one fetch_add
//                 for each segment. Memory: what the elements need, in whole
//                 segments, and at most one spare segment
//   Throws        constructor and pushes: what the allocator throws, and
//                 std::bad_alloc if its address has more than 48 bits; pushes:
//                 what copying or constructing the element throws. The queue
//                 and the argument are as before
//   Algorithm     segments of cells that are claimed by a fetch_add: P.
//                 Ramalhete and A. Correia, "FAAArrayQueue", 2016, with one
//                 consumer, so that no cell is ever given up; address and
//                 index in one word: O. Giersch and J. Nolte, "Fast and
//                 Portable Concurrent FIFO Queues With Deterministic Memory
//                 Reclamation", IEEE TPDS 33(3), 2022
//
// Use it where many threads give work to one. For one producer and a bound,
// spsc_ring; for many consumers, mpmc_queue.
//
// The tail is one word: | closed | a segment's address | index |. The address
// is a multiple of the segment's alignment and has 48 bits, so that the index
// may go to 2^22 and more: it passes the end of the segment by what the pushes
// claim that are on their way to the next segment. In a closed queue's tail the
// other bits mean nothing.
//
// Invariants
//   I1  Who adds to the index of an open tail owns the cells that it has passed
//       by, if there are any. Who moves the tail from a full segment to a fresh
//       one owns that one's first cells, and the full one's `next`. Who closes
//       owns the next cell; or, of a full segment, its `next`.
//   I2  Cells and `next` are written once, by their owner, and the owner does
//       not touch the segment again. So a segment with marks in all cells and
//       a `next` is the consumer's alone.
//   I3  What is accepted stands in the cells of the segments from the
//       consumer's on, without a gap, up to the end mark if there is one.
//   I4  Where the tail is full, whoever saw it full before may move it, and
//       whichever segment it was then: nothing else is known about it.
//   I5  Only the consumer leaves a spare segment, and only where there is none.
// Not invariants
//   An element behind a cell that is busy is not popped, though it is there.
//   After close() a pop may still be `busy`: until that close has ended.
//   An element's move may push to the queue that it is in, but not pop.
// Edges
//   [push.publish] -> [pop.take]   an element, before its mark
//   [push.grow] -> [push.claim], [push.grow], [close.end]
//                                  a segment, before its address
//   [push.link] -> [pop.next]      a segment, before its address
//   [close.end] -> [push.claim], [closed.look]
//                                  what came before close(), for who is told
//   [close.mark] -> [pop.take]     the same
//   [close.link] -> [pop.next]     the same
//   [spare.leave] -> [spare.take]  the end of a segment, before its reuse
#ifndef ACQREL_STRUCTURES_MPSC_QUEUE_H_
#define ACQREL_STRUCTURES_MPSC_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

template <class T, class Allocator = std::allocator<T>>
class mpsc_queue
    : public internal::unbounded_queue<mpsc_queue<T, Allocator>, T> {
  using base = internal::unbounded_queue<mpsc_queue, T>;
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

  mpsc_queue() : mpsc_queue(Allocator()) {}
  explicit mpsc_queue(const Allocator& allocator)
      : mpsc_queue(allocator, make_segment(allocator)) {}
  mpsc_queue(const mpsc_queue&) = delete;
  mpsc_queue& operator=(const mpsc_queue&) = delete;
  // Destroys the elements left. No other thread uses the queue any more.
  ~mpsc_queue() {
    segment* at = consumer_.at;
    for (std::size_t i = consumer_.index; is_segment(at); i = 0) {
      // relaxed: exclusive
      while (i < cells() &&
             at->cells[i].mark.load(relaxed) == content::element) {
        at->cells[i++].element.destroy();  // I3
      }
      // relaxed: exclusive
      segment* const next = at->next.load(relaxed);
      delete_segment(std::exchange(at, next));
    }
    // relaxed: exclusive
    if (segment* const spare = spare_.load(relaxed)) delete_segment(spare);
  }

  // success or closed. Everything sequenced before a push of v happens-before
  // what follows the pop that returns v. On refusal the argument is as it was.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  conqueue_status try_push(T&& value) { return try_emplace(std::move(value)); }
  // The same. Where constructing the element may throw, it comes first: then a
  // refusal destroys it again, and arguments that it was moved from stay so.
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    if constexpr (std::is_nothrow_constructible_v<T, Args...>) {
      const claim claimed = claim_some(1);
      if (claimed.count == 0) return conqueue_status::closed;
      // LP(try_push), LP(try_emplace): [push.claim], when it gets a cell, or
      // [push.grow], when it succeeds.
      fill(*claimed.first, std::forward<Args>(args)...);
      this->pushed(1);
      return conqueue_status::success;
    } else {
      return try_emplace(T(std::forward<Args>(args)...));
    }
  }

  // Copies (or moves, from move iterators) `count` elements, and returns how
  // many: all, or fewer if the queue is closed meanwhile, or if memory runs out
  // after the first ones. They stand in few runs, within which they follow one
  // another. The iterator's own operations must not throw.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    static_assert(std::is_nothrow_constructible_v<T, decltype(*first)>,
                  "acqrel: a copy that throws in try_push_n() would leave "
                  "cells that are claimed and never filled; push such elements "
                  "one by one, or copy them first and use move iterators");
    std::size_t done = 0;
    while (done < count) {
      const claim claimed = claim_more(count - done, done > 0);
      if (claimed.count == 0) break;
      // LP(try_push_n): [push.claim] or [push.grow], for each run.
      for (std::size_t i = 0; i < claimed.count; ++i) {
        if (done++ > 0) ++first;
        fill(claimed.first[i], *first);
      }
    }
    this->pushed(done);
    return done;
  }

  // The element pushed first, or empty, busy or closed. The consumer alone.
  pop_result<T> try_pop() noexcept {
    const found oldest = look();
    if (oldest.at == nullptr) return oldest.refusal;
    // LP(try_pop): [pop.take], when the cell holds an element.
    pop_result<T> value(take(*oldest.at));
    count_popped(1);
    return value;
  }

  // Moves up to `count` of the oldest elements to `out`, in their order, and
  // returns how many: as many as it found. The iterator's own operations must
  // not throw. The consumer alone.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    static_assert(std::is_nothrow_assignable_v<decltype(*out), T>,
                  "acqrel: an assignment that throws in try_pop_n() would lose "
                  "elements; let `out` point to elements that can be "
                  "nothrow-move-assigned, such as an array of T");
    std::size_t done = 0;
    // LP(try_pop_n): [pop.take], for each element.
    while (done < count) {
      const found oldest = look();
      if (oldest.at == nullptr) break;
      *out = take(*oldest.at);
      ++out, ++done;
    }
    if (done > 0) count_popped(done);
    return done;
  }

  // From now on no push succeeds; pops get what was pushed before, and then
  // `closed`; who waits returns. Everything sequenced before close()
  // happens-before what follows an answer `closed`, or is_closed(). Again is no
  // mistake.
  void close() noexcept {
    // [close.end] acq_rel: pairs with [push.grow], [push.claim] and
    // [closed.look]. The last segment is there; whoever finds the mark sees
    // what came before.
    // LP(close): this, the first time. Pushes before it are accepted.
    const word before = tail_.exchange(closed, acq_rel);
    if ((before & closed) != 0) return;
    segment& last = *segment_of(before);
    const std::size_t index = std::min(index_of(before), cells());
    // relaxed: counter
    pushed_before_.fetch_add(index, relaxed);
    if (index < cells()) {
      // [close.mark] release: pairs with [pop.take]. What came before close().
      last.cells[index].mark.store(content::end, release);  // I1
    } else {
      // [close.link] release: pairs with [pop.next]. What came before close().
      last.next.store(no_more(), release);  // I1
    }
    this->wake_all();
  }
  [[nodiscard]] bool is_closed() const noexcept {
    // [closed.look] acquire: pairs with [close.end].
    // LP(is_closed): this load.
    return (tail_.load(acquire) & closed) != 0;
  }

  [[nodiscard]] Allocator get_allocator() const noexcept { return allocator_; }
  // How many elements there were, lately; exact when all others rest.
  [[nodiscard]] std::size_t size_hint() const noexcept {
    // relaxed: guess
    const std::uint64_t popped = popped_.load(relaxed);
    // relaxed: guess
    std::uint64_t pushed = pushed_before_.load(relaxed);
    // relaxed: guess
    const word tail = tail_.load(relaxed);
    if ((tail & closed) == 0) pushed += std::min(index_of(tail), cells());
    return pushed > popped ? static_cast<std::size_t>(pushed - popped) : 0;
  }
  [[nodiscard]] bool empty_hint() const noexcept { return size_hint() == 0; }

 private:
  enum class content : std::uint8_t { nothing, element, end };
  struct cell {
    atomic<content> mark{content::nothing};  // I2
    slot<T> element;                         // I1
  };
  // One alignas: of two, GCC 12 takes the last.
  struct alignas(std::max(cache_line_size, alignof(cell))) segment {
    atomic<segment*> next{nullptr};  // I2
    cell cells[tuning::most_segment_cells(sizeof(cell))];
  };

  // Cells of a segment that are used: all, natively.
  static std::size_t cells() noexcept {
    return tuning::segment_cells(sizeof(cell));
  }
  // Stands in `next` when the queue was closed there.
  static segment* no_more() noexcept {
    return reinterpret_cast<segment*>(std::uintptr_t{1});
  }
  static bool is_segment(const segment* next) noexcept {
    return next != nullptr && next != no_more();
  }

  using word = std::uint64_t;
  static constexpr word closed = word{1} << 63;
  static constexpr int address_bits = 48;
  static constexpr int shift = 63 - address_bits;
  static constexpr word index_mask = (alignof(segment) << shift) - 1;
  // What a push may claim at once: then 2^14 threads may push together, and the
  // index cannot overflow.
  static constexpr std::size_t most_at_once = 128;
  static_assert(index_mask >= (most_at_once << 14) +
                                  tuning::most_segment_cells(sizeof(cell)));

  static word word_of(const segment* s) noexcept {
    return word{reinterpret_cast<std::uintptr_t>(s)} << shift;
  }
  // Of an open tail.
  static segment* segment_of(word tail) noexcept {
    return reinterpret_cast<segment*>(
        static_cast<std::uintptr_t>((tail & ~index_mask) >> shift));
  }
  static std::size_t index_of(word tail) noexcept {
    return static_cast<std::size_t>(tail & index_mask);
  }
  static bool is_full(word tail) noexcept {
    return (tail & closed) == 0 && index_of(tail) >= cells();
  }

  // The cells that a push owns; none if the queue is closed.
  // owner-only: that push
  struct claim {
    cell* first = nullptr;
    std::size_t count = 0;
  };

  mpsc_queue(const Allocator& allocator, segment* first) noexcept
      : allocator_(allocator), tail_(word_of(first)), consumer_{first} {}

  // Claims one cell, or more if they are there and `wanted`.
  claim claim_some(std::size_t wanted) {
    wanted = std::min({wanted, cells(), most_at_once});
    for (;;) {
      // [push.claim] acquire: pairs with [push.grow] and [close.end]. The
      // segment is there; or what came before close().
      // LP(try_push, closed), LP(try_emplace, closed): this, when it finds the
      // queue closed.
      const word before = tail_.fetch_add(wanted, acquire);
      if ((before & closed) != 0) return {};
      const std::size_t index = index_of(before);
      if (index < cells()) {
        return {&segment_of(before)->cells[index],
                std::min(wanted, cells() - index)};
      }
      const claim first_ones = grow(wanted);
      if (first_ones.count > 0) return first_ones;
      retry();
    }
  }
  // The same for further ones: none where there is no memory.
  claim claim_more(std::size_t wanted, bool further) {
    if (!further) return claim_some(wanted);
    try {
      return claim_some(wanted);
    } catch (const std::bad_alloc&) {
      return {};
    }
  }

  // Moves the tail from a full segment to a fresh one and claims its first
  // cells; none if another thread has moved it, or closed the queue.
  claim grow(std::size_t wanted) {
    segment* fresh = nullptr;
    // relaxed: guess
    word tail = tail_.load(relaxed);
    while (is_full(tail)) {
      if (fresh == nullptr) fresh = fresh_segment(wanted);
      const word moved = word_of(fresh) | wanted;
      // [push.grow] acq_rel: pairs with [push.claim], [push.grow] and
      // [close.end]. The fresh segment becomes visible, and the full one is:
      // it need not be the one that was full before (I4).
      // relaxed on failure: guess
      if (tail_.compare_exchange_weak(tail, moved, acq_rel, relaxed)) {
        // relaxed: counter
        pushed_before_.fetch_add(cells(), relaxed);
        // [push.link] release: pairs with [pop.next]. The fresh segment is
        // visible.
        segment_of(tail)->next.store(fresh, release);  // I1
        return {fresh->cells, wanted};
      }
      retry();
    }
    if (fresh != nullptr) delete_segment(fresh);
    return {};
  }

  segment* fresh_segment(std::size_t wanted) {
    // relaxed: guess
    if (spare_.load(relaxed) != nullptr) {
      // [spare.take] acquire: pairs with [spare.leave]. All are done with it.
      if (segment* const spare = spare_.exchange(nullptr, acquire)) {
        for (cell& c : spare->cells) {
          // relaxed: exclusive
          c.mark.store(content::nothing, relaxed);
        }
        // relaxed: exclusive
        spare->next.store(nullptr, relaxed);
        return spare;
      }
    }
    try {
      return make_segment(allocator_);
    } catch (...) {
      give_back(wanted);
      throw;
    }
  }

  // A push leaves without having got what it has added to a full segment's
  // index; so that it does not grow without end, while there is no memory.
  void give_back(std::size_t wanted) noexcept {
    // relaxed: guess
    word tail = tail_.load(relaxed);
    while (is_full(tail) && index_of(tail) >= cells() + wanted) {
      // relaxed: continues [push.grow]. The segment stays full, so that it does
      // not matter whose claims these were.
      if (tail_.compare_exchange_weak(tail, tail - wanted, relaxed, relaxed)) {
        return;
      }
      retry();
    }
  }

  // The cell has been claimed by this push (I1).
  template <class... Args>
  static void fill(cell& mine, Args&&... args) noexcept {
    mine.element.construct(std::forward<Args>(args)...);
    // [push.publish] release: pairs with [pop.take]. The element becomes
    // visible.
    mine.mark.store(content::element, release);
  }

  // The cell of the oldest element; or none, and why. owner-only: the consumer
  struct found {
    cell* at = nullptr;
    conqueue_status refusal = conqueue_status::success;
  };
  found look() noexcept {
    if (consumer_.index == cells()) {
      // [pop.next] acquire: pairs with [push.link] and [close.link]. The next
      // segment is there; or what came before close().
      // LP(try_pop, closed): this load, when it finds no_more().
      segment* const next = consumer_.at->next.load(acquire);
      if (next == nullptr) return {.refusal = why_nothing()};
      if (next == no_more()) return {.refusal = conqueue_status::closed};
      leave(std::exchange(consumer_.at, next));  // I2
      consumer_.index = 0;
    }
    cell& oldest = consumer_.at->cells[consumer_.index];
    // [pop.take] acquire: pairs with [push.publish] and [close.mark]. The
    // element is whole; or what came before close().
    // LP(try_pop, closed): this load, when it finds the end.
    const content mark = oldest.mark.load(acquire);
    if (mark == content::element) return {&oldest};
    if (mark == content::end) return {.refusal = conqueue_status::closed};
    return {.refusal = why_nothing()};
  }

  // Nothing stands where the consumer is, as far as it has seen.
  conqueue_status why_nothing() const noexcept {
    // relaxed: ordered by [pop.take]. Who popped an element sees the tail as it
    // was after that element's push, or later.
    // LP(try_pop, empty): this load, when it finds nothing claimed.
    const word tail = tail_.load(relaxed);
    const bool nothing_claimed =
        (tail & closed) == 0 && segment_of(tail) == consumer_.at &&
        std::min(index_of(tail), cells()) == consumer_.index;
    return nothing_claimed ? conqueue_status::empty : conqueue_status::busy;
  }

  T take(cell& oldest) noexcept {
    ++consumer_.index;
    return oldest.element.move_out();
  }
  void count_popped(std::size_t count) noexcept {
    // relaxed: owner-only
    popped_.store(popped_.load(relaxed) + count, relaxed);
  }

  // The consumer has done with the segment, and so has everybody else.
  void leave(segment* done) noexcept {
    // relaxed: owner-only. That there is none, this thread knows best (I5).
    if (spare_.load(relaxed) == nullptr) {
      // [spare.leave] release: pairs with [spare.take]. The segment may be
      // reused.
      spare_.store(done, release);
    } else {
      delete_segment(done);
    }
  }

  using segment_allocator =
      typename std::allocator_traits<Allocator>::template rebind_alloc<segment>;
  using segment_traits = std::allocator_traits<segment_allocator>;
  static_assert(std::is_same_v<typename segment_traits::pointer, segment*>,
                "acqrel: the allocator's pointers must be plain pointers");

  static segment* make_segment(const Allocator& allocator) {
    segment_allocator mine(allocator);
    segment* const room = segment_traits::allocate(mine, 1);
    if (word{reinterpret_cast<std::uintptr_t>(room)} >> address_bits != 0) {
      segment_traits::deallocate(mine, room, 1);
      throw std::bad_alloc();  // the tail could not name it
    }
    return ::new (room) segment;
  }
  void delete_segment(segment* s) const noexcept {
    segment_allocator mine(allocator_);
    s->~segment();
    segment_traits::deallocate(mine, s, 1);
  }

  [[no_unique_address]] const Allocator allocator_;
  alignas(cache_line_size) atomic<word> tail_;  // I1
  // What changes with the segments.
  alignas(cache_line_size) atomic<segment*> spare_{nullptr};  // I5
  atomic<std::uint64_t> pushed_before_{0};  // in segments before the tail's
  alignas(cache_line_size) struct {
    segment* at;            // owner-only: I2
    std::size_t index = 0;  // owner-only: of its next cell
  } consumer_;              // owner-only: the consumer
  atomic<std::uint64_t> popped_{0};
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_MPSC_QUEUE_H_
