// The ring that ships, in every behaviour of small clients. They are cheap: all
// of them together take less than a second.
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/specs.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/tests/structures/closable_model.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::client;
using model::level;
using model::result;
using element = model::tracked<int>;
using ring = spsc_ring<element>;

model::subject<ring, model::queue_spec> subject(level promised) {
  return {.promised = promised,
          .operations = {
              {"push",
               [](auto& r, auto& calls, int value) {
                 calls.push(value, [&] { return r.try_push(value); });
               }},
              {"pop", [](auto& r, auto& calls,
                         int) { calls.pop([&] { return r.try_pop(); }); }},
              {"hint", [](auto& r, auto&, int) {
                 model::require(r.size_hint() <= r.capacity(), "a size");
                 (void)r.empty_hint();
               }}}};
}

// Threads at both ends, beginning with 0 to 2 elements, also where one knows
// what the other has done.
model::client_space two_ends() {
  model::client_space space;
  space.operations = {{"push", true}, {"pop", true}};
  space.max_threads = 2;
  space.max_operations = 6;
  space.capacities = {1, 2, 3};
  space.prefills = {0, 1, 2};
  space.message_passing = true;
  space.drain = "pop";
  return space;
}

TEST(SpscRing, FailuresAreJustifiedInEachSmallClient) {
  for (const client& c : model::clients(two_ends())) {
    for (const model::dialect dialect :
         {model::dialect::rc11, model::dialect::cxx20}) {
      const result r = model::check(subject(level::justified_failures), c,
                                    {.memory_model = dialect});
      EXPECT_TRUE(r && r.complete) << c << "\n" << r;
    }
  }
}

// On a ring of two with one element "push, push full" beside "pop, pop empty":
// each end misses the other's last step.
TEST(SpscRing, IsNotStrict) {
  client c("push: push push|pop pop");
  c.capacity = 2;
  const result r = model::check(subject(level::strict), c);
  EXPECT_EQ(r.error, model::failure::linearizability) << r;
  const result justified = model::check(subject(level::justified_failures), c);
  EXPECT_TRUE(justified && justified.complete) << justified;
}

// With no more operations than this one cannot tell it from a strict one.
TEST(SpscRing, IsStrictWithOneOperationAtEachEnd) {
  model::client_space space = two_ends();
  space.max_operations = 2;
  for (const client& c : model::clients(space)) {
    const result r = model::check(subject(level::strict), c);
    EXPECT_TRUE(r && r.complete) << c << "\n" << r;
  }
}

TEST(SpscRing, HintsMayBeAskedByAnybody) {
  for (const char* text : {"push push|pop pop|hint", "push: push|pop|hint"}) {
    client c(text);
    c.capacity = 1;
    const result r = model::check(subject(level::justified_failures), c);
    EXPECT_TRUE(r && r.complete) << c << "\n" << r;
  }
}

// Pops are told `busy` beside a push, or a close.
struct prompt_spec : prompt_queue_spec<element> {
  static bool obstructs(const operation& in_flight, const operation& failed) {
    return !is_push(failed) &&
           (is_push(in_flight) || in_flight.kind == closable_call::close);
  }
};

// With an end. What is refused is justified, whatever `busy` says; and `busy` is
// said only beside a call that explains it.
void expect_right_with_close(const client& c, const model::options& how) {
  const auto exact = closable_subject<ring, exact_queue_spec<element>>(
      level::justified_failures);
  const result e = model::check(exact, c, how);
  EXPECT_TRUE(e && e.complete) << c << "\n" << e;
  const auto prompt =
      closable_subject<ring, prompt_spec>(level::spurious_failures);
  const result p = model::check(prompt, c, how);
  EXPECT_TRUE(p && p.complete) << c << "\n" << p;
}

TEST(SpscRing, IsRightWhenItIsClosed) {
  for (const char* text :
       {"push|pop|close", "push|pop pop|close", "push push|pop pop|close",
        "push: push|pop pop|close", "push: push close|pop pop",
        "push: push|pop close pop", "push2|pop2 pop|close", "push|close|close",
        "push: push|pop2 pop|close", "push|pop|close|closed?",
        "push push|close|hint"}) {
    for (const model::dialect dialect :
         {model::dialect::rc11, model::dialect::cxx20}) {
      client c(text);
      c.capacity = 2;
      c.last.push_back("rest");
      expect_right_with_close(c, {.memory_model = dialect});
    }
  }
}

TEST(SpscRing, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  expect_who_is_told_sees_what_came_before<ring>();
}

// Elements come once each and in order, whatever each end does: `produce` and
// `consume` are tried so often.
void expect_in_order(std::size_t capacity, int attempts,
                     int (*produce)(ring&, int next),
                     void (*consume)(ring&, std::vector<int>& got)) {
  const auto body = [=] {
    ring r(capacity);
    model::thread producer([&] {
      int next = 1;
      for (int i = 0; i < attempts; ++i) next += produce(r, next);
    });
    std::vector<int> got;
    for (int i = 0; i < attempts; ++i) consume(r, got);
    producer.join();
    while (auto rest = r.try_pop()) got.push_back(rest->value());
    for (std::size_t i = 0; i < got.size(); ++i) {
      model::require(got[i] == static_cast<int>(i) + 1, "in order, each once");
    }
    model::observe("elements", got.size());
  };
  const result r = model::check(body);
  EXPECT_TRUE(r && r.complete) << "capacity " << capacity << "\n" << r;
  EXPECT_GE(r.outcomes.size(), 2u) << r;
}

int push_two(ring& r, int next) {
  const int values[] = {next, next + 1};
  return static_cast<int>(r.try_push_n(values, 2));
}
void pop_two(ring& r, std::vector<int>& got) {
  std::array<element, 2> two;
  const std::size_t count = r.try_pop_n(two.begin(), two.size());
  for (std::size_t i = 0; i < count; ++i) got.push_back(two[i].value());
}
// The second of two slots is published later.
int claim_two(ring& r, int next) {
  auto claimed = r.try_claim(2);
  const std::size_t count = claimed.size();
  for (std::size_t i = 0; i < count; ++i) {
    claimed[i].construct(next + static_cast<int>(i));
  }
  if (count > 1) claimed.commit(1);
  claimed.commit(claimed.size());
  return static_cast<int>(count);
}
// Reads all that there is, consumes one.
void read_two(ring& r, std::vector<int>& got) {
  auto readable = r.try_read(2);
  if (readable.size() == 0) return;
  got.push_back(readable[0].get().value());
  if (readable.size() > 1) {
    model::require(readable[1].get().value() == got.back() + 1, "in order");
  }
  readable.consume(1);
}

TEST(SpscRing, BulkOperationsKeepTheOrder) {
  for (const std::size_t capacity : {1, 2, 3}) {
    expect_in_order(capacity, 2, push_two, pop_two);
  }
}

TEST(SpscRing, SpansKeepTheOrder) {
  for (const std::size_t capacity : {1, 2, 3}) {
    expect_in_order(capacity, 2, claim_two, read_two);
  }
}

TEST(SpscRing, BulkAndSpansMix) {
  expect_in_order(2, 2, claim_two, pop_two);
  expect_in_order(2, 2, push_two, read_two);
}

TEST(SpscRing, DestroysTheElementsLeft) {
  const auto body = [] {
    ring r(2);
    model::thread producer([&] {
      (void)r.try_push(1);
      (void)r.try_push(2);
    });
    (void)r.try_pop();
    producer.join();
  };
  const result r = model::check(body);
  EXPECT_TRUE(r && r.complete) << r;
}

// An end is handed to another thread, by a release and an acquire.
result hand_over(bool ordered) {
  return model::check([ordered] {
    ring r(1);
    atomic<int> turn{0};
    model::thread first([&] {
      (void)r.try_push(1);
      if (ordered) {
        turn.store(1, release);
      } else {
        turn.store(1, relaxed);
      }
    });
    model::thread second([&] {
      await(
          turn, [](int now) { return now == 1; }, acquire);
      (void)r.try_push(2);
    });
    const auto one = r.try_pop();
    const auto other = r.try_pop();
    model::require(!one || one->value() == 1, "1 comes first");
    model::require(!other || other->value() == (one ? 2 : 1), "each once");
    first.join();
    second.join();
  });
}

TEST(SpscRing, AnotherThreadMayTakeOverAnEnd) {
  const result r = hand_over(true);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(SpscRing, AnEndThatIsTakenOverWithoutOrderIsARace) {
  const result r = hand_over(false);
  EXPECT_FALSE(r) << r;
}

}  // namespace
}  // namespace acqrel
