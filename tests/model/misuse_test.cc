// Wrong uses of the checker are found and named, each in a sentence that says
// what to do.
#include <functional>
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

// Threads.

TEST(Misuse, AThreadIsNotJoined) {
  expect_fails(check([] { thread forgotten([] {}); }), failure::misuse,
               {"T1 (tests/model/misuse_test.cc:", "was not joined",
                "join each model::thread"});
  expect_fails(check([] {
                 thread outer([] { thread forgotten([] {}); });
                 outer.join();
               }),
               failure::misuse, {"T2 (", "was not joined"});
  expect_fails(check([] {  // kept alive, but not joined
                 // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
                 new thread([] {});
               }),
               failure::misuse, {"T1 (", "was not joined"});
}

TEST(Misuse, AThreadIsJoinedTwice) {
  expect_fails(check([] {
                 thread other([] {});
                 other.join();
                 other.join();
               }),
               failure::misuse, {"T1 is joined twice"});
  expect_fails(check([] {
                 thread other([] {});
                 thread moved(std::move(other));
                 moved.join();
                 other.join();  // NOLINT(bugprone-use-after-move)
               }),
               failure::misuse, {"moved from"});
}

TEST(Misuse, ThereAreTooManyThreads) {
  const auto client = [](int count) {
    return check([=] {
      std::vector<std::unique_ptr<thread>> threads;
      for (int i = 0; i < count; ++i) {
        threads.push_back(std::make_unique<thread>([] {}));
      }
      for (const auto& t : threads) t->join();
    });
  };
  expect_passes(client(7));
  expect_fails(client(8), failure::misuse,
               {"too many threads", "7 beside itself"});
}

TEST(Misuse, AThreadOutsideOfABody) {
  EXPECT_THROW(thread([] {}), std::logic_error);
}

// Exceptions.

TEST(Misuse, AnExceptionLeavesTheBody) {
  expect_fails(check([] { throw std::runtime_error("what it says"); }),
               failure::exception, {"left the body", "what it says"});
  expect_fails(check([] { throw 1; }), failure::exception, {"left the body"});
}

TEST(Misuse, AnExceptionLeavesAThread) {
  expect_fails(check([] {
                 thread other([] { throw std::runtime_error("its words"); });
                 other.join();
               }),
               failure::exception, {"left a thread", "its words"});
}

TEST(Misuse, AnExceptionThatOnlyOneExecutionThrows) {
  expect_fails(check([] {
                 atomic<int> word{0};
                 thread other([&] { word.store(1, relaxed); });
                 if (word.load(relaxed) == 1) throw std::runtime_error("late");
                 other.join();
               }),
               failure::exception,
               {"an exception left the scope of T1 (tests/model/misuse_test.cc",
                "before it was joined"});
}

// Checks, and code outside of them.

TEST(Misuse, ACheckWithinACheck) {
  const result r = check([] { check([] {}); });
  EXPECT_FALSE(r);
  EXPECT_NE(r.message.find("a check within a check"), std::string::npos)
      << r.message;
  expect_passes(check([] {}));  // and the next one is as good as ever
}

TEST(Misuse, AnAtomicFromOutside) {
  atomic<int> outside{0};
  plain<int> data{0};
  expect_fails(check([&] { outside.store(1, relaxed); }), failure::misuse,
               {"T0 uses at tests/model/misuse_test.cc:", "did not construct",
                "no globals, no objects from outside"});
  expect_fails(check([&] { (void)data.get(); }), failure::misuse,
               {"did not construct"});
}

atomic<int> global{0};

TEST(Misuse, AGlobalAtomic) {
  expect_fails(check([] { global.fetch_add(1, relaxed); }), failure::misuse,
               {"did not construct", "no globals"});
}

TEST(Misuse, AnAtomicThatOutlivesItsExecution) {
  std::unique_ptr<atomic<int>> kept;
  const result r = check({.leaks = false}, [&] {
    atomic<int> other{0};
    thread writer([&] { other.store(1, relaxed); });
    (void)other.load(relaxed);  // two executions
    writer.join();
    if (kept == nullptr) {
      kept = std::make_unique<atomic<int>>(0);
    } else {
      kept->store(1, relaxed);
    }
  });
  EXPECT_EQ(to_string(r.error), std::string("misuse of the checker")) << r;
  (void)kept.release();
}

TEST(MisuseDeathTest, AnOperationOutsideOfACheck) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  atomic<int> word{0};
  const char* const says = "misuse_test.cc:.*outside of a check";
  EXPECT_DEATH(word.store(1, relaxed), says);
  EXPECT_DEATH((void)word.load(relaxed), says);
  EXPECT_DEATH(word.fetch_add(1, relaxed), says);
  EXPECT_DEATH(thread_fence(seq_cst), says);
  EXPECT_DEATH(word.notify_all(), says);
}

// Plain data natively, too: it is no error to look at a result with it.
TEST(Misuse, PlainDataOutsideOfACheckIsJustData) {
  plain<int> data{7};
  data.set(data.get() + 1);
  EXPECT_EQ(data.get(), 8);
}

// Bodies that do not repeat what they did.

void expect_not_deterministic(const std::function<void()>& body,
                              int line = __builtin_LINE()) {
  expect_fails(check(body), failure::misuse, {"not deterministic"}, line);
}

// Two executions, in which the load comes first, or the store.
template <class Body>
auto twice(Body body) {
  return [=]() mutable {
    atomic<int> word{0};
    thread other([&] { word.store(1, relaxed); });
    body(word);
    other.join();
  };
}

TEST(Misuse, AStateFromOutside) {
  expect_not_deterministic(twice([n = 0](atomic<int>& word) mutable {
    word.fetch_add(++n, relaxed);  // another value
    (void)word.load(relaxed);
  }));
  expect_not_deterministic(twice([n = 0](atomic<int>& word) mutable {
    if (n++ == 0) (void)word.load(relaxed);  // another number of operations
    (void)word.load(relaxed);
    (void)word.exchange(2, relaxed);
  }));
  expect_not_deterministic(twice([n = 0](atomic<int>& word) mutable {
    atomic<int> second{0};
    (void)(n++ == 0 ? word : second).load(relaxed);  // another object
    (void)word.load(relaxed);
  }));
  expect_not_deterministic(twice([n = 0](atomic<int>& word) mutable {
    if (n++ == 0) {  // another kind
      thread_fence(seq_cst);
    } else {
      (void)word.exchange(1, relaxed);
    }
    (void)word.load(relaxed);
  }));
  expect_not_deterministic(twice([n = 2u](atomic<int>& word) mutable {
    (void)choose(n++);  // of more
    (void)word.load(relaxed);
  }));
  expect_not_deterministic([n = 0]() mutable {  // other threads
    atomic<int> word{0};
    const auto run = [&] {
      thread inner([&] { word.store(1, relaxed); });
      inner.join();
    };
    thread outer(n++ == 0 ? std::function<void()>(run) : [] {});
    (void)word.load(relaxed);
    outer.join();
  });
}

TEST(Misuse, AnAddressFromOutside) {
  std::vector<std::unique_ptr<int>> kept;
  expect_not_deterministic(twice([&kept](atomic<int>& word) {
    int* fresh = nullptr;
    {
      const internal::outside here;  // a library's cache, say
      kept.push_back(std::make_unique<int>(1));
      fresh = kept.back().get();
    }
    atomic<int*> pointer{nullptr};
    pointer.store(fresh, relaxed);
    (void)word.load(relaxed);
  }));
}

TEST(Misuse, ARandomNumber) {
  std::uint32_t state = 1;
  expect_not_deterministic(twice([&state](atomic<int>& word) {
    state = state * 1664525 + 1013904223;
    word.fetch_add(static_cast<int>(state >> 8), relaxed);
    (void)word.load(relaxed);
  }));
}

// A body that stops short of what it did.
TEST(Misuse, ABodyThatGetsShorter) {
  expect_not_deterministic([n = 0]() mutable {
    atomic<int> word{0};
    thread other([&] { word.store(1, relaxed); });
    if (n++ == 0) {
      (void)word.load(relaxed);
      (void)word.load(relaxed);
    }
    other.join();
  });
}

TEST(Misuse, AnAwaitsPredicateLooksAtItsValueAlone) {
  const auto body = [](bool looks_aside) {
    return check([=] {
      atomic<int> word{1};
      plain<int> other{1};
      (void)await(
          word,
          [&](int value) {
            return value == 1 && (!looks_aside || other.get() == 1);
          },
          acquire);
    });
  };
  expect_passes(body(false));
  expect_fails(body(true), failure::misuse,
               {"the predicate of an await uses a shared object"});
}

}  // namespace
}  // namespace acqrel::model
