// Queues of nodes that the caller owns, for many producers and one consumer: a
// push is an exchange of the last node, and then a link to it.
//
//   Source  D. Vyukov, "Intrusive MPSC node-based queue" and "Non-intrusive
//           MPSC node-based queue", 1024cores.net, 2010
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_MPSC_QUEUE_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_MPSC_QUEUE_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct mpsc_node {
  explicit mpsc_node(int v) : value(v) {}
  plain<int> value;
  atomic<mpsc_node*> next{nullptr};
};

struct mpsc_rules {
  static constexpr auto exchange_last = acq_rel;
  static constexpr bool waits_for_link = true;
};

// Its first node has been consumed already.
template <class Rules = mpsc_rules>
class mpsc_queue {
 public:
  static constexpr int empty = 0;

  explicit mpsc_queue(mpsc_node& consumed)
      : first_(&consumed), last_(&consumed) {}

  void push(mpsc_node& n) {
    n.next.store(nullptr, relaxed);
    mpsc_node* const before = last_.exchange(&n, Rules::exchange_last);
    before->next.store(&n, release);
  }

  // By the consumer.
  int pop() {
    mpsc_node* const next = first_->next.load(acquire);
    if (next == nullptr) return empty;
    first_ = next;
    return next->value.get();
  }

 private:
  mpsc_node* first_;  // the consumer's
  atomic<mpsc_node*> last_;
};

// Its first node is the next to be consumed, and it may have none.
template <class Rules = mpsc_rules>
class mpsc_list {
 public:
  void push(mpsc_node& n) {
    n.next.store(nullptr, relaxed);
    mpsc_node* const before = last_.exchange(&n, acq_rel);
    (before == nullptr ? first_ : before->next).store(&n, release);
  }

  // By the consumer. Null: empty.
  mpsc_node* pop() {
    mpsc_node* const taken = first_.load(acquire);
    if (taken == nullptr) return nullptr;
    mpsc_node* next = taken->next.load(acquire);
    if (next == nullptr) {
      first_.store(nullptr, relaxed);
      mpsc_node* expected = taken;
      if (last_.compare_exchange_strong(expected, nullptr, acq_rel, relaxed)) {
        return taken;
      }
      // A push is between its two steps.
      if (Rules::waits_for_link) {
        next = await(
            taken->next, [](mpsc_node* n) { return n != nullptr; }, acquire);
      } else {
        next = taken->next.load(acquire);
      }
    }
    first_.store(next, relaxed);
    return taken;
  }

 private:
  atomic<mpsc_node*> first_{nullptr};
  atomic<mpsc_node*> last_{nullptr};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_MPSC_QUEUE_H_
