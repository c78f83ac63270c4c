// A first-in first-out queue without a bound, for any number of threads: the
// classic.
//
//   michael_scott_queue<job> jobs;
//   jobs.push(job{...});                        // any thread
//   while (auto next = jobs.pop()) run(*next);  // any thread; waits if empty
//   jobs.close();                               // no push any more
//
//   Concurrency   any thread may do anything
//   Progress      try_push, try_emplace, try_pop: lock-free but for the
//                 allocator's share; push and emplace are the same. close:
//                 lock-free, but waits for another close() in progress; a
//                 system call if somebody waits. is_closed: wait-free.
//                 empty_hint, size_hint: lock-free
//   Waiting       pop in all its forms, by internal/waiting.h
//   Linearizable  L1: at the points marked LP, "empty" and "closed" included
//   Reclamation   hazard pointers, one for each push in progress, two for each
//                 pop, and one of the queue's for close()
//   Complexity    two CAS for a push, one for a pop, and one more to help; a
//                 push allocates one node, a pop retires one. And, of a push,
//                 one look for who waits
//   Throws        constructor: std::bad_alloc. Pushes: what copying or
//                 constructing the element throws, and std::bad_alloc; the
//                 queue and the argument are as before. Pops: std::bad_alloc,
//                 at a thread's first; nothing is lost
//   Algorithm     M. Michael and M. Scott, "Simple, Fast, and Practical
//                 Non-Blocking and Blocking Concurrent Queue Algorithms", PODC
//                 1996; with hazard pointers as in M. Michael, IEEE TPDS 15(6),
//                 2004. Here the value is moved out after the CAS that takes
//                 it: before, as in 1996, is a data race for most types
//
// Use mpmc_queue, or a mutex and a deque, when throughput matters more than
// progress: a node for each element and contended CASes cost more than a short
// critical section. docs/benchmarks has the figures.
//
// Invariants
//   I1  The nodes from head_ form a chain that ends with null, or once the
//       queue is closed with end(); a next that is not null never changes.
//   I2  The first node is a dummy: its value was taken, or never was. Each node
//       behind it holds one element.
//   I3  tail_ is never behind head_: it names a node of the chain, the last or,
//       for a moment, one before it.
//   I4  The thread that moves head_ to a node takes that node's value, and
//       retires the node that was first before.
//   I5  Once the queue is shared, each write to head_, tail_ and next is a CAS.
// Not invariants
//   tail_ need not be the last node, and the last node's next need not stay
//   null for the next statement.
//   Two queues are not linearizable together: two threads that each push to one
//   and then find the other empty are possible, without a seq_cst fence.
// Edges
//   [push.link] -> [push.next], [pop.next]
//                                         a node's value, before its address
//   [push.swing], [push.help], [pop.help] -> [push.tail], [hint.end]
//                                         the node that tail_ names
//   [pop.advance] -> [pop.head], [hint.head], [hint.end]
//                                         the node that head_ names; and I3,
//                                         by way of the tail_ seen before it
//   [closed.mark] -> [closed.look], [close.turn]
//                                         what came before close(), for who is
//                                         told
#ifndef ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_
#define ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/node_store.h"
#include "acqrel/structures/internal/waiting.h"

namespace acqrel {

template <class T, class Allocator = std::allocator<T>>
class michael_scott_queue
    : public internal::unbounded_queue<michael_scott_queue<T, Allocator>, T> {
  using base = internal::unbounded_queue<michael_scott_queue, T>;
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws in try_pop() would lose the "
                "element; T must be nothrow-move-constructible");

 public:
  using value_type = T;
  using allocator_type = Allocator;
  using never_busy = void;  // for internal/waiting.h
  using base::try_pop_n;
  using base::try_push_n;

  michael_scott_queue() : michael_scott_queue(Allocator()) {}
  explicit michael_scott_queue(const Allocator& allocator)
      : nodes_(allocator),
        closer_(nodes_.make_hazard()),
        head_(nodes_.make()),
        // relaxed: exclusive
        tail_(head_.load(relaxed)) {}
  michael_scott_queue(const michael_scott_queue&) = delete;
  michael_scott_queue& operator=(const michael_scott_queue&) = delete;
  // Destroys the elements left. No other thread uses the queue any more.
  ~michael_scott_queue() {
    // relaxed: exclusive
    node* n = head_.load(relaxed);
    for (;;) {
      // relaxed: exclusive
      nodes_.destroy(std::exchange(n, n->next.load(relaxed)));
      if (n == nullptr || n == end()) return;
      n->value.destroy();  // I2
    }
  }

  // success or closed. Everything sequenced before a push of v happens-before
  // what follows the pop that returns v. On refusal the argument is as it was.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  conqueue_status try_push(T&& value) { return try_emplace(std::move(value)); }
  // The same; but on refusal other arguments that the element was moved from
  // stay so.
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    if (is_closed()) return conqueue_status::closed;  // without an allocation
    hazard_pointer hazard = nodes_.make_hazard();     // it may throw: first
    node* const fresh = nodes_.make(std::in_place, std::forward<Args>(args)...);
    if (link(fresh, hazard)) {
      this->pushed(1);
      return conqueue_status::success;
    }
    give_back(fresh->value, std::forward<Args>(args)...);
    nodes_.destroy(fresh);
    return conqueue_status::closed;
  }

  // Copies (or moves, from move iterators) `count` elements in, one by one, and
  // returns how many: fewer only if the queue is closed. If a copy throws,
  // those before it have been pushed.
  template <class InputIterator>
  std::size_t try_push_n(InputIterator first, std::size_t count) {
    std::size_t pushed = 0;
    // Bounded: by count. LP(try_push_n): for each of them, that of try_push.
    while (pushed < count) {
      if (try_emplace(*first) != conqueue_status::success) break;
      if (++pushed < count) ++first;
    }
    return pushed;
  }

  // The element pushed first, or empty or closed.
  pop_result<T> try_pop() {
    hazard_pointer head_hazard = nodes_.make_hazard();
    hazard_pointer next_hazard = nodes_.make_hazard();
    for (;;) {
      // [pop.head] acquire, in protect(): pairs with [pop.advance].
      node* head = head_hazard.protect(head_);
      // [pop.next] acquire: pairs with [push.link].
      // LP(try_pop, empty): this load, when it reads null. The hazard keeps
      // `head` from reuse, and head_ cannot have left a node that has no next.
      node* const next = head->next.load(acquire);
      if (next == nullptr) return conqueue_status::empty;
      // LP(try_pop, closed): the same, when it reads end().
      if (next == end()) return closed();
      // No fence and no second look at head_: `next` is touched only if the CAS
      // below succeeds. Then head_ still named the node before it, so `next`
      // was not retired; and who retires it has read that CAS, or what follows
      // it, by [pop.head], so its scan sees this hazard.
      next_hazard.reset_protection(next);
      // relaxed: ordered by [pop.head]. Who moved head_ here had seen tail_ at
      // this node or beyond, so this load sees no older value (I3).
      node* tail = tail_.load(relaxed);
      if (tail == head) {
        // [pop.help] release: pairs with [push.tail] and [hint.end]. tail_
        // leaves the node before head_ does (I3).
        // relaxed on failure: guess
        tail_.compare_exchange_strong(tail, next, release, relaxed);
      }
      // [pop.advance] release: pairs with [pop.head],
      // [hint.head] and [hint.end]. What this thread has seen of `next`, and of
      // tail_, is visible to who finds `next` first. relaxed on failure: guess
      // LP(try_pop): this CAS, when it succeeds.
      if (head_.compare_exchange_weak(head, next, release, relaxed)) {
        pop_result<T> value(next->value.move_out());  // I4
        next_hazard.reset_protection();
        head_hazard.reset_protection();
        nodes_.retire(head);
        return value;
      }
      retry();
    }
  }

  // Moves up to `count` of the oldest elements to `out`, one by one, and
  // returns how many: as many as it found. The iterator must not throw.
  template <class OutputIterator>
  std::size_t try_pop_n(OutputIterator out, std::size_t count) {
    static_assert(std::is_nothrow_assignable_v<decltype(*out), T>,
                  "acqrel: an assignment that throws in try_pop_n() would lose "
                  "an element; let `out` point to elements that can be "
                  "nothrow-move-assigned, such as an array of T");
    std::size_t popped = 0;
    // Bounded: by count. LP(try_pop_n): for each of them, that of try_pop.
    for (; popped < count; ++popped, ++out) {
      pop_result<T> next = try_pop();
      if (!next) break;
      *out = *std::move(next);
    }
    return popped;
  }

  // From now on no push succeeds; pops get what was pushed before, and then
  // `closed`; who waits returns. Everything sequenced before close()
  // happens-before what follows an answer `closed`, or is_closed(). Again is no
  // mistake.
  void close() noexcept {
    // One at a time: closer_ is for one thread.
    // relaxed: guess
    if (closing_.exchange(true, relaxed)) {
      // Waits for [closed.mark].
      // [close.turn] acquire: pairs with [closed.mark].
      await(
          closed_, [](bool is) { return is; }, acquire);
      return;
    }
    // LP(close): [push.link], of end().
    (void)link(end(), closer_);
    closer_.reset_protection();
    (void)closed();
    this->wake_all();
  }
  [[nodiscard]] bool is_closed() const noexcept {
    // [closed.look] acquire: pairs with [closed.mark].
    // LP(is_closed): this load.
    return closed_.load(acquire);
  }

  [[nodiscard]] Allocator get_allocator() const noexcept {
    return nodes_.get();
  }
  // Whether the queue was empty, lately. Throws std::bad_alloc, when a hazard
  // has to be made.
  [[nodiscard]] bool empty_hint() const {
    hazard_pointer hazard = nodes_.make_hazard();
    // [hint.head] acquire, in protect(): pairs with [pop.advance].
    node* const head = hazard.protect(head_);
    // relaxed: guess
    node* const next = head->next.load(relaxed);
    return next == nullptr || next == end();
  }

  // About how many elements there were: exact when no other thread pushes or
  // pops. Throws as empty_hint.
  [[nodiscard]] std::size_t size_hint() const {
    hazard_pointer hazard = nodes_.make_hazard();
    const std::uint64_t popped = number_of(hazard, head_);
    const std::uint64_t pushed = number_of(hazard, tail_);
    return pushed > popped ? static_cast<std::size_t>(pushed - popped) : 0;
  }

 private:
  struct node
      : hazard_pointer_obj_base<node, internal::node_deleter<node, Allocator>> {
    node() = default;
    template <class... Args>
    explicit node(std::in_place_t, Args&&... args) {
      value.construct(std::forward<Args>(args)...);
    }
    slot<T> value;                   // I2
    plain<std::uint64_t> number{0};  // of the push; fixed before [push.link]
    atomic<node*> next{nullptr};     // I1
  };

  // The end of the chain of a closed queue: the address of no node.
  static node* end() noexcept {
    return reinterpret_cast<node*>(std::uintptr_t{1});
  }

  // What a refused push has of its arguments.
  static void give_back(slot<T>& value, T&& taken_from) noexcept {
    std::destroy_at(std::addressof(taken_from));
    std::construct_at(std::addressof(taken_from), value.move_out());
  }
  template <class... Args>
  static void give_back(slot<T>& value, const Args&...) noexcept {
    value.destroy();
  }

  // Whoever has found end() says so to is_closed(), too.
  conqueue_status closed() noexcept {
    // [closed.mark] release: pairs with [closed.look] and [close.turn].
    closed_.store(true, release);
    return conqueue_status::closed;
  }

  // Puts a node, or end(), behind the last node; returns whether it could: not
  // if the queue was closed.
  bool link(node* fresh, hazard_pointer& hazard) noexcept {
    for (;;) {
      // [push.tail] acquire, in protect(): pairs with [push.swing],
      // [push.help] and [pop.help].
      node* tail = hazard.protect(tail_);
      // [push.next] acquire: pairs with [push.link].
      // LP(try_push, closed), LP(try_emplace, closed): this load, when it reads
      // end().
      node* next = tail->next.load(acquire);
      if (next == end()) {
        (void)closed();
        return false;
      }
      if (next == nullptr) {
        if (fresh != end()) fresh->number.set(tail->number.get() + 1);
        // [push.link] release: pairs with [push.next] and [pop.next]. The
        // node's value becomes visible with its address.
        // relaxed on failure: guess
        // LP(try_push), LP(try_emplace): this CAS, when it succeeds.
        if (tail->next.compare_exchange_weak(next, fresh, release, relaxed)) {
          if (fresh == end()) return true;
          // [push.swing] release: pairs with [push.tail] and [hint.end]. Who
          // finds the node by tail_ sees it whole.
          // relaxed on failure: guess. Another thread has helped.
          tail_.compare_exchange_strong(tail, fresh, release, relaxed);
          return true;
        }
      } else {
        // [push.help] release: pairs with [push.tail] and [hint.end]. Who
        // finds the node by tail_ sees it whole.
        // relaxed on failure: guess. Another thread has helped.
        tail_.compare_exchange_strong(tail, next, release, relaxed);
      }
      retry();
    }
  }

  static std::uint64_t number_of(hazard_pointer& hazard,
                                 const atomic<node*>& end) noexcept {
    // [hint.end] acquire, in protect(): pairs with [pop.advance], [push.swing],
    // [push.help] and [pop.help].
    return hazard.protect(end)->number.get();
  }

  // exclusive: but for the allocator, it looks after itself
  [[no_unique_address]] internal::node_store<node, Allocator> nodes_;
  hazard_pointer closer_;  // exclusive: closing_
  atomic<bool> closing_{false};
  atomic<bool> closed_{false};
  alignas(cache_line_size) atomic<node*> head_;  // I1, I5
  alignas(cache_line_size) atomic<node*> tail_;  // I3, I5
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_
