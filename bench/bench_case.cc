#include "acqrel/bench/bench_case.h"

namespace acqrel::bench {

std::string to_string(unit u) {
  switch (u) {
    case unit::million_per_second:
      return "million per second (more is better)";
    case unit::nanoseconds_per_operation:
      return "nanoseconds (less is better)";
    case unit::nanoseconds_round_trip:
      return "nanoseconds per round trip (less is better)";
    case unit::nanoseconds_hand_over:
      return "nanoseconds from a push's time to its pop's return (less is "
             "better)";
  }
  return "?";
}

bool has_percentiles(unit u) {
  return u == unit::nanoseconds_round_trip || u == unit::nanoseconds_hand_over;
}

std::string bench_case::name() const {
  return family + "/" + workload + "/" + contender + "/" + element + "/" +
         threads;
}

std::string bench_case::group() const {
  return family + "/" + workload + "/" + element + "/" + threads;
}

double bench_case::figure(const sample& s) const {
  const double nanoseconds = static_cast<double>(s.times.elapsed.count());
  const double operations = static_cast<double>(s.operations);
  switch (unit) {
    case unit::million_per_second:
      return operations / nanoseconds * 1e3;
    case unit::nanoseconds_per_operation:
      return nanoseconds / operations;
    case unit::nanoseconds_round_trip:
    case unit::nanoseconds_hand_over:
      return s.p50;
  }
  return 0;
}

}  // namespace acqrel::bench
