// The queue that ships, in every behaviour of small clients, with two cells to
// a segment, or one.
//
// Its refusals are held to two levels at once. "Empty" and "closed" are strict
// (L1), whatever `busy` says; and `busy` is said only beside a call in flight
// that may have claimed the cell (L3).
#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/tests/structures/closable_model.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::client;
using model::level;
using model::result;
using element = model::tracked<int>;
using queue = mpsc_queue<element>;

using exact_spec = exact_queue_spec<element>;
using prompt_spec = prompt_queue_spec<element>;

template <class Spec>
model::subject<queue, Spec> subject(level promised) {
  return closable_subject<queue, Spec>(promised);
}
const auto exact = subject<exact_spec>(level::strict);
const auto prompt = subject<prompt_spec>(level::spurious_failures);

// While one lives, each segment has so many cells.
class cells {
 public:
  explicit cells(std::size_t count) { tuning::cells_of_a_segment = count; }
  ~cells() { tuning::cells_of_a_segment = 2; }
  cells(const cells&) = delete;
  cells& operator=(const cells&) = delete;
};

client with_rest(const char* text) {
  client c(text);
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
void expect_right_with_one_cell_and_two(const client& c,
                                        const model::options& how) {
  for (const std::size_t count : {1, 2}) {
    const cells each(count);
    expect_right(c, how);
  }
}

std::vector<client> small_clients(model::client_space space) {
  std::vector<client> all = model::clients(space);
  for (client& c : all) c.last.push_back("rest");
  return all;
}

TEST(MpscQueue, IsRightInEachSmallClient) {
  model::client_space space;
  space.operations = {{"push"}, {"pop", true}};
  space.max_threads = 2;
  space.max_operations = 5;
  space.prefills = {0, 1, 2};
  for (const client& c : small_clients(space)) {
    expect_right_with_one_cell_and_two(c, {.spurious_failures = 0});
  }
}

TEST(MpscQueue, IsRightByTheStandardsOwnRulesAndWhenACasFailsForNoReason) {
  model::client_space space;
  space.operations = {{"push"}, {"pop", true}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 3;
  space.prefills = {0, 1};
  space.message_passing = true;
  for (const client& c : small_clients(space)) {
    expect_right_with_one_cell_and_two(c,
                                       {.memory_model = model::dialect::cxx20});
  }
}

TEST(MpscQueue, IsRightWithThreeThreads) {
  model::client_space space;
  space.operations = {{"push"}, {"pop", true}};
  space.min_threads = 3;
  space.max_threads = 3;
  space.max_operations = 4;
  space.prefills = {0, 1};
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  const cells each(1);
  space.prefills = {0};  // with 1: twenty times as many executions
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
}

TEST(MpscQueue, IsRightWhenItIsClosed) {
  model::client_space space;
  space.operations = {{"push"}, {"pop", true}, {"close"}};
  space.max_threads = 3;
  space.max_operations = 4;
  space.prefills = {0, 1};
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  {
    const cells each(1);
    space.prefills = {0};
    for (const client& c : small_clients(space)) {
      expect_right(c, {.spurious_failures = 0});
    }
  }
  for (const char* text :
       {"push|close|closed? push", "closed? pop|push close"}) {
    expect_right_with_one_cell_and_two(with_rest(text),
                                       {.spurious_failures = 0});
  }
}

// A run of elements takes its place as one where it does not cross the end of a
// segment.
TEST(MpscQueue, IsRightWithManyElementsAtOnce) {
  model::client_space space;
  space.operations = {{"push2"}, {"pop2", true}, {"close", true}};
  space.max_threads = 2;
  space.max_operations = 4;
  space.prefills = {0, 2};
  for (const client& c : small_clients(space)) {
    expect_right(c, {.spurious_failures = 0});
  }
  for (const char* text : {"push2|push2|push2", "push2 push2|pop2 pop2",
                           "push2|push2|close", "push2|pop pop2 pop"}) {
    expect_right(with_rest(text), {.spurious_failures = 0});
  }
}

// Elsewhere it is two pushes: in order, and nothing is lost.
TEST(MpscQueue, ARunMayCrossTheEndOfASegment) {
  for (const std::size_t count : {1, 2}) {
    const cells each(count);
    const result r = model::check({.spurious_failures = 0}, [] {
      queue q;
      (void)q.try_push(1);
      std::array<std::size_t, 2> accepted = {};
      const auto push_two = [&](int who) {
        std::array<element, 2> two = {10 * who, 10 * who + 1};
        accepted[who - 1] =
            q.try_push_n(std::move_iterator(two.begin()), two.size());
      };
      model::thread other([&] { push_two(2); });
      model::thread closer([&] { q.close(); });
      push_two(1);
      other.join();
      closer.join();
      std::array<int, 2> next = {10, 20};
      const std::size_t there = q.size_hint();
      std::size_t total = 0;
      model::require(q.try_pop().value().value() == 1, "the first");
      auto popped = q.try_pop();
      for (; popped; popped = q.try_pop(), ++total) {
        model::require(popped->value() == next[popped->value() / 10 - 1]++,
                       "in the order of each");
      }
      model::require(popped.error() == conqueue_status::closed, "to the end");
      model::require(total == accepted[0] + accepted[1], "all of them");
      model::require(there == total + 1, "counted");
      model::require(q.empty_hint(), "nothing is left");
      model::observe("accepted", static_cast<int>(total));
    });
    EXPECT_TRUE(r && r.complete) << r;
    EXPECT_EQ(r.outcomes.size(), 5u) << r;
  }
}

TEST(MpscQueue, HintsMayBeAskedByAnybody) {
  for (const char* text :
       {"push push|pop pop|hint", "push: push|pop|hint", "push|close|hint"}) {
    expect_right_with_one_cell_and_two(with_rest(text),
                                       {.spurious_failures = 0});
  }
}

// A thread that has pushed may find the queue busy: another has claimed the
// cell before, and not filled it.
TEST(MpscQueue, BusyMaySayWhatEmptyMustNot) {
  const client c = with_rest("push|push pop");
  const result justified =
      model::check(subject<prompt_spec>(level::justified_failures), c);
  EXPECT_EQ(justified.error, model::failure::linearizability) << justified;
  expect_right(c, {});
}

// Neither is a queue that has been closed always `closed` at once.
TEST(MpscQueue, IsBusyWhileAnotherThreadCloses) {
  for (const char* text : {"pop|close", "push: pop pop|close"}) {
    const client c = with_rest(text);
    const result justified =
        model::check(subject<prompt_spec>(level::justified_failures), c);
    EXPECT_TRUE(justified && justified.complete) << justified;
    expect_right_with_one_cell_and_two(c, {});
  }
  const result r = model::check({}, [] {
    queue q;
    model::thread closer([&] { q.close(); });
    const bool closed = q.is_closed();
    const conqueue_status said = q.try_pop().error();
    if (closed) model::observe("said", static_cast<int>(said));
    model::require(!closed || said != conqueue_status::empty, "not empty");
    closer.join();
  });
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_EQ(r.outcomes.size(), 3u) << r;  // not closed; busy; closed
}

// Two queues are not linearizable together: neither is store buffering
// excluded by a push, nor by an empty pop.
TEST(MpscQueue, TwoOfThemAreNotLinearizableTogether) {
  const result r = model::check([] {
    queue a, b;
    bool a_empty = false;
    model::thread other([&] {
      (void)b.try_push(1);
      a_empty = a.try_pop().error() == conqueue_status::empty;
    });
    (void)a.try_push(1);
    const bool b_empty = b.try_pop().error() == conqueue_status::empty;
    other.join();
    model::observe("both", a_empty && b_empty);
  });
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_EQ(r.outcomes.size(), 2u) << r;
}

// What came before close() is seen by who is told of it.
TEST(MpscQueue, WhoIsToldThatItIsClosedSeesWhatCameBefore) {
  const auto told = [](queue& q, int way) {
    if (way == 0) return q.is_closed();
    if (way == 1) return q.try_push(1) == conqueue_status::closed;
    if (way == 2) return q.try_pop().error() == conqueue_status::closed;
    (void)q.try_push(1);  // the last cell of the segment
    (void)q.try_pop();
    return q.try_pop().error() == conqueue_status::closed;
  };
  for (int way = 0; way < 4; ++way) {
    const cells each(1);
    const result r = model::check([=] {
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
    });
    EXPECT_TRUE(r && r.complete) << way << "\n" << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << way << "\n" << r;
  }
}

// A segment comes round while a push stands before the tail that it was. It
// must do with the tail as it is now, and with the segment as it is now.
TEST(MpscQueue, ASegmentMayComeRoundBehindAPushsBack) {
  const cells each(1);
  expect_right(with_rest("push|push pop push pop"), {});
  expect_right(with_rest("push: push|push pop pop push"), {});
  expect_right(with_rest("push: push|push pop pop push pop push"),
               {.spurious_failures = 0});
}

// So may memory that was given back.
TEST(MpscQueue, ASegmentsAddressMayComeRound) {
  const cells each(1);
  for (const char* text :
       {"push: push|push pop pop push", "push push: push|pop pop pop push"}) {
    client c = with_rest(text);
    c.reuse_addresses = true;
    expect_right(c, {.spurious_failures = 0});
  }
}

// What a pop costs, whatever it finds, also where it leaves a segment, as a
// spare or for good. The failure is there for its trace.
TEST(MpscQueue, APopHasNoReadModifyWriteAndNoFence) {
  const cells each(1);
  const result r = model::check([] {
    queue q;
    atomic<int> before{0};  // named in the trace
    for (int i = 1; i < 4; ++i) (void)q.try_push(i);
    std::array<conqueue_status, 5> said = {};
    model::thread late([&] { q.close(); });
    before.store(1, relaxed);
    for (auto& status : said) status = q.try_pop().error();
    before.store(2, relaxed);
    late.join();
    (void)q.try_pop();
    model::fail("for the trace");
  });
  int pops = 0;
  bool popping = false;
  for (const model::step& s : r.counterexample.steps) {
    if (s.thread != 0) continue;
    if (s.location == "before") {
      popping = s.written == "1";
      continue;
    }
    if (!popping) continue;
    ++pops;
    EXPECT_NE(s.kind, model::step_kind::update) << r;
    EXPECT_NE(s.kind, model::step_kind::fence) << r;
    EXPECT_NE(s.kind, model::step_kind::notify) << r;
  }
  EXPECT_GT(pops, 10) << r;
}

// A pop that waits is woken by each push that ends, also where it has found the
// queue busy, and by the end of a close.
TEST(MpscQueue, APopWaitsForWhatIsPushed) {
  for (const std::size_t count : {1, 2}) {
    const cells each(count);
    const result r = model::check({.spurious_failures = 0}, [] {
      queue q;
      model::thread one([&] { (void)q.try_push(1); });
      model::thread two([&] { (void)q.try_push(2); });
      const int first = q.pop()->value();
      const int second = q.pop()->value();
      model::require(first + second == 3, "both");
      model::observe("first", first);
      one.join();
      two.join();
    });
    EXPECT_TRUE(r && r.complete) << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << r;
  }
}
TEST(MpscQueue, APopWaitsForTheClose) {
  for (const std::size_t count : {1, 2}) {
    const cells each(count);
    const result r = model::check({.spurious_failures = 0}, [] {
      queue q;
      bool accepted = false;
      model::thread one([&] { accepted = q.push(1); });
      model::thread two([&] { q.close(); });
      const bool got = q.pop().has_value();
      if (got) model::require(!q.pop().has_value(), "and no more");
      one.join();
      two.join();
      model::require(got == accepted, "what was accepted");
      model::observe("got", got);
    });
    EXPECT_TRUE(r && r.complete) << r;
    EXPECT_EQ(r.outcomes.size(), 2u) << r;
  }
}

// Has memory or not, in executions of their own.
bool memory_is_scarce = false;
template <class T>
struct unsteady_allocator {
  using value_type = T;
  unsteady_allocator() = default;
  template <class U>
  unsteady_allocator(const unsteady_allocator<U>&) {}

  T* allocate(std::size_t count) {
    if (memory_is_scarce && choose(2) == 0) throw std::bad_alloc();
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* at, std::size_t count) {
    std::allocator<T>().deallocate(at, count);
  }
  bool operator==(const unsteady_allocator&) const = default;
};

// A push that finds no memory leaves the element as it was and the queue as it
// was, for the others, too.
TEST(MpscQueue, MemoryMayRunOutForAPush) {
  const cells each(1);
  const result r = model::check({.spurious_failures = 0}, [] {
    memory_is_scarce = false;
    mpsc_queue<element, unsteady_allocator<element>> q;
    (void)q.try_push(1);
    memory_is_scarce = true;
    std::array<bool, 2> accepted = {};
    const auto push = [&](int who) {
      element mine(10 + who);
      try {
        (void)q.try_push(std::move(mine));
        accepted[who] = true;
      } catch (const std::bad_alloc&) {
        model::require(mine.value() == 10 + who, "as it was");
      }
    };
    model::thread other([&] { push(1); });
    push(0);
    other.join();
    memory_is_scarce = false;
    (void)q.try_push(20);
    model::require(q.try_pop().value().value() == 1, "the first");
    std::array<bool, 2> got = {};
    for (auto popped = q.try_pop(); popped->value() != 20;
         popped = q.try_pop()) {
      got[popped->value() - 10] = true;
    }
    model::require(got == accepted, "those that were accepted");
    model::require(q.try_pop().error() == conqueue_status::empty, "no more");
    model::observe("accepted", accepted[0] * 10 + accepted[1]);
  });
  EXPECT_TRUE(r && r.complete) << r;
  EXPECT_EQ(r.outcomes.size(), 4u) << r;
}

TEST(MpscQueue, DestroysTheElementsLeft) {
  for (const char* text :
       {"push push|pop", "push: push|push pop", "push: push close|push pop"}) {
    expect_right_with_one_cell_and_two(client(text), {.spurious_failures = 0});
  }
}

TEST(MpscQueue, IsRightInSamplesOfLargeClients) {
  for (const char* text :
       {"push pop push pop push pop pop|push push push|push push",
        "push push close|push push|pop pop pop pop pop pop|push push",
        "push2 push2|push2 push2 close|pop pop2 pop pop2 pop"}) {
    const client c = with_rest(text);
    const model::options some{.samples = 2000, .seed = 7};
    for (const std::size_t count : {1, 2}) {
      // A push2 that crosses the end of a segment is not one operation.
      if (count == 1 && c.threads[0][0] == "push2") continue;
      const cells each(count);
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
