// The tests that need every ordering of fixture.h.
#include "acqrel/model/check.h"
#include "acqrel/tests/model/gate/fixture.h"
#include "gtest/gtest.h"

namespace acqrel::fixture {
namespace {

using model::require;

TEST(Mailbox, BringsTheValue) {
  const model::result r = model::check({.name = "send|receive"}, [] {
    mailbox box;
    model::thread sender([&] { box.send(7); });
    const int got = box.receive();
    require(got == 0 || got == 7, "nothing, or what was sent");
    sender.join();
  });
  EXPECT_TRUE(r) << r;
}

// Its executions are more, so that it is asked after the one above.
TEST(Mailbox, AnyHintWillDo) {
  const model::result r = model::check([] {
    mailbox box;
    model::thread sender([&] { box.send(7); });
    model::thread asker([&] { (void)box.has_hint(); });
    const int got = box.receive();
    require(got == 0 || got == 7, "nothing, or what was sent");
    sender.join();
    asker.join();
  });
  EXPECT_TRUE(r) << r;
}

TEST(Election, IsWonByOne) {
  const model::result r = model::check([] {
    election vote;
    int other = 0;
    model::thread rival([&] { other = vote.decide(1, 11); });
    const int mine = vote.decide(0, 10);
    rival.join();
    require(mine == other, "both say the same");
  });
  EXPECT_TRUE(r) << r;
}

// In the second check of the test.
TEST(Handover, TheSecondTakes) {
  EXPECT_TRUE(model::check([] {
    handover cell;
    require(cell.arrive(0, 10) == 0, "there is nothing");
  }));
  const model::result r = model::check([] {
    handover cell;
    int other = 0;
    model::thread giver([&] { other = cell.arrive(1, 11); });
    const int mine = cell.arrive(0, 10);
    giver.join();
    require(mine + other >= 10, "one of them");
  });
  EXPECT_TRUE(r) << r;
}

TEST(TwoDoors, OneSeesTheOther) {
  const model::result r = model::check([] {
    two_doors house;
    bool other = false;
    model::thread visitor([&] { other = house.enter_sees_other(1); });
    const bool mine = house.enter_sees_other(0);
    visitor.join();
    require(mine || other, "one sees the other");
  });
  EXPECT_TRUE(r) << r;
}

TEST(FencedDoors, OneSeesTheOther) {
  const model::result r = model::check([] {
    fenced_doors house;
    bool other = false;
    model::thread visitor([&] { other = house.seldom_sees_other(); });
    const bool mine = house.often_sees_other();
    visitor.join();
    require(mine || other, "one sees the other");
  });
  EXPECT_TRUE(r) << r;
}

}  // namespace
}  // namespace acqrel::fixture
