// Memory made within a body: use after free, double frees, leaks, every form of
// operator new, and addresses that come back (ABA).
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

struct node {
  atomic<int> count{1};
  plain<int> value{2};
  plain<node*> next{nullptr};
};

// The same, but the compiler cannot know: it may not leave out the allocation,
// nor warn of what the test is about.
template <class T>
T* kept(T* pointer) {
  asm volatile("" : "+r"(pointer));
  return pointer;
}

// Use after free.

template <class Use>
result use_and_free(Use use, bool body_frees, bool joins_first) {
  return check([=] {
    node* const shared = new node;
    if (body_frees) {
      thread user([=] { use(*shared); });
      if (joins_first) user.join();
      delete shared;
      if (!joins_first) user.join();
    } else {
      thread other([=] { delete shared; });
      if (!joins_first) use(*shared);
      other.join();
    }
  });
}

TEST(Memory, AUseAtTheTimeOfTheFree) {
  const auto atomically = [](node& n) { (void)n.count.load(acquire); };
  const auto plainly = [](node& n) { (void)n.value.get(); };
  for (const bool body_frees : {false, true}) {
    expect_passes(use_and_free(atomically, body_frees, true));
    expect_passes(use_and_free(plainly, body_frees, true));
    for (const result& r : {use_and_free(atomically, body_frees, false),
                            use_and_free(plainly, body_frees, false)}) {
      expect_fails(r, failure::use_after_free,
                   {"memory_test.cc:", "T0 (", "T1 ("});
      expect_names_both(r);
    }
  }
}

TEST(Memory, AUseAfterTheFree) {
  const result r = check([] {
    node* const mine = new node;
    node* const same = kept(mine);
    delete mine;
    (void)same->count.load(relaxed);
  });
  expect_fails(r, failure::use_after_free,
               {"use after free: T0", "the atomic constructed at",
                "memory_test.cc:", "and T0", "has freed it"});
}

TEST(Memory, AUseAfterTheFreeByAnotherThread) {
  const result r = check([] {
    node* const shared = new node;
    thread other([=] { delete shared; });
    other.join();
    shared->value.set(1);
  });
  expect_fails(
      r, failure::use_after_free,
      {"use after free: T0", "the object constructed at", "and T1", "freed"});
  expect_names_both(r);
}

TEST(Memory, AUseAfterTheEndOfItsScope) {
  const auto client = [](bool joins_inside) {
    return check([=] {
      atomic<bool> go{false};
      std::unique_ptr<thread> user;
      {
        atomic<int> local{0};
        user = std::make_unique<thread>([&] {
          await(
              go, [](bool b) { return b; }, acquire);
          local.store(1, relaxed);
        });
        if (joins_inside) {
          go.store(true, release);
          user->join();
        }
      }
      if (!joins_inside) {
        go.store(true, release);
        user->join();
      }
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::use_after_free,
               {"use after destruction: T1", "and T0", "has destroyed it"});
}

// A reader that may still be there: what hazard pointers and the like are for.
TEST(Memory, AReaderIsWaitedFor) {
  const auto client = [](auto leave, auto look) {
    return check([=] {
      atomic<node*> head{new node};
      atomic<bool> reading{true};
      thread reader([&] {
        (void)head.load(acquire)->value.get();
        reading.store(false, leave);
      });
      await(
          reading, [](bool b) { return !b; }, look);
      delete head.load(relaxed);
      reader.join();
    });
  };
  expect_passes(client(release, acquire));
  expect_fails(client(relaxed, acquire), failure::use_after_free, {});
  expect_fails(client(release, relaxed), failure::use_after_free, {});
}

// Double frees, and frees of what is not there.

TEST(Memory, ADoubleFree) {
  const auto client = [](bool twice) {
    return check([=] {
      int* const mine = kept(new int(1));
      int* const same = kept(mine);
      delete mine;
      if (twice) delete same;
    });
  };
  expect_passes(client(false));
  expect_fails(client(true), failure::double_free,
               {"a double free", "T0", "4 bytes"});
}

TEST(Memory, TwoThreadsFreeTheSame) {
  const auto client = [](bool one_wins) {
    return check([=] {
      atomic<int*> shared{new int(1)};
      const auto free_it = [&] {
        if (one_wins) {
          delete shared.exchange(nullptr, relaxed);
        } else {
          delete shared.load(relaxed);
        }
      };
      thread other(free_it);
      free_it();
      other.join();
    });
  };
  expect_passes(client(true));
  expect_fails(client(false), failure::double_free,
               {"a double free", "T0", "T1"});
}

TEST(Memory, AFreeOfWhatWasNotAllocated) {
  expect_fails(check([] {
                 char* const mine = kept(new char[32]);
                 operator delete(kept(mine + 16));
               }),
               failure::misuse, {"delete of an address", "new did not return"});
}

TEST(Memory, AnAllocationIsKnownToWhoFreesIt) {
  const auto client = [](auto store, auto load) {
    return check([=] {
      atomic<int*> shared{nullptr};
      thread maker([&] { shared.store(new int(1), store); });
      int* const seen = shared.load(load);
      delete kept(seen);
      maker.join();
      if (seen == nullptr) delete shared.load(relaxed);
    });
  };
  expect_passes(client(release, acquire));
  const result r = client(relaxed, relaxed);
  expect_fails(r, failure::data_race,
               {"T0", "frees memory that T1", "memory_test.cc:",
                "the allocation does not happen before that"});
}

// Leaks.

TEST(Memory, ALeak) {
  const auto client = [](bool frees, bool leaks) {
    return check({.leaks = leaks}, [=] {
      node* const mine = new node;
      if (frees) delete mine;
    });
  };
  expect_passes(client(true, true));
  expect_passes(client(false, false));
  const result r = client(false, true);
  expect_fails(r, failure::leak,
               {"a leak", "that T0 (", ") allocated were not freed",
                "they hold the atomic constructed at", "memory_test.cc:"});
}

TEST(Memory, ALeakInOneExecutionOfMany) {
  expect_fails(
      check([] {
        atomic<node*> first{nullptr};
        thread other([&] { delete first.exchange(new node, acq_rel); });
        first.store(new node, release);  // an exchange would be right
        other.join();
        delete first.load(relaxed);
      }),
      failure::leak, {"that T"});
  expect_passes(check([] {
    atomic<node*> first{nullptr};
    thread other([&] { delete first.exchange(new node, acq_rel); });
    delete first.exchange(new node, acq_rel);
    other.join();
    delete first.load(relaxed);
  }));
}

// Forms of operator new.

struct alignas(256) wide {
  plain<int> value{1};
  char rest[200];
};

bool is_aligned(const void* address, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(address) % alignment == 0;
}

TEST(Memory, EveryFormOfNew) {
  expect_passes(check([] {
    delete kept(new (std::nothrow) int(1));
    delete[] kept(new int[7]);
    delete[] kept(new (std::nothrow) int[7]);
    delete[] kept(new std::string[3]);  // with a count in front
    wide* const one = new wide;
    require(is_aligned(one, 256));
    delete one;
    wide* const some = new wide[3];
    require(is_aligned(some, 256));
    delete[] some;
    wide* const maybe = new (std::nothrow) wide;
    require(is_aligned(maybe, 256));
    delete maybe;
    operator delete(kept(operator new(5, std::align_val_t(64))),
                    std::align_val_t(64));
    operator delete(kept(operator new(0)));
    operator delete(kept<void>(nullptr));
  }));
}

TEST(Memory, EveryFormOfNewMayLeak) {
  const auto expect_leak = [](auto allocate, int line = __builtin_LINE()) {
    expect_fails(check(allocate), failure::leak, {"a leak"}, line);
  };
  expect_leak([] { kept(operator new(8)); });
  expect_leak([] { kept(operator new[](8)); });
  expect_leak([] { kept(operator new(8, std::nothrow)); });
  expect_leak([] { kept(operator new[](8, std::nothrow)); });
  expect_leak([] { kept(operator new(64, std::align_val_t(64))); });
  expect_leak([] { kept(operator new[](64, std::align_val_t(64))); });
}

TEST(Memory, ContainersLiveThereToo) {
  expect_passes(check([] {
    std::vector<std::string> words(10, "a word that is too long to be small");
    std::map<int, std::unique_ptr<int>> map;
    map[1] = std::make_unique<int>(7);
    thread other([&] { words.emplace_back("one more"); });
    other.join();
    require(words.size() == 11 && *map[1] == 7);
  }));
}

TEST(Memory, MemoryFromOutsideIsNoPartOfIt) {
  auto outside = std::make_unique<int>(1);
  bool first = true;
  expect_passes(check([&] {
    if (first) outside.reset();
    first = false;
  }));
}

TEST(Memory, ThereIsOnlySoMuch) {
  expect_fails(check([] { delete[] kept(new char[5 << 20]); }), failure::misuse,
               {"out of memory", "4 MiB"});
}

TEST(Memory, FreshMemoryIsGarbage) {
  expect_passes(check([] {
    const auto* const bytes = static_cast<unsigned char*>(operator new(4));
    require(bytes[0] != 0, "who relies on zeros is found out");
    operator delete(const_cast<unsigned char*>(bytes));
  }));
}

// Addresses that come back.

std::string outcomes_of(const result& r) {
  std::string all;
  for (const auto& [text, count] : r.outcomes) all += text + "\n";
  return all;
}

TEST(Memory, AnAddressComesBackOnlyIfAsked) {
  const auto client = [](bool reuse) {
    return check({.reuse_addresses = reuse}, [] {
      const auto* const first = new plain<int>(1);
      const auto was = reinterpret_cast<std::uintptr_t>(first);
      delete first;
      const auto* const second = new plain<int>(2);
      observe("same", was == reinterpret_cast<std::uintptr_t>(second));
      require(second->get() == 2);
      delete second;
    });
  };
  const result never = client(false);
  expect_passes(never);
  EXPECT_EQ(outcomes_of(never), "same=0\n");
  const result maybe = client(true);
  expect_passes(maybe);
  EXPECT_EQ(outcomes_of(maybe), "same=0\nsame=1\n");
}

TEST(Memory, AnAddressComesBackOnlyAfterItsFree) {
  const auto client = [](bool joins_first) {
    return check({.reuse_addresses = true}, [=] {
      const auto* const first = new plain<int>(1);
      const auto was = reinterpret_cast<std::uintptr_t>(first);
      thread other([=] { delete first; });
      if (joins_first) other.join();
      const auto* const second = new plain<int>(2);
      observe("same", was == reinterpret_cast<std::uintptr_t>(second));
      delete second;
      if (!joins_first) other.join();
    });
  };
  EXPECT_EQ(outcomes_of(client(true)), "same=0\nsame=1\n");
  EXPECT_EQ(outcomes_of(client(false)), "same=0\n");
}

TEST(Memory, AnAddressComesBackToWhoKnowsOfTheFree) {
  const auto client = [](auto store, auto load) {
    return check({.reuse_addresses = true}, [=] {
      const auto* const first = new plain<int>(1);
      const auto was = reinterpret_cast<std::uintptr_t>(first);
      atomic<bool> freed{false};
      thread frees([&] {
        delete first;
        freed.store(true, store);
      });
      thread makes([&] {
        if (!freed.load(load)) return;
        const auto* const second = new plain<int>(2);
        observe("same", was == reinterpret_cast<std::uintptr_t>(second));
        delete second;
      });
      frees.join();
      makes.join();
    });
  };
  EXPECT_EQ(outcomes_of(client(release, acquire)), "\nsame=0\nsame=1\n");
  EXPECT_EQ(outcomes_of(client(relaxed, relaxed)), "\nsame=0\n");
}

TEST(Memory, AnAddressComesBackForTheSameSize) {
  const result r = check({.reuse_addresses = true}, [] {
    const auto* const first = new plain<char>('a');
    const auto was = reinterpret_cast<std::uintptr_t>(first);
    delete first;
    const auto* const second = new plain<long>(2);
    observe("same", was == reinterpret_cast<std::uintptr_t>(second));
    delete second;
  });
  EXPECT_EQ(outcomes_of(r), "same=0\n");
}

TEST(Memory, AnOldPointerToAReusedAddressIsNoUse) {
  // The new object is another one: who has read the old pointer, and not the
  // new one, does not know of its construction.
  const result r = check({.reuse_addresses = true}, [] {
    atomic<node*> head{new node};
    thread other([&] {
      node* const old = head.load(relaxed);
      head.store(nullptr, relaxed);
      delete old;
      head.store(new node, release);
    });
    if (node* const seen = head.load(relaxed)) (void)seen->count.load(relaxed);
    other.join();
    delete head.load(relaxed);
  });
  EXPECT_TRUE(r.error == failure::use_after_free ||
              r.error == failure::data_race)
      << r;
}

// A cache of one computed value: right, as long as no address comes back.
result cached_by_address(bool reuse, bool counts) {
  return check({.reuse_addresses = reuse}, [=] {
    struct entry {
      atomic<int> key;
    };
    atomic<entry*> current{new entry{1}};
    atomic<std::uint32_t> version{0};
    // What was computed from it, and the address as the proof of its age.
    const entry* const seen = current.load(acquire);
    const std::uint32_t seen_version = version.load(relaxed);
    const int key = seen->key.load(relaxed);
    thread other([&] {
      delete current.load(relaxed);
      current.store(new entry{2}, relaxed);
      version.store(1, relaxed);
    });
    other.join();
    entry* const now_there = current.load(acquire);
    const bool same =
        counts ? version.load(relaxed) == seen_version : now_there == seen;
    if (same) require(now_there->key.load(relaxed) == key, "not out of date");
    delete now_there;
  });
}

TEST(Memory, AComparisonOfAddressesFallsToReuse) {
  expect_passes(cached_by_address(false, false));
  expect_fails(cached_by_address(true, false), failure::requirement,
               {"not out of date"});
  expect_passes(cached_by_address(true, true));
}

// A stack whose nodes are never freed: ABA without reuse of memory.
template <bool counted>
result pool_stack() {
  return check([] {
    struct cell {
      atomic<cell*> next{nullptr};
      atomic<bool> taken{false};
    };
    struct top {
      cell* first;
      std::uint64_t count;
      bool operator==(const top&) const = default;
    };
    cell cells[2];
    atomic<top> head{top{&cells[0], 0}};
    cells[0].next.store(&cells[1], relaxed);
    const auto pop = [&]() -> cell* {
      top seen = head.load(acquire);
      while (seen.first != nullptr) {
        const top next{seen.first->next.load(relaxed),
                       counted ? seen.count + 1 : 0};
        if (head.compare_exchange_strong(seen, next, acq_rel, acquire)) {
          return seen.first;
        }
        retry();
      }
      return nullptr;
    };
    const auto push = [&](cell* c) {
      top seen = head.load(acquire);
      for (;;) {
        c->next.store(seen.first, relaxed);
        const top next{c, counted ? seen.count + 1 : 0};
        if (head.compare_exchange_strong(seen, next, acq_rel, acquire)) return;
        retry();
      }
    };
    thread other([&] {
      cell* const a = pop();
      cell* const b = pop();
      if (b != nullptr) require(!b->taken.exchange(true, relaxed), "b is mine");
      if (a != nullptr) push(a);
    });
    // Pops a, and believes that b is next, which the other has taken.
    (void)pop();
    if (cell* const b = pop()) {
      require(b != &cells[1] || !b->taken.exchange(true, relaxed), "b is mine");
    }
    other.join();
  });
}

TEST(Memory, AStackOfPooledNodesNeedsACount) {
  expect_fails(pool_stack<false>(), failure::requirement, {"b is mine"});
  expect_passes(pool_stack<true>());
}

// Of two threads that both could have the freed memory, either gets it, or
// neither: 3 ways, and each of two relaxed loads reads one of two values.
TEST(Memory, TwoThreadsThatMayReuseTheSame) {
  for (const int workers : {1, 2}) {
    const result r = check({.reuse_addresses = true, .workers = workers}, [] {
      delete new atomic<int>{1};
      atomic<int> a{0};
      atomic<int> b{0};
      thread first([&] {
        (void)a.load(relaxed);
        delete new atomic<int>{2};
      });
      thread second([&] {
        auto* const mine = new atomic<int>{3};
        (void)b.load(relaxed);
        delete mine;
      });
      thread third([&] {
        a.store(1, relaxed);
        b.store(1, relaxed);
      });
      first.join();
      second.join();
      third.join();
    });
    expect_passes(r);
    EXPECT_EQ(r.executions, 12u);
  }
}

}  // namespace
}  // namespace acqrel::model
