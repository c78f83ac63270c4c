// Makes the cases of the family "waiting" for any contenders.
#ifndef ACQREL_BENCH_WAITING_CASE_FACTORY_H_
#define ACQREL_BENCH_WAITING_CASE_FACTORY_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/waiting_workloads.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {

// A contender, and how the elements in it are bounded in the throughput.
template <class Limit, template <class...> class Queue>
struct waiting_contender : contender<Queue> {
  using limit = Limit;
};

template <class T, class ForEach>
void add_waiting_throughput(std::vector<bench_case>& cases, int producers,
                            int consumers, const ForEach& for_each) {
  for_each(producers, consumers, [&]<class C>(const C& c) {
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

template <class ForEach>
void add_waiting_latency(std::vector<bench_case>& cases,
                         const ForEach& for_each) {
  using u64 = std::uint64_t;
  for_each(1, 1, [&]<class C>(const C& c) {
    cases.push_back(
        {"waiting", "latency", c.name, element<u64>::name, threads_name(1, 1),
         2, c.has_mutex, unit::nanoseconds_round_trip,
         round_trip<typename C::template type<u64>, u64, by_waiting>});
  });
}

template <class ForEach>
void add_paced(std::vector<bench_case>& cases,
               std::chrono::microseconds interval, int consumers,
               const ForEach& for_each) {
  using u64 = std::uint64_t;
  for_each(1, consumers, [&]<class C>(const C& c) {
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

// for_each(producers, consumers, add) calls add(waiting_contender) for each that
// may have so many.
template <class ForEach>
std::vector<bench_case> waiting_cases_of(const ForEach& for_each) {
  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_waiting_throughput<T>(cases, 1, 1, for_each);
    add_waiting_throughput<T>(cases, 2, 2, for_each);
    add_waiting_throughput<T>(cases, 1, 3, for_each);
    add_waiting_throughput<T>(cases, 3, 1, for_each);
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  add_waiting_latency(cases, for_each);
  for (int consumers : {1, 3}) {
    for (int microseconds : {5, 50, 500}) {
      add_paced(cases, std::chrono::microseconds(microseconds), consumers,
                for_each);
    }
  }
  return cases;
}

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_WAITING_CASE_FACTORY_H_
