// A queue that never frees a node.
//
//   Source  M. M. Michael and M. L. Scott, "Simple, Fast, and Practical
//           Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996
#ifndef ACQREL_TESTS_MODEL_REFERENCE_MICHAEL_SCOTT_QUEUE_H_
#define ACQREL_TESTS_MODEL_REFERENCE_MICHAEL_SCOTT_QUEUE_H_

#include <climits>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct michael_scott_orders {
  static constexpr auto append = release;     // to the last node's next
  static constexpr auto move_tail = release;  // one's own, or another's
  static constexpr auto move_head = release;
};

template <class Orders = michael_scott_orders>
class michael_scott_reference {
 public:
  // What pop() returns, but for elements.
  static constexpr int empty = 0;

  // An operation gives up after so many rounds. Executions in which one does
  // are part of none of the counts that tests know.
  explicit michael_scott_reference(int rounds = INT_MAX) : rounds_(rounds) {
    node* const first = new node(0);
    head_.store(first, relaxed);
    tail_.store(first, relaxed);
  }

  // Whether it did not give up.
  bool push(int value) {
    node* const fresh = new node(value);
    for (int i = 0; i < rounds_; ++i) {
      node* tail = tail_.load(acquire);
      node* next = tail->next.load(acquire);
      if (next != nullptr) {
        tail_.compare_exchange_strong(tail, next, Orders::move_tail, relaxed);
      } else if (tail->next.compare_exchange_strong(next, fresh, Orders::append,
                                                    relaxed)) {
        tail_.compare_exchange_strong(tail, fresh, Orders::move_tail, relaxed);
        return true;
      }
      retry();
    }
    return false;
  }

  bool pop(int& value) {
    for (int i = 0; i < rounds_; ++i) {
      node* head = head_.load(acquire);
      node* tail = tail_.load(acquire);
      node* const next = head->next.load(acquire);
      if (head == head_.load(relaxed)) {
        if (next == nullptr) {
          value = empty;
          return true;
        }
        if (head == tail) {
          tail_.compare_exchange_strong(tail, next, Orders::move_tail, relaxed);
        } else if (head_.compare_exchange_strong(head, next, Orders::move_head,
                                                 relaxed)) {
          value = next->value.get();
          return true;
        }
      }
      retry();
    }
    return false;
  }

 private:
  struct node {
    explicit node(int v) : value(v) {}
    plain<int> value;
    atomic<node*> next{nullptr};
  };
  atomic<node*> head_{nullptr};
  atomic<node*> tail_{nullptr};
  const int rounds_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_MICHAEL_SCOTT_QUEUE_H_
