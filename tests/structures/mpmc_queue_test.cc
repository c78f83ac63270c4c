// The contract of mpmc_queue, one thread at a time. A call that comes from
// within another, out of an iterator, stands in for a second thread.
#include "acqrel/structures/mpmc_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/structures/concurrent_queue.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/unbounded_contract.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/failing_allocation.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using testing::fragile;
using status = conqueue_status;

struct first_in_first_out {
  template <class T>
  using container = mpmc_queue<T>;
  static constexpr int constructor_allocations = 1;  // the first segment
  // The queue has its own hazards, and makes none after the first push; but
  // neither is there a node, which these are counted beside.
  static constexpr int hazards_of_push = -1;
  static constexpr int hazards_of_pop = 0;
  static constexpr int hazards_of_hint = 0;

  template <class T>
  static std::vector<T> in_pop_order(const std::vector<T>& pushed) {
    return pushed;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(MpmcQueue, UnboundedContract,
                               first_in_first_out);

static_assert(stoppable_concurrent_queue<mpmc_queue<int>>);
static_assert(bulk_concurrent_queue<mpmc_queue<std::unique_ptr<int>>>);
static_assert(!bounded_concurrent_queue<mpmc_queue<int>>);
static_assert(noexcept(std::declval<mpmc_queue<int>&>().close()));
static_assert(noexcept(std::declval<const mpmc_queue<int>&>().is_closed()));

// The cells of a segment, and so what it takes to change segments.
template <class T>
constexpr std::size_t cells =
    tuning::segment_cells(sizeof(internal::queue_cell<T>));
static_assert(cells<int> > 1000 && cells<std::array<char, 1000>> == 64);

// Counts what is allocated, and refuses when it is told to.
class counting_resource : public std::pmr::memory_resource {
 public:
  std::size_t held = 0;  // bytes
  std::size_t most_held = 0;
  int allocations = 0;
  int refuse_from = -1;  // the n-th allocation, from 0

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (refuse_from >= 0 && allocations >= refuse_from) throw std::bad_alloc();
    ++allocations;
    held += bytes;
    most_held = std::max(most_held, held);
    return ::operator new(bytes, std::align_val_t(alignment));
  }
  void do_deallocate(void* p, std::size_t bytes,
                     std::size_t alignment) override {
    held -= bytes;
    ::operator delete(p, std::align_val_t(alignment));
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};
template <class T>
using pmr_queue = mpmc_queue<T, std::pmr::polymorphic_allocator<T>>;

class MpmcQueue : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(fragile::living(), 0); }
};

TEST_F(MpmcQueue, KeepsItsOrderThroughManySegments) {
  mpmc_queue<std::size_t> queue;
  std::size_t pushed = 0;
  std::size_t popped = 0;
  for (std::size_t round = 1; round <= 8; ++round) {
    for (std::size_t i = 0; i < round * cells<std::size_t> / 2; ++i) {
      ASSERT_EQ(queue.try_push(pushed++), status::success);
    }
    EXPECT_EQ(queue.size_hint(), pushed - popped);
    while (auto next = queue.try_pop()) ASSERT_EQ(*next, popped++);
    EXPECT_EQ(popped, pushed);
    EXPECT_TRUE(queue.empty_hint());
  }
}

TEST_F(MpmcQueue, GivesTheMemoryOfABurstBack) {
  counting_resource memory;
  {
    pmr_queue<int> queue(&memory);
    const std::size_t segment = memory.held;
    EXPECT_LT(segment, 20'000u);
    for (int burst = 0; burst < 2; ++burst) {
      for (std::size_t i = 0; i < 100 * cells<int>; ++i) queue.try_push(1);
      EXPECT_GE(memory.held, 100 * segment);
      EXPECT_LE(memory.held, 102 * segment);
      while (queue.try_pop()) {
      }
      // The one in use, and one for reuse.
      EXPECT_LE(memory.held, 2 * segment);
    }
  }
  EXPECT_EQ(memory.held, 0u);
}

TEST_F(MpmcQueue, UsesSegmentsAgain) {
  counting_resource memory;
  pmr_queue<int> queue(&memory);
  for (std::size_t i = 0; i < 100 * cells<int>; ++i) {
    queue.try_push(1);
    ASSERT_TRUE(queue.try_pop());
  }
  EXPECT_LE(memory.allocations, 3);
}

TEST_F(MpmcQueue, AllocatesWithItsAllocator) {
  counting_resource memory;
  const std::pmr::polymorphic_allocator<int> allocator(&memory);
  const pmr_queue<int> queue(allocator);
  EXPECT_EQ(memory.allocations, 1);
  EXPECT_EQ(queue.get_allocator(), allocator);
  EXPECT_EQ(mpmc_queue<int>().get_allocator(), std::allocator<int>());
}

TEST_F(MpmcQueue, LosesNothingWhenThereIsNoMemoryForASegment) {
  counting_resource memory;
  mpmc_queue<fragile, std::pmr::polymorphic_allocator<fragile>> queue(&memory);
  for (std::size_t i = 0; i < cells<fragile>; ++i) {
    ASSERT_EQ(queue.try_emplace(static_cast<int>(i)), status::success);
  }
  memory.refuse_from = memory.allocations;
  fragile moved(7777);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(queue.try_push(std::move(moved)), std::bad_alloc);
    EXPECT_EQ(moved.value(), 7777);
    EXPECT_THROW(queue.try_push(moved), std::bad_alloc);
    EXPECT_THROW(queue.try_emplace(1), std::bad_alloc);
    EXPECT_THROW(queue.push(std::move(moved)), std::bad_alloc);
    EXPECT_EQ(moved.value(), 7777);
  }
  memory.refuse_from = -1;
  EXPECT_EQ(queue.try_push(std::move(moved)), status::success);
  for (std::size_t i = 0; i < cells<fragile>; ++i) {
    ASSERT_EQ(queue.try_pop().value().value(), static_cast<int>(i));
  }
  EXPECT_EQ(queue.try_pop().value().value(), 7777);
  EXPECT_EQ(queue.try_pop().error(), status::empty);
}

TEST_F(MpmcQueue, PushesFewerAtOnceWhenMemoryEnds) {
  counting_resource memory;
  pmr_queue<int> queue(&memory);
  const std::vector<int> many(cells<int> + 10, 1);
  memory.refuse_from = memory.allocations;
  EXPECT_EQ(queue.try_push_n(many.begin(), many.size()), cells<int>);
  EXPECT_THROW(queue.try_push_n(many.begin(), 1), std::bad_alloc);
  memory.refuse_from = -1;
  EXPECT_EQ(queue.try_push_n(many.begin(), many.size()), many.size());
  EXPECT_EQ(queue.size_hint(), cells<int> + many.size());
  std::vector<int> out(3 * cells<int>);
  EXPECT_EQ(queue.try_pop_n(out.begin(), out.size()), 2 * cells<int> + 10);
}

TEST_F(MpmcQueue, MovesManyElementsAtOnce) {
  mpmc_queue<std::unique_ptr<int>> queue;
  constexpr std::size_t most = 3 * cells<std::unique_ptr<int>>;
  int pushed = 0;
  int popped = 0;
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, most}) {
    std::vector<std::unique_ptr<int>> all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(std::make_unique<int>(pushed++));
    }
    EXPECT_EQ(queue.try_push_n(std::move_iterator(all.begin()), count), count);
    for (const auto& element : all) EXPECT_EQ(element, nullptr);
    std::vector<std::unique_ptr<int>> out(count + 3);
    EXPECT_EQ(queue.try_pop_n(out.begin(), count / 2), count / 2);
    const auto rest = out.begin() + static_cast<std::ptrdiff_t>(count / 2);
    EXPECT_EQ(queue.try_pop_n(rest, count + 3 - count / 2), count - count / 2);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(*out[i], popped++);
    EXPECT_EQ(out[count], nullptr);
  }
  EXPECT_EQ(queue.try_pop_n(static_cast<std::unique_ptr<int>*>(nullptr), 5),
            0u);
}

TEST_F(MpmcQueue, CopiesManyElementsAtOnce) {
  mpmc_queue<int> queue;
  const std::array<int, 3> all = {1, 2, 3};
  EXPECT_EQ(queue.try_push_n(all), 3u);
  EXPECT_EQ(queue.try_push_n(all.data(), 2), 2u);
  std::array<int, 8> out = {};
  EXPECT_EQ(queue.try_pop_n(out), 5u);
  EXPECT_EQ(out, (std::array<int, 8>{1, 2, 3, 1, 2, 0, 0, 0}));
}

TEST_F(MpmcQueue, AfterCloseNothingCanBePushedAndAllIsPopped) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{2},
                                  cells<fragile>, 2 * cells<fragile> + 1}) {
    mpmc_queue<fragile> queue;
    for (std::size_t i = 0; i < count; ++i) queue.try_emplace(1);
    EXPECT_FALSE(queue.is_closed());
    queue.close();
    queue.close();
    EXPECT_TRUE(queue.is_closed());
    fragile refused(5);
    for (int round = 0; round < 2; ++round) {
      EXPECT_EQ(queue.try_push(std::move(refused)), status::closed);
      EXPECT_EQ(queue.try_push(refused), status::closed);
      EXPECT_EQ(queue.try_emplace(6), status::closed);
      EXPECT_FALSE(queue.push(std::move(refused)));
      EXPECT_EQ(queue.try_push_n(std::move_iterator(&refused), 1), 0u);
      EXPECT_EQ(refused.value(), 5);
      if (round == 0) {
        for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(queue.try_pop());
      }
      EXPECT_EQ(queue.try_pop().error(), status::closed);
      EXPECT_FALSE(queue.pop());
      EXPECT_TRUE(queue.empty_hint());
    }
  }
}

// An iterator whose reading runs something between a push's draw of a cell and
// its filling it.
struct interrupted {
  using iterator_category = std::forward_iterator_tag;
  using value_type = int;
  using difference_type = std::ptrdiff_t;
  using pointer = const int*;
  using reference = int;
  int* value;
  std::function<void()>* meanwhile;
  int operator*() const noexcept {
    if (*meanwhile) std::exchange(*meanwhile, nullptr)();
    return *value;
  }
  interrupted& operator++() noexcept { return ++value, *this; }
  interrupted operator++(int) noexcept { return {value++, meanwhile}; }
  bool operator==(const interrupted& other) const = default;
};

TEST_F(MpmcQueue, APopDoesNotWaitForAPushThatIsNotDone) {
  mpmc_queue<int> queue;
  std::array<int, 3> all = {1, 2, 3};
  std::function<void()> meanwhile = [&] {
    EXPECT_EQ(queue.try_pop().error(), status::empty);  // spoils three cells
    EXPECT_EQ(queue.try_push(9), status::success);
    EXPECT_EQ(queue.try_pop().value(), 9);
  };
  EXPECT_EQ(queue.try_push_n(interrupted{all.data(), &meanwhile}, 3), 3u);
  for (const int value : all) EXPECT_EQ(queue.try_pop().value(), value);
  EXPECT_EQ(queue.try_pop().error(), status::empty);
}

TEST_F(MpmcQueue, APushThatWasUnderWayIsAcceptedUntilAPopSaidClosed) {
  for (const bool drained : {false, true}) {
    mpmc_queue<int> queue;
    std::array<int, 2> all = {1, 2};
    std::function<void()> meanwhile = [&] {
      queue.close();
      EXPECT_EQ(queue.try_push(9), status::closed);
      if (drained) {
        EXPECT_EQ(queue.try_pop().error(), status::closed);
      }
    };
    EXPECT_EQ(queue.try_push_n(interrupted{all.data(), &meanwhile}, 2),
              drained ? 0u : 2u);
    std::array<int, 3> out = {};
    EXPECT_EQ(queue.try_pop_n(out.data(), 3), drained ? 0u : 2u);
    EXPECT_EQ(queue.try_pop().error(), status::closed);
  }
}

// Can be moved to a new place, and in no other way.
struct unassignable {
  explicit unassignable(int v) : value(v) {}
  unassignable(unassignable&& other) noexcept
      : value(std::exchange(other.value, -1)) {}
  unassignable& operator=(unassignable&&) = delete;
  int value;
};

TEST_F(MpmcQueue, HoldsElementsThatCannotBeAssigned) {
  mpmc_queue<unassignable> queue;
  unassignable element(3);
  EXPECT_EQ(queue.try_push(std::move(element)), status::success);
  EXPECT_EQ(element.value, -1);
  EXPECT_EQ(queue.try_pop().value().value, 3);
  queue.close();
  unassignable refused(4);
  EXPECT_EQ(queue.try_push(std::move(refused)), status::closed);
  EXPECT_EQ(refused.value, 4);
}

// Threads come and go; what they have retired is not lost with them.
TEST_F(MpmcQueue, OutlivesItsThreadsAndIsOutlivedByThem) {
  counting_resource memory;
  for (int round = 0; round < 3; ++round) {
    auto queue = std::make_unique<pmr_queue<std::string>>(&memory);
    testing::run_together(1, [&](unsigned) {
      for (std::size_t i = 0; i < 3 * cells<std::string>; ++i) {
        queue->try_emplace("long enough to own some memory of its own");
        ASSERT_TRUE(queue->try_pop());
      }
    });
    queue->try_emplace("left");
    queue.reset();
    EXPECT_EQ(memory.held, 0u);
  }
}

}  // namespace
}  // namespace acqrel
