// The ring that ships, in every behaviour of small clients.
//
// Its refusals are held to two levels at once. "Full" and "empty" are
// justified (L2), whatever `busy` says; and `busy` is said only beside a call
// in flight that may have claimed the cell (L3).
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/tests/structures/closable_model.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::answer;
using model::client;
using model::level;
using model::operation;
using model::result;
using element = model::tracked<int>;
using ring = mpmc_ring<element>;

using exact_spec = exact_queue_spec<element>;
using prompt_spec = prompt_queue_spec<element>;

template <class Spec>
model::subject<ring, Spec> subject(level promised) {
  return closable_subject<ring, Spec>(promised);
}
const auto exact = subject<exact_spec>(level::justified_failures);
const auto prompt = subject<prompt_spec>(level::spurious_failures);

client with(int capacity, const char* text) {
  client c(text);
  c.capacity = capacity;
  c.last.push_back("rest");
  return c;
}

// Every execution of the client is explored, and right at both levels.
void expect_right(const client& c, const model::options& how) {
  const result e = model::check(exact, c, how);
  EXPECT_TRUE(e && e.complete) << c << "\n" << e;
  const result p = model::check(prompt, c, how);
  EXPECT_TRUE(p && p.complete) << c << "\n" << p;
}

std::vector<client> small_clients(model::client_space space) {
  space.capacities = {1, 2};
  space.prefills = {0, 1, 2};
  std::vector<client> all = model::clients(space);
  for (client& c : all) c.last.push_back("rest");
  return all;
}

TEST(MpmcRing, IsRightInEachSmallClient) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.max_threads = 2;
  space.max_operations = 5;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightByTheStandardsOwnRulesAndWhenACasFailsForNoReason) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  space.message_passing = true;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.memory_model = model::dialect::cxx20});
  }
}

TEST(MpmcRing, IsRightWithThreeThreads) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.min_threads = 3;
  space.max_threads = 3;
  space.max_operations = 4;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightWhenItIsClosed) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 3;
  space.max_operations = 4;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  for (const char* text : {"push push|pop pop|close", "push|close|closed? push",
                           "close|close|push", "push: pop pop|push close"}) {
    expect_right(with(1, text), {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightWithManyElementsAtOnce) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"push2"}, {"pop2"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  expect_right(with(3, "push: push2|pop2|push2"), {.spurious_failures = 0});
}

TEST(MpmcRing, HintsMayBeAskedByAnybody) {
  for (const char* text : {"push push|pop pop|hint", "push: push|pop|hint"}) {
    expect_right(with(1, text), {.spurious_failures = 0});
  }
}

// On a ring of two with one element "push, push full" beside "pop, pop empty":
// each end misses the other's last step.
TEST(MpmcRing, IsNotStrict) {
  const client c = with(2, "push: push push|pop pop");
  const result strict = model::check(subject<exact_spec>(level::strict), c);
  EXPECT_EQ(strict.error, model::failure::linearizability) << strict;
  expect_right(c, {});
}

// A thread that has pushed may find the ring busy: another has claimed the
// cell before, and not filled it.
TEST(MpmcRing, BusyMaySayWhatEmptyMustNot) {
  const client c = with(2, "push|push pop");
  const result justified =
      model::check(subject<prompt_spec>(level::justified_failures), c);
  EXPECT_EQ(justified.error, model::failure::linearizability) << justified;
  expect_right(c, {});
}

// The ring never has fewer than one element, nor more than one: who looks at
// one position of now and at another of before must not say otherwise.
TEST(MpmcRing, PositionsThatAreComparedAreOfOneTime) {
  for (const char* text : {"push: push pop|pop", "push: pop push|push"}) {
    const client c = with(2, text);
    expect_right(c, {});
  }
}

TEST(MpmcRing, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  expect_who_is_told_sees_what_came_before<ring>();
}

TEST(MpmcRing, DestroysTheElementsLeft) {
  for (const char* text : {"push push|pop", "push: push|push pop"}) {
    client c = with(2, text);
    c.last.clear();
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpmcRing, IsRightInSamplesOfLargeClients) {
  for (const char* text :
       {"push pop push|pop push pop|push pop", "push push|push push|pop2|pop2",
        "push push close|push push|pop pop|pop pop"}) {
    for (const int capacity : {1, 2, 3}) {
      const client c = with(capacity, text);
      const model::options some{.samples = 2000, .seed = 7};
      const result e = model::check(exact, c, some);
      EXPECT_TRUE(e) << e;
      EXPECT_EQ(e.bound, "samples");
      const result p = model::check(prompt, c, some);
      EXPECT_TRUE(p) << p;
    }
  }
}

}  // namespace
}  // namespace acqrel
