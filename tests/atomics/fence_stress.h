// The store-buffering litmus test, run many times, for a pair of fences.
//
//     thread 0           thread 1
//     x = 1 (relaxed)    y = 1 (relaxed)
//     first fence        second fence
//     read y (relaxed)   read x (relaxed)
//
// Fences that exclude store buffering never let both threads read 0.
#ifndef ACQREL_TESTS_ATOMICS_FENCE_STRESS_H_
#define ACQREL_TESTS_ATOMICS_FENCE_STRESS_H_

#include <chrono>
#include <thread>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"

namespace acqrel::testing {

// Waits for `least` and keeps the processor for a while, unlike await: the
// threads meet in a store buffer only while both are running.
inline int spin_until(const atomic<int>& location, int least) {
  for (int spins = 1;; ++spins) {
    const int value = location.load(acquire);
    if (value >= least) return value;
    pause();
    if (spins % 10000 == 0) yield();
  }
}

// The rounds until both threads read 0; 0 when they did not before the limit.
template <class First, class Second>
int rounds_until_both_zero(std::chrono::seconds limit, First first_fence,
                           Second second_fence) {
  // In round r the threads write r, so "0" is anything older.
  cache_aligned<atomic<int>> x_line;
  cache_aligned<atomic<int>> y_line;
  cache_aligned<atomic<int>> ready;   // the round that the second waits for
  cache_aligned<atomic<int>> report;  // round * 2, plus 1 if the second read x
  atomic<int>& x = *x_line;
  atomic<int>& y = *y_line;
  atomic<bool> stop(false);

  std::thread second([&] {
    for (int r = 1;; ++r) {
      spin_until(*ready, r);
      if (stop.load(relaxed)) return;
      y.store(r, relaxed);
      second_fence();
      const int read = x.load(relaxed);
      report->store(r * 2 + (read == r), release);
    }
  });

  const time_point deadline = now() + limit;
  int found = 0;
  int r = 1;
  for (; found == 0 && (r % 64 != 0 || now() < deadline); ++r) {
    ready->store(r, release);
    // Shifts the two threads against each other from round to round.
    for (int i = r % 64; i > 0; --i) pause();
    x.store(r, relaxed);
    first_fence();
    const int read = y.load(relaxed);
    const bool second_read_x = spin_until(*report, r * 2) % 2 == 1;
    if (read != r && !second_read_x) found = r;
  }
  stop.store(true, relaxed);
  ready->store(r, release);
  second.join();
  return found;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_FENCE_STRESS_H_
