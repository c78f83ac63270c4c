// The queue that ships, in every behaviour of small clients.
//
// A client costs what its threads do to each other: 2 threads with 2 operations
// each up to 26,000 executions, 3 threads with 1 operation each up to 40,000,
// ten times that if a CAS may fail for no reason, and a fortieth where nothing
// is deleted (without_scans). More is sampled.
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/specs.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/tests/structures/closable_model.h"
#include "acqrel/tests/structures/model_clients.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::client;
using model::result;
using element = model::tracked<int>;
using queue = michael_scott_queue<element>;

const auto subject = unbounded_subject<queue, model::queue_spec>();

TEST(MichaelScottQueue, IsRightInEachSmallClient) {
  for (const client& c : model::clients(warm_clients(2, 3))) {
    expect_right(subject, c, {.spurious_failures = 0});
    expect_right(subject, c, {.spurious_failures = 0, .reuse_addresses = true});
  }
}

TEST(MichaelScottQueue, IsRightWithTwoOperationsInEachOfTwoThreads) {
  for (const char* text :
       {"push push|push push", "push push|pop pop", "push pop|push pop",
        "push: push pop|pop pop", "push push|push pop"}) {
    expect_right(subject, warm_client(text),
                 {.spurious_failures = 0, .reuse_addresses = true});
  }
}

// The tail is helped on by threads that find it behind.
TEST(MichaelScottQueue, IsRightWithThreeThreads) {
  for (const char* text : {"push|push|push", "push|push|pop", "push|pop|pop",
                           "push: pop|pop|pop", "push: push|push|pop"}) {
    expect_right(subject, warm_client(text), {.spurious_failures = 0});
  }
}

TEST(MichaelScottQueue, IsRightWhenACasFailsForNoReason) {
  for (const client& c : model::clients(warm_clients(2, 3))) {
    expect_right(subject, c, {.reuse_addresses = true});
  }
}

// Here the threads also make the domain's first hazards and garages.
TEST(MichaelScottQueue, IsRightFromTheFirstHazardOn) {
  for (const char* text : {"push|pop", "push|push"}) {
    for (const model::dialect dialect :
         {model::dialect::rc11, model::dialect::cxx20}) {
      expect_right(subject, cold_client(text),
                   {.memory_model = dialect, .spurious_failures = 0});
    }
  }
}

TEST(MichaelScottQueue, IsRightByTheStandardsOwnRules) {
  for (const client& c : model::clients(warm_clients(2, 3))) {
    expect_right(
        subject, c,
        {.memory_model = model::dialect::cxx20, .spurious_failures = 0});
  }
}

// A thread that sees the other's flag comes after all that the other did.
TEST(MichaelScottQueue, IsRightForWhoKnowsWhatTheOtherHasDone) {
  model::client_space space = warm_clients(2, 3);
  space.message_passing = true;
  for (const client& c : model::clients(space)) {
    expect_right(subject, c, {.spurious_failures = 0});
  }
}

TEST(MichaelScottQueue, HintsMayBeAskedAtAnyTime) {
  for (const char* text :
       {"push pop|hint", "push: pop|hint", "push: push pop|hint"}) {
    expect_right(subject, warm_client(text),
                 {.spurious_failures = 0, .reuse_addresses = true});
  }
}

TEST(MichaelScottQueue, SizeIsExactWhenNobodyElseIsThere) {
  const auto body = [] {
    queue all;
    model::thread pushing([&] { all.push(1); });
    all.push(2);
    pushing.join();
    model::require(all.size_hint() == 2 && !all.empty_hint(), "two");
    (void)all.try_pop();
    (void)all.try_pop();
    model::require(all.size_hint() == 0 && all.empty_hint(), "none");
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(MichaelScottQueue, IsRightWhenItIsClosed) {
  const without_scans cheaper;
  const auto closable =
      closable_subject<queue, exact_queue_spec<element>>(model::level::strict);
  for (const char* text :
       {"push|close", "push|pop|close", "push push|close", "push: pop|close",
        "close|close|push", "push close|pop", "push|close|closed?",
        "push: push|close pop", "close|close pop", "close|hint|push",
        "push2|close"}) {
    client c = warm_client(text);
    c.warm_up = "pop";
    c.drain = "";
    c.last.push_back("rest");
    expect_right(closable, c, {.spurious_failures = 0});
  }
}

TEST(MichaelScottQueue, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  expect_who_is_told_sees_what_came_before<queue>();
}

TEST(MichaelScottQueue, DestroysTheElementsLeft) {
  for (const char* text : {"push push|pop", "push: push|push"}) {
    client c = warm_client(text);
    c.drain = "";
    expect_right(subject, c, {.spurious_failures = 0});
  }
}

// Who finds `empty` and who finds the element may come in either order; who
// knows of the push finds the element.
TEST(MichaelScottQueue, IsNotEmptyForWhoKnowsOfThePush) {
  client c = warm_client("push|pop");
  c.sender = 0;
  EXPECT_GE(expect_right(subject, c, {}).histories, 2u);
}

TEST(MichaelScottQueue, TwoTogetherAreNotLinearizable) {
  expect_only_together_not_linearizable<queue, model::queue_spec>();
}

TEST(MichaelScottQueue, IsRightInLargerClientsThatDeleteNothing) {
  const without_scans large;
  for (const char* text : {"push push|pop|pop", "push|push|pop|pop",
                           "push: push pop|pop|pop", "push pop|push|pop"}) {
    expect_right(subject, warm_client(text), {.spurious_failures = 0});
  }
}

TEST(MichaelScottQueue, IsRightInSamplesOfLargeClients) {
  for (const char* text :
       {"push pop|push pop|push pop", "push pop|push pop|push pop|push pop",
        "push push|push push|pop pop pop|pop pop"}) {
    for (const bool reuse : {false, true}) {
      const result r =
          model::check(subject, warm_client(text),
                       {.reuse_addresses = reuse, .samples = 2000, .seed = 7});
      EXPECT_TRUE(r) << r;
      EXPECT_FALSE(r.complete);
      EXPECT_EQ(r.bound, "samples");
    }
  }
}

}  // namespace
}  // namespace acqrel
