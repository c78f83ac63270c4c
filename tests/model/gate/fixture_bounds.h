// Orderings that cannot be decided, for what their tests are.
#ifndef ACQREL_TESTS_MODEL_GATE_FIXTURE_BOUNDS_H_
#define ACQREL_TESTS_MODEL_GATE_FIXTURE_BOUNDS_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::fixture {

// A test explores all that there is, and may explore no more.
inline int read_bounded(const atomic<int>& flag, const atomic<int>& data) {
  // [bounded.read] acquire: pairs with [caller].
  if (flag.load(acquire) == 0) return 0;
  return data.load(relaxed);  // relaxed: guess
}

// A test looks at some executions only.
inline int read_sampled(const atomic<int>& flag) {
  // [sampled.read] acquire: pairs with [caller].
  return flag.load(acquire);
}

// A test counts outcomes after its check.
inline int read_counted(const atomic<int>& flag, const atomic<int>& data) {
  // [counted.read] acquire: pairs with [caller].
  if (flag.load(acquire) == 0) return 1;
  return data.load(relaxed);  // relaxed: guess
}

// Two loads in a line. Only the place says which is which.
inline int read_together(const atomic<int>& flag, const atomic<int>& data) {
  // [together.read] acquire: pairs with [caller].
  return flag.load(acquire) == 1 ? data.load(relaxed) : 1;  // relaxed: guess
}

// Independent reads of independent writes: the order S of C++20 has the reads,
// and that is enough for it; RC11 wants the writes, too.
inline bool heard_only(const atomic<int>& one, const atomic<int>& other) {
  // [heard.first] seq_cst: IRIW with [heard.second].
  if (one.load(seq_cst) == 0) return false;
  // [heard.second] seq_cst: IRIW with [heard.first].
  return other.load(seq_cst) == 0;
}

// Its test fails anyway.
inline int read_failing(const atomic<int>& flag) {
  // [failing.read] acquire: pairs with [caller].
  return flag.load(acquire);
}

}  // namespace acqrel::fixture

#endif  // ACQREL_TESTS_MODEL_GATE_FIXTURE_BOUNDS_H_
