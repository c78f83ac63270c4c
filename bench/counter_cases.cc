// Counting events.
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/atomics/counter.h"
#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {
namespace {

class alignas(cache_line_size) one_atomic {
 public:
  void add() { count_.fetch_add(1, relaxed); }  // relaxed: counter
  std::int64_t value() const { return count_.load(relaxed); }  // as above

 private:
  atomic_int64_t count_{0};
};

template <class Mutex>
class alignas(cache_line_size) under_mutex {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  std::int64_t value() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  Mutex mutex_;
  std::int64_t count_ = 0;  // guarded by mutex_
};

template <class Contender>
bench_case counting_case(const std::string& name, bool has_mutex, int threads) {
  return {"counter",
          "add",
          name,
          "i64",
          std::to_string(threads),
          threads,
          has_mutex,
          unit::million_per_second,
          [=](std::chrono::nanoseconds duration) {
            return counting<Contender>(duration, threads);
          }};
}

}  // namespace

std::vector<bench_case> counter_cases() {
  std::vector<bench_case> cases;
  for (int threads : {1, 2, 4}) {
    cases.push_back(counting_case<counter>("acqrel", false, threads));
    cases.push_back(counting_case<one_atomic>("one-atomic", false, threads));
    cases.push_back(
        counting_case<under_mutex<std::mutex>>("std-mutex", true, threads));
    cases.push_back(
        counting_case<under_mutex<absl_mutex>>("absl-mutex", true, threads));
  }
  return cases;
}

}  // namespace acqrel::bench
