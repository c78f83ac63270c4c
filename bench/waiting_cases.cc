// Queues whose threads sleep while they wait. The contenders of a group differ
// in what they are for: those that any threads may use stand beside those for
// one producer or one consumer, where there is only one.
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/waiting_case_factory.h"
#include "acqrel/bench/waiting_equivalents.h"
#include "acqrel/bench/workloads.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_queue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/structures/spsc_ring.h"

namespace acqrel::bench {
namespace {

const auto for_each_contender = [](int producers, int consumers,
                                   const auto& add) {
  using bounded = bounded_by_itself;
  if (producers == 1 && consumers == 1) {
    add(waiting_contender<bounded, spsc_ring>{{"acqrel-spsc-ring", false}});
  }
  add(waiting_contender<bounded, mpmc_ring>{{"acqrel-mpmc-ring", false}});
  add(waiting_contender<bounded, cv_ring>{{"std-cv-ring"}});
  add(waiting_contender<bounded, condition_ring>{{"absl-condition-ring"}});
  if (consumers == 1) {
    add(waiting_contender<in_flight, mpsc_queue>{{"acqrel-mpsc", false}});
  }
  add(waiting_contender<in_flight, mpmc_queue>{{"acqrel-mpmc", false}});
  add(waiting_contender<in_flight, michael_scott_queue>{
      {"acqrel-michael-scott", false}});
  add(waiting_contender<in_flight, cv_deque>{{"std-cv-deque"}});
  add(waiting_contender<in_flight, condition_deque>{{"absl-condition-deque"}});
};

}  // namespace

std::vector<bench_case> waiting_cases() {
  return waiting_cases_of(for_each_contender);
}

}  // namespace acqrel::bench
