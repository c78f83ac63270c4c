// A lock whose waiters stand in a queue, each at a word of its own. Unlike the
// reference (tests/model/reference/mcs_lock.h) it has waiters that are used
// again, so that each lock() sets them up.
//
//   Source  J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable
//           Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1),
//           1991
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_MCS_LOCK_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_MCS_LOCK_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct mcs_rules {
  static constexpr auto link = release;
  static constexpr auto look_at_next = acquire;
};

template <class Rules = mcs_rules>
class mcs_lock {
 public:
  class waiter {
    friend mcs_lock;
    atomic<waiter*> next_{nullptr};
    atomic<bool> must_wait_{false};
  };

  void lock(waiter& me) {
    me.next_.store(nullptr, relaxed);
    me.must_wait_.store(true, relaxed);
    waiter* const before = last_.exchange(&me, acq_rel);
    if (before == nullptr) return;
    before->next_.store(&me, Rules::link);
    await(
        me.must_wait_, [](bool must_wait) { return !must_wait; }, acquire);
  }

  void unlock(waiter& me) {
    waiter* next = me.next_.load(Rules::look_at_next);
    if (next == nullptr) {
      waiter* expected = &me;
      if (last_.compare_exchange_strong(expected, nullptr, release, relaxed)) {
        return;
      }
      next = await(
          me.next_, [](waiter* w) { return w != nullptr; },
          Rules::look_at_next);
    }
    next->must_wait_.store(false, release);
  }

 private:
  atomic<waiter*> last_{nullptr};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_MCS_LOCK_H_
