// What every queue promises, one thread at a time. A suite over families:
//
//   struct family {
//     template <class T, class Allocator = std::allocator<T>>
//     using queue = ...;
//     static constexpr bool is_bounded = ...;
//     template <class T, class Allocator = std::allocator<T>>
//     static queue<T, Allocator> make(std::size_t capacity,
//                                     const Allocator& = Allocator());
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Name, QueueConformance, family);
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_forms.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {

using ints = std::vector<int>;
using status = conqueue_status;

template <class Family, class T>
auto make_queue(std::size_t capacity = 3) {
  return Family::template make<T>(capacity);
}

inline int value_of(int element) { return element; }
inline int value_of(const fragile& element) { return element.value(); }
inline int value_of(const std::unique_ptr<int>& element) {
  return element == nullptr ? -1 : *element;
}
inline int value_of(const std::shared_ptr<int>& element) {
  return element == nullptr ? -1 : *element;
}
inline int value_of(const ints& element) { return element.front(); }

// What is left, and why there is no more.
template <class Queue>
ints contents(Queue& queue, status end) {
  ints popped;
  for (;;) {
    const auto element = queue.try_pop();
    if (!element) {
      EXPECT_EQ(to_string(element.error()), std::string(to_string(end)));
      return popped;
    }
    popped.push_back(value_of(*element));
  }
}

// So that what follows lies elsewhere in a ring or a segment.
template <class Queue, class... Args>
void move_on(Queue& queue, std::size_t count, const Args&... args) {
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(queue.try_emplace(args...), status::success);
    ASSERT_TRUE(queue.try_pop());
  }
}

template <class Family>
class QueueConformance : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(fragile::living(), 0);
    fragile::construction_that_throws = 0;
  }
};

TYPED_TEST_SUITE_P(QueueConformance);

TYPED_TEST_P(QueueConformance, IsWhatTheConceptsSay) {
  using queue = typename TypeParam::template queue<int>;
  static_assert(concurrent_queue<queue>);
  static_assert(stoppable_concurrent_queue<queue>);
  static_assert(bulk_concurrent_queue<queue>);
  static_assert(bounded_concurrent_queue<queue> == TypeParam::is_bounded);
  using moving = typename TypeParam::template queue<std::unique_ptr<int>>;
  static_assert(stoppable_concurrent_queue<moving>);
  static_assert(bulk_concurrent_queue<moving>);
  static_assert(std::is_same_v<typename queue::value_type, int>);
  static_assert(!std::is_copy_constructible_v<queue>);
  static_assert(!std::is_move_constructible_v<queue>);
  static_assert(!std::is_copy_assignable_v<queue>);
  static_assert(!std::is_move_assignable_v<queue>);
}

TYPED_TEST_P(QueueConformance, HoldsExactlyItsCapacity) {
  if constexpr (TypeParam::is_bounded) {
    for (const std::size_t capacity : {1, 2, 3, 7, 8, 1000}) {
      auto queue = make_queue<TypeParam, std::size_t>(capacity);
      EXPECT_EQ(queue.capacity(), capacity);
      for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < capacity; ++i) {
          ASSERT_EQ(queue.size_hint(), i);
          ASSERT_EQ(queue.try_push(i), status::success);
        }
        EXPECT_EQ(queue.try_push(0), status::full);
        EXPECT_EQ(queue.try_push(0), status::full);
        EXPECT_EQ(queue.size_hint(), capacity);
        for (std::size_t i = 0; i < capacity; ++i) {
          ASSERT_EQ(queue.try_pop().value(), i);
        }
        EXPECT_EQ(queue.try_pop().error(), status::empty);
      }
    }
  }
}

// Every operation, in bursts that go round and past many reclamations, beside a
// deque.
TYPED_TEST_P(QueueConformance, AgreesWithADeque) {
  using queue_of_ints = typename TypeParam::template queue<int>;
  const auto pushes = push_forms<queue_of_ints, const int&>();
  const auto pops = pop_forms<queue_of_ints>();
  for (const std::size_t capacity : {1, 2, 3, 7, 8, 100}) {
    auto queue = make_queue<TypeParam, int>(capacity);
    std::deque<int> model;
    random_choice random(capacity);
    int next = 0;
    for (int step = 0; step < 5000; ++step) {
      const std::size_t count = random.below(capacity + 2);
      const std::size_t room =
          TypeParam::is_bounded ? capacity - model.size() : 200 - model.size();
      const bool full = TypeParam::is_bounded && room == 0;
      switch (random.below(6)) {
        case 0: {
          const auto& form = pushes[random.below(pushes.size())];
          if (room == 0 && (!full || form.waits == patience::endless)) break;
          ASSERT_EQ(form.push(queue, next).pushed, !full) << form.name;
          if (!full) model.push_back(next);
          ++next;
          break;
        }
        case 1: {
          const auto& form = pops[random.below(pops.size())];
          if (model.empty() && form.waits == patience::endless) break;
          const auto popped = form.pop(queue);
          ASSERT_EQ(popped.element.has_value(), !model.empty()) << form.name;
          if (model.empty()) break;
          ASSERT_EQ(*popped.element, model.front()) << form.name;
          model.pop_front();
          break;
        }
        case 2:
        case 3: {
          ints values(count);
          for (int& value : values) value = next++;
          const std::size_t taken = std::min(count, room);
          if (step % 2 == 0 && taken == count) {
            ASSERT_EQ(queue.push_range(values), taken);
          } else {
            if (!TypeParam::is_bounded && taken < count) break;
            ASSERT_EQ(queue.try_push_n(values.begin(), count), taken);
          }
          model.insert(model.end(), values.begin(), values.begin() + taken);
          break;
        }
        default: {
          ints values(count);
          const std::size_t taken = std::min(count, model.size());
          if (step % 2 == 0 && (taken > 0 || count == 0)) {
            ASSERT_EQ(queue.pop_n(values.begin(), count), taken);
          } else {
            ASSERT_EQ(queue.try_pop_n(values.begin(), count), taken);
          }
          values.resize(taken);
          ASSERT_EQ(values, ints(model.begin(), model.begin() + taken));
          model.erase(model.begin(), model.begin() + taken);
        }
      }
      ASSERT_EQ(queue.size_hint(), model.size());
      ASSERT_EQ(queue.empty_hint(), model.empty());
    }
    EXPECT_EQ(contents(queue, status::empty), ints(model.begin(), model.end()));
  }
}

TYPED_TEST_P(QueueConformance, EmplaceTakesWhatTheConstructorTakes) {
  auto queue = make_queue<TypeParam, std::string>(6);
  const std::string constant = "a";
  std::string moved(100, 'b');
  const char* const buffer = moved.data();
  EXPECT_TRUE(queue.push(constant));
  EXPECT_TRUE(queue.push(std::move(moved)));
  EXPECT_EQ(queue.try_emplace(2, 'c'), status::success);
  EXPECT_TRUE(queue.emplace(2, 'd'));
  EXPECT_EQ(queue.try_emplace(), status::success);
  EXPECT_TRUE(queue.emplace());
  EXPECT_EQ(constant, "a");
  EXPECT_EQ(queue.pop(), "a");
  EXPECT_EQ(queue.pop()->data(), buffer) << "moved, not copied";
  for (const char* const text : {"cc", "dd", "", ""}) {
    EXPECT_EQ(queue.try_pop().value(), text);
  }
}

// Refusals.

template <class Family, class Passed>
void expect_refusals_leave_the_argument(status why) {
  using T = std::remove_cvref_t<Passed>;
  using queue_type = typename Family::template queue<T>;
  for (const auto& form : push_forms<queue_type, Passed>()) {
    if (why == status::full && form.waits == patience::endless) continue;
    SCOPED_TRACE(form.name);
    auto queue = make_queue<Family, T>(2);
    if (why == status::full) {
      for (const int i : {1, 2}) queue.try_push(T(new int(i)));
    } else {
      queue.close();
    }
    T argument(new int(7));
    const push_answer answer = form.push(queue, argument);
    EXPECT_FALSE(answer.pushed);
    EXPECT_EQ(answer.reason.value_or(why), why);
    EXPECT_NE(argument, nullptr);
    EXPECT_EQ(value_of(argument), 7);
    if (why == status::full) {
      EXPECT_EQ(contents(queue, status::empty), (ints{1, 2}));
    } else {
      EXPECT_EQ(contents(queue, status::closed), ints{});
    }
  }
}

TYPED_TEST_P(QueueConformance, ARefusalLeavesTheArgument) {
  using moved = std::unique_ptr<int>&&;
  using copied = const std::shared_ptr<int>&;
  if (TypeParam::is_bounded) {
    expect_refusals_leave_the_argument<TypeParam, moved>(status::full);
    expect_refusals_leave_the_argument<TypeParam, copied>(status::full);
  }
  expect_refusals_leave_the_argument<TypeParam, moved>(status::closed);
  expect_refusals_leave_the_argument<TypeParam, copied>(status::closed);
}

TYPED_TEST_P(QueueConformance, EveryPopSaysWhyThereIsNone) {
  using queue_type = typename TypeParam::template queue<int>;
  for (const auto& form : pop_forms<queue_type>()) {
    SCOPED_TRACE(form.name);
    for (const status why : {status::empty, status::closed}) {
      if (why == status::empty && form.waits == patience::endless) continue;
      auto queue = make_queue<TypeParam, int>();
      move_on(queue, 2, 0);
      if (why == status::closed) queue.close();
      const auto answer = form.pop(queue);
      EXPECT_FALSE(answer.element);
      EXPECT_EQ(answer.reason.value_or(why), why);
    }
  }
}

// With an element, or room, time and stops do not matter: an attempt is made.
TYPED_TEST_P(QueueConformance, EveryFormSucceedsWhereItCan) {
  using queue_type = typename TypeParam::template queue<int>;
  int value = 5;
  for (const auto& push : push_forms<queue_type, int&&>()) {
    for (const auto& pop : pop_forms<queue_type>()) {
      auto queue = make_queue<TypeParam, int>(1);
      EXPECT_TRUE(push.push(queue, value).pushed) << push.name;
      if (value % 2 == 0) queue.close();
      EXPECT_EQ(pop.pop(queue).element.value_or(-1), value) << pop.name;
      ++value;
    }
  }
}

// close.

TYPED_TEST_P(QueueConformance, WhatWasPushedComesOutAfterTheClose) {
  using queue_type = typename TypeParam::template queue<int>;
  for (const auto& pop : pop_forms<queue_type>()) {
    for (const std::size_t count : {0, 1, 2, 3}) {
      for (std::size_t start = 0; start < 3; ++start) {
        auto queue = make_queue<TypeParam, int>(3);
        move_on(queue, start, 0);
        EXPECT_FALSE(queue.is_closed());
        ints pushed(count);
        for (std::size_t i = 0; i < count; ++i) pushed[i] = static_cast<int>(i);
        EXPECT_EQ(queue.try_push_n(pushed.begin(), count), count);
        for (int i = 0; i < 3; ++i) {
          queue.close();
          EXPECT_TRUE(queue.is_closed());
          EXPECT_EQ(queue.try_push(1), status::closed);
          EXPECT_EQ(queue.try_push_n(pushed.begin(), count), 0u);
          EXPECT_EQ(queue.size_hint(), count);
        }
        for (const int value : pushed) {
          ASSERT_EQ(pop.pop(queue).element.value_or(-1), value) << pop.name;
        }
        const auto none = pop.pop(queue);
        EXPECT_FALSE(none.element) << pop.name;
        EXPECT_EQ(none.reason.value_or(status::closed), status::closed);
        EXPECT_EQ(queue.try_push(1), status::closed);
        EXPECT_TRUE(queue.empty_hint());
      }
    }
  }
}

// Many at once.

TYPED_TEST_P(QueueConformance, PushNTakesWhatThereIsRoomFor) {
  auto queue = make_queue<TypeParam, int>(3);
  const ints values = {1, 2, 3, 4, 5};
  EXPECT_EQ(queue.try_push_n(values.begin(), 0), 0u);
  EXPECT_TRUE(queue.empty_hint());
  EXPECT_EQ(queue.try_push_n(values), 5u - (TypeParam::is_bounded ? 2u : 0u));
  EXPECT_EQ(queue.try_push_n(values.begin(), 2),
            TypeParam::is_bounded ? 0u : 2u);
  EXPECT_EQ(contents(queue, status::empty), TypeParam::is_bounded
                                                ? (ints{1, 2, 3})
                                                : (ints{1, 2, 3, 4, 5, 1, 2}));
}

TYPED_TEST_P(QueueConformance, PushNMovesOnlyWhatItTakes) {
  auto queue = make_queue<TypeParam, std::unique_ptr<int>>(2);
  std::array<std::unique_ptr<int>, 3> values;
  for (auto& value : values) value = std::make_unique<int>(1);
  const std::size_t pushed =
      queue.try_push_n(std::make_move_iterator(values.begin()), 3);
  EXPECT_EQ(pushed, TypeParam::is_bounded ? 2u : 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(values[i] == nullptr, i < pushed);
  }
}

TYPED_TEST_P(QueueConformance, PushNReadsNoFurtherThanItTakes) {
  auto queue = make_queue<TypeParam, int>(2);
  std::istringstream in("1 2 3 4");
  EXPECT_EQ(queue.try_push_n(std::istream_iterator<int>(in), 2), 2u);
  int next = 0;
  in >> next;
  EXPECT_EQ(next, 3);
  EXPECT_EQ(contents(queue, status::empty), (ints{1, 2}));
}

TYPED_TEST_P(QueueConformance, PopNDeliversWhatThereIs) {
  auto queue = make_queue<TypeParam, int>(3);
  std::array<int, 5> out = {};
  EXPECT_EQ(queue.try_pop_n(out.begin(), 2), 0u);
  queue.push_range(std::list<int>{1, 2, 3});
  EXPECT_EQ(queue.try_pop_n(out.begin(), 0), 0u);
  EXPECT_EQ(queue.pop_n(out.begin(), 0), 0u);
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(queue.try_pop_n(out.begin(), 2), 2u);
  EXPECT_EQ(queue.pop_n(std::span(out).subspan(2)), 1u);
  EXPECT_EQ(out, (std::array<int, 5>{1, 2, 3, 0, 0}));
  queue.push_range(ints{4, 5});
  queue.close();
  EXPECT_EQ(queue.pop_n(out), 2u);
  EXPECT_EQ(out, (std::array<int, 5>{4, 5, 3, 0, 0}));
  EXPECT_EQ(queue.pop_n(out), 0u);
  EXPECT_EQ(queue.try_pop_n(out), 0u);
}

TYPED_TEST_P(QueueConformance, PushRangeTakesAnyRange) {
  auto queue = make_queue<TypeParam, int>(100);
  std::istringstream in("1 2 3");
  const std::list<int> list = {4, 5};
  ints vector = {6};
  EXPECT_EQ(
      queue.push_range(std::istream_iterator<int>(in), std::default_sentinel),
      3u);
  EXPECT_EQ(queue.push_range(list.begin(), list.end()), 2u);
  EXPECT_EQ(queue.push_range(vector), 1u);
  EXPECT_EQ(queue.push_range(std::list<short>{7}), 1u);
  EXPECT_EQ(queue.push_range(ints{}), 0u);
  queue.close();
  EXPECT_EQ(queue.push_range(vector), 0u);
  EXPECT_EQ(queue.push_range(ints{}), 0u);
  EXPECT_EQ(contents(queue, status::closed), (ints{1, 2, 3, 4, 5, 6, 7}));
}

TYPED_TEST_P(QueueConformance, DrainPassesOnWhatThereIs) {
  auto queue = make_queue<TypeParam, std::unique_ptr<int>>(4);
  for (const int i : {1, 2, 3, 4}) queue.push(std::make_unique<int>(i));
  ints got;
  const auto sink = [&](std::unique_ptr<int> element) {
    got.push_back(*element);
    if (*element == 2) throw failed_on_purpose();
  };
  EXPECT_EQ(queue.drain(stopped_token(), sink), 0u);
  EXPECT_THROW(queue.drain(sink), failed_on_purpose);
  std::stop_source stop;
  EXPECT_EQ(queue.drain(stop.get_token(),
                        [&](auto&& element) {
                          got.push_back(*element);
                          stop.request_stop();
                        }),
            1u);
  queue.close();
  EXPECT_EQ(queue.drain(sink), 1u);
  EXPECT_EQ(queue.drain(sink), 0u);
  EXPECT_EQ(got, (ints{1, 2, 3, 4}));
}

REGISTER_TYPED_TEST_SUITE_P(
    QueueConformance, IsWhatTheConceptsSay, HoldsExactlyItsCapacity,
    AgreesWithADeque, EmplaceTakesWhatTheConstructorTakes,
    ARefusalLeavesTheArgument, EveryPopSaysWhyThereIsNone,
    EveryFormSucceedsWhereItCan, WhatWasPushedComesOutAfterTheClose,
    PushNTakesWhatThereIsRoomFor, PushNMovesOnlyWhatItTakes,
    PushNReadsNoFurtherThanItTakes, PopNDeliversWhatThereIs,
    PushRangeTakesAnyRange, DrainPassesOnWhatThereIs);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_CONFORMANCE_H_
