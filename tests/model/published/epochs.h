// What is unlinked in an epoch is freed two epochs later: no thread has begun to
// read before it was unlinked and reads still.
//
//   Source  K. Fraser, "Practical Lock-Freedom", PhD thesis, Cambridge 2004
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_EPOCHS_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_EPOCHS_H_

#include <array>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct epoch_rules {
  // Between the unlinking and the look at the epoch, or behind both.
  static constexpr bool fences_before_tag = true;
};

template <class Rules = epoch_rules, int Threads = 2>
class epochs {
 public:
  // `me`: a thread's number, from 0.
  void pin(int me) {
    pinned_[me].store(epoch_.load(relaxed), relaxed);
    thread_fence(seq_cst);
  }
  void unpin(int me) { pinned_[me].store(not_pinned, release); }

  // The epoch of what the caller, who is pinned, has just unlinked.
  int tag() {
    if (Rules::fences_before_tag) thread_fence(seq_cst);
    const int epoch = epoch_.load(relaxed);
    if (!Rules::fences_before_tag) thread_fence(seq_cst);
    return epoch;
  }

  // By one thread. Does nothing while a thread is in an older epoch.
  void advance() {
    const int epoch = epoch_.load(relaxed);
    thread_fence(seq_cst);
    for (const atomic<int>& pinned : pinned_) {
      const int in = pinned.load(acquire);
      if (in != not_pinned && in != epoch) return;
    }
    epoch_.store(epoch + 1, release);
  }
  bool may_be_freed(int tag) const { return epoch_.load(relaxed) - tag >= 2; }

 private:
  static constexpr int not_pinned = -1;
  std::array<atomic<int>, Threads> pinned_{not_pinned, not_pinned};
  atomic<int> epoch_{0};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_EPOCHS_H_
