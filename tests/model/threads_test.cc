// Threads of a body, what is their own, and everything else that differs from
// execution to execution: choices and spurious failures.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

TEST(Threads, MayHaveThreads) {
  const auto client = [](bool joins) {
    return check([=] {
      plain<int> data{0};
      atomic<bool> done{false};
      thread outer([&] {
        thread inner([&] {
          data.set(1);
          done.store(true, relaxed);
        });
        if (!joins)
          await(
              done, [](bool d) { return d; }, relaxed);
        if (joins) inner.join();
        data.set(data.get() + 1);
        if (!joins) inner.join();
      });
      outer.join();
      require(data.get() == 2);
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::data_race, {"T1 (", "T2 ("});
}

TEST(Threads, MayBeSeven) {
  const result r = check([] {
    atomic<int> sum{0};
    std::vector<std::unique_ptr<thread>> threads;
    for (int i = 0; i < 7; ++i) {
      threads.push_back(std::make_unique<thread>([&sum, i] {
        if (i < 3) sum.fetch_add(1 << i, relaxed);
      }));
    }
    for (const auto& t : threads) t->join();
    require(sum.load(relaxed) == 7);
  });
  expect_passes(r);
  EXPECT_EQ(r.executions, 6u);  // the orders of three updates
}

TEST(Threads, MayMove) {
  expect_passes(check([] {
    atomic<int> word{0};
    thread first([&] { word.store(1, relaxed); });
    thread second(std::move(first));
    second.join();
    require(word.load(relaxed) == 1);
  }));
}

TEST(Threads, AreTheSameInEachExecution) {
  // Who spawns first differs; who is who does not.
  expect_passes(check([] {
    atomic<int> who{0};
    const auto spawn_one = [&](int number) {
      thread inner([&who, number] { who.store(number, relaxed); });
      inner.join();
    };
    thread a([&] { spawn_one(1); });
    thread b([&] { spawn_one(2); });
    a.join();
    b.join();
    require(who.load(relaxed) != 0);
  }));
}

// Exceptions.

TEST(Threads, CatchTheirExceptions) {
  expect_passes(check([] {
    atomic<int> word{0};
    const auto throw_and_catch = [&](int number) {
      try {
        throw std::runtime_error(std::to_string(number));
      } catch (const std::runtime_error& e) {
        // Another thread runs here, and throws and catches, too.
        word.fetch_add(number, acq_rel);
        try {
          throw std::logic_error("another");
        } catch (const std::logic_error&) {
          word.fetch_add(10, acq_rel);
        }
        require(e.what() == std::to_string(number), "its own exception");
        try {
          word.fetch_add(100, acq_rel);
          throw;
        } catch (const std::runtime_error& again) {
          require(again.what() == std::to_string(number), "thrown again");
        }
      }
    };
    thread other([&] { throw_and_catch(1); });
    throw_and_catch(2);
    other.join();
    require(word.load(relaxed) == 223);
  }));
}

TEST(Threads, AnExceptionUnwindsAcrossOperations) {
  expect_passes(check([] {
    struct guard {
      ~guard() { counter.fetch_add(1, relaxed); }
      atomic<int>& counter;
    };
    atomic<int> ends{0};
    const auto leave = [&] {
      try {
        const guard first{ends};
        const guard second{ends};
        throw 1;
      } catch (int) {
      }
    };
    thread other(leave);
    leave();
    other.join();
    require(ends.load(relaxed) == 4);
  }));
}

// tls and per_process.

struct own_number {
  plain<int> value{0};
};

TEST(Instances, OfAThreadAreItsOwn) {
  const auto client = [](bool passes_pointer) {
    return check([=] {
      atomic<own_number*> shared{nullptr};
      thread other([&] {
        own_number* const mine = tls<own_number>::get();
        require(mine->value.get() == 0, "fresh");
        mine->value.set(1);
        shared.store(mine, release);
      });
      own_number* const mine = tls<own_number>::get();
      require(mine->value.get() == 0, "fresh");
      mine->value.set(2);
      require(tls<own_number>::get() == mine, "the same again");
      if (passes_pointer) {
        if (own_number* const its = shared.load(acquire)) {
          (void)its->value.get();  // may be gone
        }
      }
      other.join();
      require(mine->value.get() == 2);
    });
  };
  expect_passes(client(false));
  expect_fails(client(true), failure::use_after_free, {"T1"});
}

struct shared_log {
  atomic<int> count{0};
  atomic<int> last{0};
  void add(int number) {
    count.fetch_add(1, relaxed);
    last.store(number, relaxed);
  }
};

struct first_part {
  ~first_part() { per_process<shared_log>::get().add(1); }
  int any = 0;
};
struct second_part {
  // The first was made before; it goes after.
  second_part() { tls<first_part>::get()->any = 1; }
  ~second_part() {
    require(per_process<shared_log>::get().count.load(relaxed) == 0,
            "the last that was made is the first to go");
    per_process<shared_log>::get().add(2);
  }
};

TEST(Instances, OfAThreadGoInTheOppositeOrder) {
  expect_passes(check([] {
    thread other([] {
      (void)tls<first_part>::get();
      (void)tls<second_part>::get();
    });
    other.join();
    const shared_log& log = per_process<shared_log>::get();
    require(log.count.load(relaxed) == 2, "before the thread has ended");
    require(log.last.load(relaxed) == 1);
  }));
}

struct lingering {
  ~lingering() {
    require(tls<lingering>::get() == this || tls<lingering>::get() == nullptr);
  }
};
struct late {
  ~late() {
    // Its own kind is gone by then, or going.
    own_number* const other = tls<own_number>::get();
    if (other != nullptr) other->value.set(1);
  }
};

TEST(Instances, OfAThreadAreNullOnceDestroyed) {
  expect_passes(check([] {
    thread other([] {
      (void)tls<late>::get();
      (void)tls<own_number>::get();  // goes first
      (void)tls<lingering>::get();
    });
    other.join();
  }));
}

struct process_counter {
  process_counter() { made.set(made.get() + 1); }
  plain<int> made{0};
  atomic<int> uses{0};
};

TEST(Instances, OfTheProcessAreFreshInEachExecution) {
  const result r = check([] {
    atomic<int>& uses = per_process<process_counter>::get().uses;
    require(per_process<process_counter>::get().made.get() == 1);
    thread other(
        [] { per_process<process_counter>::get().uses.fetch_add(1, relaxed); });
    const int seen = uses.fetch_add(1, relaxed);
    require(seen == 0 || seen == 1, "none from an earlier execution");
    other.join();
    require(uses.load(relaxed) == 2);
  });
  expect_passes(r);
  EXPECT_EQ(r.executions, 2u);
}

// choose.

TEST(Choices, AreAllMade) {
  const result r = check([] {
    observe("a", choose(3));
    observe("b", choose(2));
    require(choose(1) == 0);
  });
  expect_passes(r);
  EXPECT_EQ(r.executions, 6u);
  EXPECT_EQ(r.outcomes.size(), 6u);
}

TEST(Choices, OfThreadsMultiply) {
  const result r = check([] {
    int chosen = 0;
    thread other([&] { chosen = static_cast<int>(choose(3)); });
    const int mine = static_cast<int>(choose(3));
    other.join();
    observe("both", 10 * mine + chosen);
  });
  expect_passes(r);
  EXPECT_EQ(r.executions, 9u);
  EXPECT_EQ(r.outcomes.size(), 9u);
}

TEST(Choices, FindWhatOnlyOneOfManyBreaks) {
  expect_fails(check([] { require(choose(20) != 13, "not thirteen"); }),
               failure::requirement, {"not thirteen"});
}

// compare_exchange_weak.

result attempts(int budget) {
  return check({.spurious_failures = budget}, [] {
    atomic<int> word{0};
    int failures = 0;
    for (int i = 0; i < 3; ++i) {
      int expected = i;
      while (!word.compare_exchange_weak(expected, i + 1, relaxed, relaxed)) {
        require(expected == i, "it failed for no reason");
        ++failures;
      }
    }
    observe("failures", failures);
  });
}

TEST(Spurious, FailuresAreAsManyAsTheBudget) {
  const result none = attempts(0);
  expect_passes(none);
  EXPECT_EQ(none.executions, 1u);
  const result one = attempts(1);
  expect_passes(one);
  EXPECT_EQ(one.executions, 4u);  // none, or one of three
  EXPECT_EQ(one.outcomes.size(), 2u);
  const result two = attempts(2);
  expect_passes(two);
  EXPECT_EQ(two.outcomes.size(), 3u);
  EXPECT_EQ(two.executions, 10u);  // 1 + 3 + (3 twice the same + 3 of two)
}

TEST(Spurious, AWeakOneWithoutALoopIsFound) {
  const auto client = [](bool weak, int budget) {
    return check({.spurious_failures = budget}, [=] {
      atomic<int> word{0};
      int expected = 0;
      require(weak
                  ? word.compare_exchange_weak(expected, 1, relaxed, relaxed)
                  : word.compare_exchange_strong(expected, 1, relaxed, relaxed),
              "nobody is in the way");
    });
  };
  expect_passes(client(false, 1));
  expect_passes(client(true, 0));
  const result r = client(true, 1);
  expect_fails(r, failure::requirement, {"nobody is in the way"});
  bool told = false;
  for (const step& s : r.counterexample.steps) {
    told |= s.note.find("spurious") != std::string::npos ||
            s.operation.find("spurious") != std::string::npos;
  }
  EXPECT_TRUE(told);
}

// What two failures break, and one does not.
TEST(Spurious, TheBudgetMatters) {
  const auto client = [](int budget) {
    return check({.spurious_failures = budget}, [] {
      atomic<int> word{0};
      for (int tries = 0; tries < 2; ++tries) {
        int expected = 0;
        if (word.compare_exchange_weak(expected, 1, relaxed, relaxed)) return;
      }
      fail("two tries are not enough");
    });
  };
  expect_passes(client(1));
  expect_fails(client(2), failure::requirement, {"two tries"});
}

// Which one failed for no reason has read a value, with the failure's order.
TEST(Spurious, AFailureIsALoad) {
  const auto client = [](auto failed) {
    return check([=] {
      plain<int> data{0};
      atomic<int> word{0};
      thread writer([&] {
        data.set(1);
        word.store(1, release);
      });
      int expected = 1;
      if (!word.compare_exchange_weak(expected, 2, relaxed, failed) &&
          expected == 1) {
        (void)data.get();
      }
      writer.join();
    });
  };
  expect_passes(client(acquire));
  expect_fails(client(relaxed), failure::data_race, {});
}

// What a spawned thread does depends on what its parent has read before, relaxed
// reads included: here y cannot be 1 before it is read, if x was.
TEST(Threads, AThreadDependsOnWhatItsParentRead) {
  const auto client = [](bool always_stores) {
    return check([=] {
      atomic<int> x{0};
      atomic<int> y{0};
      int read_y = 0;
      int read_x = 0;
      thread first([&] {
        read_y = y.load(relaxed);
        x.store(1, relaxed);
      });
      thread second([&] {
        read_x = x.load(relaxed);
        thread third([&] {
          if (always_stores || read_x == 1) y.store(1, relaxed);
        });
        third.join();
      });
      first.join();
      second.join();
      observe("x", read_x);
      observe("y", read_y);
    });
  };
  const result always = client(true);
  expect_passes(always);
  EXPECT_EQ(always.executions, 3u);
  EXPECT_FALSE(always.outcomes.contains("x=1 y=1")) << always;
  const result depends = client(false);
  expect_passes(depends);
  EXPECT_EQ(depends.executions, 2u);
}

}  // namespace
}  // namespace acqrel::model
