// A bounded first-in first-out ring between one producer and one consumer.
//
//   spsc_ring<sample> ring(1024);
//   ring.push(s);                               // the producer; waits if full
//   while (auto next = ring.pop()) use(*next);  // the consumer; if empty
//   ring.close();                               // anybody
//
//   Concurrency   one thread at a time pushes (try_push, try_emplace,
//                 try_push_n, try_claim, push and its kin), one pops (try_pop,
//                 try_pop_n, try_read, pop and its kin); anybody may close, and
//                 ask is_closed, capacity, size_hint, empty_hint. Another
//                 thread may take over an end when what the former one did
//                 there happens-before it
//   Progress      try_push, try_emplace, try_pop, try_push_n, try_pop_n,
//                 try_claim, try_read, is_closed: wait-free. close: wait-free,
//                 with a heavy fence, and a system call if somebody waits
//   Waiting       push and pop in all their forms, by internal/waiting.h
//   Linearizable  L2: a success, and "closed", at the point marked LP; "full"
//                 and "empty" are justified by what the other end may have
//                 done, but two ends may each miss the other's last step. (Not
//                 L1, and no ring without a fence is, not even on x86.) `busy`
//                 is said by pops alone, beside a close, or on a closed ring
//                 beside a push that began before (L3)
//   Reclamation   none needed: all slots are allocated in the constructor
//   Complexity    O(1), no read-modify-write, no fence; the other end's
//                 position is read only when the copy of it is too old to tell.
//                 And one look for who waits at the other end
//   Throws        constructor: std::invalid_argument for capacity 0, what the
//                 allocator throws for more than there is. Pushes: what copying
//                 or constructing the element throws; the ring and the argument
//                 are as before
//   Algorithm     L. Lamport, "Specifying Concurrent Program Modules", ACM
//                 TOPLAS 5(2), 1983; with each end's copy of the other's
//                 position as in P. Lee, T. Bu and G. Chandranmenon, "A
//                 Lock-Free, Cache-Efficient Shared Ring Buffer for Multi-Core
//                 Architectures", ANCS 2009
//
// Use it wherever there is one thread at each end. With more, mpmc_ring.
//
// Why no accepted element is lost when the ring is closed. A push announces
// itself in tail_ and then reads phase_; close() writes phase_, and a pop that
// has seen the result reads tail_. That is store buffering, and a fence in push
// and one in close() forbid that both miss: either the push sees that the ring
// is being closed, and refuses, or the pop sees the announcement, and says
// `busy` until the push is done.
//
// Invariants
//   I1  head_ <= tail_ <= head_ + capacity(), without tail_'s mark for an
//       announced push. Both only grow; 63 bits do not wrap.
//   I2  A slot holds an element exactly if its position is in [head_, tail_),
//       or the producer has constructed it and not published it yet.
//   I3  tail_, and what stands beside it, is written by the producer alone;
//       head_, and what stands beside it, by the consumer alone.
//   I4  head_seen_ <= head_, and tail_seen_ <= tail_: a copy errs on the safe
//       side.
//   I5  phase_ goes from open to closing to closed, and no further. A push that
//       publishes has read `open` behind its announcement.
// Not invariants
//   size_hint() may be any size that the ring had lately, and empty_hint() may
//   be out of date when it returns: only the two ends can rely on their side.
//   An element's constructor must not push to the ring that it is constructed
//   in, nor its destructor pop from it.
// Edges
//   [push.publish] -> [pop.take], [pop.last]
//                                 elements, before the positions behind them
//   [push.announce], [push.retract] -> [pop.take], [pop.last]
//                                 the same, when they are written over
//   [pop.free] -> [push.room]     elements' ends, before their slots' reuse
//   [close.begin] -> [push.open], [full.look], [pop.closed], [closed.look]
//                                 what came before close(), for who is told
//   [close.fence] -> [push.fence] none: one of the two sides sees the other
#ifndef ACQREL_STRUCTURES_SPSC_RING_H_
#define ACQREL_STRUCTURES_SPSC_RING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/cell_array.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

template <class T, class Allocator = std::allocator<T>>
class spsc_ring : public internal::bounded_queue<spsc_ring<T, Allocator>, T> {
  using base = internal::bounded_queue<spsc_ring, T>;
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws in try_pop() would lose the "
                "element; T must be nothrow-move-constructible");

 public:
  using value_type = T;
  using allocator_type = Allocator;
  using base::try_pop_n;
  using base::try_push_n;
  class write_span;
  class read_span;

  // Room for exactly `capacity` elements, any number from 1.
  explicit spsc_ring(std::size_t capacity,
                     const Allocator& allocator = Allocator())
      : slots_(capacity, allocator,
               "acqrel::spsc_ring: the capacity must be at least 1") {}
  spsc_ring(const spsc_ring&) = delete;
  spsc_ring& operator=(const spsc_ring&) = delete;
  // Destroys the elements left. No other thread uses the ring any more.
  ~spsc_ring() {
    for (read_span rest = try_read(capacity()); rest.size() > 0;) {
      rest.consume(rest.size());
    }
  }

  // The producer's side. Everything sequenced before a push of v happens-before
  // what follows the pop that returns v. success, full or closed; on refusal
  // the argument is untouched.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  [[gnu::always_inline]] conqueue_status try_push(T&& value) {
    return try_emplace(std::move(value));
  }
  template <class... Args>
  [[gnu::always_inline]] conqueue_status try_emplace(Args&&... args) {
    // LP(try_push, full), LP(try_emplace, full): [push.room], when it finds no
    // room.
    if (room(1) == 0) return why_no_room();
    pushing push(*this);
    // LP(try_push, closed), LP(try_emplace, closed): [push.open], when it finds
    // that the ring is not open.
    if (!push.is_accepted()) return conqueue_status::closed;
    slots_[producer_.slot].construct(std::forward<Args>(args)...);
    // LP(try_push), LP(try_emplace): [push.publish].
    push.publish(1);
    return conqueue_status::success;
  }

  // Copies (or moves, from move iterators) up to `count` elements in, and
  // publishes them together. Returns how many: as many as there was room for,
  // and 0 if the ring is closed. If a copy throws, none.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    write_span claimed = try_claim(count);
    if (claimed.size() == 0) return 0;
    pushing push(*this);
    if (!push.is_accepted()) return 0;
    struct rollback {
      ~rollback() {
        while (done > 0) span[--done].destroy();
      }
      write_span& span;
      std::size_t done = 0;
    } guard{claimed};
    while (guard.done < claimed.size()) {
      claimed[guard.done].construct(*first);
      if (++guard.done < claimed.size()) ++first;
    }
    // LP(try_push_n): [push.publish], for all of them.
    return push.publish(std::exchange(guard.done, 0));
  }

  // Up to `count` free slots to construct elements in, without a copy:
  //
  //   auto claimed = ring.try_claim(100);
  //   for (std::size_t i = 0; i < claimed.size(); ++i) claimed[i].construct(i);
  //   claimed.commit(claimed.size());
  //
  // They lie in two pieces where the ring wraps around. No other push until the
  // claim is dropped.
  // LP(try_claim): none of its own; commit() takes effect at [push.publish].
  [[nodiscard]] write_span try_claim(std::size_t count) noexcept {
    const std::size_t size = std::min(room(count), count);
    return write_span(*this, my_tail(), producer_.slot, size);
  }

  // The consumer's side: the oldest element, or empty, busy or closed.
  [[gnu::always_inline]] pop_result<T> try_pop() noexcept {
    // LP(try_pop, empty): [pop.take], when it finds nothing.
    if (available(1) == 0) {
      const conqueue_status reason = why_none();
      if (reason != conqueue_status::success) return reason;
    }
    pop_result<T> value(slots_[consumer_.slot].move_out());
    // LP(try_pop): [pop.free].
    vacate(1);
    return value;
  }

  // Moves up to `count` elements to `out`, and frees their slots together.
  // Returns how many. If an assignment to `out` throws, the elements before it
  // have been delivered, and the one that threw and those behind it remain.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    read_span readable = try_read(count);
    struct deliver {
      // LP(try_pop_n): [pop.free], for all of them.
      ~deliver() { span.consume(done); }
      read_span& span;
      std::size_t done = 0;
    } guard{readable};
    for (; guard.done < readable.size(); ++out) {
      *out = std::move(readable[guard.done].get());
      ++guard.done;
    }
    return guard.done;
  }

  // Up to `count` of the oldest elements, in place, until they are consumed:
  //
  //   auto readable = ring.try_read(100);
  //   for (std::size_t i = 0; i < readable.size(); ++i) use(readable[i].get());
  //   readable.consume(readable.size());
  //
  // They lie in two pieces where the ring wraps around. No other pop until the
  // span is dropped.
  // LP(try_read): none of its own; consume() takes effect at [pop.free].
  [[nodiscard]] read_span try_read(std::size_t count) noexcept {
    const std::size_t size = std::min(available(count), count);
    // relaxed: owner-only
    return read_span(*this, head_.load(relaxed), consumer_.slot, size);
  }

  // Anybody's. Once it has returned no push succeeds that begins later; pops
  // get what was pushed, and then `closed`; who waits returns. Everything
  // sequenced before close() happens-before what follows an answer `closed`, or
  // is_closed(). Again is no mistake.
  void close() noexcept {
    std::uint8_t now = open;
    // [close.begin] release: pairs with [push.open], [full.look], [pop.closed]
    // and [closed.look]. relaxed on failure: guess
    phase_.compare_exchange_strong(now, closing, release, relaxed);
    // [close.fence] heavy: SB with [push.fence]: either a push sees the phase
    // and refuses, or who sees the next phase sees its announcement.
    asymmetric_thread_fence_heavy(seq_cst);
    // relaxed: continues [close.begin]
    // LP(close): this exchange, the first time.
    phase_.exchange(closed, relaxed);
    this->wake_all();
  }
  [[nodiscard]] bool is_closed() const noexcept {
    // [closed.look] acquire: pairs with [close.begin].
    // LP(is_closed): this load.
    return phase_.load(acquire) == closed;
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return slots_.size(); }
  [[nodiscard]] Allocator get_allocator() const noexcept {
    return slots_.allocator();
  }
  // How many elements there were, lately; exact when both ends rest.
  [[nodiscard]] std::size_t size_hint() const noexcept {
    // relaxed: guess
    const std::uint64_t head = head_.load(relaxed);
    // relaxed: guess. Read later, it may still be older than that head.
    const std::uint64_t tail = tail_.load(relaxed) & ~announced;
    if (tail < head) return 0;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(tail - head, capacity()));
  }
  [[nodiscard]] bool empty_hint() const noexcept { return size_hint() == 0; }

  // Slots of a ring, in the order of their positions: size() of them, in two
  // contiguous pieces of which the second is mostly empty.
  class piecewise {
   public:
    piecewise(const piecewise&) = delete;
    piecewise& operator=(const piecewise&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    explicit operator bool() const noexcept { return size_ > 0; }
    [[nodiscard]] std::span<slot<T>> first() const noexcept {
      return {&ring_.slots_[start_],
              std::min(size_, ring_.capacity() - start_)};
    }
    [[nodiscard]] std::span<slot<T>> second() const noexcept {
      return {&ring_.slots_[0], size_ - first().size()};
    }
    // index < size()
    slot<T>& operator[](std::size_t index) const noexcept {
      return ring_.slots_[ring_.behind(start_, index)];
    }

   protected:
    piecewise(spsc_ring& ring, std::uint64_t position, std::size_t start,
              std::size_t size) noexcept
        : ring_(ring), position_(position), start_(start), size_(size) {}
    ~piecewise() = default;

    // Throws unless there are `count`, and the span still begins where its end
    // of the ring is.
    void check(std::size_t count, std::uint64_t end) const {
      if (count > size_) {
        throw std::out_of_range(
            "acqrel::spsc_ring: more slots than the span has");
      }
      if (count > 0 && position_ != end) {
        throw std::logic_error(
            "acqrel::spsc_ring: the ring's end has moved since the span was "
            "taken");
      }
    }

    // Takes the first `count` away.
    void shorten(std::size_t count) noexcept {
      position_ += count;
      start_ = ring_.behind(start_, count);
      size_ -= count;
    }

    spsc_ring& ring_;
    std::uint64_t position_;  // owner-only: the end that made the span
    std::size_t start_;       // owner-only: position_ modulo capacity()
    std::size_t size_;        // owner-only: the end that made the span
  };

  // Free slots. Dropping it publishes nothing, and destroys nothing either:
  // what was constructed and not committed is the caller's to destroy.
  class write_span : public piecewise {
   public:
    // Publishes the first `count` slots, in each of which the caller has
    // constructed an element; the span keeps the others. Returns count; or 0 if
    // the ring is closed: then it publishes nothing, and all elements are still
    // the caller's. Throws, and then publishes nothing, std::out_of_range if
    // count > size(), and std::logic_error if something else was pushed since
    // the claim.
    std::size_t commit(std::size_t count) {
      this->check(count, this->ring_.my_tail());
      if (count == 0) return 0;
      pushing push(this->ring_);
      if (!push.is_accepted()) return 0;
      this->shorten(count);
      return push.publish(count);
    }

   private:
    friend class spsc_ring;
    using piecewise::piecewise;
  };

  // Elements. Dropping it consumes nothing.
  class read_span : public piecewise {
   public:
    // Destroys the first `count` elements and frees their slots; the span keeps
    // the others. Returns count. Throws, and then consumes nothing,
    // std::out_of_range if count > size(), and std::logic_error if something
    // else was popped since.
    std::size_t consume(std::size_t count) {
      const std::size_t start = this->start_;
      // relaxed: owner-only
      this->check(count, this->ring_.head_.load(relaxed));
      this->shorten(count);
      for (std::size_t i = 0; i < count; ++i) {
        this->ring_.slots_[this->ring_.behind(start, i)].destroy();
      }
      this->ring_.vacate(count);
      return count;
    }

   private:
    friend class spsc_ring;
    using piecewise::piecewise;
  };

 private:
  static constexpr std::uint64_t announced = std::uint64_t{1} << 63;
  enum : std::uint8_t { open, closing, closed };  // I5

  // A push from its announcement on; without publish() it was none.
  // owner-only: the producer
  class pushing {
   public:
    explicit pushing(spsc_ring& ring) noexcept
        : ring_(ring), tail_(ring.my_tail()) {
      // [push.announce] release: pairs with [pop.take] and [pop.last]. Who
      // reads the position here sees what [push.publish] has published.
      ring_.tail_.store(tail_ | announced, release);
      // [push.fence] light: SB with [close.fence]: either [push.open] sees that
      // the ring is being closed, or who sees it closed sees the announcement.
      asymmetric_thread_fence_light(seq_cst);
    }
    pushing(const pushing&) = delete;
    pushing& operator=(const pushing&) = delete;
    ~pushing() {
      if (published_) return;
      // [push.retract] release: pairs with [pop.take] and [pop.last]. As
      // [push.announce].
      ring_.tail_.store(tail_, release);
      ring_.base::pushed(1);  // a pop may wait for the end of this push
    }

    // Whether the ring was open when the push was announced.
    [[nodiscard]] bool is_accepted() const noexcept {
      // [push.open] acquire: pairs with [close.begin].
      return ring_.phase_.load(acquire) == open;
    }

    // The next `count` slots hold elements.
    std::size_t publish(std::size_t count) noexcept {
      published_ = true;
      ring_.producer_.slot = ring_.behind(ring_.producer_.slot, count);
      // [push.publish] release: pairs with [pop.take] and [pop.last]. The
      // elements become visible.
      ring_.tail_.store(tail_ + count, release);
      ring_.base::pushed(count);
      return count;
    }

   private:
    spsc_ring& ring_;
    const std::uint64_t tail_;
    bool published_ = false;
  };

  // The slot `count` behind `start`, for count <= capacity. A comparison where
  // a power of two would take a mask, so that any capacity will do.
  std::size_t behind(std::size_t start, std::size_t count) const noexcept {
    const std::size_t to_the_end = capacity() - start;
    return count < to_the_end ? start + count : count - to_the_end;
  }

  // How many slots are free, as far as the producer knows; it looks again if
  // it knows of fewer than it wants.
  std::size_t room(std::size_t wanted) noexcept {
    wanted = std::min(wanted, capacity());
    const std::uint64_t tail = my_tail();
    std::size_t vacant = capacity() - (tail - producer_.head_seen);
    if (vacant < wanted) {
      // [push.room] acquire: pairs with [pop.free]. The consumer is done with
      // the slots.
      producer_.head_seen = head_.load(acquire);
      vacant = capacity() - (tail - producer_.head_seen);
    }
    return vacant;
  }

  // For the producer, between pushes.
  std::uint64_t my_tail() const noexcept {
    // relaxed: owner-only
    return tail_.load(relaxed);
  }

  // There is no room.
  conqueue_status why_no_room() const noexcept {
    // [full.look] acquire: pairs with [close.begin].
    return phase_.load(acquire) == open ? conqueue_status::full
                                        : conqueue_status::closed;
  }

  // How many elements there are, as far as the consumer knows; it looks again
  // if it knows of fewer than it wants.
  std::size_t available(std::size_t wanted) noexcept {
    // relaxed: owner-only
    const std::uint64_t head = head_.load(relaxed);
    std::size_t elements = consumer_.tail_seen - head;
    if (elements < wanted) {
      // [pop.take] acquire: pairs with [push.publish], [push.announce] and
      // [push.retract]. The elements are whole.
      consumer_.tail_seen = tail_.load(acquire) & ~announced;
      elements = consumer_.tail_seen - head;
    }
    return elements;
  }

  // There was no element; or success, if there is one now.
  conqueue_status why_none() noexcept {
    // [pop.closed] acquire: pairs with [close.begin]. A second look at tail_
    // sees each push that was accepted (I5).
    const std::uint8_t phase = phase_.load(acquire);
    if (phase == open) return conqueue_status::empty;
    if (phase == closing) return conqueue_status::busy;
    // [pop.last] acquire: pairs with [push.publish], [push.announce] and
    // [push.retract]. The elements are whole.
    // LP(try_pop, closed): this load, when it finds neither an element nor an
    // announcement.
    const std::uint64_t tail = tail_.load(acquire);
    consumer_.tail_seen = tail & ~announced;
    // relaxed: owner-only
    if (consumer_.tail_seen != head_.load(relaxed)) {
      return conqueue_status::success;
    }
    return (tail & announced) != 0 ? conqueue_status::busy
                                   : conqueue_status::closed;
  }

  // The oldest `count` elements are gone.
  void vacate(std::size_t count) noexcept {
    consumer_.slot = behind(consumer_.slot, count);
    // relaxed: owner-only
    const std::uint64_t head = head_.load(relaxed);
    // [pop.free] release: pairs with [push.room]. The slots may be reused.
    head_.store(head + count, release);
    this->popped(count);
  }

  // Each end has a line that the other reads, and that nobody else writes (I3).
  const internal::cell_array<slot<T>, Allocator> slots_;    // I2
  atomic<std::uint8_t> phase_{open};                        // I5
  alignas(cache_line_size) atomic<std::uint64_t> tail_{0};  // I1
  struct {
    std::size_t slot = 0;         // owner-only: tail_ modulo capacity()
    std::uint64_t head_seen = 0;  // owner-only: I4
  } producer_;                    // owner-only: the producer
  alignas(cache_line_size) atomic<std::uint64_t> head_{0};  // I1
  struct {
    std::size_t slot = 0;         // owner-only: head_ modulo capacity()
    std::uint64_t tail_seen = 0;  // owner-only: I4
  } consumer_;                    // owner-only: the consumer
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_SPSC_RING_H_
