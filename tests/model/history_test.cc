// Histories recorded in checked programs: right structures pass, wrong ones
// are found, at the level where they are wrong; and what model::tracked finds.
#include "acqrel/model/history.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/specs.h"
#include "acqrel/model/tracked.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/spsc_ring.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Answers, AreReadFromTheUsualResults) {
  using internal::usual_answer_of;
  const auto is_success = [](const answer& a) {
    return !a.failed && !a.has_value;
  };
  const auto is_value = [](const answer& a, std::int64_t value) {
    return !a.failed && a.has_value && a.value == value;
  };
  EXPECT_TRUE(is_success(usual_answer_of(true)));
  EXPECT_TRUE(usual_answer_of(false).failed);
  EXPECT_TRUE(is_success(usual_answer_of(conqueue_status::success)));
  EXPECT_TRUE(usual_answer_of(conqueue_status::full).failed);
  EXPECT_TRUE(is_value(usual_answer_of(7), 7));
  EXPECT_TRUE(is_value(usual_answer_of(0u), 0));
  EXPECT_TRUE(is_value(usual_answer_of(std::optional<int>(7)), 7));
  EXPECT_TRUE(is_value(usual_answer_of(std::optional<int>(0)), 0));
  EXPECT_TRUE(usual_answer_of(std::optional<int>()).failed);
  EXPECT_TRUE(is_value(usual_answer_of(std::make_unique<int>(7)), 7));
  EXPECT_TRUE(usual_answer_of(std::unique_ptr<int>()).failed);
  EXPECT_TRUE(is_value(usual_answer_of(pop_result<int>(7)), 7));
  EXPECT_TRUE(usual_answer_of(pop_result<int>(conqueue_status::empty)).failed);
}

// Two threads add one each, in one step or in two.
result check_counter(bool in_two_steps) {
  return check([in_two_steps] {
    history<counter_spec> calls(level::strict);
    atomic<int> n{0};
    const auto add = [&] {
      calls.call(counter_spec::fetch_add(1), [&] {
        if (!in_two_steps) return n.fetch_add(1, relaxed);
        const int old = n.load(relaxed);
        n.store(old + 1, relaxed);
        return old;
      });
    };
    thread other(add);
    add();
    other.join();
    calls.call(counter_spec::read(), [&] { return n.load(relaxed); });
  });
}

TEST(History, ACounterPasses) {
  const result r = check_counter(false);
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete);
  EXPECT_EQ(r.histories, 2u);  // which of the two was first
}

TEST(History, ACounterThatAddsInTwoStepsIsFound) {
  const result r = check_counter(true);
  EXPECT_EQ(r.error, failure::linearizability) << r;
  EXPECT_THAT(r.message, AllOf(HasSubstr("L1"), HasSubstr("fetch_add(1) = 0"),
                               HasSubstr("gets furthest")));
}

// Who knows of a call comes after it, and who does not may come before.
result check_message(bool acquires) {
  return check([acquires] {
    history<register_spec> calls(level::strict);
    atomic<int> word{0};
    atomic<int> ready{0};
    thread writer([&] {
      calls.call(register_spec::write(1), [&] { word.store(1, relaxed); });
      ready.store(1, release);
    });
    const int seen = acquires ? ready.load(acquire) : ready.load(relaxed);
    // A register that may be out of date: wrong for who knows better.
    calls.call(register_spec::read(), [&] { return 0; });
    observe("seen", seen);
    writer.join();
  });
}

TEST(History, TheOrderIsHappensBefore) {
  EXPECT_EQ(check_message(true).error, failure::linearizability);
  const result r = check_message(false);
  EXPECT_TRUE(r) << r;
}

TEST(History, AJoinOrdersCallsAndSoDoesASpawn) {
  const auto body = [](int first, int last) {
    return [=] {
      history<register_spec> calls(level::strict);
      calls.call(register_spec::read(), [&] { return first; });
      thread other([&] { calls.call(register_spec::write(1), [] {}); });
      other.join();
      calls.call(register_spec::read(), [&] { return last; });
    };
  };
  EXPECT_TRUE(check(body(0, 1)));
  EXPECT_EQ(check(body(1, 1)).error, failure::linearizability);
  EXPECT_EQ(check(body(0, 0)).error, failure::linearizability);
}

// The ring that ships: full and empty are justified, and not strict.
result check_ring(level promised) {
  return check([promised] {
    history<queue_spec> calls(promised, ring_spec(2));
    spsc_ring<tracked<int>> ring(2);
    thread producer([&] {
      calls.push(1, [&] { return ring.try_push(1); });
      calls.push(2, [&] { return ring.try_push(2); });
      calls.push(3, [&] { return ring.try_push(3); });
    });
    for (int i = 0; i < 3; ++i) calls.pop([&] { return ring.try_pop(); });
    producer.join();
  });
}

TEST(History, TheRingIsJustifiedAndNotStrict) {
  const result justified = check_ring(level::justified_failures);
  EXPECT_TRUE(justified) << justified;
  EXPECT_TRUE(justified.complete);
  EXPECT_GT(justified.histories, 5u);
  EXPECT_LT(justified.histories, justified.executions);
  const result strict = check_ring(level::strict);
  EXPECT_EQ(strict.error, failure::linearizability) << strict;
}

// A ring for many producers and one consumer: a producer takes a place, and
// fills it. Between the two it hides those behind it.
class ticket_ring {
 public:
  bool try_push(int value) {
    const int place = next_.fetch_add(1, relaxed);
    if (place >= 4) return false;
    cells_[place].store(value, release);
    return true;
  }
  std::optional<int> try_pop() {
    const int value = cells_[head_].load(acquire);
    if (value == 0) return std::nullopt;
    ++head_;
    return value;
  }

 private:
  atomic<int> next_{0};
  atomic<int> cells_[4];
  int head_ = 0;
};
result check_ticket_ring(level promised) {
  return check([promised] {
    history<queue_spec> calls(promised, ring_spec(4));
    ticket_ring ring;
    thread slow([&] { calls.push(1, [&] { return ring.try_push(1); }); });
    calls.push(2, [&] { return ring.try_push(2); });
    calls.pop([&] { return ring.try_pop(); });
    slow.join();
    calls.pop([&] { return ring.try_pop(); });
    calls.pop([&] { return ring.try_pop(); });
  });
}

TEST(History, APushInFlightHidesThoseBehindItAtL3Only) {
  const result spurious = check_ticket_ring(level::spurious_failures);
  EXPECT_TRUE(spurious) << spurious;
  const result justified = check_ticket_ring(level::justified_failures);
  EXPECT_EQ(justified.error, failure::linearizability) << justified;
}

TEST(History, ACallThatThrowsWasNotMade) {
  const auto body = [](bool afterwards) {
    return [=] {
      history<counter_spec> calls(level::strict);
      int n = 0;
      try {
        calls.call(counter_spec::fetch_add(1), [&]() -> int {
          if (afterwards) ++n;
          throw std::runtime_error("no");
        });
      } catch (const std::runtime_error&) {
      }
      calls.call(counter_spec::read(), [&] { return n; });
    };
  };
  EXPECT_TRUE(check(body(false))) << check(body(false));
  EXPECT_EQ(check(body(true)).error, failure::linearizability);
}

TEST(History, TooManyCallsAreNamed) {
  const auto body = [](int count) {
    return [=] {
      history<counter_spec> calls(level::strict);
      for (int i = 0; i < count; ++i) {
        calls.call(counter_spec::fetch_add(1), [&] { return i; });
      }
    };
  };
  EXPECT_TRUE(check(body(max_calls)));
  const result r = check(body(max_calls + 1));
  EXPECT_EQ(r.error, failure::misuse);
  EXPECT_THAT(r.message, HasSubstr("64 calls"));
}

// Its own history is its own: another start, another level, another verdict.
TEST(History, VerdictsAreRememberedByStartAndLevel) {
  const auto body = [](int start) {
    return [=] {
      history<counter_spec> calls(level::strict, counter_spec{start});
      calls.call(counter_spec::read(), [] { return 5; });
    };
  };
  EXPECT_TRUE(check(body(5)));
  EXPECT_EQ(check(body(6)).error, failure::linearizability);
  EXPECT_TRUE(check(body(5)));
}

TEST(History, ATraceTellsOfCallsAndTheirAnswers) {
  const result r = check_counter(true);
  std::string notes;
  for (const step& s : r.counterexample.steps) {
    if (s.kind == step_kind::note) notes += s.operation + s.note + "\n";
  }
  EXPECT_THAT(notes, AllOf(HasSubstr("call fetch_add(1)"),
                           HasSubstr("done fetch_add(1) = 0")));
}

// A mailbox for one element. What is wrong with it, tracked<int> finds.
enum class wrong {
  nothing,
  published_relaxed,
  never_taken,
  read_after_move,
  destroyed_twice,
};
result check_mailbox(wrong what) {
  return check([what] {
    auto mail = std::make_unique<slot<tracked<int>>>();
    atomic<int> ready{0};
    thread sender([&] {
      mail->construct(7);
      if (what == wrong::published_relaxed) {
        ready.store(1, relaxed);
      } else {
        ready.store(1, release);
      }
    });
    const bool taken = ready.load(acquire) == 1;
    if (taken && what == wrong::never_taken) {
      // the element stays where it is
    } else if (taken) {
      tracked<int> element = mail->move_out();
      const tracked<int> kept = std::move(element);
      require(kept.value() == 7);
      if (what == wrong::read_after_move) observe("value", element.value());
      if (what == wrong::destroyed_twice) mail->destroy();
    }
    sender.join();
    if (!taken) mail->destroy();
  });
}

TEST(Tracked, PassesThroughAMailbox) {
  const result r = check_mailbox(wrong::nothing);
  EXPECT_TRUE(r) << r;
}

TEST(Tracked, FindsAnElementPublishedRelaxed) {
  EXPECT_EQ(check_mailbox(wrong::published_relaxed).error, failure::data_race);
}

TEST(Tracked, FindsAnElementThatIsNeverDestroyed) {
  EXPECT_EQ(check_mailbox(wrong::never_taken).error, failure::leak);
}

TEST(Tracked, FindsAReadOfAMovedFromElement) {
  const result r = check_mailbox(wrong::read_after_move);
  EXPECT_EQ(r.error, failure::requirement) << r;
  EXPECT_THAT(r.message, HasSubstr("read after it had been moved from"));
}

TEST(Tracked, FindsASecondDestruction) {
  const result r = check_mailbox(wrong::destroyed_twice);
  EXPECT_THAT(r.error,
              ::testing::AnyOf(failure::use_after_free, failure::uninitialized))
      << r;
}

}  // namespace
}  // namespace acqrel::model
