// Waits longer after each failed attempt: pauses, twice as many each time, then
// gives the processor away.
//
//   for (backoff wait;; wait()) {
//     if (try_something()) return;
//   }
//
// For a loop that contends with other threads, or polls. A thread that may wait
// for long should sleep instead (atomic::wait, wait_on_address).
#ifndef ACQREL_ATOMICS_BACKOFF_H_
#define ACQREL_ATOMICS_BACKOFF_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel {

class backoff {
 public:
  void wait() noexcept {
    if (pauses_ > tuning::spin_limit) {
      yield();
      return;
    }
    for (int i = 0; i < pauses_; ++i) pause();
    pauses_ *= 2;
  }
  void operator()() noexcept { wait(); }

  // After a success.
  void reset() noexcept { pauses_ = 1; }

 private:
  int pauses_ = 1;
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_BACKOFF_H_
