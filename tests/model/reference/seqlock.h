// Two words that one thread writes and others read, all or nothing.
//
//   Source  H.-J. Boehm, "Can Seqlocks Get Along With Programming Language
//           Memory Models?", MSPC 2012
#ifndef ACQREL_TESTS_MODEL_REFERENCE_SEQLOCK_H_
#define ACQREL_TESTS_MODEL_REFERENCE_SEQLOCK_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct seqlock_fences {
  static void begin_write() { thread_fence(release); }
  static void end_read() { thread_fence(acquire); }
};

template <class Fences = seqlock_fences>
class seqlock_reference {
 public:
  struct pair {
    int first = 0;
    int second = 0;
  };

  // By one thread at a time.
  void write(pair value) {
    const int before = writes_.load(relaxed);
    writes_.store(before + 1, relaxed);
    Fences::begin_write();
    first_.store(value.first, relaxed);
    second_.store(value.second, relaxed);
    writes_.store(before + 2, release);
  }

  // False: a write came in between.
  bool try_read(pair& value) {
    const int before = writes_.load(acquire);
    if (before % 2 != 0) return false;
    value.first = first_.load(relaxed);
    value.second = second_.load(relaxed);
    Fences::end_read();
    return writes_.load(relaxed) == before;
  }

 private:
  atomic<int> writes_{0};  // odd while one is going on
  atomic<int> first_{0};
  atomic<int> second_{0};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_SEQLOCK_H_
