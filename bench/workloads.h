// What the benchmarks measure: each function is one repetition, for any
// contender and any element, on a structure of its own.
//
// A repetition lasts about as long as it is told, and then ends with an empty
// structure: every element that was pushed has been popped. Workloads keep
// checksums of both sides and throw corrupted when they differ, so that a
// contender that loses, doubles or damages an element has no result.
#ifndef ACQREL_BENCH_WORKLOADS_H_
#define ACQREL_BENCH_WORKLOADS_H_

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/workers.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::bench {

// Of every bounded contender. Unbounded ones are kept near it (see in_flight).
inline constexpr std::size_t capacity = 1024;
// Elements that a bulk operation moves at most.
inline constexpr std::size_t bulk_size = 64;

struct sample {
  std::uint64_t operations = 0;
  run_times times;
  // In nanoseconds; of latency workloads only.
  double p50 = 0, p99 = 0, p999 = 0;
};

struct corrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many elements passed, and the sum of their checksums.
struct tally {
  template <class T>
  void add(const T& value) {
    ++count;
    sum += element<T>::checksum(value);
  }
  tally& operator+=(const tally& other) {
    count += other.count;
    sum += other.sum;
    return *this;
  }
  bool operator==(const tally&) const = default;

  std::uint64_t count = 0;
  std::uint64_t sum = 0;
};

inline void require_equal(const tally& in, const tally& out) {
  if (in != out) {
    throw corrupted(
        "what came out is not what went in: " + std::to_string(in.count) +
        " elements in, " + std::to_string(out.count) + " out" +
        (in.count == out.count ? ", another sum" : ""));
  }
}

template <class Contender>
Contender make_contender() {
  if constexpr (std::is_constructible_v<Contender, std::size_t>) {
    return Contender(capacity);
  } else {
    return Contender();
  }
}

// --- One thread --------------------------------------------------------------

// One thread that pushes an element and pops it again, and again. An operation
// is such a pair.
template <class Contender, class T>
sample pair(std::chrono::nanoseconds duration) {
  auto contender = make_contender<Contender>();
  tally in, out;
  sample result;
  result.times = run_together({[&] {
    const time_point end = now() + duration;
    do {
      for (int i = 0; i < 1024; ++i) {
        T value = element<T>::make(in.count);
        in.add(value);
        contender.try_push(std::move(value));
        if (auto popped = contender.try_pop()) out.add(*popped);
      }
    } while (now() < end);
  }});
  require_equal(in, out);
  result.operations = in.count;
  return result;
}

// --- Producers and consumers -------------------------------------------------

// Keeps the elements on their way near `capacity`: without it, an unbounded
// contender whose producers are faster fills the memory, and measures one side
// at a time. Producers look before every burst. The counts lag by a burst for
// each thread, and a consumer's does not while it finds nothing, so that no
// producer waits on an empty contender.
class in_flight {
 public:
  static constexpr std::size_t burst = 64;

  in_flight(int producers, int consumers)
      : pushed_(static_cast<std::size_t>(producers)),
        popped_(static_cast<std::size_t>(consumers)) {}

  void before_burst(int producer, std::uint64_t pushed) {
    // relaxed: counter (as are all in this class)
    pushed_[static_cast<std::size_t>(producer)]->store(pushed, relaxed);
    for (patience wait; sum(pushed_) >= sum(popped_) + capacity;) wait.wait();
  }
  void popped(int consumer, std::uint64_t popped) {
    popped_[static_cast<std::size_t>(consumer)]->store(popped, relaxed);
  }

 private:
  using counts = std::vector<cache_aligned<atomic_uint64_t>>;

  static std::uint64_t sum(const counts& all) {
    std::uint64_t total = 0;
    for (const auto& one : all) total += one->load(relaxed);
    return total;
  }

  counts pushed_;
  counts popped_;
};

// For a bounded contender, which limits itself.
class bounded_by_itself {
 public:
  static constexpr std::size_t burst = 1024;

  bounded_by_itself(int, int) {}
  void before_burst(int, std::uint64_t) {}
  void popped(int, std::uint64_t) {}
};

// Runs produce(producer, tally) and consume(consumer, tally, done) on a thread
// each, and compares what they say to have moved. `done()` is whether all
// producers have returned; whoever finds nothing after that may return.
template <class Produce, class Consume>
sample transfer(int producers, int consumers, Produce produce,
                Consume consume) {
  std::vector<cache_aligned<tally>> in(static_cast<std::size_t>(producers));
  std::vector<cache_aligned<tally>> out(static_cast<std::size_t>(consumers));
  atomic_int producing{producers};
  std::vector<std::function<void()>> jobs;
  for (int i = 0; i < producers; ++i) {
    jobs.push_back([&, i] {
      tally mine;
      produce(i, mine);
      *in[static_cast<std::size_t>(i)] = mine;
      // [transfer.end] release: pairs with [transfer.done]. What the producer
      // pushed, before the news that it has ended.
      producing.fetch_sub(1, release);
    });
  }
  for (int i = 0; i < consumers; ++i) {
    jobs.push_back([&, i] {
      tally mine;
      consume(i, mine, [&] {
        // [transfer.done] acquire: pairs with [transfer.end].
        return producing.load(acquire) == 0;
      });
      *out[static_cast<std::size_t>(i)] = mine;
    });
  }
  sample result;
  result.times = run_together(jobs);
  tally pushed, popped;
  for (const auto& one : in) pushed += *one;
  for (const auto& one : out) popped += *one;
  require_equal(pushed, popped);
  result.operations = popped.count;
  return result;
}

// Producers push for the time they have, consumers pop until all is out. An
// operation is an element that came out.
template <class Contender, class T, class Limit>
sample throughput(std::chrono::nanoseconds duration, int producers,
                  int consumers) {
  auto contender = make_contender<Contender>();
  Limit limit(producers, consumers);
  return transfer(
      producers, consumers,
      [&](int producer, tally& in) {
        const time_point end = now() + duration;
        do {
          limit.before_burst(producer, in.count);
          for (std::size_t i = 0; i < Limit::burst; ++i) {
            T value = element<T>::make(in.count);
            in.add(value);
            for (patience wait; contender.try_push(std::move(value)) !=
                                conqueue_status::success;) {
              wait.wait();
            }
          }
        } while (now() < end);
      },
      [&](int consumer, tally& out, auto done) {
        patience wait;
        for (bool last_look = false;;) {
          if (auto value = contender.try_pop()) {
            out.add(*value);
            wait.reset();
            if (out.count % Limit::burst == 0)
              limit.popped(consumer, out.count);
          } else if (last_look) {
            return;
          } else if (!(last_look = done())) {
            limit.popped(consumer, out.count);
            wait.wait();
          }
        }
      });
}

// --- Many elements at a time -------------------------------------------------

// try_push_n and try_pop_n, out of an array and into one.
template <class Contender>
struct by_array {
  Contender contender = make_contender<Contender>();

  template <class T>
  std::size_t push_some(tally& in) {
    std::array<T, bulk_size> values;
    for (std::size_t i = 0; i < bulk_size; ++i) {
      values[i] = element<T>::make(in.count + i);
    }
    tally pushed;
    for (const T& value : values) pushed.add(value);
    patience wait;
    for (auto first = std::make_move_iterator(values.begin()),
              last = std::make_move_iterator(values.end());
         first != last;) {
      const std::size_t n =
          contender.try_push_n(first, static_cast<std::size_t>(last - first));
      first += static_cast<std::ptrdiff_t>(n);
      if (n == 0) wait.wait();
    }
    in += pushed;
    return bulk_size;
  }
  template <class T>
  std::size_t pop_some(tally& out) {
    std::array<T, bulk_size> values;
    const std::size_t n = contender.try_pop_n(values.begin(), bulk_size);
    for (std::size_t i = 0; i < n; ++i) out.add(values[i]);
    return n;
  }
};

// try_claim and try_read: elements are made and read in the ring itself.
template <class Contender>
struct by_spans {
  Contender contender = make_contender<Contender>();

  template <class T>
  std::size_t push_some(tally& in) {
    auto claim = contender.try_claim(bulk_size);
    for (auto part : {claim.first(), claim.second()}) {
      for (slot<T>& place : part) {
        T value = element<T>::make(in.count);
        in.add(value);  // here: the slot's line is still on its way
        place.construct(std::move(value));
      }
    }
    const std::size_t n = claim.size();
    claim.commit(n);
    return n;
  }
  template <class T>
  std::size_t pop_some(tally& out) {
    auto view = contender.try_read(bulk_size);
    for (auto part : {view.first(), view.second()}) {
      for (slot<T>& place : part) out.add(place.get());
    }
    const std::size_t n = view.size();
    view.consume(n);
    return n;
  }
};

// One producer and one consumer that move up to bulk_size elements at a time.
template <class Bulk, class T>
sample bulk(std::chrono::nanoseconds duration) {
  Bulk bulk;
  return transfer(
      1, 1,
      [&](int, tally& in) {
        const time_point end = now() + duration;
        do {
          patience wait;
          for (int i = 0; i < 16;) {
            if (bulk.template push_some<T>(in) > 0) {
              ++i;
              wait.reset();
            } else {
              wait.wait();
            }
          }
        } while (now() < end);
      },
      [&](int, tally& out, auto done) {
        patience wait;
        for (bool last_look = false;;) {
          if (bulk.template pop_some<T>(out) > 0) {
            wait.reset();
          } else if (last_look) {
            return;
          } else if (!(last_look = done())) {
            wait.wait();
          }
        }
      });
}

// --- Round trips -------------------------------------------------------------

// Of at least one time.
inline void set_percentiles(sample& s, std::vector<float>& nanoseconds) {
  const auto per_mille = [&](std::size_t rank) {
    const auto place =
        nanoseconds.begin() +
        static_cast<std::ptrdiff_t>((nanoseconds.size() - 1) * rank / 1000);
    std::nth_element(nanoseconds.begin(), place, nanoseconds.end());
    return static_cast<double>(*place);
  };
  s.p50 = per_mille(500);
  s.p99 = per_mille(990);
  s.p999 = per_mille(999);
}

// How the two threads wait for each other: they try again,
struct by_trying {
  template <class Contender, class T>
  static void send(Contender& to, T&& value) {
    for (patience wait;
         to.try_push(std::move(value)) != conqueue_status::success;) {
      wait.wait();
    }
  }
  template <class Contender>
  static auto receive(Contender& from) {
    for (patience wait;; wait.wait()) {
      if (auto value = from.try_pop()) return *std::move(value);
    }
  }
  template <class Contender>
  static bool is_drained(Contender& from) {
    return !from.try_pop();
  }
};
// or the contender lets them sleep.
struct by_waiting {
  template <class Contender, class T>
  static void send(Contender& to, T&& value) {
    if (!to.push(std::move(value))) throw corrupted("closed by nobody");
  }
  template <class Contender>
  static auto receive(Contender& from) {
    auto value = from.pop();
    if (!value) throw corrupted("closed by nobody");
    return *std::move(value);
  }
  template <class Contender>
  static bool is_drained(Contender& from) {
    from.close();
    return !from.pop();
  }
};

// An element goes to another thread through one contender and comes back
// through a second. Each round trip includes one reading of the clock.
template <class Contender, class T, class How = by_trying>
sample round_trip(std::chrono::nanoseconds duration) {
  constexpr std::size_t most_samples = 1 << 18;
  constexpr std::uint64_t stop = ~std::uint64_t{0};

  auto there = make_contender<Contender>();
  auto back = make_contender<Contender>();
  const auto send = [](Contender& to, std::uint64_t n) {
    How::send(to, element<T>::make(n));
  };
  const auto receive = [](Contender& from) {
    return element<T>::checksum(How::receive(from));
  };

  std::vector<float> times(most_samples);  // written beforehand: no page faults
  std::uint64_t trips = 0;
  bool intact = true;
  sample result;
  result.times = run_together(
      {[&] {
         time_point last = now();
         const time_point end = last + duration;
         do {
           send(there, trips);
           intact &=
               receive(back) == element<T>::checksum(element<T>::make(trips));
           const time_point time = now();
           times[trips++] =
               std::chrono::duration<float, std::nano>(time - last).count();
           last = time;
         } while (last < end && trips < most_samples);
         send(there, stop);
       },
       [&] {
         const std::uint64_t last =
             element<T>::checksum(element<T>::make(stop));
         for (std::uint64_t n = 0; receive(there) != last; ++n) send(back, n);
       }});
  intact = intact && How::is_drained(there) && How::is_drained(back);
  if (!intact) throw corrupted("what came back is not what was sent");

  times.resize(trips);
  result.operations = trips;
  set_percentiles(result, times);
  return result;
}

// --- Counting ----------------------------------------------------------------

// Threads that count, each as fast as it can: add() and value().
template <class Contender>
sample counting(std::chrono::nanoseconds duration, int threads) {
  Contender contender;
  std::vector<cache_aligned<std::uint64_t>> added(
      static_cast<std::size_t>(threads));
  std::vector<std::function<void()>> jobs;
  for (int i = 0; i < threads; ++i) {
    jobs.push_back([&, i] {
      std::uint64_t mine = 0;
      const time_point end = now() + duration;
      do {
        for (int k = 0; k < 1024; ++k, ++mine) contender.add();
      } while (now() < end);
      *added[static_cast<std::size_t>(i)] = mine;
    });
  }
  sample result;
  result.times = run_together(jobs);
  for (const auto& mine : added) result.operations += *mine;
  if (static_cast<std::uint64_t>(contender.value()) != result.operations) {
    throw corrupted("the counter lost an addition");
  }
  return result;
}

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_WORKLOADS_H_
