// A bounded queue for many producers and consumers, whose cells have sequence
// numbers.
//
//   Source  D. Vyukov, "Bounded MPMC queue", 1024cores.net, 2010
#ifndef ACQREL_TESTS_MODEL_REFERENCE_VYUKOV_QUEUE_H_
#define ACQREL_TESTS_MODEL_REFERENCE_VYUKOV_QUEUE_H_

#include <array>
#include <cstdint>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

struct vyukov_orders {
  static constexpr auto look = acquire;  // whether the cell's turn has come
  static constexpr auto publish = release;
};

template <class Orders = vyukov_orders, std::uint32_t Capacity = 2>
class vyukov_reference {
 public:
  vyukov_reference() {
    for (std::uint32_t i = 0; i < Capacity; ++i) {
      cells_[i].turn.store(i, relaxed);
    }
  }

  // Whether there was room.
  bool push(int value) {
    std::uint32_t at;
    cell* const mine = claim(pushed_, 0, at);
    if (mine == nullptr) return false;
    mine->value.set(value);
    mine->turn.store(at + 1, Orders::publish);
    return true;
  }

  // 0: empty.
  int pop() {
    std::uint32_t at;
    cell* const mine = claim(popped_, 1, at);
    if (mine == nullptr) return 0;
    const int value = mine->value.get();
    mine->turn.store(at + Capacity, Orders::publish);
    return value;
  }

 private:
  struct cell {
    atomic<std::uint32_t> turn{0};
    plain<int> value;
  };

  // Null: the cell of the next position has not come to that turn.
  cell* claim(atomic<std::uint32_t>& positions, std::uint32_t ahead,
              std::uint32_t& at) {
    at = positions.load(relaxed);
    for (;; retry()) {
      cell& mine = cells_[at % Capacity];
      const auto distance = static_cast<std::int32_t>(
          mine.turn.load(Orders::look) - (at + ahead));
      if (distance < 0) return nullptr;
      if (distance > 0) {
        at = positions.load(relaxed);
      } else if (positions.compare_exchange_strong(at, at + 1, relaxed,
                                                   relaxed)) {
        return &mine;
      }
    }
  }

  std::array<cell, Capacity> cells_;
  atomic<std::uint32_t> pushed_{0};
  atomic<std::uint32_t> popped_{0};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_REFERENCE_VYUKOV_QUEUE_H_
