// Tests that pass, of which the gate has something to say.
#include "acqrel/model/check.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/specs.h"
#include "acqrel/tests/model/gate/fixture_flaws.h"
#include "gtest/gtest.h"

namespace acqrel::fixture {
namespace {

using model::require;

// Two threads take a ticket each.
void take_tickets() {
  tickets roll;
  int other = 0;
  model::thread customer([&] { other = roll.next(); });
  const int mine = roll.next();
  customer.join();
  require(mine + other == 1, "0 and 1");
}

TEST(Tickets, AreNumbered) { EXPECT_TRUE(model::check(take_tickets)); }

TEST(BeltAndBraces, BringsTheValue) {
  EXPECT_TRUE(model::check([] {
    belt_and_braces box;
    model::thread sender([&] { box.send(7); });
    const int got = box.receive();
    require(got == 0 || got == 7, "nothing, or what was sent");
    sender.join();
  }));
}

TEST(TwoBells, BothHearTheSameFirst) {
  EXPECT_TRUE(model::check([] {
    two_bells tower;
    bool a = false;
    bool b = false;
    model::thread first([&] { tower.ring(0); });
    model::thread second([&] { tower.ring(1); });
    model::thread listener([&] { a = tower.heard_only(0); });
    b = tower.heard_only(1);
    first.join();
    second.join();
    listener.join();
    require(!(a && b), "one of them rang first");
  }));
}

TEST(PassOn, BringsOneOfTheTwo) {
  EXPECT_TRUE(model::check([] {
    atomic<int> first{0};
    atomic<int> second{0};
    atomic<int> word{0};
    int got_first = 1;
    int got_second = 1;
    model::thread sender([&] {
      first.store(1, relaxed);
      word.store(1, release);
    });
    model::thread middle([&] {
      second.store(1, relaxed);
      if (pass_on(word) == 1) got_first = first.load(relaxed);
    });
    if (word.load(acquire) == 2) got_second = second.load(relaxed);
    sender.join();
    middle.join();
    require(got_first == 1 || got_second == 1, "one of the two");
  }));
}

TEST(Quiet, IsUsedByOne) {
  EXPECT_TRUE(model::check([] {
    quiet alone;
    (void)alone.take();
    (void)alone.never();
    const atomic<int> word{5};
    require(hidden(word) == 5, "what it is");
  }));
}

TEST(Notice, IsReadWhole) {
  EXPECT_TRUE(model::check([] {
    notice board;
    model::thread author([&] { board.publish(7); });
    (void)board.is_there();
    (void)board.is_missing();
    const int got = board.read();
    require(got == 0 || got == 7, "nothing, or what was published");
    author.join();
  }));
}

// Means to fail, and must kill nothing.
TEST(Tickets, AreNotAllZero) {
  EXPECT_FALSE(model::check([] {
    tickets roll;
    (void)roll.next();
    atomic<int> word{0};
    do_wrong(word);
    require(roll.next() == 0, "the first one");
  }));
}

// Histories.

void call_tickets(bool in_a_thread) {
  model::history<model::counter_spec> calls(model::level::strict);
  tickets roll;
  const auto next = [&] {
    calls.call(model::counter_spec::fetch_add(1), [&] { return roll.next(); });
  };
  if (!in_a_thread) return next();
  model::thread other(next);
  next();
  other.join();
}

TEST(History, OfOneThreadIsOne) {
  EXPECT_TRUE(model::check({.name = "next"}, [] { call_tickets(false); }));
}

TEST(History, OfTwoThreadsIsMore) {
  EXPECT_TRUE(model::check({.name = "next"}, [] { call_tickets(false); }));
  EXPECT_TRUE(model::check({.name = "next|next"}, [] { call_tickets(true); }));
}

}  // namespace
}  // namespace acqrel::fixture
