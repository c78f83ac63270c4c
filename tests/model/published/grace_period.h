// Waits until every thread that was reading has stopped: the core of epochs and
// of RCU.
//
//   Source  K. Fraser, "Practical Lock-Freedom", PhD thesis, Cambridge 2004
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_GRACE_PERIOD_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_GRACE_PERIOD_H_

#include <array>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct grace_period_rules {
  // Between the announcement and the first read, and between the unlinking and
  // the look at the announcements: store buffering.
  static void enter() { thread_fence(seq_cst); }
  static void wait() { thread_fence(seq_cst); }
};

template <class Rules = grace_period_rules, int Threads = 3>
class grace_period {
 public:
  // `me`: a thread's number, from 0.
  void enter(int me) {
    atomic<int>& mine = sections_[me];
    mine.store(mine.load(relaxed) + 1, relaxed);
    Rules::enter();
  }
  void leave(int me) {
    atomic<int>& mine = sections_[me];
    mine.store(mine.load(relaxed) + 1, release);
  }

  // For those that are within a section now. The caller is not.
  void wait() {
    Rules::wait();
    for (const atomic<int>& section : sections_) {
      const int now = section.load(acquire);
      if (now % 2 == 0) continue;
      await(
          section, [now](int later) { return later != now; }, acquire);
    }
  }

 private:
  std::array<atomic<int>, Threads> sections_;  // odd: within one
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_GRACE_PERIOD_H_
