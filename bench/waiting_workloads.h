// What the queues that wait are made to do: push(), pop() and close(), in which
// threads sleep. As workloads.h, which also has the round trip.
#ifndef ACQREL_BENCH_WAITING_WORKLOADS_H_
#define ACQREL_BENCH_WAITING_WORKLOADS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/workers.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {

// The last of the producers closes.
class closing {
 public:
  explicit closing(int producers) : producing_(producers) {}

  template <class Contender>
  void leave(Contender& contender) {
    // [closing.leave] acq_rel: pairs with [closing.leave]. What the others have
    // pushed, before the close.
    if (producing_.fetch_sub(1, acq_rel) == 1) contender.close();
  }

 private:
  atomic_int producing_;
};

// Producers push for the time they have, and close; consumers pop until all is
// out. An operation is an element that came out.
template <class Contender, class T, class Limit>
sample waiting_throughput(std::chrono::nanoseconds duration, int producers,
                          int consumers) {
  auto contender = make_contender<Contender>();
  Limit limit(producers, consumers);
  closing last(producers);
  return transfer(
      producers, consumers,
      [&](int producer, tally& in) {
        const time_point end = now() + duration;
        do {
          limit.before_burst(producer, in.count);
          for (std::size_t i = 0; i < Limit::burst; ++i) {
            T value = element<T>::make(in.count);
            in.add(value);
            by_waiting::send(contender, std::move(value));
          }
        } while (now() < end);
        last.leave(contender);
      },
      [&](int consumer, tally& out, auto) {
        while (auto value = contender.pop()) {
          out.add(*value);
          if (out.count % Limit::burst == 0) limit.popped(consumer, out.count);
        }
      });
}

// One producer that pushes an element every `interval`, by the clock: one that
// it comes late for, because the push before it took so long, is late from when
// it was due. Consumers that have nothing else to do. The time is from then
// until pop() returns.
template <class Contender>
sample hand_over(std::chrono::nanoseconds duration,
                 std::chrono::nanoseconds interval, int consumers) {
  auto contender = make_contender<Contender>();
  const auto count = static_cast<std::uint64_t>(duration / interval) + 1;
  std::vector<cache_aligned<std::vector<float>>> times(
      static_cast<std::size_t>(consumers));
  for (auto& mine : times) mine->reserve(count);  // no page faults
  time_point begin;  // the queue carries it to the consumers
  sample result = transfer(
      1, consumers,
      [&](int, tally& in) {
        begin = now() + interval;
        for (std::uint64_t n = 0; n < count; ++n) {
          const auto due = begin + static_cast<std::int64_t>(n) * interval;
          // Bounded: by the clock.
          while (now() < due) pause();
          in.add(n);
          by_waiting::send(contender, std::uint64_t{n});
        }
        contender.close();
      },
      [&](int consumer, tally& out, auto) {
        std::vector<float>& mine = *times[static_cast<std::size_t>(consumer)];
        while (auto n = contender.pop()) {
          const auto due = begin + static_cast<std::int64_t>(*n) * interval;
          mine.push_back(
              std::chrono::duration<float, std::nano>(now() - due).count());
          out.add(*n);
        }
      });
  std::vector<float> all;
  for (const auto& some : times)
    all.insert(all.end(), some->begin(), some->end());
  set_percentiles(result, all);
  return result;
}

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_WAITING_WORKLOADS_H_
