#include "acqrel/bench/placement.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <thread>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/bench/workers.h"

namespace acqrel::bench {

double line_round_trip(int a, int b) {
  constexpr std::uint32_t rounds = 301;
  cache_aligned<atomic_uint32_t> there(0u);
  cache_aligned<atomic_uint32_t> back(0u);
  std::array<double, rounds> times;

  // Every load and store is relaxed: only the line's journey matters.
  std::thread far_end([&] {
    pin_this_thread(b);
    for (std::uint32_t i = 1; i <= rounds; ++i) {
      await(
          *there, [i](std::uint32_t seen) { return seen == i; }, relaxed);
      back->store(i, relaxed);
    }
  });
  std::thread near_end([&] {
    pin_this_thread(a);
    time_point last = now();
    for (std::uint32_t i = 1; i <= rounds; ++i) {
      there->store(i, relaxed);
      await(
          *back, [i](std::uint32_t seen) { return seen == i; }, relaxed);
      const time_point time = now();
      times[i - 1] =
          std::chrono::duration<double, std::nano>(time - last).count();
      last = time;
    }
  });
  far_end.join();
  near_end.join();

  const auto middle = times.begin() + rounds / 2;
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

double probe_placement(int workers) {
  std::set<int> others;
  for (int i = 1; i < workers; ++i) others.insert(cpu_of_worker(i));
  others.erase(cpu_of_worker(0));
  double longest = 0;
  for (int cpu : others) {
    longest = std::max(longest, line_round_trip(cpu_of_worker(0), cpu));
  }
  return longest;
}

std::string to_string(placement where) {
  switch (where) {
    case placement::none:
      return "-";
    case placement::near:
      return "near";
    case placement::far:
      return "far";
    case placement::moved:
      return "moved";
  }
  return "?";
}

placement placement_judge::judge(double before, double after) {
  if (before == 0 || after == 0) return placement::none;
  const double shorter = std::min(before, after);
  if (shortest_ == 0 || shorter < shortest_) shortest_ = shorter;
  const bool far_before = before > far_factor * shortest_;
  const bool far_after = after > far_factor * shortest_;
  if (far_before != far_after) return placement::moved;
  return far_before ? placement::far : placement::near;
}

}  // namespace acqrel::bench
