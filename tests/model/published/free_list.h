// A stack of free nodes, by number. A tag beside the first one's number tells
// the stack from what it was when it had the same first node before.
//
//   Source  R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM
//           RJ 5118, 1986
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_FREE_LIST_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_FREE_LIST_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct free_list_rules {
  static constexpr bool counts =
      true;  // in the tag, how often nodes were taken
};

template <class Rules = free_list_rules, std::uint16_t Nodes = 2>
class free_list {
 public:
  static constexpr std::uint16_t none = 0xffff;

  // All nodes are free.
  free_list() {
    for (std::uint16_t n = 0; n < Nodes; ++n) give_back(n);
  }

  std::uint16_t take() {
    top seen = top_.load(acquire);
    for (; seen.node != none; retry()) {
      const std::uint16_t below = below_[seen.node].load(relaxed);
      const auto tag = static_cast<std::uint16_t>(seen.tag + Rules::counts);
      if (top_.compare_exchange_strong(seen, {below, tag}, acquire, acquire)) {
        break;
      }
    }
    return seen.node;
  }

  void give_back(std::uint16_t node) {
    top seen = top_.load(relaxed);
    for (;; retry()) {
      below_[node].store(seen.node, relaxed);
      if (top_.compare_exchange_strong(seen, {node, seen.tag}, release,
                                       relaxed)) {
        return;
      }
    }
  }

 private:
  struct top {
    std::uint16_t node;
    std::uint16_t tag;
  };

  std::array<atomic<std::uint16_t>, Nodes> below_;
  atomic<top> top_{top{none, 0}};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_FREE_LIST_H_
