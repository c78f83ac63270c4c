// First in, first out, for many producers and one consumer, without a bound.
#include <cstdint>
#include <type_traits>
#include <vector>

#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/mutex_equivalents.h"
#include "acqrel/bench/workloads.h"
#include "acqrel/structures/mpsc_queue.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_queue = mutex_queue<T>;
template <class T>
using std_mutex_ring = mutex_ring<T>;

}  // namespace

std::vector<bench_case> mpsc_cases() {
  const contender<mpsc_queue> ours{"acqrel", false};
  const contender<std_mutex_queue> std_deque{"std-mutex-deque"};
  const contender<std_mutex_ring> std_ring{"std-mutex-ring"};
  const contender<absl_mutex_queue> absl_deque{"absl-mutex-deque"};
  const contender<absl_mutex_ring> absl_ring{"absl-mutex-ring"};

  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_pairs<T>(cases, "mpsc", ours, std_deque, std_ring, absl_deque,
                 absl_ring);
    for (int n : {1, 2, 4}) {
      add_throughput<T, in_flight>(cases, "mpsc", n, 1, ours, std_deque,
                                   std_ring, absl_deque, absl_ring);
    }
    add_bulk<T>(cases, "mpsc", ours, std_ring, absl_ring);
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  with_element(std::type_identity<pointer>());
  return cases;
}

}  // namespace acqrel::bench
