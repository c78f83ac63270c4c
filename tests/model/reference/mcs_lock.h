// A lock whose waiters stand in a queue, each at a flag of its own.
//
//   Source  J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable
//           Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1),
//           1991
#ifndef ACQREL_TESTS_MODEL_REFERENCE_MCS_LOCK_H_
#define ACQREL_TESTS_MODEL_REFERENCE_MCS_LOCK_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct mcs_orders {
  static constexpr auto enter = acq_rel;
  static constexpr auto link = release;
  static constexpr auto pass = release;
  static constexpr auto receive = acquire;
  static constexpr auto leave = release;
};

template <class Orders = mcs_orders>
class mcs_lock_reference {
 public:
  class waiter {
    friend mcs_lock_reference;
    atomic<waiter*> next_{nullptr};
    atomic<bool> may_go_{false};
  };

  void lock(waiter& me) {
    waiter* const before = tail_.exchange(&me, Orders::enter);
    if (before == nullptr) return;
    before->next_.store(&me, Orders::link);
    await(
        me.may_go_, [](bool may_go) { return may_go; }, Orders::receive);
  }

  void unlock(waiter& me) {
    waiter* next = me.next_.load(acquire);
    if (next == nullptr) {
      waiter* expected = &me;
      if (tail_.compare_exchange_strong(expected, nullptr, Orders::leave,
                                        relaxed)) {
        return;
      }
      next = await(
          me.next_, [](waiter* w) { return w != nullptr; }, acquire);
    }
    next->may_go_.store(true, Orders::pass);
  }

 private:
  atomic<waiter*> tail_{nullptr};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_MCS_LOCK_H_
