// The contract of mpsc_queue: that of all queues, and what happens at the ends of
// segments, one thread at a time. A call that comes from within another, out of an element's constructor, stands in for the second
// thread that makes a queue busy.
#include "acqrel/structures/mpsc_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_deadline_conformance.h"
#include "acqrel/tests/structures/queue_element_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {
namespace {

using ints = std::vector<int>;
using status = conqueue_status;

// How many cells a segment has: of cells that are so large.
template <class T>
struct like_a_cell {
  char mark;
  T element;
};
template <class T>
constexpr int cells_for = tuning::segment_cells(sizeof(like_a_cell<T>));

static_assert(bulk_concurrent_queue<mpsc_queue<std::unique_ptr<int>>>);
static_assert(!bounded_concurrent_queue<mpsc_queue<int>>);

using family = unbounded_family<mpsc_queue, ends::many, ends::one>;

INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueElementConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueMemoryConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueWaitingConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueDeadlineConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpscQueue, QueueBurstConformance, family);

static_assert(std::is_same_v<mpsc_queue<int>::value_type, int>);
static_assert(
    std::is_same_v<mpsc_queue<int>::allocator_type, std::allocator<int>>);
static_assert(!std::is_convertible_v<std::allocator<int>, mpsc_queue<int>>);
static_assert(!std::is_copy_constructible_v<mpsc_queue<int>>);
static_assert(!std::is_move_constructible_v<mpsc_queue<int>>);
static_assert(!std::is_copy_assignable_v<mpsc_queue<int>>);
static_assert(!std::is_move_assignable_v<mpsc_queue<int>>);
static_assert(noexcept(std::declval<mpsc_queue<int>&>().try_pop()));
static_assert(noexcept(std::declval<mpsc_queue<int>&>().close()));
static_assert(noexcept(std::declval<const mpsc_queue<int>&>().is_closed()));
static_assert(noexcept(std::declval<const mpsc_queue<int>&>().size_hint()));

// What is left, and why there is no more.
template <class Queue>
ints drain(Queue& queue, status end = status::empty) {
  ints popped;
  for (;;) {
    const auto element = queue.try_pop();
    if (!element) {
      EXPECT_EQ(element.error(), end);
      return popped;
    }
    popped.push_back(value_of(*element));
  }
}

// Both ends so many cells behind the beginning of a segment: at it, near its
// end, at its end.
constexpr std::array<int, 5> starts(int segment) {
  return {0, 1, segment - 2, segment - 1, segment};
}

// Brings both ends `count` cells forward.
template <class Queue>
void move_on(Queue& queue, int count) {
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(queue.try_emplace(), status::success);
    ASSERT_TRUE(queue.try_pop());
  }
}
struct fragile_zero : fragile {
  explicit fragile_zero(int value = 0) : fragile(value) {}
};

class MpscQueue : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(fragile::living(), 0);
    fragile::construction_that_throws = 0;
  }
};

// Every operation, in bursts that cross the ends of segments, beside a deque.
TEST_F(MpscQueue, AgreesWithADeque) {
  constexpr int segment = cells_for<int>;
  mpsc_queue<int> queue;
  std::deque<int> model;
  random_choice random(1);
  int next = 0;
  for (int step = 0; step < 20000; ++step) {
    ASSERT_EQ(queue.size_hint(), model.size());
    ASSERT_EQ(queue.empty_hint(), model.empty());
    const std::uint64_t count = random.below(2 * segment) + 1;
    const bool fills = step / 50 % 2 == 0;
    switch (random.below(fills ? 3 : 4)) {
      case 0:
        ASSERT_EQ(queue.try_push(next), status::success);
        model.push_back(next++);
        break;
      case 1: {
        const pop_result<int> popped = queue.try_pop();
        ASSERT_EQ(popped.error(),
                  model.empty() ? status::empty : status::success);
        if (!popped) break;
        ASSERT_EQ(*popped, model.front());
        model.pop_front();
        break;
      }
      case 2: {
        ints some;
        for (std::uint64_t i = 0; i < count; ++i) some.push_back(next++);
        ASSERT_EQ(queue.try_push_n(some.begin(), count), count);
        model.insert(model.end(), some.begin(), some.end());
        break;
      }
      default: {
        ints some(4 * count);
        const std::size_t got = queue.try_pop_n(some.begin(), some.size());
        ASSERT_EQ(got, std::min(some.size(), model.size()));
        some.resize(got);
        ASSERT_EQ(some, ints(model.begin(),
                             model.begin() + static_cast<std::ptrdiff_t>(got)));
        model.erase(model.begin(),
                    model.begin() + static_cast<std::ptrdiff_t>(got));
      }
    }
  }
}

TEST_F(MpscQueue, KeepsAlignment) {
  constexpr int segment = cells_for<over_aligned>;
  mpsc_queue<over_aligned> queue;
  for (std::uint64_t i = 0; i < 3 * segment; ++i) {
    ASSERT_EQ(queue.try_emplace(i), status::success);
  }
  for (std::uint64_t i = 0; i < 3 * segment; ++i) {
    const pop_result<over_aligned> popped = queue.try_pop();
    ASSERT_TRUE(popped->is_aligned());
    ASSERT_EQ(popped->value, i);
  }
}

TEST_F(MpscQueue, APopEndsTheElementInside) {
  mpsc_queue<fragile> queue;
  queue.try_emplace(1);
  queue.try_emplace(2);
  EXPECT_EQ(fragile::living(), 2);
  EXPECT_EQ(queue.try_pop()->value(), 1);
  EXPECT_EQ(fragile::living(), 1);
  EXPECT_EQ(queue.try_pop()->value(), 2);
  EXPECT_EQ(fragile::living(), 0);
}

TEST_F(MpscQueue, TheDestructorEndsTheElementsLeft) {
  constexpr int segment = cells_for<fragile_zero>;
  for (const int start : starts(segment)) {
    for (const int left : {0, 1, 2, segment - 1, segment, 2 * segment + 1}) {
      for (const bool closed : {false, true}) {
        mpsc_queue<fragile_zero> queue;
        move_on(queue, start);
        for (int i = 0; i < left; ++i) queue.try_emplace(i);
        if (closed) queue.close();
        EXPECT_EQ(fragile::living(), left);
      }
      EXPECT_EQ(fragile::living(), 0);
    }
  }
}

TEST_F(MpscQueue, AThrowingElementChangesNothing) {
  const fragile three(3);
  const auto check = [](const auto& push) {
    mpsc_queue<fragile> queue;
    queue.try_emplace(1);
    queue.try_emplace(2);
    const int before = fragile::living();
    fragile::construction_that_throws = 1;
    EXPECT_THROW(push(queue), failed_on_purpose);
    EXPECT_EQ(fragile::living(), before);
    EXPECT_EQ(queue.size_hint(), 2u);
    fragile::construction_that_throws = 2;
    EXPECT_NO_THROW(push(queue)) << "one construction is enough";
    fragile::construction_that_throws = 0;
    EXPECT_EQ(fragile::living(), before + 1);
    EXPECT_EQ(drain(queue), (ints{1, 2, 3}));
  };
  check([&](auto& queue) { queue.try_push(three); });
  check([&](auto& queue) { queue.try_emplace(three); });
  check([&](auto& queue) { queue.try_emplace(3); });
  EXPECT_EQ(three.value(), 3);
}

// Memory.

// The last push finds the segment full.
TEST_F(MpscQueue, APushWithoutMemory) {
  constexpr int segment = cells_for<fragile>;
  EXPECT_EQ(fail_every_allocation([](const auto& fails) {
              mpsc_queue<fragile> queue;
              ints pushed;
              for (int i = 0; i < segment; ++i) {
                queue.try_emplace(i);
                pushed.push_back(i);
              }
              fragile moved(1000);
              const bool failed =
                  fails([&] { queue.try_push(std::move(moved)); });
              EXPECT_EQ(moved.value(), failed ? 1000 : fragile::moved_from);
              EXPECT_EQ(queue.size_hint(), pushed.size() + (failed ? 0 : 1));
              if (!failed) pushed.push_back(1000);
              queue.try_emplace(1001);
              pushed.push_back(1001);
              EXPECT_EQ(drain(queue), pushed);
            }),
            1);
}

TEST_F(MpscQueue, ACopyingPushWithoutMemory) {
  constexpr int segment = cells_for<ints>;
  const ints argument(3, 1);
  EXPECT_EQ(fail_every_allocation([&](const auto& fails) {
              mpsc_queue<ints> queue;
              for (int i = 0; i < segment; ++i) queue.try_emplace();
              const bool failed = fails([&] { queue.try_push(argument); });
              EXPECT_EQ(argument, ints(3, 1));
              queue.try_push(ints{2});
              for (int i = 0; i < segment; ++i) (void)queue.try_pop();
              if (!failed) {
                EXPECT_EQ(queue.try_pop().value(), argument);
              }
              EXPECT_EQ(queue.try_pop().value(), ints{2});
              EXPECT_FALSE(queue.try_pop());
            }),
            2);  // the copy, the segment
}

// What has its place stays; a call that gets none throws.
TEST_F(MpscQueue, ABulkPushWithoutMemory) {
  constexpr int segment = cells_for<std::unique_ptr<int>>;
  mpsc_queue<std::unique_ptr<int>> queue;
  std::vector<std::unique_ptr<int>> values;
  for (int i = 0; i < 2 * segment; ++i) {
    values.push_back(std::make_unique<int>(i));
  }
  ASSERT_EQ(queue.try_push_n(std::move_iterator(values.begin()), 1), 1u);
  std::size_t done = 1;
  {
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    done += queue.try_push_n(std::move_iterator(values.begin() + 1),
                             values.size() - 1);
    EXPECT_EQ(done, std::size_t{segment});
    const auto rest = values.begin() + segment;
    // So often that the tail's index would run over: by 128 each time.
    for (int i = 0; i < 50'000; ++i) {
      bool thrown = false;
      try {
        queue.try_push_n(std::move_iterator(rest), segment);
      } catch (const std::bad_alloc&) {
        thrown = true;
      }
      ASSERT_TRUE(thrown);
    }
    ASSERT_NE(*rest, nullptr);
  }
  EXPECT_EQ(queue.size_hint(), done);
  EXPECT_EQ(
      queue.try_push_n(std::move_iterator(values.begin() + segment), segment),
      std::size_t{segment});
  const ints all = drain(queue);
  ASSERT_EQ(all.size(), std::size_t{2 * segment});
  for (int i = 0; i < 2 * segment; ++i) ASSERT_EQ(all[i], i);
}

// Counts what it gives and takes.
class counting_resource : public std::pmr::memory_resource {
 public:
  int held() const { return held_; }
  int given() const { return given_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* const room =
        std::pmr::new_delete_resource()->allocate(bytes, alignment);
    ++held_, ++given_;
    return room;
  }
  void do_deallocate(void* at, std::size_t bytes,
                     std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(at, bytes, alignment);
    --held_;
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  int held_ = 0;
  int given_ = 0;
};
template <class T>
using pmr_queue = mpsc_queue<T, std::pmr::polymorphic_allocator<T>>;

TEST_F(MpscQueue, MemoryComesBackAfterABurst) {
  constexpr int segment = cells_for<int>;
  counting_resource memory;
  {
    pmr_queue<int> queue(&memory);
    EXPECT_EQ(queue.get_allocator().resource(), &memory);
    EXPECT_EQ(memory.held(), 1);
    for (int i = 0; i < 100 * segment; ++i) queue.try_push(i);
    EXPECT_EQ(memory.held(), 100);
    for (int i = 0; i < 100 * segment; ++i) {
      ASSERT_EQ(queue.try_pop().value(), i);
      // What is ahead, the consumer's own, and a spare one.
      ASSERT_LE(memory.held(), 100 - i / segment + 1);
    }
    EXPECT_EQ(memory.held(), 2);
  }
  EXPECT_EQ(memory.held(), 0);
}

TEST_F(MpscQueue, AQueueThatStaysShortAllocatesNoMore) {
  constexpr int segment = cells_for<int>;
  counting_resource memory;
  pmr_queue<int> queue(&memory);
  for (int i = 0; i < segment / 2; ++i) queue.try_push(i);
  for (int i = 0; i < 100 * segment; ++i) {
    queue.try_push(i);
    ASSERT_TRUE(queue.try_pop());
  }
  EXPECT_LE(memory.given(), 3);
}

// An allocator whose memory the tail could not name.
template <class T>
struct remote_allocator {
  using value_type = T;
  remote_allocator() = default;
  template <class U>
  explicit remote_allocator(const remote_allocator<U>&) {}
  T* allocate(std::size_t) {
    return reinterpret_cast<T*>(std::uintptr_t{1} << 48);
  }
  void deallocate(T* at, std::size_t) {
    EXPECT_EQ(at, allocate(1));
    ++given_back();
  }
  static int& given_back() { return remote_allocator<int>::count; }
  static inline int count = 0;
};

TEST_F(MpscQueue, MemoryThatIsTooFarAwayIsNone) {
  using queue = mpsc_queue<char, remote_allocator<char>>;
  EXPECT_THROW(queue(), std::bad_alloc);
  EXPECT_EQ(remote_allocator<char>::given_back(), 1);
}

// try_push_n and try_pop_n.

// An input iterator that is advanced has read from the stream.
TEST_F(MpscQueue, PushNReadsNoFurtherThanItTakes) {
  constexpr int segment = cells_for<int>;
  for (const int start : starts(segment)) {
    mpsc_queue<int> queue;
    move_on(queue, start);
    std::istringstream in("1 2 3 4");
    EXPECT_EQ(queue.try_push_n(std::istream_iterator<int>(in), 3), 3u);
    int next = 0;
    in >> next;
    EXPECT_EQ(next, 4);
    EXPECT_EQ(drain(queue), (ints{1, 2, 3}));
  }
}

TEST_F(MpscQueue, PopNDeliversWhatThereIs) {
  constexpr int segment = cells_for<std::unique_ptr<int>>;
  for (const int start : starts(segment)) {
    mpsc_queue<std::unique_ptr<int>> queue;
    move_on(queue, start);
    std::array<std::unique_ptr<int>, 5> out;
    EXPECT_EQ(queue.try_pop_n(out.begin(), 2), 0u);
    for (int i = 1; i <= 3; ++i) queue.try_push(std::make_unique<int>(i));
    EXPECT_EQ(queue.try_pop_n(out.begin(), 0), 0u);
    EXPECT_EQ(out[0], nullptr);
    EXPECT_EQ(queue.try_pop_n(out.begin(), 2), 2u);
    EXPECT_EQ(queue.size_hint(), 1u);
    EXPECT_EQ(queue.try_pop_n(out.begin() + 2, 3), 1u);
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(*out[i - 1], i);
    EXPECT_EQ(out[3], nullptr);
    EXPECT_TRUE(queue.empty_hint());
  }
}

// close.

TEST_F(MpscQueue, WhatWasPushedComesOutAfterTheClose) {
  constexpr int segment = cells_for<int>;
  for (const int start : starts(segment)) {
    for (const int count : {0, 1, 2, segment, segment + 1}) {
      mpsc_queue<int> queue;
      move_on(queue, start);
      ints pushed(static_cast<std::size_t>(count), 7);
      EXPECT_EQ(queue.try_push_n(pushed.begin(), pushed.size()), pushed.size());
      EXPECT_FALSE(queue.is_closed());
      queue.close();
      EXPECT_TRUE(queue.is_closed());
      queue.close();
      EXPECT_EQ(queue.try_push(1), status::closed);
      EXPECT_EQ(queue.try_emplace(1), status::closed);
      EXPECT_EQ(queue.try_push_n(pushed.begin(), pushed.size()), 0u);
      EXPECT_EQ(queue.size_hint(), pushed.size());
      EXPECT_EQ(drain(queue, status::closed), pushed);
      EXPECT_EQ(queue.try_pop().error(), status::closed);
      EXPECT_EQ(queue.try_pop_n(pushed.begin(), pushed.size()), 0u);
      EXPECT_EQ(queue.try_push(1), status::closed);
      queue.close();
      EXPECT_EQ(queue.try_pop().error(), status::closed);
      EXPECT_TRUE(queue.is_closed());
      EXPECT_TRUE(queue.empty_hint());
    }
  }
}

// busy. An element whose move runs a function once, while its cell is claimed.
struct intruder {
  explicit intruder(std::function<void()>& action) noexcept : action(&action) {}
  intruder(intruder&& other) noexcept
      : action(std::exchange(other.action, nullptr)) {
    if (action != nullptr && *action) std::exchange(*action, nullptr)();
  }
  std::function<void()>* action;
};

TEST_F(MpscQueue, IsBusyWhileTheFirstElementIsPushed) {
  constexpr int segment = cells_for<intruder>;
  for (const int start : starts(segment)) {
    for (const bool closed : {false, true}) {
      mpsc_queue<intruder> queue;
      std::function<void()> none, meanwhile;
      for (int i = 0; i < start; ++i) {
        ASSERT_EQ(queue.try_emplace(none), status::success);
        ASSERT_TRUE(queue.try_pop());
      }
      meanwhile = [&] {
        EXPECT_EQ(queue.size_hint(), 1u);
        EXPECT_EQ(queue.try_pop().error(), status::busy);
        if (closed) queue.close();
        EXPECT_EQ(queue.try_pop().error(), status::busy) << "not closed";
        for (int i = 0; i < 2 * segment; ++i) {
          ASSERT_EQ(queue.try_emplace(none),
                    closed ? status::closed : status::success);
        }
        EXPECT_EQ(queue.try_pop().error(), status::busy) << "in order";
        EXPECT_EQ(queue.size_hint(), closed ? 1u : 1u + 2 * segment);
      };
      intruder element(meanwhile);
      EXPECT_EQ(queue.try_push(std::move(element)), status::success);
      EXPECT_TRUE(queue.try_pop());
      EXPECT_EQ(queue.try_pop().has_value(), !closed);
      while (queue.try_pop()) {
      }
      EXPECT_EQ(queue.try_pop().error(),
                closed ? status::closed : status::empty);
    }
  }
}

// A pop whose element pushes, into the cell behind it and into a new segment.
TEST_F(MpscQueue, AnElementMayPushWhileItIsPopped) {
  constexpr int segment = cells_for<intruder>;
  for (const int start : starts(segment)) {
    mpsc_queue<intruder> queue;
    std::function<void()> none, meanwhile;
    for (int i = 0; i < start; ++i) {
      ASSERT_EQ(queue.try_emplace(none), status::success);
      ASSERT_TRUE(queue.try_pop());
    }
    ASSERT_EQ(queue.try_emplace(meanwhile), status::success);
    meanwhile = [&] {
      for (int i = 0; i < segment; ++i) {
        ASSERT_EQ(queue.try_emplace(none), status::success);
      }
    };
    EXPECT_TRUE(queue.try_pop());
    for (int i = 0; i < segment; ++i) ASSERT_TRUE(queue.try_pop());
    EXPECT_EQ(queue.try_pop().error(), status::empty);
  }
}

}  // namespace
}  // namespace acqrel::testing
