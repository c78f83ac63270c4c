// A first-in first-out queue without a bound, for any number of threads: the
// classic.
//
//   michael_scott_queue<job> jobs;
//   jobs.push(job{...});                          // any thread
//   if (auto next = jobs.try_pop()) run(*next);   // any thread
//
//   Concurrency   any thread may push or pop
//   Progress      push, emplace, try_push, try_emplace, try_pop: lock-free but
//                 for the allocator's share. empty_hint, size_hint: lock-free
//   Linearizable  L1: at the points marked LP, "empty" included
//   Reclamation   hazard pointers, one for each push in progress, two for each
//                 pop
//   Complexity    two CAS for a push, one for a pop, and one more to help; a
//                 push allocates one node, a pop retires one
//   Throws        constructor: std::bad_alloc. push: what copying or
//                 constructing the element throws, and std::bad_alloc; the
//                 queue and the argument are as before. try_pop:
//                 std::bad_alloc, at a thread's first; nothing is lost
//   Algorithm     M. Michael and M. Scott, "Simple, Fast, and Practical
//                 Non-Blocking and Blocking Concurrent Queue Algorithms", PODC
//                 1996; with hazard pointers as in M. Michael, IEEE TPDS 15(6),
//                 2004. Here the value is moved out after the CAS that takes
//                 it: before, as in 1996, is a data race for most types
//
// Use a mutex and a deque when throughput matters more than progress: a node
// for each element and contended CASes cost more than a short critical section.
// docs/benchmarks has the figures.
//
// Invariants
//   I1  The nodes from head_ form a null-terminated chain; a next that is not
//       null never changes.
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
#ifndef ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_
#define ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel {

template <class T>
class michael_scott_queue {
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws in try_pop() would lose the "
                "element; T must be nothrow-move-constructible");

 public:
  using value_type = T;

  michael_scott_queue() : michael_scott_queue(new node) {}
  michael_scott_queue(const michael_scott_queue&) = delete;
  michael_scott_queue& operator=(const michael_scott_queue&) = delete;
  // Destroys the elements left. No other thread uses the queue any more.
  ~michael_scott_queue() {
    // relaxed: exclusive
    node* n = head_.load(relaxed);
    for (;;) {
      // relaxed: exclusive
      delete std::exchange(n, n->next.load(relaxed));
      if (n == nullptr) return;
      n->value.destroy();  // I2
    }
  }

  // Everything sequenced before push(v) happens-before what follows the
  // try_pop() that returns v. Always true: the queue has no bound.
  bool push(const T& value) { return emplace(value); }
  bool push(T&& value) { return emplace(std::move(value)); }
  template <class... Args>
  bool emplace(Args&&... args) {
    hazard_pointer hazard = make_hazard_pointer();  // it may throw: first
    insert(new node(std::in_place, std::forward<Args>(args)...), hazard);
    return true;
  }

  // The same, with the answer in the words of bounded queues: success.
  conqueue_status try_push(const T& value) { return try_emplace(value); }
  conqueue_status try_push(T&& value) { return try_emplace(std::move(value)); }
  template <class... Args>
  conqueue_status try_emplace(Args&&... args) {
    emplace(std::forward<Args>(args)...);
    return conqueue_status::success;
  }

  // The element pushed first, or `empty`.
  pop_result<T> try_pop() {
    hazard_pointer head_hazard = make_hazard_pointer();
    hazard_pointer next_hazard = make_hazard_pointer();
    for (;;) {
      // [pop.head] acquire, in protect(): pairs with [pop.advance].
      node* head = head_hazard.protect(head_);
      // [pop.next] acquire: pairs with [push.link].
      // LP(try_pop, empty): this load, when it reads null. The hazard keeps
      // `head` from reuse, and head_ cannot have left a node that has no next.
      node* const next = head->next.load(acquire);
      if (next == nullptr) return conqueue_status::empty;
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
        head->retire();
        return value;
      }
      retry();
    }
  }

  // Whether the queue was empty, lately. Throws std::bad_alloc, when a hazard
  // has to be made.
  [[nodiscard]] bool empty_hint() const {
    hazard_pointer hazard = make_hazard_pointer();
    // [hint.head] acquire, in protect(): pairs with [pop.advance].
    node* const head = hazard.protect(head_);
    // relaxed: guess
    return head->next.load(relaxed) == nullptr;
  }

  // About how many elements there were: exact when no other thread pushes or
  // pops. Throws as empty_hint.
  [[nodiscard]] std::size_t size_hint() const {
    hazard_pointer hazard = make_hazard_pointer();
    const std::uint64_t popped = number_of(hazard, head_);
    const std::uint64_t pushed = number_of(hazard, tail_);
    return pushed > popped ? static_cast<std::size_t>(pushed - popped) : 0;
  }

 private:
  struct node : hazard_pointer_obj_base<node> {
    node() = default;
    template <class... Args>
    explicit node(std::in_place_t, Args&&... args) {
      value.construct(std::forward<Args>(args)...);
    }
    slot<T> value;                   // I2
    plain<std::uint64_t> number{0};  // of the push; fixed before [push.link]
    atomic<node*> next{nullptr};     // I1
  };

  explicit michael_scott_queue(node* dummy) noexcept
      : head_(dummy), tail_(dummy) {}

  void insert(node* fresh, hazard_pointer& hazard) noexcept {
    for (;;) {
      // [push.tail] acquire, in protect(): pairs with [push.swing],
      // [push.help] and [pop.help].
      node* tail = hazard.protect(tail_);
      // [push.next] acquire: pairs with [push.link].
      node* next = tail->next.load(acquire);
      if (next == nullptr) {
        fresh->number.set(tail->number.get() + 1);
        // [push.link] release: pairs with [push.next] and [pop.next]. The
        // node's value becomes visible with its address.
        // relaxed on failure: guess
        // LP(push): this CAS, when it succeeds.
        // LP(emplace), LP(try_push), LP(try_emplace): as push.
        if (tail->next.compare_exchange_weak(next, fresh, release, relaxed)) {
          // [push.swing] release: pairs with [push.tail] and [hint.end]. Who
          // finds the node by tail_ sees it whole.
          // relaxed on failure: guess. Another thread has helped.
          tail_.compare_exchange_strong(tail, fresh, release, relaxed);
          return;
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

  alignas(cache_line_size) atomic<node*> head_;  // I1, I5
  alignas(cache_line_size) atomic<node*> tail_;  // I3, I5
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_MICHAEL_SCOTT_QUEUE_H_
