// A replay string runs one execution again: the same failure, the same outcome;
// and two checks of one body do the same in the same order.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

struct subject {
  std::string name;
  options how;
  std::function<void()> body;
};

struct node {
  plain<int> value{0};
  atomic<int> count{0};
};

// One for each kind of failure, with every kind of decision on the way.
std::vector<subject> failing() {
  std::vector<subject> all;
  all.push_back({"requirement", {}, [] {
                   atomic<int> x{0};
                   atomic<int> y{0};
                   int a = 0;
                   int b = 0;
                   thread first([&] {
                     x.store(1, release);
                     a = y.load(acquire);
                   });
                   thread second([&] {
                     y.store(1, release);
                     b = x.load(acquire);
                   });
                   first.join();
                   second.join();
                   require(a == 1 || b == 1, "one sees the other");
                 }});
  all.push_back({"modification order", {}, [] {
                   atomic<int> x{0};
                   thread first([&] { x.store(1, relaxed); });
                   thread second([&] { x.store(2, relaxed); });
                   thread third([&] { x.store(3, relaxed); });
                   first.join();
                   second.join();
                   third.join();
                   require(x.load(relaxed) != 1, "1 is not the last");
                 }});
  all.push_back({"stale read", {}, [] {
                   atomic<int> x{0};
                   atomic<int> y{0};
                   thread writer([&] {
                     for (int i = 1; i <= 3; ++i) x.store(i, relaxed);
                     y.store(1, relaxed);
                   });
                   const int a = y.load(relaxed);
                   const int b = x.load(relaxed);
                   const int c = x.load(relaxed);
                   require(!(a == 1 && b == 1 && c == 2), "so old");
                   writer.join();
                 }});
  all.push_back({"race on a revisited read", {}, [] {
                   plain<int> data{0};
                   atomic<int> ready{0};
                   thread writer([&] {
                     data.set(1);
                     ready.store(1, relaxed);
                   });
                   if (ready.load(acquire) == 1) (void)data.get();
                   writer.join();
                 }});
  all.push_back({"uninitialized", {}, [] {
                   atomic<int> x{0};
                   plain<int> data;
                   thread writer([&] { x.store(1, relaxed); });
                   if (x.load(relaxed) == 1) (void)data.get();
                   writer.join();
                 }});
  all.push_back({"use after free", {}, [] {
                   atomic<node*> head{new node};
                   thread other(
                       [&] { delete head.exchange(nullptr, acq_rel); });
                   if (node* const seen = head.load(acquire)) {
                     seen->count.store(1, relaxed);
                   }
                   other.join();
                 }});
  all.push_back({"double free", {}, [] {
                   atomic<int*> head{new int(1)};
                   thread other([&] { delete head.load(acquire); });
                   delete head.load(acquire);
                   other.join();
                 }});
  all.push_back({"leak", {}, [] {
                   atomic<node*> head{nullptr};
                   thread other([&] { head.store(new node, release); });
                   delete head.exchange(nullptr, acq_rel);
                   other.join();
                 }});
  all.push_back({"deadlock", {}, [] {
                   atomic<std::uint32_t> word{0};
                   atomic<int> sleepers{0};
                   thread waker([&] {
                     word.store(1, release);
                     if (sleepers.load(acquire) != 0) wake_all(word);
                   });
                   sleepers.store(1, release);
                   while (word.load(acquire) == 0) wait_on_address(word, 0);
                   waker.join();
                 }});
  all.push_back({"a forgotten sleeper", {}, [] {
                   atomic<int> go{0};
                   const auto sleep = [&] { go.wait(0, acquire); };
                   thread first(sleep);
                   thread second(sleep);
                   go.store(1, release);
                   go.notify_one();
                   first.join();
                   second.join();
                 }});
  all.push_back({"await", {}, [] {
                   atomic<int> x{0};
                   thread other([&] {
                     x.store(1, relaxed);
                     x.store(0, relaxed);
                   });
                   await(
                       x, [](int v) { return v == 1; }, relaxed);
                   other.join();
                 }});
  all.push_back({"livelock", {}, [] {
                   atomic<int> x{0};
                   thread other([&] { x.store(1, relaxed); });
                   x.store(0, relaxed);
                   while (x.load(relaxed) == 0) retry();
                   other.join();
                 }});
  all.push_back({"exception", {}, [] {
                   atomic<int> x{0};
                   thread other([&] { x.fetch_add(1, relaxed); });
                   if (x.fetch_add(1, relaxed) == 1) throw 1;
                   other.join();
                 }});
  all.push_back({"misuse", {}, [] {
                   atomic<int> x{0};
                   thread outer([&] {
                     if (x.load(relaxed) == 1) thread forgotten([] {});
                   });
                   x.store(1, relaxed);
                   outer.join();
                 }});
  all.push_back({"choice", {}, [] {
                   const auto a = choose(4);
                   const auto b = choose(4);
                   require(a != 2 || b != 3, "neither two nor three");
                 }});
  all.push_back({"spurious failure", {.spurious_failures = 2}, [] {
                   atomic<int> x{0};
                   int failures = 0;
                   for (int i = 0; i < 3; ++i) {
                     int expected = 0;
                     failures += !x.compare_exchange_weak(expected, 0, relaxed,
                                                          relaxed);
                   }
                   require(failures != 2, "twice for no reason");
                 }});
  all.push_back({"reused address", {.reuse_addresses = true}, [] {
                   auto* const first = new node;
                   delete first;
                   auto* const second = new node;
                   require(first != second, "another address");
                   delete second;
                 }});
  all.push_back({"timeout", {}, [] {
                   atomic<std::uint32_t> word{0};
                   thread waker([&] {
                     word.store(1, release);
                     wake_one(word);
                   });
                   const time_point then = now() + std::chrono::seconds(1);
                   require(wait_on_address(word, 0, then), "in time");
                   waker.join();
                 }});
  all.push_back({"nested threads", {}, [] {
                   atomic<int> x{0};
                   thread outer([&] {
                     thread inner([&] { x.fetch_add(1, relaxed); });
                     x.fetch_add(2, relaxed);
                     inner.join();
                   });
                   require(x.load(relaxed) != 2, "not the outer one's first");
                   outer.join();
                 }});
  return all;
}

TEST(Replay, GivesTheSameFailure) {
  for (const subject& s : failing()) {
    SCOPED_TRACE(s.name);
    const result first = check(s.how, s.body);
    ASSERT_NE(first.error, failure::none) << first;
    const std::string replay = first.counterexample.replay;
    ASSERT_NE(replay, "");
    EXPECT_LT(replay.size(), 200u) << "a short string";

    options again = s.how;
    again.replay = replay;
    const result second = check(again, s.body);
    EXPECT_EQ(to_string(second.error), std::string(to_string(first.error)))
        << second;
    EXPECT_EQ(second.message, first.message);
    EXPECT_EQ(second.bound, "replay");
    EXPECT_FALSE(second.complete);
    EXPECT_EQ(second.counterexample.replay, replay);
    EXPECT_EQ(second.counterexample.steps.size(),
              first.counterexample.steps.size());
  }
}

// Bodies with many outcomes.
std::vector<subject> observing() {
  std::vector<subject> all;
  all.push_back({"two writers, two readers", {}, [] {
                   atomic<int> x{0};
                   atomic<int> y{0};
                   thread first([&] { x.store(1, release); });
                   thread second([&] { y.store(1, release); });
                   int a = 0;
                   int b = 0;
                   thread third(
                       [&] { a = x.load(acquire) + 10 * y.load(acquire); });
                   b = y.load(acquire) + 10 * x.load(acquire);
                   first.join();
                   second.join();
                   third.join();
                   observe("a", a);
                   observe("b", b);
                 }});
  all.push_back({"updates and choices", {}, [] {
                   atomic<int> x{0};
                   thread other([&] { x.fetch_add(2, relaxed); });
                   int expected = 0;
                   x.compare_exchange_weak(expected, 1, relaxed, relaxed);
                   observe("chosen", choose(2));
                   other.join();
                   observe("x", x.load(relaxed));
                 }});
  all.push_back({"modification order", {}, [] {
                   atomic<int> x{0};
                   thread first([&] {
                     x.store(1, relaxed);
                     x.store(2, relaxed);
                   });
                   thread second([&] { x.store(3, relaxed); });
                   observe("seen", x.load(relaxed));
                   first.join();
                   second.join();
                   observe("last", x.load(relaxed));
                 }});
  all.push_back(
      {"timeouts", {}, [] {
         atomic<std::uint32_t> word{0};
         thread waker([&] {
           word.store(1, release);
           wake_one(word);
         });
         observe("woken",
                 wait_on_address(word, 0, now() + std::chrono::seconds(1)));
         observe("word", word.load(relaxed));
         waker.join();
       }});
  return all;
}

TEST(Replay, GivesTheSameOutcome) {
  for (const subject& s : observing()) {
    SCOPED_TRACE(s.name);
    const result all = check(s.how, s.body);
    expect_passes(all);
    EXPECT_GT(all.outcomes.size(), 2u);
    EXPECT_EQ(all.witnesses.size(), all.outcomes.size());
    for (const auto& [outcome, witness] : all.witnesses) {
      options again = s.how;
      again.replay = witness;
      const result one = check(again, s.body);
      EXPECT_TRUE(one) << one;
      EXPECT_EQ(one.executions, 1u) << witness;
      ASSERT_EQ(one.outcomes.size(), 1u);
      EXPECT_EQ(one.outcomes.begin()->first, outcome) << witness;
      EXPECT_FALSE(one.counterexample.steps.empty());
    }
  }
}

TEST(Replay, OfAnotherBodyIsNamed) {
  const auto body = failing()[0].body;
  for (const std::string_view wrong :
       {"A-Z", "A--H-", "B-", "AAA", "AAB", "A9999999999", "not a replay",
        "A----C0B"}) {
    SCOPED_TRACE(wrong);
    const result r = check({.replay = std::string(wrong)}, body);
    expect_fails(r, failure::misuse,
                 {"the replay string does not fit this body"});
  }
}

// Determinism.

TEST(Determinism, TwoChecksDoTheSame) {
  std::vector<subject> all = failing();
  for (subject& s : observing()) all.push_back(std::move(s));
  for (const subject& s : all) {
    SCOPED_TRACE(s.name);
    const result a = check(s.how, s.body);
    const result b = check(s.how, s.body);
    EXPECT_EQ(a.error, b.error);
    EXPECT_EQ(a.message, b.message);
    EXPECT_EQ(a.executions, b.executions);
    EXPECT_EQ(a.blocked, b.blocked);
    EXPECT_EQ(a.complete, b.complete);
    EXPECT_EQ(a.outcomes, b.outcomes);
    EXPECT_EQ(a.witnesses, b.witnesses);
    EXPECT_EQ(a.counterexample.replay, b.counterexample.replay);
    EXPECT_EQ(a.counterexample.steps.size(), b.counterexample.steps.size());
  }
}

// Nothing is left over of a check that failed half-way.
TEST(Determinism, AFailureLeavesNothingBehind) {
  const std::vector<subject> all = failing();
  const auto body = observing()[0].body;
  const result before = check(body);
  for (const subject& s : all) {
    SCOPED_TRACE(s.name);
    (void)check(s.how, s.body);
    const result after = check(body);
    EXPECT_TRUE(after) << after;
    EXPECT_EQ(after.executions, before.executions);
    EXPECT_EQ(after.outcomes, before.outcomes);
  }
}

}  // namespace
}  // namespace acqrel::model
