// Threads that sleep until there is something for them.
//
//   Sources  D. Vyukov, "Eventcounts", 1024cores.net
//            U. Drepper, "Futexes Are Tricky", 2004
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_SLEEPERS_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_SLEEPERS_H_

#include <cstdint>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct event_count_rules {
  // Between the publication and the look at the sleepers, and between the
  // registration and the last look at the condition: store buffering.
  static void notify() { thread_fence(seq_cst); }
  static void wait() { thread_fence(seq_cst); }
};

template <class Rules = event_count_rules>
class event_count {
 public:
  // After the condition has been made true.
  void notify() {
    Rules::notify();
    if (sleepers_.load(relaxed) == 0) return;
    epoch_.fetch_add(1, release);
    wake_all(epoch_);
  }

  template <class Condition>
  void wait(Condition holds) {
    sleepers_.fetch_add(1, relaxed);
    for (;;) {
      const std::uint32_t epoch = epoch_.load(acquire);
      Rules::wait();
      if (holds()) break;
      wait_on_address(epoch_, epoch);
    }
    sleepers_.fetch_sub(1, relaxed);
  }

 private:
  atomic<std::uint32_t> sleepers_{0};
  atomic<std::uint32_t> epoch_{0};
};

struct sleeping_lock_rules {
  // Whoever had to wait takes the lock in the state that says that others may
  // wait, too.
  static constexpr bool expects_others = true;
};

template <class Rules = sleeping_lock_rules>
class sleeping_lock {
 public:
  void lock() {
    std::uint32_t seen = free;
    if (state_.compare_exchange_strong(seen, locked, acquire, relaxed)) return;
    for (;; retry()) {
      if (seen == free) {
        if (state_.compare_exchange_strong(
                seen, Rules::expects_others ? contended : locked, acquire,
                relaxed)) {
          return;
        }
      } else if (seen == contended || state_.compare_exchange_strong(
                                          seen, contended, relaxed, relaxed)) {
        wait_on_address(state_, contended);
        seen = state_.load(relaxed);
      }
    }
  }
  void unlock() {
    if (state_.exchange(free, release) == contended) wake_one(state_);
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t locked = 1;
  static constexpr std::uint32_t contended = 2;
  atomic<std::uint32_t> state_{free};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_SLEEPERS_H_
