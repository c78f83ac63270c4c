// Queues whose threads sleep while they wait. The contenders of a group differ
// in what they are for: those that any threads may use stand beside those for
// one producer or one consumer, where there is only one.
#include <chrono>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/waiting_equivalents.h"
#include "acqrel/bench/waiting_workloads.h"
#include "acqrel/bench/workloads.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/structures/spsc_ring.h"

namespace acqrel::bench {
namespace {

// A contender, and how the elements in it are bounded in the throughput.
template <class Limit, template <class...> class Queue>
struct waiting_contender : contender<Queue> {
  using limit = Limit;
};

// Adds a case for each of those that may have so many producers and consumers.
template <class Add>
void for_each_contender(int producers, int consumers, const Add& add) {
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
  add(waiting_contender<in_flight, michael_scott_queue>{
      {"acqrel-michael-scott", false}});
  add(waiting_contender<in_flight, cv_deque>{{"std-cv-deque"}});
  add(waiting_contender<in_flight, condition_deque>{{"absl-condition-deque"}});
}

template <class T>
void add_throughput(std::vector<bench_case>& cases, int producers,
                    int consumers) {
  for_each_contender(producers, consumers, [&]<class C>(const C& c) {
    cases.push_back({"waiting", "throughput", c.name, element<T>::name,
                     threads_name(producers, consumers), producers + consumers,
                     c.has_mutex, unit::million_per_second,
                     [=](std::chrono::nanoseconds duration) {
                       return waiting_throughput<typename C::template type<T>,
                                                 T, typename C::limit>(
                           duration, producers, consumers);
                     }});
  });
}

void add_latency(std::vector<bench_case>& cases) {
  using u64 = std::uint64_t;
  for_each_contender(1, 1, [&]<class C>(const C& c) {
    cases.push_back(
        {"waiting", "latency", c.name, element<u64>::name, threads_name(1, 1),
         2, c.has_mutex, unit::nanoseconds_round_trip,
         round_trip<typename C::template type<u64>, u64, by_waiting>});
  });
}

void add_paced(std::vector<bench_case>& cases,
               std::chrono::microseconds interval, int consumers) {
  using u64 = std::uint64_t;
  for_each_contender(1, consumers, [&]<class C>(const C& c) {
    cases.push_back({"waiting",
                     "paced" + std::to_string(interval.count()) + "us", c.name,
                     element<u64>::name, threads_name(1, consumers),
                     1 + consumers, c.has_mutex, unit::nanoseconds_hand_over,
                     [=](std::chrono::nanoseconds duration) {
                       return hand_over<typename C::template type<u64>>(
                           duration, interval, consumers);
                     }});
  });
}

}  // namespace

std::vector<bench_case> waiting_cases() {
  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_throughput<T>(cases, 1, 1);
    add_throughput<T>(cases, 2, 2);
    add_throughput<T>(cases, 1, 3);
    add_throughput<T>(cases, 3, 1);
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  add_latency(cases);
  for (int consumers : {1, 3}) {
    for (int microseconds : {5, 50, 500}) {
      add_paced(cases, std::chrono::microseconds(microseconds), consumers);
    }
  }
  return cases;
}

}  // namespace acqrel::bench
