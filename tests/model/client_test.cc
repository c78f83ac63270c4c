// Clients as data: how they are written, which ones are generated, and what
// they find.
#include "acqrel/model/client.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/history.h"
#include "acqrel/model/specs.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/structures/treiber_stack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Text, IsReadAndWritten) {
  const client one("push pop | push|pop");
  EXPECT_THAT(one.threads,
              ElementsAre(ElementsAre("push", "pop"), ElementsAre("push"),
                          ElementsAre("pop")));
  EXPECT_THAT(one.first, IsEmpty());
  EXPECT_THAT(one.last, IsEmpty());
  EXPECT_EQ(one.operation_count(), 4);
  EXPECT_EQ(to_string(one), "push pop|push|pop");

  client all("push: pop|pop: pop");
  EXPECT_THAT(all.first, ElementsAre("push"));
  EXPECT_THAT(all.last, ElementsAre("pop"));
  EXPECT_EQ(client(to_string(all)), all);
  all.drain = "pop";
  all.warm_up = "pop";
  all.capacity = 2;
  all.sender = 0;
  all.reuse_addresses = true;
  EXPECT_EQ(to_string(all),
            "push: pop|pop: pop, drain pop, warm-up pop, capacity 2, sender "
            "T1, reuse");
  EXPECT_EQ(client("push:pop").first, client::names{"push"});
}

TEST(Text, ThatMakesNoSenseIsRefused) {
  EXPECT_THROW(client(""), std::invalid_argument);
  EXPECT_THROW(client("push||pop"), std::invalid_argument);
  EXPECT_THROW(client("push|pop:"), std::invalid_argument);
  EXPECT_THROW(client("a:b:c:d"), std::invalid_argument);
}

std::set<std::string> texts(const std::vector<client>& all) {
  std::set<std::string> found;
  for (const client& c : all) {
    EXPECT_TRUE(found.insert(to_string(c)).second) << c << " comes twice";
  }
  return found;
}

// Multisets, counted otherwise: the sorted forms of all tuples of threads.
std::size_t multisets(int operations, int max_threads, int max_length,
                      int max_total) {
  std::set<std::vector<std::string>> found;
  std::vector<std::string> threads;
  const std::function<void(int)> add_thread = [&](int total) {
    if (threads.size() >= 2) {
      std::vector<std::string> sorted = threads;
      std::sort(sorted.begin(), sorted.end());
      found.insert(sorted);
    }
    if (static_cast<int>(threads.size()) == max_threads) return;
    const std::function<void(std::string)> lengthen = [&](std::string begin) {
      const int length = static_cast<int>(begin.size());
      if (total + length > max_total || length > max_length) return;
      if (length > 0) {
        threads.push_back(begin);
        add_thread(total + length);
        threads.pop_back();
      }
      for (int o = 0; o < operations; ++o) {
        lengthen(begin + static_cast<char>('a' + o));
      }
    };
    lengthen("");
  };
  add_thread(0);
  return found.size();
}

TEST(Generator, MakesEachMultisetOnce) {
  for (const int operations : {1, 2, 3}) {
    for (const int total : {2, 4, 5}) {
      client_space space;
      for (int o = 0; o < operations; ++o) {
        space.operations.push_back(
            {std::string(1, static_cast<char>('a' + o))});
      }
      space.max_operations = total;
      EXPECT_EQ(texts(clients(space)).size(),
                multisets(operations, 4, 3, total))
          << operations << " operations, " << total << " in all";
    }
  }
}

TEST(Generator, MakesTheSmallOnesThatOneWouldWrite) {
  const std::vector<client> all = clients({.operations = {{"push"}, {"pop"}}});
  EXPECT_EQ(to_string(all.front()), "push|push");
  const std::set<std::string> found = texts(all);
  for (const char* text : {"push|pop", "push|push|pop", "push|push|pop|pop",
                           "pop|push pop|push pop", "push push pop|pop pop pop",
                           "push|push|push|push push push"}) {
    EXPECT_EQ(found.count(text), 1u) << text;
  }
  // The same threads in another order are the same client.
  EXPECT_EQ(found.count("pop|push"), 0u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const client& a, const client& b) {
                               return a.operation_count() < b.operation_count();
                             }));
}

TEST(Generator, GivesARingItsTwoEnds) {
  const std::vector<client> all =
      clients({.operations = {{"push", true}, {"pop", true}}});
  const std::set<std::string> found = texts(all);
  EXPECT_EQ(found.count("push push|pop pop pop"), 1u);
  for (const client& c : all) {
    for (const char* name : {"push", "pop"}) {
      EXPECT_LE(std::count_if(c.threads.begin(), c.threads.end(),
                              [&](const client::names& one) {
                                return std::find(one.begin(), one.end(),
                                                 name) != one.end();
                              }),
                1)
          << c;
    }
  }
}

TEST(Generator, VariesAllThatItIsToldTo) {
  client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.max_operations = 2;  // push|push, push|pop, pop|pop
  EXPECT_EQ(clients(space).size(), 3u);
  space.capacities = {1, 2};
  space.prefills = {0, 1, 2};  // 2 does not go into 1
  EXPECT_EQ(clients(space).size(), 3u * 5);
  space.reuse_addresses = {false, true};
  EXPECT_EQ(clients(space).size(), 3u * 5 * 2);
  space.message_passing = true;  // 1 more, 2 more, 1 more
  EXPECT_EQ(clients(space).size(), (2u + 3 + 2) * 5 * 2);
  space.drain = "pop";
  space.warm_up = "pop";
  const std::set<std::string> found = texts(clients(space));
  EXPECT_EQ(found.count("push push: push|pop, drain pop, warm-up pop, "
                        "capacity 2, sender T2, reuse"),
            1u);
}

// The structures that ship.

subject<treiber_stack<tracked<int>>, stack_spec> stack_subject() {
  return {.promised = level::strict,
          .operations = {{"push",
                          [](auto& stack, auto& calls, int value) {
                            calls.push(value,
                                       [&] { return stack.push(value); });
                          }},
                         {"pop", [](auto& stack, auto& calls, int) {
                            calls.pop([&] { return stack.try_pop(); });
                          }}}};
}
subject<spsc_ring<tracked<int>>, queue_spec> ring_subject(level promised) {
  return {.promised = promised,
          .operations = {{"push",
                          [](auto& ring, auto& calls, int value) {
                            calls.push(value,
                                       [&] { return ring.try_push(value); });
                          }},
                         {"pop", [](auto& ring, auto& calls, int) {
                            calls.pop([&] { return ring.try_pop(); });
                          }}}};
}

TEST(Check, TheStackIsStrict) {
  for (const char* text : {"push|pop", "push: push|pop", "push pop|pop"}) {
    client c(text);
    c.drain = "pop";
    const result r = check(stack_subject(), c);
    EXPECT_TRUE(r) << c << "\n" << r;
    EXPECT_TRUE(r.complete) << c << "\n" << r;
    EXPECT_GE(r.histories, 2u) << c;
  }
}

// Who comes second finds what the first has left, and both begin warm.
TEST(Check, ThreadsWarmUpOneAfterTheOther) {
  struct trace {
    plain<int> warm{0};
  };
  subject<trace, counter_spec> warmed;
  warmed.operations = {
      {"warm", [](auto& t, auto&, int) { t.warm.set(t.warm.get() + 1); }},
      {"look", [](auto& t, auto&, int) {
         require(t.warm.get() == 3, "all are warm");
       }}};
  client c("look look|look|look");
  EXPECT_EQ(check(warmed, c).error, failure::requirement);
  c.warm_up = "warm";
  const result r = check(warmed, c);
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(r.executions, 1u);
}

TEST(Check, TheRingIsJustifiedOnEachSmallClient) {
  client_space space;
  space.operations = {{"push", true}, {"pop", true}};
  space.capacities = {1, 2};
  space.prefills = {0, 1};
  space.message_passing = true;
  space.max_operations = 5;
  space.drain = "pop";
  int not_strict = 0;
  for (const client& c : clients(space)) {
    const result r = check(ring_subject(level::justified_failures), c);
    EXPECT_TRUE(r) << c << "\n" << r;
    EXPECT_TRUE(r.complete) << c << "\n" << r;
    not_strict += !check(ring_subject(level::strict), c);
  }
  EXPECT_GT(not_strict, 0);
}

// Structures that are wrong.

// Last in, first out; of one thread right, and of two not.
class broken_stack {
 public:
  void push(int value) {
    const int size = size_.load(acquire);
    cells_[size].store(value, relaxed);
    size_.store(size + 1, release);
  }
  std::optional<int> pop() {
    const int size = size_.load(acquire);
    if (size == 0) return std::nullopt;
    const int value = cells_[size - 1].load(relaxed);
    size_.store(size - 1, release);
    return value;
  }

 private:
  atomic<int> size_{0};
  atomic<int> cells_[8];
};
subject<broken_stack, stack_spec> broken_subject() {
  return {.operations = {{"push",
                          [](auto& stack, auto& calls, int value) {
                            calls.push(value, [&] { stack.push(value); });
                          }},
                         {"pop", [](auto& stack, auto& calls, int) {
                            calls.pop([&] { return stack.pop(); });
                          }}}};
}

TEST(Check, ABrokenStackIsFoundByASmallClient) {
  EXPECT_TRUE(
      check(broken_subject(), client("push push pop push pop pop pop")));
  client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.drain = "pop";
  for (const client& c : clients(space)) {
    const result r = check(broken_subject(), c);
    if (r) continue;
    EXPECT_EQ(r.error, failure::linearizability) << r;
    EXPECT_EQ(to_string(c), "push|push, drain pop");
    return;
  }
  FAIL() << "no client has found it";
}

// A flag that says that something was pushed, and does not show what.
class silent_mailbox {
 public:
  void push(int) { full_.store(1, relaxed); }
  bool is_full() { return full_.load(relaxed) == 1; }

 private:
  atomic<int> full_{0};
};
struct mailbox_spec {
  static constexpr const char* names[] = {"push", "is_full"};
  bool apply(const operation& op, const answer& a) {
    if (op.kind == 1) return a.value == full;
    full = 1;
    return true;
  }
  bool operator==(const mailbox_spec&) const = default;
  std::int64_t full = 0;
};

// A mailbox that always says no is found where the flag was seen, only there.
TEST(Check, ASenderOrdersItsCallsBeforeThoseOfWhoSeesTheFlag) {
  subject<silent_mailbox, mailbox_spec> mailbox;
  bool always_no = false;
  mailbox.operations = {
      {"push", [](auto& m, auto& calls,
                  int value) { calls.call({0}, [&] { m.push(value); }); }},
      {"is_full", [&always_no](auto& m, auto& calls, int) {
         calls.call({1}, [&] { return int{!always_no && m.is_full()}; });
       }}};
  client c("push|is_full");
  EXPECT_TRUE(check(mailbox, c));
  c.sender = 0;
  EXPECT_TRUE(check(mailbox, c));
  always_no = true;
  EXPECT_EQ(check(mailbox, c).error, failure::linearizability);
  c.sender = 1;
  EXPECT_TRUE(check(mailbox, c));
  c.sender = -1;
  EXPECT_TRUE(check(mailbox, c));
}

TEST(Check, ALostElementShowsInTheDrain) {
  auto lossy = broken_subject();
  lossy.operations[0].run = [](auto&, auto& calls, int value) {
    calls.push(value, [] {});
  };
  client c("push");
  EXPECT_TRUE(check(lossy, c));
  c.drain = "pop";
  EXPECT_EQ(check(lossy, c).error, failure::linearizability);
}

TEST(Check, MakesTheStructureAndSpecificationThatItIsTold) {
  auto ring = ring_subject(level::strict);
  client c("push push");
  c.capacity = 1;
  EXPECT_TRUE(check(ring, c)) << check(ring, c);
  ring.make = [](int capacity) {
    return std::make_unique<spsc_ring<tracked<int>>>(
        static_cast<std::size_t>(capacity + 1));
  };
  EXPECT_EQ(check(ring, c).error, failure::linearizability);
  ring.specify = [](int capacity) {
    return ring_spec(static_cast<std::size_t>(capacity + 1));
  };
  EXPECT_TRUE(check(ring, c));
  ring.make = nullptr;
  c.capacity = 0;
  const result r = check(ring, c);
  EXPECT_EQ(r.error, failure::requirement);
  EXPECT_THAT(r.message, HasSubstr("capacity"));
}

TEST(Check, UnknownOperationsAndTooManyThreadsAreRefused) {
  const auto message = [](const char* text) {
    try {
      check(broken_subject(), client(text));
      return std::string("nothing was thrown");
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
  };
  EXPECT_EQ(message("push|peek"),
            "acqrel: the client \"push|peek\" does \"peek\", and the subject's "
            "operations are: push pop");
  EXPECT_THAT(message("pop|pop|pop|pop|pop|pop|pop"), HasSubstr("7 threads"));
}

}  // namespace
}  // namespace acqrel::model
