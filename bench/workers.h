// Threads for the benchmarks: pinned, started together, and patient.
#ifndef ACQREL_BENCH_WORKERS_H_
#define ACQREL_BENCH_WORKERS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"

namespace acqrel::bench {

// The processors that this process was started on.
const std::vector<int>& allowed_cpus();

// Where worker i of a run is pinned: round robin over allowed_cpus().
int cpu_of_worker(int worker);

void pin_this_thread(int cpu);

struct run_times {
  // From the first job's start to the last one's end.
  std::chrono::nanoseconds elapsed{0};
  // The share of that time in which the average worker could have run, and
  // another thread had its processor. Where there are fewer workers than
  // processors this is somebody else's doing. Negative: the kernel does not
  // tell.
  double off_core = 0;
  // How often a worker slept. (To yield is not to sleep.)
  std::uint64_t sleeps = 0;
};

// Runs job i on a thread pinned to cpu_of_worker(i), all at once.
run_times run_together(const std::vector<std::function<void()>>& jobs);

// What a worker does after a failed try: pause 64 times in a row, then give the
// processor away after every failure, so that whoever must act gets to run when
// there are more workers than processors. Every contender is waited for in this
// way. A wait that no number of yields ends is a lost element: it aborts.
class patience {
 public:
  void wait() {
    if (++failures_ <= pauses) return pause();
    if (failures_ == limit) give_up();
    yield();
  }
  void reset() { failures_ = 0; }

 private:
  static constexpr int pauses = 64;
  static constexpr int limit = 1 << 27;  // half a minute of yields, at least

  [[noreturn]] static void give_up();

  int failures_ = 0;
};

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_WORKERS_H_
