// First in, first out, from one thread to another.
#include <chrono>
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
#include "acqrel/structures/spsc_ring.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_queue = mutex_queue<T>;
template <class T>
using std_mutex_ring = mutex_ring<T>;

template <class T, class... Contenders>
void add_latency(std::vector<bench_case>& cases,
                 const Contenders&... contenders) {
  (cases.push_back({"spsc", "latency", contenders.name, element<T>::name,
                    threads_name(1, 1), 2, contenders.has_mutex,
                    unit::nanoseconds_round_trip,
                    round_trip<typename Contenders::template type<T>, T>}),
   ...);
}

}  // namespace

std::vector<bench_case> spsc_cases() {
  const contender<spsc_ring> ring{"acqrel", false};
  const contender<std_mutex_ring> std_ring{"std-mutex-ring"};
  const contender<absl_mutex_ring> absl_ring{"absl-mutex-ring"};
  const contender<std_mutex_queue> std_deque{"std-mutex-deque"};
  const contender<absl_mutex_queue> absl_deque{"absl-mutex-deque"};

  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_pairs<T>(cases, "spsc", ring, std_ring, absl_ring, std_deque,
                 absl_deque);
    add_throughput<T, bounded_by_itself>(cases, "spsc", 1, 1, ring, std_ring,
                                         absl_ring);
    // A deque has no bound of its own.
    add_throughput<T, in_flight>(cases, "spsc", 1, 1, std_deque, absl_deque);
    add_bulk<T>(cases, "spsc", ring, std_ring, absl_ring);
    cases.push_back(
        bulk_case<by_spans<spsc_ring<T>>, T>("spsc", "acqrel-spans", false));
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  with_element(std::type_identity<pointer>());
  add_latency<std::uint64_t>(cases, ring, std_ring, absl_ring, std_deque,
                             absl_deque);
  add_latency<block64>(cases, ring, std_ring, absl_ring, std_deque, absl_deque);
  return cases;
}

}  // namespace acqrel::bench
