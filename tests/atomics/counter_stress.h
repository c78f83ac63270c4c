// What threads do with a counter, for any class that has counter's operations.
#ifndef ACQREL_TESTS_ATOMICS_COUNTER_STRESS_H_
#define ACQREL_TESTS_ATOMICS_COUNTER_STRESS_H_

#include <barrier>
#include <cstdint>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

// How much of what all threads added is missing once they have joined.
template <class Counter>
std::int64_t missing_after_join(int thread_count, int adds) {
  Counter c;
  std::barrier start(thread_count);
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int k = 0; k < adds; ++k) c.add();
    });
  }
  for (std::thread& t : threads) t.join();
  return std::int64_t{thread_count} * adds - c.value();
}

// How often a read missed an add that happens-before it, or counted one that
// was never made. Each thread announces every add of its own.
template <class Counter>
int wrong_reads(int thread_count, int adds) {
  Counter c;
  atomic<int> announced(0);
  atomic<int> running(thread_count);
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < adds; ++k) {
        c.add();
        announced.fetch_add(1, release);
      }
      running.fetch_sub(1, release);
    });
  }
  int wrong = 0;
  for (bool last = false; !last;) {
    last = running.load(acquire) == 0;
    const int before = announced.load(acquire);
    const std::int64_t value = c.value();
    wrong += value < before || value > std::int64_t{thread_count} * adds;
  }
  for (std::thread& t : threads) t.join();
  return wrong;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_COUNTER_STRESS_H_
