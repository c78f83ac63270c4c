// A stack whose nodes are freed by means of hazard pointers: one for each
// thread, and every pop looks at once whether its node can be freed.
//
//   Source  M. M. Michael, "Hazard Pointers: Safe Memory Reclamation for
//           Lock-Free Objects", IEEE TPDS 15(6), 2004
#ifndef ACQREL_TESTS_MODEL_REFERENCE_HAZARD_STACK_H_
#define ACQREL_TESTS_MODEL_REFERENCE_HAZARD_STACK_H_

#include <array>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

// Between the store of a hazard and the second look, and before a scan: a store
// must not be passed by a later load on both sides.
struct seq_cst_fences {
  static void protect() { thread_fence(seq_cst); }
  static void scan() { thread_fence(seq_cst); }
};
struct asymmetric_fences {
  static void protect() { asymmetric_thread_fence_light(seq_cst); }
  static void scan() { asymmetric_thread_fence_heavy(seq_cst); }
};

struct hazard_orders {
  static constexpr auto protect = release;  // what the last one protected
  static constexpr auto look_again = acquire;
  static constexpr auto unprotect = release;
  static constexpr auto scan = acquire;
};

template <class Fences = seq_cst_fences, class Orders = hazard_orders,
          int Threads = 2>
class hazard_stack_reference {
 public:
  ~hazard_stack_reference() {
    for (record& r : records_) {
      while (node* const n = r.kept) {
        r.kept = n->next_kept;
        delete n;
      }
    }
    while (pop(0) != 0) {
    }
  }

  void push(int value) {
    node* const fresh = new node(value);
    node* head = head_.load(relaxed);
    for (;;) {
      fresh->next.set(head);
      if (head_.compare_exchange_strong(head, fresh, release, relaxed)) return;
      retry();
    }
  }

  // By thread `me`, from 0. 0: empty.
  int pop(int me) {
    atomic<node*>& hazard = records_[me].hazard;
    for (;; retry()) {
      node* head = head_.load(relaxed);
      if (head == nullptr) {
        hazard.store(nullptr, Orders::unprotect);
        return 0;
      }
      hazard.store(head, Orders::protect);
      Fences::protect();
      if (head_.load(Orders::look_again) != head) continue;
      node* const taken = head;
      if (!head_.compare_exchange_strong(head, taken->next.get(), relaxed,
                                         relaxed)) {
        continue;
      }
      const int value = taken->value.get();
      hazard.store(nullptr, Orders::unprotect);
      retire(*taken, records_[me]);
      return value;
    }
  }

 private:
  struct node {
    explicit node(int v) : value(v) {}
    plain<int> value;
    plain<node*> next{nullptr};
    node* next_kept = nullptr;
  };
  struct record {
    atomic<node*> hazard{nullptr};
    node* kept = nullptr;  // nodes that were protected when it last looked
  };

  void retire(node& fresh, record& mine) {
    fresh.next_kept = mine.kept;
    node* const all = &fresh;
    mine.kept = nullptr;
    Fences::scan();
    std::array<node*, Threads> hazards;
    for (int i = 0; i < Threads; ++i) {
      hazards[i] = records_[i].hazard.load(Orders::scan);
    }
    for (node* n = all; n != nullptr;) {
      node* const next = n->next_kept;
      bool is_protected = false;
      for (const node* h : hazards) is_protected |= h == n;
      if (is_protected) {
        n->next_kept = mine.kept;
        mine.kept = n;
      } else {
        delete n;
      }
      n = next;
    }
  }

  atomic<node*> head_{nullptr};
  std::array<record, Threads> records_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_HAZARD_STACK_H_
