// First in, first out, for any number of threads.
#include <vector>

#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/mutex_equivalents.h"
#include "acqrel/structures/michael_scott_queue.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_queue = mutex_queue<T>;
template <class T>
using std_mutex_ring = mutex_ring<T>;

}  // namespace

std::vector<bench_case> queue_cases() {
  return cases_for_any_threads("queue",
                               contender<michael_scott_queue>{"acqrel", false},
                               contender<std_mutex_queue>{"std-mutex-deque"},
                               contender<std_mutex_ring>{"std-mutex-ring"},
                               contender<absl_mutex_queue>{"absl-mutex-deque"},
                               contender<absl_mutex_ring>{"absl-mutex-ring"});
}

}  // namespace acqrel::bench
