#include "acqrel/bench/workers.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace acqrel::bench {

const std::vector<int>& allowed_cpus() {
  static const std::vector<int> cpus = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> found;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
      for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &set)) found.push_back(cpu);
      }
    }
    if (found.empty()) {
      std::fputs("bench: cannot read on which processors it may run\n", stderr);
      std::exit(1);
    }
    return found;
  }();
  return cpus;
}

int cpu_of_worker(int worker) {
  return allowed_cpus()[static_cast<std::size_t>(worker) %
                        allowed_cpus().size()];
}

void pin_this_thread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    std::fprintf(stderr, "bench: cannot pin a thread to processor %d\n", cpu);
    std::exit(1);
  }
}

std::chrono::nanoseconds run_together(
    const std::vector<std::function<void()>>& jobs) {
  struct span {
    time_point begin, end;
  };
  allowed_cpus();  // before any thread is pinned
  std::vector<span> spans(jobs.size());
  atomic_size_t missing{jobs.size()};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    threads.emplace_back([&, i] {
      pin_this_thread(cpu_of_worker(static_cast<int>(i)));
      // relaxed: counter (what the jobs share, the thread's start has ordered)
      missing.fetch_sub(1, relaxed);
      await(
          missing, [](std::size_t count) { return count == 0; }, relaxed);
      spans[i].begin = now();
      jobs[i]();
      spans[i].end = now();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto begin = std::min_element(
      spans.begin(), spans.end(),
      [](const span& a, const span& b) { return a.begin < b.begin; });
  const auto end = std::max_element(
      spans.begin(), spans.end(),
      [](const span& a, const span& b) { return a.end < b.end; });
  return end->end - begin->begin;
}

void patience::give_up() {
  std::fputs("bench: a worker made no progress; an element was lost?\n",
             stderr);
  std::abort();
}

}  // namespace acqrel::bench
