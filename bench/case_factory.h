// Makes the cases that more than one family has.
#ifndef ACQREL_BENCH_CASE_FACTORY_H_
#define ACQREL_BENCH_CASE_FACTORY_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {

// A contender is a template over its element, with a name.
template <template <class...> class Structure>
struct contender {
  template <class T>
  using type = Structure<T>;

  std::string name;
  bool has_mutex = true;
};

inline std::string threads_name(int producers, int consumers) {
  return std::to_string(producers) + "x" + std::to_string(consumers);
}

template <class T, class... Contenders>
void add_pairs(std::vector<bench_case>& cases, const std::string& family,
               const Contenders&... contenders) {
  (cases.push_back({family, "pair", contenders.name, element<T>::name, "1", 1,
                    contenders.has_mutex, unit::nanoseconds_per_operation,
                    [](std::chrono::nanoseconds duration) {
                      return pair<typename Contenders::template type<T>, T>(
                          duration);
                    }}),
   ...);
}

template <class T, class Limit, class... Contenders>
void add_throughput(std::vector<bench_case>& cases, const std::string& family,
                    int producers, int consumers,
                    const Contenders&... contenders) {
  (cases.push_back(
       {family, "throughput", contenders.name, element<T>::name,
        threads_name(producers, consumers), producers + consumers,
        contenders.has_mutex, unit::million_per_second,
        [=](std::chrono::nanoseconds duration) {
          return throughput<typename Contenders::template type<T>, T, Limit>(
              duration, producers, consumers);
        }}),
   ...);
}

// From one thread to another, up to bulk_size elements at a time.
template <class Bulk, class T>
bench_case bulk_case(const std::string& family, const std::string& contender,
                     bool has_mutex) {
  return {family,
          "bulk" + std::to_string(bulk_size),
          contender,
          element<T>::name,
          threads_name(1, 1),
          2,
          has_mutex,
          unit::million_per_second,
          bulk<Bulk, T>};
}

// try_push_n and try_pop_n of every contender.
template <class T, class... Contenders>
void add_bulk(std::vector<bench_case>& cases, const std::string& family,
              const Contenders&... contenders) {
  (cases.push_back(
       bulk_case<by_array<typename Contenders::template type<T>>, T>(
           family, contenders.name, contenders.has_mutex)),
   ...);
}

// Stacks and queues for any number of threads.
template <class... Contenders>
std::vector<bench_case> cases_for_any_threads(const std::string& family,
                                              const Contenders&... contenders) {
  std::vector<bench_case> cases;
  const auto with_element = [&]<class T>(std::type_identity<T>) {
    add_pairs<T>(cases, family, contenders...);
    for (int n : {1, 2, 4}) {
      add_throughput<T, in_flight>(cases, family, n, n, contenders...);
    }
  };
  with_element(std::type_identity<std::uint64_t>());
  with_element(std::type_identity<block64>());
  with_element(std::type_identity<pointer>());
  return cases;
}

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_CASE_FACTORY_H_
