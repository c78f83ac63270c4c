// A queue that frees its nodes after a grace period.
//
//   Source  M. M. Michael and M. L. Scott, "Simple, Fast, and Practical
//           Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_GRACE_QUEUE_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_GRACE_QUEUE_H_

#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/tests/model/published/grace_period.h"

namespace acqrel::testing {

struct grace_queue_rules {
  // A pop moves tail on from the node that it unlinks.
  static constexpr bool moves_tail = true;
  // By a push, which goes on to the node.
  static constexpr auto look_at_tail = acquire;
};

template <class Rules = grace_queue_rules>
class grace_queue {
 public:
  grace_queue() {
    node* const first = new node(0);
    head_.store(first, relaxed);
    tail_.store(first, relaxed);
  }
  ~grace_queue() {
    for (node* n = head_.load(relaxed); n != nullptr;) {
      delete std::exchange(n, n->next.load(relaxed));
    }
  }

  // `me`: the thread's number, from 0.
  void push(int me, int value) {
    node* const fresh = new node(value);
    readers_.enter(me);
    for (;; retry()) {
      node* tail = tail_.load(Rules::look_at_tail);
      node* next = tail->next.load(acquire);
      if (next != nullptr) {
        tail_.compare_exchange_strong(tail, next, release, relaxed);
      } else if (tail->next.compare_exchange_strong(next, fresh, release,
                                                    relaxed)) {
        tail_.compare_exchange_strong(tail, fresh, release, relaxed);
        break;
      }
    }
    readers_.leave(me);
  }

  // A node that is unlinked, for free(). Null: empty.
  struct node;
  node* pop(int me) {
    readers_.enter(me);
    node* head;
    for (;; retry()) {
      head = head_.load(acquire);
      node* tail = tail_.load(acquire);
      node* const next = head->next.load(acquire);
      if (next == nullptr) {
        head = nullptr;
        break;
      }
      if (Rules::moves_tail && head == tail) {
        tail_.compare_exchange_strong(tail, next, release, relaxed);
      }
      node* expected = head;
      if (head_.compare_exchange_strong(expected, next, release, relaxed)) {
        (void)next->value.get();
        break;
      }
    }
    readers_.leave(me);
    return head;
  }

  // By a thread that is in no operation.
  void free(node* unlinked) {
    if (unlinked == nullptr) return;
    readers_.wait();
    delete unlinked;
  }

  struct node {
    explicit node(int v) : value(v) {}
    plain<int> value;
    atomic<node*> next{nullptr};
  };

 private:
  grace_period<> readers_;
  atomic<node*> head_{nullptr};
  atomic<node*> tail_{nullptr};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_GRACE_QUEUE_H_
