// A flag that one thread raises and others see or wait for.
//
//   flag ready;
//   data = 42;  ready.set();              // one thread
//   ready.wait();  use(data);             // another: sees 42
//
//   Concurrency   any thread may call anything
//   Progress      set, clear, test, test_and_set: wait-free. wait: blocks
//   Ordering      what a thread did before set() or test_and_set() is visible
//                 to whoever sees the flag set by it; what it did before
//                 clear(), to the test_and_set() that finds the flag clear
#ifndef ACQREL_ATOMICS_FLAG_H_
#define ACQREL_ATOMICS_FLAG_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel {

class flag {
 public:
  constexpr flag() noexcept = default;

  // Sets the flag and wakes all who wait for it. The flag outlives this call,
  // not only the store in it.
  void set() noexcept {
    // [flag.set] release: pairs with [flag.test], [flag.wait] and [flag.take].
    // What came before is visible to who sees the flag.
    value_.store(true, release);
    value_.notify_all();
  }

  void clear() noexcept {
    // [flag.clear] release: pairs with [flag.take]. What the holder did is
    // visible to the next one.
    value_.store(false, release);
  }

  [[nodiscard]] bool test() const noexcept {
    // [flag.test] acquire: pairs with [flag.set] and [flag.take].
    return value_.load(acquire);
  }

  // Sets the flag; returns whether it was set before. Of several threads that
  // find the flag clear, exactly one gets false. Wakes nobody.
  bool test_and_set() noexcept {
    // [flag.take] acq_rel: pairs with [flag.set], [flag.clear], [flag.test],
    // [flag.wait] and [flag.take]. It reads like test and writes like set.
    return value_.exchange(true, acq_rel);
  }

  // Blocks until set() was called, or the flag is seen set.
  void wait() const noexcept {
    // [flag.wait] acquire: pairs with [flag.set] and [flag.take].
    value_.wait(false, acquire);
  }

 private:
  atomic<bool> value_{false};
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_FLAG_H_
