// How far apart the processors of a run are.
//
// The processors of a virtual machine float: the hypervisor moves them between
// cores of the host, and the time in which a cache line travels from one to the
// other and back changes with it, up to eightfold and within a second. Two
// threads that share anything run at the speed of that line. So each repetition
// is measured between two probes of it.
#ifndef ACQREL_BENCH_PLACEMENT_H_
#define ACQREL_BENCH_PLACEMENT_H_

#include <string>

namespace acqrel::bench {

// The median time, in nanoseconds, in which a line goes from processor a to b
// and back.
double line_round_trip(int a, int b);

// The longest round trip between the first worker's processor and another's; 0
// when all workers share one processor.
double probe_placement(int workers);

enum class placement { none, near, far, moved };
std::string to_string(placement where);

// Names what the probes before and after a repetition saw. Near: at most
// `far_factor` times the shortest round trip that this process has ever seen,
// which no fixed number of nanoseconds tells on every machine (siblings of one
// core 70, one cache 130, two caches 550 on a Zen 3). Moved: the two disagree.
class placement_judge {
 public:
  static constexpr double far_factor = 2.5;

  placement judge(double before, double after);
  double shortest() const { return shortest_; }

 private:
  double shortest_ = 0;  // 0: none seen
};

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_PLACEMENT_H_
