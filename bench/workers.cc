#include "acqrel/bench/workers.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

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

namespace {

// How long this thread has waited in a processor's queue.
std::optional<std::chrono::nanoseconds> time_in_queue() {
  std::ifstream file("/proc/thread-self/schedstat");
  std::int64_t running = 0, queued = 0;
  if (!(file >> running >> queued)) return std::nullopt;
  return std::chrono::nanoseconds(queued);
}

// Of this thread.
std::uint64_t sleeps() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<std::uint64_t>(usage.ru_nvcsw);
}

}  // namespace

run_times run_together(const std::vector<std::function<void()>>& jobs) {
  struct span {
    time_point begin, end;
    std::optional<std::chrono::nanoseconds> queued_before, queued_after;
    std::uint64_t sleeps_before = 0, sleeps_after = 0;
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
      spans[i].queued_before = time_in_queue();
      spans[i].sleeps_before = sleeps();
      spans[i].begin = now();
      jobs[i]();
      spans[i].end = now();
      spans[i].sleeps_after = sleeps();
      spans[i].queued_after = time_in_queue();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto begin = std::min_element(
      spans.begin(), spans.end(),
      [](const span& a, const span& b) { return a.begin < b.begin; });
  const auto end = std::max_element(
      spans.begin(), spans.end(),
      [](const span& a, const span& b) { return a.end < b.end; });
  run_times times{end->end - begin->begin};
  for (const span& s : spans) times.sleeps += s.sleeps_after - s.sleeps_before;
  std::chrono::nanoseconds queued{0};
  for (const span& s : spans) {
    if (!s.queued_before || !s.queued_after) {
      times.off_core = -1;
      return times;
    }
    queued += *s.queued_after - *s.queued_before;
  }
  times.off_core = std::chrono::duration<double>(queued) / times.elapsed /
                   static_cast<double>(spans.size());
  return times;
}

void patience::give_up() {
  std::fputs("bench: a worker made no progress; an element was lost?\n",
             stderr);
  std::abort();
}

}  // namespace acqrel::bench
