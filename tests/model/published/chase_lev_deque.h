// A deque whose owner pushes and takes at one end while others steal at the
// other, on an array that grows.
//
//   Source  D. Chase and Y. Lev, "Dynamic Circular Work-Stealing Deque", SPAA
//           2005; the orderings: N. M. Le, A. Pop, A. Cohen, F. Zappa Nardelli,
//           "Correct and Efficient Work-Stealing for Weak Memory Models",
//           PPoPP 2013
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_CHASE_LEV_DEQUE_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_CHASE_LEV_DEQUE_H_

#include <cstdint>
#include <memory>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct chase_lev_rules {
  static constexpr auto publish_array = release;
  // Between the store of one end and the look at the other, and between a
  // thief's looks at both: store buffering.
  static void take() { thread_fence(seq_cst); }
  static void steal() { thread_fence(seq_cst); }
  // Where a thief reads which array it is: after both indices, or before them;
  // and whether it looks, before it claims the element, that it still is.
  static constexpr bool reads_array_last = true;
  static constexpr bool reads_array_again = false;
  static constexpr bool reads_element_before_claim = true;
};

// Elements are numbers above 0.
template <class Rules = chase_lev_rules>
class chase_lev_deque {
 public:
  static constexpr int none = 0;

  chase_lev_deque() : array_(new array(1, nullptr)) {}
  ~chase_lev_deque() {
    for (array* a = array_.load(relaxed); a != nullptr;) {
      array* const older = a->older;
      delete a;
      a = older;
    }
  }

  // By the owner.
  void push(int value) {
    const std::int64_t bottom = bottom_.load(relaxed);
    const std::int64_t top = top_.load(acquire);
    array* a = array_.load(relaxed);
    if (bottom - top == a->size) a = grow(*a, top, bottom);
    a->at(bottom).store(value, relaxed);
    bottom_.store(bottom + 1, release);
  }

  // By the owner.
  int take() {
    const std::int64_t bottom = bottom_.load(relaxed) - 1;
    bottom_.store(bottom, relaxed);
    Rules::take();
    std::int64_t top = top_.load(relaxed);
    int value = none;
    if (top <= bottom) {
      value = array_.load(relaxed)->at(bottom).load(relaxed);
      if (top < bottom) return value;
      if (!top_.compare_exchange_strong(top, top + 1, relaxed, relaxed)) {
        value = none;
      }
    }
    bottom_.store(bottom + 1, relaxed);
    return value;
  }

  // By anyone. None: empty, or another thread was faster.
  int steal() {
    array* a = Rules::reads_array_last ? nullptr : array_.load(acquire);
    std::int64_t top = top_.load(acquire);
    Rules::steal();
    if (top >= bottom_.load(acquire)) return none;
    if (Rules::reads_array_last) a = array_.load(acquire);
    int value = a->at(top).load(relaxed);
    if (Rules::reads_array_again && array_.load(acquire) != a) return none;
    if (!top_.compare_exchange_strong(top, top + 1, relaxed, relaxed)) {
      return none;
    }
    if (!Rules::reads_element_before_claim) {
      value = a->at(top).load(relaxed);
    }
    return value;
  }

 private:
  struct array {
    array(std::int64_t n, array* replaced)
        : size(n), older(replaced), cells(new atomic<int>[n]) {}
    atomic<int>& at(std::int64_t index) { return cells[index % size]; }

    const std::int64_t size;
    array* const older;  // a thief may still read it
    const std::unique_ptr<atomic<int>[]> cells;
  };

  array* grow(array& old, std::int64_t top, std::int64_t bottom) {
    auto* const fresh = new array(2 * old.size, &old);
    for (std::int64_t i = top; i < bottom; ++i) {
      fresh->at(i).store(old.at(i).load(relaxed), relaxed);
    }
    array_.store(fresh, Rules::publish_array);
    return fresh;
  }

  atomic<std::int64_t> top_{0};
  atomic<std::int64_t> bottom_{0};
  atomic<array*> array_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_CHASE_LEV_DEQUE_H_
