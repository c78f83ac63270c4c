// A queue whose nodes come from a pool and go back to it. A tag beside each
// link tells one life of a node from the next.
//
//   Source  M. M. Michael and M. L. Scott, "Simple, Fast, and Practical
//           Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_POOL_QUEUE_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_POOL_QUEUE_H_

#include <array>
#include <cstdint>
#include <optional>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"

namespace acqrel::testing {

struct pool_queue_rules {
  // What becomes of a link's tag when its node begins another life.
  static constexpr bool keeps_tags = true;
  static constexpr auto clear_link = release;
  // Which end a pop reads first.
  static constexpr bool reads_head_first = true;
};

// For two threads, 0 and 1, each with a pool of its own. There are nodes for
// two elements of each.
template <class Rules = pool_queue_rules>
class pool_queue {
 public:
  void push(int me, int value) {
    const std::uint16_t fresh = pools_[me].take();
    node& n = nodes_[fresh];
    n.value.store(value, relaxed);
    const link old = n.next.load(relaxed);
    n.next.store({null, Rules::keeps_tags ? next_tag(old) : std::uint16_t{0}},
                 Rules::clear_link);
    for (;; retry()) {
      link tail = tail_.load(acquire);
      link next = nodes_[tail.to].next.load(acquire);
      if (tail_.load(relaxed) != tail) continue;
      if (next.to != null) {
        tail_.compare_exchange_strong(tail, {next.to, next_tag(tail)}, release,
                                      relaxed);
      } else if (nodes_[tail.to].next.compare_exchange_strong(
                     next, {fresh, next_tag(next)}, release, relaxed)) {
        tail_.compare_exchange_strong(tail, {fresh, next_tag(tail)}, release,
                                      relaxed);
        return;
      }
    }
  }

  std::optional<int> pop(int me) {
    for (;; retry()) {
      link tail{};
      if (!Rules::reads_head_first) tail = tail_.load(acquire);
      link head = head_.load(acquire);
      if (Rules::reads_head_first) tail = tail_.load(acquire);
      const link next = nodes_[head.to].next.load(acquire);
      if (head_.load(relaxed) != head) continue;
      if (head.to == tail.to) {
        if (next.to == null) return std::nullopt;
        tail_.compare_exchange_strong(tail, {next.to, next_tag(tail)}, release,
                                      relaxed);
        continue;
      }
      model::require(next.to != null, "behind head is a node");
      const int value = nodes_[next.to].value.load(relaxed);
      if (head_.compare_exchange_strong(head, {next.to, next_tag(head)},
                                        acq_rel, relaxed)) {
        pools_[me].give_back(head.to);
        return value;
      }
    }
  }

 private:
  struct link {
    std::uint16_t to;
    std::uint16_t tag;
    bool operator==(const link&) const = default;
  };
  static constexpr std::uint16_t null = 0xffff;
  static std::uint16_t next_tag(link l) {
    return static_cast<std::uint16_t>(l.tag + 1);
  }

  struct node {
    atomic<int> value{0};
    atomic<link> next{link{null, 0}};
  };
  // Last in, first out.
  class pool {
   public:
    explicit pool(std::uint16_t first)
        : nodes_{static_cast<std::uint16_t>(first + 1), first} {}
    std::uint16_t take() { return nodes_[--size_]; }
    void give_back(std::uint16_t n) { nodes_[size_++] = n; }

   private:
    std::array<std::uint16_t, 5> nodes_;
    int size_ = 2;
  };

  std::array<node, 5> nodes_;  // the last one: before the first element
  std::array<pool, 2> pools_{pool(0), pool(2)};
  atomic<link> head_{link{4, 0}};
  atomic<link> tail_{link{4, 0}};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_POOL_QUEUE_H_
