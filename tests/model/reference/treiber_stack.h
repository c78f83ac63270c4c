// A stack that never frees a node. It shows what the ordering of push and pop
// is for, without the reclamation that a real one needs.
//
//   Source  R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM
//           RJ 5118, 1986
#ifndef ACQREL_TESTS_MODEL_REFERENCE_TREIBER_STACK_H_
#define ACQREL_TESTS_MODEL_REFERENCE_TREIBER_STACK_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct treiber_orders {
  static constexpr auto publish = release;
  static constexpr auto take = acquire;
  static constexpr auto take_again = acquire;
};

template <class Orders = treiber_orders>
class treiber_stack_reference {
 public:
  void push(int value) {
    node* const fresh = new node(value);
    node* head = head_.load(relaxed);
    for (;;) {
      fresh->next.set(head);
      if (head_.compare_exchange_strong(head, fresh, Orders::publish,
                                        relaxed)) {
        return;
      }
      retry();
    }
  }

  // 0: empty.
  int pop() {
    node* head = head_.load(Orders::take);
    while (head != nullptr) {
      node* const next = head->next.get();
      if (head_.compare_exchange_strong(head, next, relaxed,
                                        Orders::take_again)) {
        return head->value.get();
      }
      retry();
    }
    return 0;
  }

 private:
  struct node {
    explicit node(int v) : value(v) {}
    plain<int> value;
    plain<node*> next{nullptr};
  };
  atomic<node*> head_{nullptr};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_TREIBER_STACK_H_
