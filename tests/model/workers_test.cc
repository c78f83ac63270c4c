// Several processes find what one finds, each execution once.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"

namespace acqrel::model {
namespace {

// Eight updates of one location by five threads, three of which have two:
// 8! / 2^3 orders. Long enough to be shared.
constexpr std::uint64_t orders = 5040;

template <class Check>
void five_threads(Check check_order) {
  atomic<int> turn{0};
  std::vector<int> seen[5];
  const auto take = [&](int who, int times) {
    for (int i = 0; i < times; ++i) {
      seen[who].push_back(turn.fetch_add(1, relaxed));
    }
  };
  thread a([&] { take(0, 2); });
  thread b([&] { take(1, 2); });
  thread c([&] { take(2, 2); });
  thread d([&] { take(3, 1); });
  thread e([&] { take(4, 1); });
  for (thread* t : {&a, &b, &c, &d, &e}) t->join();
  check_order(seen);
}

void observe_first(std::vector<int>* seen) {
  for (int who = 0; who < 5; ++who) {
    if (seen[who].front() == 0) observe("first", who);
  }
}

TEST(Workers, FindWhatOneFinds) {
  const auto body = [] { five_threads(observe_first); };
  const result alone = check({.workers = 1}, body);
  ASSERT_TRUE(alone) << alone;
  EXPECT_TRUE(alone.complete);
  EXPECT_EQ(alone.executions, orders);
  EXPECT_EQ(alone.outcomes.size(), 5u);
  for (const int workers : {2, 3, 5, 0}) {
    const result together = check({.workers = workers}, body);
    ASSERT_TRUE(together) << together;
    EXPECT_TRUE(together.complete);
    EXPECT_EQ(together.executions, alone.executions) << workers;
    EXPECT_EQ(together.outcomes, alone.outcomes) << workers;
  }
}

TEST(Workers, AnErrorOfOneIsTheErrorOfAll) {
  // Exploration comes to these orders after the work is shared.
  const auto body = [] {
    five_threads([](std::vector<int>* seen) {
      require(
          seen[1].back() != 1 || seen[2].front() != 2 || seen[3].front() != 6,
          "not this order");
    });
  };
  for (const int workers : {1, 2, 3}) {
    const result r = check({.workers = workers}, body);
    EXPECT_EQ(r.error, failure::requirement) << r;
    EXPECT_FALSE(r.complete);
    if (workers == 1) {
      EXPECT_GT(r.executions, 4000u);
    }
    ASSERT_FALSE(r.counterexample.replay.empty());
    const result again = check({.replay = r.counterexample.replay}, body);
    EXPECT_EQ(again.error, failure::requirement) << again;
    EXPECT_EQ(again.message, r.message);
  }
}

TEST(Workers, TogetherTheyKeepToTheBound) {
  const auto body = [] { five_threads(observe_first); };
  const result r = check({.max_executions = 3000, .workers = 2}, body);
  EXPECT_TRUE(r) << r;
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.bound, "max_executions");
  EXPECT_GE(r.executions, 3000u);
  EXPECT_LT(r.executions, orders);
}

TEST(Workers, GraphsTravelWithTheirPointers) {
  // Nodes, spurious failures, and threads that threads start.
  const auto body = [] {
    struct node {
      explicit node(int v) : value(v) {}
      plain<int> value;
      plain<node*> next{nullptr};
    };
    atomic<node*> head{nullptr};
    const auto push = [&](int v) {
      node* const fresh = new node(v);
      node* old = head.load(relaxed);
      do {
        fresh->next.set(old);
      } while (!head.compare_exchange_weak(old, fresh, release, relaxed));
    };
    thread a([&] {
      thread inner([&] { push(1); });
      push(2);
      inner.join();
    });
    thread b([&] {
      push(3);
      push(4);
    });
    push(5);
    a.join();
    b.join();
    std::string order;
    for (node* n = head.load(acquire); n != nullptr;) {
      order += std::to_string(n->value.get());
      delete std::exchange(n, n->next.get());
    }
    observe("order", order);
  };
  const result alone = check({.spurious_failures = 1}, body);
  ASSERT_TRUE(alone) << alone;
  EXPECT_EQ(alone.outcomes.size(), 60u);  // 5! / 2
  const result together = check({.spurious_failures = 1, .workers = 3}, body);
  ASSERT_TRUE(together) << together;
  EXPECT_TRUE(together.complete);
  EXPECT_EQ(together.executions, alone.executions);
  EXPECT_EQ(together.outcomes, alone.outcomes);
}

}  // namespace
}  // namespace acqrel::model
