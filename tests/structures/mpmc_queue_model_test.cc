// The queue that ships, in every behaviour of small clients. Segments have one
// cell or two, so that most clients change segments, and use them again.
//
// A client costs what its threads do to each other: 2 threads with 2 operations
// each up to 20,000 executions, 3 threads with 1 operation each up to 45,000,
// and an eighth where nothing is reclaimed (no_reclamation). More is sampled.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_queue.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::answer;
using model::client;
using model::operation;
using model::result;
using element = model::tracked<int>;
using queue = mpmc_queue<element>;

// A queue that can be closed. `closed` takes its place in the order, as a
// success does. Several elements at once are as many calls that overlap; a push
// may name the element that has to be there before.
struct closable_queue_spec {
  enum call { push_call, pop_call, close_call, is_closed_call };
  static constexpr const char* names[] = {"push", "pop", "close", "is_closed"};
  static constexpr std::int64_t says_closed = -1;
  static constexpr std::int64_t says_nothing = -2;  // empty, or closed
  static operation push(std::int64_t value) { return {push_call, {value}}; }
  static operation pop() { return {pop_call}; }

  template <class Result>
  static answer answer_of(const operation&, const Result& r) {
    if constexpr (std::is_same_v<Result, conqueue_status>) {
      return r == conqueue_status::success ? answer::success() : refusal(r);
    } else if constexpr (std::is_same_v<Result, pop_result<element>>) {
      return r ? answer::success(r->value()) : refusal(r.error());
    } else if constexpr (std::is_same_v<Result, bool>) {
      return r ? answer::success() : answer::failure();
    } else {
      return answer::success(r);
    }
  }
  static answer refusal(conqueue_status why) {
    return why == conqueue_status::closed ? answer::success(says_closed)
                                          : answer::failure();
  }

  bool apply(const operation& op, const answer& a) {
    if (op.kind == close_call) return was_closed = true;
    if (op.kind == is_closed_call) return a.failed != was_closed;
    if (op.kind == pop_call) {
      if (a.value == says_nothing) return contents.empty();
      if (a.value == says_closed) return contents.empty() && was_closed;
      if (a.failed) return contents.empty() && !was_closed;
      if (contents.empty() || contents.front() != a.value) return false;
      contents.erase(contents.begin());
      return true;
    }
    if (was_closed || a.value == says_closed) {
      return was_closed && a.value == says_closed;
    }
    const std::int64_t before = op.arguments[1];
    if (before != 0 && std::count(pushed.begin(), pushed.end(), before) == 0) {
      return false;
    }
    pushed.push_back(op.arguments[0]);
    contents.push_back(op.arguments[0]);
    return !a.failed;
  }
  static const char* failure_word(const operation& op) {
    return op.kind == is_closed_call ? "open" : "empty";
  }
  std::string text() const {
    std::string all = was_closed ? "closed:" : "";
    for (const std::int64_t value : contents) {
      all += " " + std::to_string(value);
    }
    return "[" + all + "]";
  }
  bool operator==(const closable_queue_spec&) const = default;

  std::vector<std::int64_t> contents = {};
  std::vector<std::int64_t> pushed = {};
  bool was_closed = false;
};
using history = model::history<closable_queue_spec>;

const model::subject<queue, closable_queue_spec> subject = {
    .promised = model::level::strict,
    .operations = {
        {"push",
         [](queue& q, history& calls, int value) {
           calls.push(value, [&] {
             element pushed(value);
             const conqueue_status status = q.try_push(std::move(pushed));
             if (status != conqueue_status::success) {
               model::require(pushed.value() == value, "as it was");
             }
             return status;
           });
         }},
        {"pop", [](queue& q, history& calls,
                   int) { calls.pop([&] { return q.try_pop(); }); }},
        {"push2",
         [](queue& q, history& calls, int value) {
           std::array<element, 2> two = {value, value + 50};
           std::size_t count = 0;
           const auto status_of = [&](std::size_t nth) {
             if (count > nth) return conqueue_status::success;
             model::require(two[nth].value() % 50 == value, "as it was");
             return conqueue_status::closed;
           };
           calls.call(closable_queue_spec::push(value), [&] {
             calls.call({closable_queue_spec::push_call, {value + 50, value}},
                        [&] {
                          count = q.try_push_n(std::move_iterator(two.begin()),
                                               two.size());
                          return status_of(1);
                        });
             return status_of(0);
           });
         }},
        {"pop2",
         [](queue& q, history& calls, int) {
           std::array<element, 2> got;
           std::size_t count = 0;
           const auto value_of = [&](std::size_t nth) -> std::int64_t {
             return count > nth ? got[nth].value()
                                : closable_queue_spec::says_nothing;
           };
           calls.call(closable_queue_spec::pop(), [&] {
             calls.call(closable_queue_spec::pop(), [&] {
               count = q.try_pop_n(got.begin(), got.size());
               return value_of(1);
             });
             return value_of(0);
           });
           if (count == 2 && got[0].value() % 50 == got[1].value() % 50) {
             model::require(got[0].value() < got[1].value(), "in their order");
           }
         }},
        {"close",
         [](queue& q, history& calls, int) {
           calls.call({closable_queue_spec::close_call}, [&] { q.close(); });
         }},
        {"closed?",
         [](queue& q, history& calls, int) {
           calls.call({closable_queue_spec::is_closed_call},
                      [&] { return q.is_closed(); });
         }},
        {"hint",
         [](queue& q, history&, int) {
           model::require(q.size_hint() <= model::max_calls,
                          "a size that there may have been");
           (void)q.empty_hint();
         }},
        // Makes the hazard that the others use.
        {"warm", [](queue& q, history&, int) { (void)q.size_hint(); }},
        // Pops what is left, and says why there is no more.
        {"rest", [](queue& q, history& calls, int) {
           for (;;) {
             const answer a = calls.pop([&] { return q.try_pop(); });
             if (a.failed || a.value == closable_queue_spec::says_closed)
               return;
           }
         }}}};

client warm(std::string_view text) {
  client c(text);
  c.warm_up = "warm";
  c.last.push_back("rest");
  return c;
}

std::vector<client> small_clients(model::client_space space) {
  space.prefills = {0, 1, 2};
  space.warm_up = "warm";
  std::vector<client> all = model::clients(space);
  for (client& c : all) c.last.push_back("rest");
  return all;
}

class cells_of_a_segment {
 public:
  explicit cells_of_a_segment(std::size_t count) {
    tuning::cells_of_a_segment = count;
  }
  ~cells_of_a_segment() { tuning::cells_of_a_segment = 2; }
  cells_of_a_segment(const cells_of_a_segment&) = delete;
  cells_of_a_segment& operator=(const cells_of_a_segment&) = delete;
};
// While one lives, no segment is reclaimed before the queue ends.
class no_reclamation {
 public:
  no_reclamation() { tuning::segment_scan_threshold = 1000; }
  ~no_reclamation() { tuning::segment_scan_threshold = 1; }
  no_reclamation(const no_reclamation&) = delete;
  no_reclamation& operator=(const no_reclamation&) = delete;
};

// Every execution of the client is explored, and right, with segments of one
// and of two cells.
void expect_right(const client& c,
                  model::options how = {.spurious_failures = 0}) {
  how.time_limit = std::chrono::seconds(20);
  for (const std::size_t count : {1, 2}) {
    const cells_of_a_segment cells(count);
    const result r = model::check(subject, c, how);
    EXPECT_TRUE(r && r.complete) << count << " cells, " << c << "\n" << r;
  }
}

TEST(MpmcQueue, IsRightInEachSmallClient) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.max_threads = 2;
  space.max_operations = 3;
  for (const client& c : small_clients(space)) expect_right(c);
  for (const char* text :
       {"push push|pop pop", "push push|push pop", "push: push pop|push pop"}) {
    expect_right(warm(text));
  }
}

// Segments that are given back to the allocator come from it again.
TEST(MpmcQueue, IsRightWhenAddressesAreUsedAgain) {
  for (const char* text :
       {"push pop|push", "push push|pop pop", "push push: pop pop|push push",
        "push push: pop pop|pop push"}) {
    expect_right(warm(text), {.spurious_failures = 0, .reuse_addresses = true});
  }
}

TEST(MpmcQueue, IsRightWithThreeThreads) {
  for (const char* text : {"push: pop|pop|push", "push push: pop|pop|push",
                           "push push: push|push|pop"}) {
    expect_right(warm(text));
  }
  const no_reclamation large;
  for (const char* text : {"push|push|pop", "push|pop|pop"}) {
    expect_right(warm(text));
  }
  // The tail is helped on, and a third thread finds it there.
  expect_right(warm("push: push|push|hint"));
}

TEST(MpmcQueue, IsRightWhenItIsClosed) {
  for (const char* text : {"push|close|closed? push", "push|close|close",
                           "push: pop pop|push close", "push|pop|close",
                           "push|pop pop|close", "push push|pop close"}) {
    expect_right(warm(text));
  }
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  for (const client& c : small_clients(space)) expect_right(c);
  const no_reclamation large;
  for (const char* text : {"push: push|pop|close", "push push: pop|push|close",
                           "push|push|close", "push: pop|pop|close"}) {
    expect_right(warm(text));
  }
}

TEST(MpmcQueue, IsRightByTheStandardsOwnRules) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  space.message_passing = true;
  for (const client& c : small_clients(space)) {
    expect_right(
        c, {.memory_model = model::dialect::cxx20, .spurious_failures = 0});
  }
}

TEST(MpmcQueue, IsRightWhenACasFailsForNoReason) {
  for (const char* text : {"push|pop", "push pop|push", "push push|pop"}) {
    expect_right(warm(text), {});
  }
}

// Here the threads also make the domain's first hazards and garages.
TEST(MpmcQueue, IsRightFromTheFirstHazardOn) {
  client c("push|pop");
  c.last.push_back("rest");
  expect_right(c);
}

TEST(MpmcQueue, IsRightWithManyElementsAtOnce) {
  const no_reclamation large;
  for (const char* text :
       {"push2|pop2", "push2|pop pop", "push push|pop2", "push2|push",
        "push: push2|pop2", "push2: pop2|push", "push2: pop2|pop2",
        "push2 push: pop2|pop", "push2|close", "push2: pop2|push2",
        "push2|pop2 close", "pop2|push pop", "push2: pop2|push close"}) {
    expect_right(warm(text));
  }
}

// The queue never has fewer than one element: who compares one count of now
// with another of before must not call it empty.
TEST(MpmcQueue, CountsThatAreComparedAreOfOneTime) {
  for (const char* text : {"push: push pop|pop", "push push: push pop pop|pop",
                           "push: push pop push|pop"}) {
    expect_right(warm(text));
  }
}

TEST(MpmcQueue, HintsMayBeAskedByAnybody) {
  const no_reclamation large;
  for (const char* text : {"push|pop|hint", "push: push|pop|hint"}) {
    expect_right(warm(text));
  }
}

TEST(MpmcQueue, DestroysTheElementsLeft) {
  for (const char* text :
       {"push push|pop", "push: push|push pop", "push push push: push|close"}) {
    client c = warm(text);
    c.last.clear();
    expect_right(c);
  }
}

// What came before close() is seen by who is told of it.
TEST(MpmcQueue, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  const auto told = [](queue& q, int way) {
    if (way == 0) return q.is_closed();
    if (way == 1) return q.try_push(1) == conqueue_status::closed;
    return q.try_pop().error() == conqueue_status::closed;
  };
  for (int way = 0; way < 3; ++way) {
    const auto body = [=] {
      queue q;
      plain<int> last_words{0};
      model::thread closer([&] {
        last_words.set(1);
        q.close();
      });
      const bool closed = told(q, way);
      if (closed) model::require(last_words.get() == 1, "seen");
      model::observe("told", closed ? 1 : 0);
      closer.join();
    };
    const result r = model::check(body);
    EXPECT_TRUE(r && r.complete) << way << "\n" << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << way << "\n" << r;
  }
}

// Also by a pop that was told, and has sealed the queue: a push that had seen it
// open finds no cell.
TEST(MpmcQueue, WhoFindsItSealedSeesWhatCameBefore) {
  const auto body = [] {
    queue q;
    plain<int> last_words{0};
    model::thread closer([&] {
      last_words.set(1);
      q.close();
    });
    model::thread popping([&] { (void)q.try_pop(); });
    const bool closed = q.try_push(1) == conqueue_status::closed;
    if (closed) model::require(last_words.get() == 1, "seen");
    model::observe("told", closed ? 1 : 0);
    closer.join();
    popping.join();
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

// A push that meets a spoilt cell, or loses the race for the next segment,
// takes its element back without an assignment, if there is none.
TEST(MpmcQueue, GivesBackWhatCannotBeAssigned) {
  struct unassignable {
    explicit unassignable(int v) : value(v) {}
    unassignable(unassignable&&) = default;
    unassignable& operator=(unassignable&&) = delete;
    model::tracked<int> value;
  };
  const cells_of_a_segment cells(1);
  const auto body = [] {
    mpmc_queue<unassignable> q;
    const auto push = [&](int value) {
      unassignable pushed(value);
      if (q.try_push(std::move(pushed)) != conqueue_status::success) {
        model::require(pushed.value.value() == value, "as it was");
        return 0;
      }
      return value;
    };
    int second = 0;
    model::thread other([&] { second = push(2); });
    auto early = q.try_pop();
    const int first = push(1);
    q.close();
    other.join();
    int sum = early ? early->value.value() : 0;
    while (auto popped = q.try_pop()) sum += popped->value.value();
    model::require(sum == first + second, "all that was pushed");
    model::observe("second", second);
  };
  const result r = model::check({.spurious_failures = 0}, body);
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

// A thread sleeps until there is an element, or none will come.
TEST(MpmcQueue, WakesWhoWaits) {
  for (const bool with_element : {true, false}) {
    const auto body = [=] {
      queue q;
      model::thread producer([&] {
        if (with_element) {
          model::require(q.push(element(1)), "open");
        } else {
          q.close();
        }
      });
      const auto popped = q.pop();
      model::require(popped.has_value() == with_element, "what came");
      producer.join();
    };
    const result r = model::check({.spurious_failures = 0}, body);
    EXPECT_TRUE(r && r.complete) << r;
  }
}

TEST(MpmcQueue, IsRightInLargerClientsThatReclaimNothing) {
  const no_reclamation large;
  for (const char* text :
       {"push push push|pop pop pop", "push push: pop pop|push|pop"}) {
    expect_right(warm(text));
  }
}

TEST(MpmcQueue, IsRightInSamplesOfLargeClients) {
  for (const char* text :
       {"push pop|push pop|push pop", "push push|push push|pop pop pop|pop pop",
        "push2 push|push2 pop2|pop2 pop2", "push push close|push|pop pop|pop",
        "push push push pop|pop push pop pop"}) {
    for (const std::size_t count : {1, 2}) {
      const cells_of_a_segment cells(count);
      for (const bool reuse : {false, true}) {
        const result r = model::check(
            subject, warm(text),
            {.reuse_addresses = reuse, .samples = 2000, .seed = 7});
        EXPECT_TRUE(r) << count << " cells\n" << r;
        EXPECT_EQ(r.bound, "samples");
      }
    }
  }
}

}  // namespace
}  // namespace acqrel
