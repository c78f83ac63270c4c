// A bounded first-in first-out ring between one producer and one consumer.
//
//   spsc_ring<sample> ring(1024);
//   ring.try_push(s);                             // the producer
//   if (auto next = ring.try_pop()) use(*next);   // the consumer
//
//   Concurrency   one thread at a time pushes (try_push, try_emplace,
//                 try_push_n, try_claim), one pops (try_pop, try_pop_n,
//                 try_read); anybody may ask capacity, size_hint, empty_hint.
//                 Another thread may take over an end when what the former one
//                 did there happens-before it
//   Progress      try_push, try_emplace, try_pop, try_push_n, try_pop_n,
//                 try_claim, try_read: wait-free
//   Linearizable  L2: a success at the point marked LP; "full" and "empty" are
//                 justified by what the other end may have done, but two ends
//                 may each miss the other's last step. (Not L1, and no ring
//                 without a fence is, not even on x86.)
//   Reclamation   none needed: all slots are allocated in the constructor
//   Complexity    O(1), no read-modify-write, no fence; the other end's
//                 position is read only when the copy of it is too old to tell
//   Throws        constructor: std::invalid_argument for capacity 0,
//                 std::bad_alloc for more than there is. try_push: what
//                 copying or constructing the element throws; the ring and the
//                 argument are as before
//   Algorithm     L. Lamport, "Specifying Concurrent Program Modules", ACM
//                 TOPLAS 5(2), 1983; with each end's copy of the other's
//                 position as in P. Lee, T. Bu and G. Chandranmenon, "A
//                 Lock-Free, Cache-Efficient Shared Ring Buffer for Multi-Core
//                 Architectures", ANCS 2009
//
// Use it wherever there is one thread at each end. With more,
// michael_scott_queue or a mutex.
//
// Invariants
//   I1  head_ <= tail_ <= head_ + capacity_. Both only grow; 64 bits do not
//       wrap.
//   I2  A slot holds an element exactly if its position is in [head_, tail_),
//       or the producer has constructed it and not published it yet.
//   I3  tail_, and what stands beside it, is written by the producer alone;
//       head_, and what stands beside it, by the consumer alone.
//   I4  head_seen_ <= head_, and tail_seen_ <= tail_: a copy errs on the safe
//       side.
// Not invariants
//   size_hint() may be any size that the ring had lately, and empty_hint() may
//   be out of date when it returns: only the two ends can rely on their side.
//   An element's constructor must not push to the ring that it is constructed
//   in, nor its destructor pop from it.
// Edges
//   [push.publish] -> [pop.take]  elements, before the positions behind them
//   [pop.free] -> [push.room]     elements' ends, before their slots' reuse
#ifndef ACQREL_STRUCTURES_SPSC_RING_H_
#define ACQREL_STRUCTURES_SPSC_RING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel {

template <class T>
class spsc_ring {
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws in try_pop() would lose the "
                "element; T must be nothrow-move-constructible");

 public:
  using value_type = T;
  class write_span;
  class read_span;

  // Room for exactly `capacity` elements, any number from 1.
  explicit spsc_ring(std::size_t capacity)
      : capacity_(capacity), slots_(allocate(capacity)) {}
  spsc_ring(const spsc_ring&) = delete;
  spsc_ring& operator=(const spsc_ring&) = delete;
  // Destroys the elements left. No other thread uses the ring any more.
  ~spsc_ring() {
    for (read_span rest = try_read(capacity_); rest.size() > 0;) {
      rest.consume(rest.size());
    }
  }

  // The producer's side. Everything sequenced before a push of v happens-before
  // what follows the pop that returns v. On `full` the argument is untouched.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  conqueue_status try_push(T&& value) { return try_emplace(std::move(value)); }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    // LP(try_push, full), LP(try_emplace, full): [push.room], when it finds no
    // room.
    if (room(1) == 0) return conqueue_status::full;
    slots_[producer_.slot].construct(std::forward<Args>(args)...);
    // LP(try_push), LP(try_emplace): [push.publish].
    publish(1);
    return conqueue_status::success;
  }

  // Copies (or moves, from move iterators) up to `count` elements in, and
  // publishes them together. Returns how many: as many as there was room for.
  // If a copy throws, none.
  template <class ForwardIterator>
  std::size_t try_push_n(ForwardIterator first, std::size_t count) {
    write_span claimed = try_claim(count);
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
    return claimed.commit(std::exchange(guard.done, 0));
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
    // relaxed: owner-only
    return write_span(*this, tail_.load(relaxed), producer_.slot, size);
  }

  // The consumer's side: the oldest element, or `empty`.
  pop_result<T> try_pop() noexcept {
    // LP(try_pop, empty): [pop.take], when it finds nothing.
    if (available(1) == 0) return conqueue_status::empty;
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

  // Anybody's.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  // How many elements there were, lately; exact when both ends rest.
  [[nodiscard]] std::size_t size_hint() const noexcept {
    // relaxed: guess
    const std::uint64_t head = head_.load(relaxed);
    // relaxed: guess. Read later, it may still be older than that head.
    const std::uint64_t tail = tail_.load(relaxed);
    if (tail < head) return 0;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(tail - head, capacity_));
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
      return {&ring_.slots_[start_], std::min(size_, ring_.capacity_ - start_)};
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

    // Takes the first `count` away, if the span still begins where its end of
    // the ring is.
    void shorten(std::size_t count, std::uint64_t end) {
      if (count > size_) {
        throw std::out_of_range(
            "acqrel::spsc_ring: more slots than the span has");
      }
      if (count > 0 && position_ != end) {
        throw std::logic_error(
            "acqrel::spsc_ring: the ring's end has moved since the span was "
            "taken");
      }
      position_ += count;
      start_ = ring_.behind(start_, count);
      size_ -= count;
    }

    spsc_ring& ring_;
    std::uint64_t position_;  // owner-only: the end that made the span
    std::size_t start_;       // owner-only: position_ modulo capacity_
    std::size_t size_;        // owner-only: the end that made the span
  };

  // Free slots. Dropping it publishes nothing, and destroys nothing either:
  // what was constructed and not committed is the caller's to destroy.
  class write_span : public piecewise {
   public:
    // Publishes the first `count` slots, in each of which the caller has
    // constructed an element; the span keeps the others. Returns count. Throws,
    // and then publishes nothing, std::out_of_range if count > size(), and
    // std::logic_error if something else was pushed since the claim.
    std::size_t commit(std::size_t count) {
      // relaxed: owner-only
      this->shorten(count, this->ring_.tail_.load(relaxed));
      this->ring_.publish(count);
      return count;
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
      this->shorten(count, this->ring_.head_.load(relaxed));
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
  static std::unique_ptr<slot<T>[]> allocate(std::size_t capacity) {
    if (capacity == 0) {
      throw std::invalid_argument(
          "acqrel::spsc_ring: the capacity must be at least 1");
    }
    // Clang 14 with libstdc++ 12 overflows in silence for an over-aligned T.
    if (capacity > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) {
      throw std::bad_array_new_length();
    }
    return std::unique_ptr<slot<T>[]>(new slot<T>[capacity]);
  }

  // The slot `count` behind `start`, for count <= capacity. A comparison where
  // a power of two would take a mask, so that any capacity will do.
  std::size_t behind(std::size_t start, std::size_t count) const noexcept {
    const std::size_t to_the_end = capacity_ - start;
    return count < to_the_end ? start + count : count - to_the_end;
  }

  // How many slots are free, as far as the producer knows; it looks again if
  // it knows of fewer than it wants.
  std::size_t room(std::size_t wanted) noexcept {
    wanted = std::min(wanted, capacity_);
    // relaxed: owner-only
    const std::uint64_t tail = tail_.load(relaxed);
    std::size_t vacant = capacity_ - (tail - producer_.head_seen);
    if (vacant < wanted) {
      // [push.room] acquire: pairs with [pop.free]. The consumer is done with
      // the slots.
      producer_.head_seen = head_.load(acquire);
      vacant = capacity_ - (tail - producer_.head_seen);
    }
    return vacant;
  }

  // The next `count` slots hold elements.
  void publish(std::size_t count) noexcept {
    producer_.slot = behind(producer_.slot, count);
    // relaxed: owner-only
    const std::uint64_t tail = tail_.load(relaxed);
    // [push.publish] release: pairs with [pop.take]. The elements become
    // visible.
    tail_.store(tail + count, release);
  }

  // How many elements there are, as far as the consumer knows; it looks again
  // if it knows of fewer than it wants.
  std::size_t available(std::size_t wanted) noexcept {
    // relaxed: owner-only
    const std::uint64_t head = head_.load(relaxed);
    std::size_t elements = consumer_.tail_seen - head;
    if (elements < wanted) {
      // [pop.take] acquire: pairs with [push.publish]. The elements are whole.
      consumer_.tail_seen = tail_.load(acquire);
      elements = consumer_.tail_seen - head;
    }
    return elements;
  }

  // The oldest `count` elements are gone.
  void vacate(std::size_t count) noexcept {
    consumer_.slot = behind(consumer_.slot, count);
    // relaxed: owner-only
    const std::uint64_t head = head_.load(relaxed);
    // [pop.free] release: pairs with [push.room]. The slots may be reused.
    head_.store(head + count, release);
  }

  // Each end has a line that the other reads, and that nobody else writes (I3).
  const std::size_t capacity_;
  const std::unique_ptr<slot<T>[]> slots_;                  // I2
  alignas(cache_line_size) atomic<std::uint64_t> tail_{0};  // I1
  struct {
    std::size_t slot = 0;         // owner-only: tail_ modulo capacity_
    std::uint64_t head_seen = 0;  // owner-only: I4
  } producer_;                    // owner-only: the producer
  alignas(cache_line_size) atomic<std::uint64_t> head_{0};  // I1
  struct {
    std::size_t slot = 0;         // owner-only: head_ modulo capacity_
    std::uint64_t tail_seen = 0;  // owner-only: I4
  } consumer_;                    // owner-only: the consumer
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_SPSC_RING_H_
