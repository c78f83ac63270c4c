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

#include <cstdint>
#include <thread>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"

namespace acqrel::testing {

// The rounds, of at most `rounds`, until both threads read 0; 0: never.
template <class First, class Second>
int rounds_until_both_zero(int rounds, First first_fence, Second second_fence) {
  // In round r the threads write r, so "0" is anything older.
  cache_aligned<atomic<int>> x;
  cache_aligned<atomic<int>> y;
  cache_aligned<atomic<int>> ready;   // the round that the second waits for
  cache_aligned<atomic<int>> read_x;  // what the second read, plus one
  atomic<bool> stop(false);

  std::thread second([&] {
    for (int r = 1;; ++r) {
      await(
          *ready, [r](int v) { return v >= r; }, acquire);
      if (stop.load(relaxed)) return;
      y->store(r, relaxed);
      second_fence();
      const int seen = x->load(relaxed);
      read_x->store(r * 2 + (seen == r), release);
    }
  });

  int found = 0;
  for (int r = 1; r <= rounds && found == 0; ++r) {
    ready->store(r, release);
    // Shifts the two threads against each other from round to round.
    for (int i = r % 64; i > 0; --i) pause();
    x->store(r, relaxed);
    first_fence();
    const bool saw_y = y->load(relaxed) == r;
    const int second_saw = await(
        *read_x, [r](int v) { return v / 2 == r; }, acquire);
    if (!saw_y && second_saw % 2 == 0) found = r;
  }
  stop.store(true, relaxed);
  ready->store(rounds + 1, release);
  second.join();
  return found;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_FENCE_STRESS_H_
