// The contract of tls<T> and per_process<T>: who has which instance, and from
// when to when.
#include <atomic>
#include <barrier>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

// Each test names its own types: an instance belongs to its type.

TEST(Tls, IsMadeAtFirstUseAndStays) {
  struct local {
    int value = 7;
  };
  local* const mine = tls<local>::get();
  ASSERT_NE(mine, nullptr);
  EXPECT_EQ(mine->value, 7);
  mine->value = 8;
  EXPECT_EQ(tls<local>::get(), mine);
  EXPECT_EQ(tls<local>::get()->value, 8);
}

TEST(Tls, BelongsToItsType) {
  struct one {
    int value = 1;
  };
  struct two {
    int value = 2;
  };
  EXPECT_NE(static_cast<void*>(tls<one>::get()),
            static_cast<void*>(tls<two>::get()));
  EXPECT_EQ(tls<one>::get()->value, 1);
  EXPECT_EQ(tls<two>::get()->value, 2);
}

TEST(Tls, EachThreadHasAFreshOne) {
  struct local {
    int value = 0;
  };
  tls<local>::get()->value = 100;
  constexpr int thread_count = 4;
  local* seen[thread_count];
  std::barrier all_have_theirs(thread_count);
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_EQ(tls<local>::get()->value, 0);
      tls<local>::get()->value = i + 1;
      seen[i] = tls<local>::get();
      all_have_theirs.arrive_and_wait();
      EXPECT_EQ(tls<local>::get()->value, i + 1) << "another thread's";
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(std::set<local*>(seen, seen + thread_count).size(), thread_count);
  EXPECT_EQ(tls<local>::get()->value, 100);
}

// A later thread may get the memory of one that ended, but not its instance.
TEST(Tls, AThreadAfterAnotherStartsFresh) {
  struct local {
    int value = 0;
  };
  for (int i = 0; i < 3; ++i) {
    std::thread([] {
      EXPECT_EQ(tls<local>::get()->value, 0);
      tls<local>::get()->value = 1;
    }).join();
  }
}

TEST(Tls, IsNotMadeForAThreadThatDoesNotAsk) {
  struct local {
    static std::atomic<int>& made() {
      static std::atomic<int> count{0};
      return count;
    }
    local() { ++made(); }
  };
  std::thread([] {}).join();
  EXPECT_EQ(local::made(), 0);
  std::thread([] { tls<local>::get(); }).join();
  EXPECT_EQ(local::made(), 1);
}

// What a thread's end looks like, in the order in which it happens.
std::vector<std::string>* log = nullptr;

struct logged {
  logged() { log->push_back("made"); }
  ~logged();
};
logged::~logged() {
  // The instance can still be found from its own destructor.
  log->push_back(tls<logged>::get() == this ? "destroyed, found itself"
                                            : "destroyed, did not find itself");
}

// A thread_local that outlives tls<logged>: constructed first.
struct outlives {
  ~outlives() {
    log->push_back(tls<logged>::get() == nullptr ? "null afterwards"
                                                 : "not null afterwards");
    log->push_back(tls<logged>::get() == nullptr ? "null again"
                                                 : "not null again");
  }
};

TEST(Tls, IsNullOnceDestroyed) {
  std::vector<std::string> events;
  log = &events;
  std::thread([] {
    static thread_local outlives witness;
    static_cast<void>(witness);
    tls<logged>::get();
  }).join();
  EXPECT_EQ(events,
            (std::vector<std::string>{"made", "destroyed, found itself",
                                      "null afterwards", "null again"}));
}

// An instance made while the thread's others are being destroyed.
struct late {
  ~late() { log->push_back("late destroyed"); }
};
struct asks_late {
  ~asks_late() {
    log->push_back(tls<late>::get() != nullptr ? "made late" : "no late one");
  }
};

TEST(Tls, CanBeMadeInAnotherOnesDestructor) {
  std::vector<std::string> events;
  log = &events;
  std::thread([] { tls<asks_late>::get(); }).join();
  EXPECT_EQ(events, (std::vector<std::string>{"made late", "late destroyed"}));
}

TEST(Tls, AThrowingConstructorMakesNothingAndIsTriedAgain) {
  struct throws_once {
    static bool& armed() {
      static bool value = true;
      return value;
    }
    throws_once() {
      if (std::exchange(armed(), false)) throw std::runtime_error("first");
    }
  };
  std::thread([] {
    EXPECT_THROW(tls<throws_once>::get(), std::runtime_error);
    EXPECT_NE(tls<throws_once>::get(), nullptr);
  }).join();
}

TEST(PerProcess, IsMadeAtFirstUseAndIsTheSameForAll) {
  struct shared {
    static std::atomic<int>& made() {
      static std::atomic<int> count{0};
      return count;
    }
    int value = 7;
    shared() { ++made(); }
  };
  EXPECT_EQ(shared::made(), 0);
  constexpr int thread_count = 4;
  shared* seen[thread_count];
  std::barrier at_once(thread_count);
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&, i] {
      at_once.arrive_and_wait();
      seen[i] = &per_process<shared>::get();
      EXPECT_EQ(seen[i]->value, 7);
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(std::set<shared*>(seen, seen + thread_count).size(), 1u);
  EXPECT_EQ(shared::made(), 1);
  EXPECT_EQ(&per_process<shared>::get(), seen[0]);
}

TEST(PerProcess, IsAligned) {
  struct alignas(128) wide {
    char bytes[128];
  };
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&per_process<wide>::get()) % 128,
            0u);
}

// Threads and static objects that outlive main may use the instance: in a
// child that leaves through exit(), its destructor does not run.
struct immortal {
  int status = 42;
  ~immortal() { std::_Exit(1); }
};
struct uses_it_after_main {
  ~uses_it_after_main() { std::_Exit(per_process<immortal>::get().status); }
};

TEST(PerProcessDeathTest, OutlivesMain) {
  EXPECT_EXIT(
      {
        static uses_it_after_main first_constructed;
        static_cast<void>(first_constructed);
        per_process<immortal>::get();
        std::exit(0);
      },
      ::testing::ExitedWithCode(42), "");
}

}  // namespace
}  // namespace acqrel
