// Pushes and pops that wait, of each queue that ships, in every behaviour of
// small clients: nobody sleeps while there is what he waits for, whatever the
// wait races with. A lost wake-up is a deadlock.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/internal/waiting.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/mpmc_queue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/tests/atomics/stop_source.h"
#include "acqrel/tests/structures/closable_model.h"
#include "acqrel/tests/structures/model_clients.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;
using std::chrono::milliseconds;
using element = model::tracked<int>;

template <class Body>
result expect_right(const Body& body) {
  result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
  return r;
}

// Behind hazard pointers these are too many to be explored whole.
template <class Queue, class Body>
result expect_right_or_sample(const Body& body) {
  if constexpr (!std::is_same_v<Queue, michael_scott_queue<element>> &&
                !std::is_same_v<Queue, mpmc_queue<element>>) {
    return expect_right(body);
  } else {
    result r = model::check({.samples = 10000, .seed = 1}, body);
    EXPECT_TRUE(r) << r;
    return r;
  }
}

template <class Queue>
class Waiting : public ::testing::Test {
 private:
  const without_scans cheaper_;  // nothing here depends on reclamation
};
using queues = ::testing::Types<michael_scott_queue<element>,
                                mpmc_queue<element>, mpmc_ring<element>,
                                mpsc_queue<element>, spsc_ring<element>>;
TYPED_TEST_SUITE(Waiting, queues);

TYPED_TEST(Waiting, APopIsWokenByAPush) {
  expect_right([] {
    smallest<TypeParam> q;
    model::thread producer([&] { model::require(q.push(7), "not closed"); });
    const std::optional<element> got = q.pop();
    model::require(got.has_value() && got->value() == 7, "the element");
    producer.join();
  });
}

TYPED_TEST(Waiting, EachElementWakesSomebody) {
  expect_right_or_sample<TypeParam>([] {
    smallest<TypeParam> q;
    model::thread producer([&] {
      (void)q.push(1);
      (void)q.push(2);
    });
    model::require(q.pop()->value() == 1, "the first");
    model::require(q.pop()->value() == 2, "the second");
    producer.join();
  });
}

TYPED_TEST(Waiting, CloseWakesAPop) {
  const result r = expect_right([] {
    smallest<TypeParam> q;
    model::thread closer([&] { q.close(); });
    model::require(!q.pop(), "nothing was pushed");
    model::require(!q.push(1), "closed");
    closer.join();
  });
  EXPECT_GE(r.executions, 3u) << r;
}

// An accepted element comes before the end, and a refused one never.
TYPED_TEST(Waiting, CloseRacesWithAPushAndAPop) {
  const result r = expect_right_or_sample<TypeParam>([] {
    smallest<TypeParam> q;
    bool accepted = false;
    model::thread producer([&] { accepted = q.push(1); });
    model::thread closer([&] { q.close(); });
    const std::optional<element> got = q.pop();
    model::require(!q.pop(), "one at most");
    producer.join();
    closer.join();
    model::require(got.has_value() == accepted, "popped if it was accepted");
    model::observe("accepted", accepted);
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TYPED_TEST(Waiting, ADeadlineEndsAPop) {
  const result r = expect_right([] {
    smallest<TypeParam> q;
    model::thread producer([&] { (void)q.push(1); });
    const pop_result<element> got = q.pop_for(milliseconds(5));
    if (!got) {
      model::require(got.error() == conqueue_status::empty ||
                         got.error() == conqueue_status::busy,
                     "why");
    }
    producer.join();
    model::require(got.has_value() != q.try_pop().has_value(), "once");
    model::observe("got", got.has_value());
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

TYPED_TEST(Waiting, AStopEndsAPop) {
  const result r = expect_right([] {
    smallest<TypeParam> q;
    testing::stop_source stop;
    bool got = false;
    model::thread consumer(
        [&, token = stop.get_token()] { got = q.pop(token).has_value(); });
    (void)q.push(1);
    stop.request_stop();
    consumer.join();
    model::require(got, "it was there before the stop");
  });
  EXPECT_GE(r.executions, 3u) << r;
}

template <class Queue>
class WaitingForRoom : public ::testing::Test {};
using bounded = ::testing::Types<mpmc_ring<element>, spsc_ring<element>>;
TYPED_TEST_SUITE(WaitingForRoom, bounded);

TYPED_TEST(WaitingForRoom, APushIsWokenByAPop) {
  expect_right([] {
    TypeParam q(1);
    (void)q.try_push(1);
    model::thread producer([&] { model::require(q.push(2), "not closed"); });
    model::require(q.pop()->value() == 1, "the first");
    model::require(q.pop()->value() == 2, "the second");
    producer.join();
  });
}

TYPED_TEST(WaitingForRoom, CloseWakesAPush) {
  expect_right([] {
    TypeParam q(1);
    (void)q.try_push(1);
    model::thread producer([&] {
      element mine(2);
      model::require(!q.push(std::move(mine)), "full, and closed");
      model::require(mine.value() == 2, "as it was");
    });
    q.close();
    producer.join();
    model::require(q.pop()->value() == 1, "was accepted");
    model::require(!q.pop(), "drained");
  });
}

TYPED_TEST(WaitingForRoom, ADeadlineEndsAPush) {
  const result r = expect_right([] {
    TypeParam q(1);
    (void)q.try_push(1);
    conqueue_status status = conqueue_status::success;
    model::thread producer([&] {
      element mine(2);
      status = q.push_for(milliseconds(5), std::move(mine));
      if (status != conqueue_status::success) {
        model::require(mine.value() == 2, "as it was");
      }
    });
    model::require(q.pop()->value() == 1, "the first");
    producer.join();
    model::observe("pushed", status == conqueue_status::success);
  });
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

// A wake-up for one element may come to a thread that finds another one
// unfinished, and sleeps again. Too large to be explored whole.
template <class Body>
void expect_right_in_samples(const Body& body) {
  const result r = model::check({.samples = 100000, .seed = 3}, body);
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.bound, "samples");
}

TEST(WaitingOfMany, BusyPopsLoseNoWakeUp) {
  expect_right_in_samples([] {
    mpmc_ring<int> q(2);
    model::thread one([&] { model::require(q.pop().has_value(), "one"); });
    model::thread two([&] { model::require(q.pop().has_value(), "two"); });
    model::thread producer([&] { (void)q.push(1); });
    (void)q.push(2);
    producer.join();
    one.join();
    two.join();
  });
}

TEST(WaitingOfMany, BusyPushesLoseNoWakeUp) {
  expect_right_in_samples([] {
    mpmc_ring<int> q(2);
    (void)q.push(1);
    (void)q.push(2);
    model::thread one([&] { model::require(q.push(3), "one"); });
    model::thread two([&] { model::require(q.push(4), "two"); });
    model::thread consumer([&] { (void)q.pop(); });
    (void)q.pop();
    consumer.join();
    one.join();
    two.join();
  });
}

// A queue that is never busy passes nothing on: its run must wake both.
TEST(WaitingOfMany, ARunWakesAsManyAsItIsLong) {
  const without_scans cheaper;
  expect_right_in_samples([] {
    mpmc_queue<int> q;
    model::thread one([&] { model::require(q.pop().has_value(), "one"); });
    model::thread two([&] { model::require(q.pop().has_value(), "two"); });
    const int both[] = {1, 2};
    model::require(q.try_push_n(both, 2) == 2, "not closed");
    one.join();
    two.join();
  });
}

TEST(WaitingOfMany, CloseWakesAll) {
  expect_right([] {
    mpmc_ring<int> q(1);
    model::thread one([&] { (void)q.pop(); });
    model::thread two([&] { (void)q.pop(); });
    q.close();
    one.join();
    two.join();
  });
}

// One element, which the first pop that finds it does not get.
class throws_once : public internal::unbounded_queue<throws_once, int> {
 public:
  using never_busy = void;

  void push() {
    there_.store(true, release);
    pushed(1);
  }
  pop_result<int> try_pop() {
    if (!there_.load(acquire)) return conqueue_status::empty;
    if (!thrown_.exchange(true, acq_rel)) throw std::runtime_error("once");
    return 7;
  }

 private:
  atomic<bool> there_{false};
  atomic<bool> thrown_{false};
};

// Who was woken for it, and throws, wakes the other.
TEST(WaitingOfMany, APopThatThrowsLeavesNobodyAsleep) {
  expect_right([] {
    throws_once q;
    atomic<int> got{0};
    const auto take = [&] {
      try {
        got.fetch_add(q.pop().value_or(0), relaxed);
      } catch (const std::runtime_error&) {
      }
    };
    model::thread one(take);
    model::thread two(take);
    q.push();
    one.join();
    two.join();
    model::require(got.load(relaxed) == 7, "one throws, and one gets it");
  });
}

// A pop of a closed ring waits for the push that was announced; it must hear of
// its end, too, when that is an exception.
struct thrower {
  thrower() { throw std::runtime_error("on purpose"); }
};
TEST(WaitingForASlowPush, WhoseConstructorThrows) {
  expect_right([] {
    spsc_ring<thrower> q(1);
    model::thread closer([&] { q.close(); });
    model::thread producer([&] {
      try {
        (void)q.try_emplace();
      } catch (const std::runtime_error&) {
      }
    });
    model::require(!q.pop(), "nothing was pushed");
    producer.join();
    closer.join();
  });
}

}  // namespace
}  // namespace acqrel
