// The stack that ships, in every behaviour of small clients.
//
// A client costs what its threads do to each other: 2 threads with 2 operations
// each up to 3,000 executions, and 60,000 if a CAS may fail for no reason; 3
// threads with 1 operation each up to 72,000; a fortieth of that where nothing
// is deleted (without_scans). Two operations in each of 3 threads are too many,
// and are sampled.
#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/specs.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/treiber_stack.h"
#include "acqrel/tests/structures/model_clients.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::client;
using model::result;
using stack = treiber_stack<model::tracked<int>>;

const auto subject = unbounded_subject<stack, model::stack_spec>();

TEST(TreiberStack, IsRightInEachSmallClient) {
  for (const client& c : model::clients(warm_clients(2, 4))) {
    expect_right(subject, c, {.spurious_failures = 0});
    expect_right(subject, c, {.spurious_failures = 0, .reuse_addresses = true});
  }
  for (const client& c : model::clients(warm_clients(3, 3))) {
    expect_right(subject, c, {.spurious_failures = 0, .reuse_addresses = true});
  }
}

TEST(TreiberStack, IsRightWhenACasFailsForNoReason) {
  for (const client& c : model::clients(warm_clients(2, 3))) {
    expect_right(subject, c, {});
    expect_right(subject, c, {.reuse_addresses = true});
  }
}

// Here the threads also make the domain's first hazards and garages.
TEST(TreiberStack, IsRightFromTheFirstHazardOn) {
  for (const char* text :
       {"push|pop", "push: pop|pop", "push pop|pop", "push push|pop pop"}) {
    for (const model::dialect dialect :
         {model::dialect::rc11, model::dialect::cxx20}) {
      expect_right(subject, cold_client(text),
                   {.memory_model = dialect, .spurious_failures = 0});
    }
  }
}

TEST(TreiberStack, IsRightByTheStandardsOwnRules) {
  for (const client& c : model::clients(warm_clients(2, 3))) {
    expect_right(subject, c, {.memory_model = model::dialect::cxx20});
  }
}

// A thread that sees the other's flag comes after all that the other did.
TEST(TreiberStack, IsRightForWhoKnowsWhatTheOtherHasDone) {
  model::client_space space = warm_clients(2, 3);
  space.message_passing = true;
  for (const client& c : model::clients(space)) {
    expect_right(subject, c, {.spurious_failures = 0});
  }
}

TEST(TreiberStack, HintsMayBeAskedAtAnyTime) {
  for (const char* text : {"push pop|hint", "push: pop|hint"}) {
    expect_right(subject, warm_client(text), {});
  }
}

TEST(TreiberStack, DestroysTheElementsLeft) {
  for (const char* text : {"push push|pop", "push: push|push"}) {
    client c = warm_client(text);
    c.drain = "";
    expect_right(subject, c, {});
  }
}

// I4: the pop's relaxed CAS continues the release sequence of the push below.
// T3 reads the address of 1 from T2's write, and has nothing else to know 1 by.
TEST(TreiberStack, PopSeesWholeNodeThroughAnotherPop) {
  const auto body = [] {
    stack both;
    atomic<int> turn{0};
    const auto wait = [&turn](int t) {
      await(
          turn, [t](int now) { return now == t; }, relaxed);
    };
    model::thread pushing([&] {
      both.push(1);
      both.push(2);
      turn.store(1, relaxed);
    });
    model::thread between([&] {
      wait(1);
      const auto top = both.try_pop();
      if (top) model::require(top->value() == 2, "2 comes first");
      turn.store(2, relaxed);
    });
    wait(2);
    const auto below = both.try_pop();
    model::observe("below", below ? below->value() : 0);
    pushing.join();
    between.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
  EXPECT_EQ(r.outcomes.count("below=1"), 1u) << r;
}

TEST(TreiberStack, IsRightInLargerClientsThatDeleteNothing) {
  const without_scans large;
  for (const client& c : model::clients(warm_clients(3, 4))) {
    expect_right(subject, c, {.spurious_failures = 0});
  }
  expect_right(subject, warm_client("push|push|pop|pop"),
               {.spurious_failures = 0});
}

// T1 pushes 2 and its CAS fails: T2 has popped 1. T2 pushes 5, and its next pop,
// whose CAS fails for no reason, accepts 2. Then T1's own pop must find 5: it
// comes after T2's, by [offer.accept] and [offer.end].
TEST(TreiberStack, APushThatIsAcceptedComesAfterAllThatThePopHasSeen) {
  const without_scans large;
  client c = warm_client("push: push pop|pop push pop");
  c.drain = "";
  expect_right(subject, c, {});
}

// L1 is of one stack. Of two, each alone is right, and both together are not:
// store buffering, unless there is a fence.
TEST(TreiberStack, TwoTogetherAreNotLinearizable) {
  expect_only_together_not_linearizable<stack, model::stack_spec>();
}

TEST(TreiberStack, IsRightInSamplesOfLargeClients) {
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

TEST(TreiberStack, SaysHowFarItGot) {
  const result r =
      model::check(subject, warm_client("push push|pop pop|push pop"),
                   {.max_executions = 20000});
  EXPECT_TRUE(r) << r;
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.bound, "max_executions");
}

}  // namespace
}  // namespace acqrel
