// First in, first out, for any number of threads, with a bound.
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
#include "acqrel/structures/mpmc_ring.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_ring = mutex_ring<T>;

}  // namespace

std::vector<bench_case> mpmc_cases() {
  const contender<mpmc_ring> ring{"acqrel", false};
  const contender<std_mutex_ring> std_ring{"std-mutex-ring"};
  const contender<absl_mutex_ring> absl_ring{"absl-mutex-ring"};

  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_pairs<T>(cases, "mpmc", ring, std_ring, absl_ring);
    for (int n : {1, 2, 4}) {
      add_throughput<T, bounded_by_itself>(cases, "mpmc", n, n, ring, std_ring,
                                           absl_ring);
    }
    add_bulk<T>(cases, "mpmc", ring, std_ring, absl_ring);
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  with_element(std::type_identity<pointer>());
  return cases;
}

}  // namespace acqrel::bench
