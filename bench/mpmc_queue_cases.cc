// First in, first out, for any number of threads, without a bound: the queue on
// segments beside the classic one, and beside what a mutex makes.
#include <vector>

#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/mutex_equivalents.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_queue.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_queue = mutex_queue<T>;

}  // namespace

std::vector<bench_case> mpmc_queue_cases() {
  return cases_for_any_threads(
      "mpmc_queue", contender<mpmc_queue>{"acqrel", false},
      contender<michael_scott_queue>{"acqrel-michael-scott", false},
      contender<std_mutex_queue>{"std-mutex-deque"},
      contender<absl_mutex_queue>{"absl-mutex-deque"});
}

}  // namespace acqrel::bench
