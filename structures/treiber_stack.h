// A last-in first-out stack for any number of threads.
//
//   treiber_stack<job> jobs;
//   jobs.push(job{...});                          // any thread
//   if (auto next = jobs.try_pop()) run(*next);   // any thread
//
//   Concurrency   any thread may push or pop
//   Progress      push, emplace, try_push, try_emplace, try_pop: lock-free but
//                 for the allocator's share. empty_hint: wait-free
//   Linearizable  L1: at the points marked LP, "empty" included
//   Reclamation   hazard pointers, one for each pop in progress
//   Complexity    one CAS uncontended; a push allocates one node, a pop retires
//                 it. A contended push and pop may meet without the stack
//   Throws        push: what copying or constructing the element throws, and
//                 std::bad_alloc; the stack and the argument are as before.
//                 try_pop: std::bad_alloc, when a hazard has to be made;
//                 nothing is lost
//   Algorithm     R. K. Treiber, "Coping with Parallelism", IBM RJ 5118, 1986;
//                 elimination after D. Hendler, N. Shavit and L. Yerushalmi, "A
//                 Scalable Lock-free Stack Algorithm", SPAA 2004
//
// Use a mutex and a vector when the stack is not contended, or when few nodes
// matter more than progress: docs/benchmarks has the figures.
//
// Invariants
//   I1  head_ is null or the first node of a null-terminated chain.
//   I2  A node's next does not change while the node is in the chain.
//   I3  Only the thread that took a node, from the chain or from a cell, takes
//       its value; a node that was in the chain is retired, never deleted.
//   I4  Once the stack is shared, every write to head_ is a read-modify-write.
//   I5  From an offer to its end a cell is the offering thread's: others change
//       it once, from the node to taken(). So no other offer can stand there in
//       disguise, with the same address.
// Not invariants
//   A node seen at head_ may be unlinked before the next statement runs.
//   A node seen in a cell may be gone; nobody looks into it before taking it.
//   Two stacks are not linearizable together: two threads that each push to one
//   and then find the other empty are possible, without a seq_cst fence.
// Edges
//   [push.publish] -> [pop.take]    a node's value and next, before its address
//   [offer.make] -> [offer.accept]  a node's value, before its address
//   [offer.accept] -> [offer.end]   the taking, before the push returns
#ifndef ACQREL_STRUCTURES_TREIBER_STACK_H_
#define ACQREL_STRUCTURES_TREIBER_STACK_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/node_store.h"

namespace acqrel {

template <class T, class Allocator = std::allocator<T>>
class treiber_stack {
  static_assert(std::is_nothrow_destructible_v<T>,
                "acqrel: a destructor that throws in try_pop() would lose the "
                "element; T must be nothrow-destructible");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "acqrel: a move that throws in try_pop() would lose the "
                "element; T must be nothrow-move-constructible");

 public:
  using value_type = T;
  using allocator_type = Allocator;

  treiber_stack() noexcept(internal::is_stateless<Allocator>)
      : treiber_stack(Allocator()) {}
  explicit treiber_stack(const Allocator& allocator) noexcept
      : nodes_(allocator) {}
  treiber_stack(const treiber_stack&) = delete;
  treiber_stack& operator=(const treiber_stack&) = delete;
  // Destroys the elements left. No other thread uses the stack any more.
  ~treiber_stack() {
    // relaxed: exclusive
    for (node* n = head_.load(relaxed); n != nullptr;) {
      n->value.destroy();
      // I2; no pop in progress
      nodes_.destroy(std::exchange(n, n->next.get()));
    }
  }

  // Everything sequenced before push(v) happens-before what follows the
  // try_pop() that returns v. Always true: the stack has no bound.
  bool push(const T& value) { return emplace(value); }
  bool push(T&& value) { return emplace(std::move(value)); }
  template <class... Args>
  bool emplace(Args&&... args) {
    insert(nodes_.make(std::forward<Args>(args)...));
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

  // The element pushed last, or `empty`.
  pop_result<T> try_pop() {
    hazard_pointer hazard = nodes_.make_hazard();
    for (;;) {
      // [pop.take] acquire, in protect(): pairs with [push.publish].
      // LP(try_pop, empty): that load, when it reads null.
      node* const first = hazard.protect(head_);
      if (first == nullptr) return conqueue_status::empty;
      // No ABA: the hazard keeps `first` allocated, so no push can reuse it.
      node* expected = first;
      // relaxed: continues [push.publish]. By I4 this write stays in the
      // release sequence of the push that published first->next.
      // LP(try_pop): this CAS, when it succeeds.
      if (head_.compare_exchange_weak(expected, first->next.get(), relaxed,
                                      relaxed)) {
        pop_result<T> value(first->value.move_out());  // I3
        hazard.reset_protection();
        nodes_.retire(first);
        return value;
      }
      if (node* const offered = accept()) {
        pop_result<T> value(offered->value.move_out());
        nodes_.destroy(offered);  // I3: it never was in the chain
        return value;
      }
      retry();
    }
  }

  [[nodiscard]] Allocator get_allocator() const noexcept {
    return nodes_.get();
  }
  // Whether the stack was empty, lately.
  [[nodiscard]] bool empty_hint() const noexcept {
    // relaxed: guess
    return head_.load(relaxed) == nullptr;
  }

 private:
  struct node
      : hazard_pointer_obj_base<node, internal::node_deleter<node, Allocator>> {
    template <class... Args>
    explicit node(Args&&... args) {
      value.construct(std::forward<Args>(args)...);
    }
    slot<T> value;
    plain<node*> next;  // I2
  };
  using cell = atomic<node*>;

  void insert(node* fresh) noexcept {
    for (;;) {
      // relaxed: guess
      node* head = head_.load(relaxed);
      fresh->next.set(head);
      // [push.publish] release: pairs with [pop.take]. The node's value and
      // next become visible with its address.
      // relaxed on failure: guess
      // LP(push): this CAS, when it succeeds.
      // LP(emplace), LP(try_push), LP(try_emplace): as push.
      if (head_.compare_exchange_weak(head, fresh, release, relaxed)) return;
      if (offer(*fresh)) return;
      retry();
    }
  }

  // Stands in a cell, which no node's address is: the offer was accepted.
  static node* taken() noexcept {
    return reinterpret_cast<node*>(std::uintptr_t{1});
  }
  cell& some_cell() noexcept {
    return cells_[choose(tuning::elimination_cells)].value;
  }

  // Holds the node out to a pop for a moment. True when one took it: push and
  // pop have then met, and neither has touched the stack.
  bool offer(node& fresh) noexcept {
    cell& place = some_cell();
    node* vacant = nullptr;
    // [offer.make] release: pairs with [offer.accept]. The node's value
    // becomes visible with its address.
    // relaxed on failure: guess
    if (!place.compare_exchange_strong(vacant, &fresh, release, relaxed)) {
      return false;
    }
    for (int i = 0; i < tuning::elimination_patience; ++i) {
      // Bounded: a moment, whatever is seen.
      // relaxed: guess
      if (place.load(relaxed) != &fresh) break;
      pause();
    }
    // [offer.end] acquire: pairs with [offer.accept]. Without it the pushing
    // thread's next pop could miss what is in the stack since before.
    return place.exchange(nullptr, acquire) == taken();  // I5
  }

  // A node that some push holds out just now, or null.
  node* accept() noexcept {
    cell& place = some_cell();
    // relaxed: guess
    node* offered = place.load(relaxed);
    if (offered == nullptr || offered == taken()) return nullptr;
    // [offer.accept] acq_rel: pairs with [offer.make] and [offer.end]. The
    // value is visible; and the push, which has touched nothing else, comes
    // after all that this pop came after.
    // relaxed on failure: guess
    // LP(push), LP(try_pop): this CAS, when it succeeds: the push, and at once
    // the pop.
    return place.compare_exchange_strong(offered, taken(), acq_rel, relaxed)
               ? offered
               : nullptr;
  }

  // exclusive: but for the allocator, it looks after itself
  [[no_unique_address]] internal::node_store<node, Allocator> nodes_;
  alignas(cache_line_size) atomic<node*> head_{nullptr};  // I1, I4
  cache_aligned<cell> cells_[tuning::elimination_cells];  // I5
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_TREIBER_STACK_H_
