// An event counter that threads increment without getting in each other's way.
//
//   counter requests;
//   requests.add();                       // any thread, often
//   print(requests.value());              // now and then
//
//   Concurrency   any thread may call anything
//   Progress      add: wait-free, one relaxed read-modify-write on a line that
//                 few threads share. value: wait-free, reads every shard
//   Ordering      none. value() includes every add that happens-before it and
//                 no add that happens-after it; of those concurrent with it,
//                 any. So it is exact once the threads that add have been
//                 joined, and for additions of one sign a later value() is
//                 never on the wrong side of an earlier one by the same thread
//   Memory        tuning::counter_shards cache lines, 2 KiB
//   Algorithm     a statistical counter: P. McKenney, "Is Parallel Programming
//                 Hard, And, If So, What Can You Do About It?", 2011, section
//                 5.2; here with shared shards, so that threads come and go
//
// A counter that decides something ("the last one out") is no counter: use
// ref_count, or fetch_add with acq_rel.
#ifndef ACQREL_ATOMICS_COUNTER_H_
#define ACQREL_ATOMICS_COUNTER_H_

#include <cstddef>
#include <cstdint>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"

namespace acqrel {
namespace internal {

// Threads take the shards in turn, the same one in every counter.
class shard_number {
 public:
  shard_number()
      // relaxed: counter
      : value_(per_process<next>::get().number.fetch_add(1, relaxed) %
               tuning::counter_shards) {}

  // The calling thread's. Threads past their end share shard 0.
  static std::size_t mine() {
    const shard_number* const number = tls<shard_number>::get();
    return number == nullptr ? 0 : number->value_;
  }

 private:
  struct next {
    atomic<std::size_t> number{0};
  };
  const std::size_t value_;
};

}  // namespace internal

class counter {
 public:
  counter() = default;

  void add(std::int64_t amount = 1) noexcept {
    // relaxed: counter
    shards_[internal::shard_number::mine()]->fetch_add(amount, relaxed);
  }

  // Wraps around like an unsigned number when the sum leaves the type.
  [[nodiscard]] std::int64_t value() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& shard : shards_) {
      // relaxed: counter
      sum += static_cast<std::uint64_t>(shard->load(relaxed));
    }
    return static_cast<std::int64_t>(sum);
  }

 private:
  cache_aligned<atomic<std::int64_t>> shards_[tuning::counter_shards];
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_COUNTER_H_
