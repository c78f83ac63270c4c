// Rings over two indices that only grow.
//
//   Sources  L. Lamport, "Proving the Correctness of Multiprocess Programs",
//            IEEE TSE 3(2), 1977: one producer, one consumer
//            DPDK, lib/ring: many, each index in two halves
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_RINGS_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_RINGS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct spsc_ring_rules {
  static constexpr auto look_at_popped = acquire;  // the producer
  static constexpr auto publish_popped = release;  // the consumer
};

template <class Rules = spsc_ring_rules, std::uint32_t Capacity = 1>
class spsc_ring {
 public:
  bool push(int value) {
    const std::uint32_t at = pushed_.load(relaxed);
    if (at - popped_.load(Rules::look_at_popped) == Capacity) return false;
    cells_[at % Capacity].set(value);
    pushed_.store(at + 1, release);
    return true;
  }

  std::optional<int> pop() {
    const std::uint32_t at = popped_.load(relaxed);
    if (at == pushed_.load(acquire)) return std::nullopt;
    const int value = cells_[at % Capacity].get();
    popped_.store(at + 1, Rules::publish_popped);
    return value;
  }

 private:
  std::array<plain<int>, Capacity> cells_;
  atomic<std::uint32_t> pushed_{0};
  atomic<std::uint32_t> popped_{0};
};

// A queue with room for all that is ever pushed, one producer and many
// consumers. "Empty" is one look at each index.
struct ticket_queue_rules {
  static constexpr bool reads_popped_first = true;
  static constexpr auto look_at_popped = acquire;
};

template <class Rules = ticket_queue_rules, std::uint32_t Room = 4>
class ticket_queue {
 public:
  bool push(int value) {
    const std::uint32_t at = pushed_.load(relaxed);
    cells_[at].set(value);
    pushed_.store(at + 1, release);
    return true;
  }

  std::optional<int> pop() {
    for (;; retry()) {
      std::uint32_t pushed = 0;
      if (!Rules::reads_popped_first) pushed = pushed_.load(acquire);
      std::uint32_t at = popped_.load(Rules::look_at_popped);
      if (Rules::reads_popped_first) pushed = pushed_.load(acquire);
      if (at >= pushed) return std::nullopt;
      if (popped_.compare_exchange_strong(at, at + 1, release, relaxed)) {
        return cells_[at].get();
      }
    }
  }

 private:
  std::array<plain<int>, Room> cells_;
  atomic<std::uint32_t> pushed_{0};
  atomic<std::uint32_t> popped_{0};
};

// A thread claims a cell by moving its end's first index, and says that it is
// done with it by moving the second, in turn.
struct two_step_ring_rules {
  static constexpr auto look_at_claimed = acquire;
  static constexpr auto claim = release;
  static constexpr auto claim_failed = acquire;
};

template <class Rules = two_step_ring_rules, std::uint32_t Capacity = 2>
class two_step_ring {
 public:
  bool push(int value) {
    const std::optional<std::uint32_t> at = claim(pushes_, pops_, Capacity);
    if (!at) return false;
    cells_[*at % Capacity].set(value);
    finish(pushes_, *at);
    return true;
  }

  std::optional<int> pop() {
    const std::optional<std::uint32_t> at = claim(pops_, pushes_, 0);
    if (!at) return std::nullopt;
    const int value = cells_[*at % Capacity].get();
    finish(pops_, *at);
    return value;
  }

 private:
  struct end {
    atomic<std::uint32_t> claimed{0};
    atomic<std::uint32_t> done{0};
  };

  static std::optional<std::uint32_t> claim(end& mine, const end& other,
                                            std::uint32_t room) {
    std::uint32_t at = mine.claimed.load(Rules::look_at_claimed);
    for (;; retry()) {
      thread_fence(acquire);
      // What is there for this end. Where the other end's index is older than
      // one's own, a number that is much too high.
      const std::uint32_t there = room + other.done.load(acquire) - at;
      if (there == 0) return std::nullopt;
      if (mine.claimed.compare_exchange_strong(at, at + 1, Rules::claim,
                                               Rules::claim_failed)) {
        return at;
      }
    }
  }
  static void finish(end& mine, std::uint32_t at) {
    await(
        mine.done, [at](std::uint32_t done) { return done == at; }, acquire);
    mine.done.store(at + 1, release);
  }

  std::array<plain<int>, Capacity> cells_;
  end pushes_;
  end pops_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_RINGS_H_
