// The contract of hazard pointers and domains: names, signatures and semantics
// of C++26 (P2530), and what this library adds.
#include "acqrel/reclaim/hazard_pointer.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/flag.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/tests/support/failing_allocation.h"

namespace acqrel {
namespace {

using testing::failing_allocation;

// Counts the living, and those that died with a given mark.
struct object : hazard_pointer_obj_base<object> {
  explicit object(int v = 0) : value(v) { ++living; }
  ~object() { --living; }
  int value;
  static inline std::atomic<int> living = 0;
};

// More retirements than any thread keeps.
constexpr int plenty = 3 * static_cast<int>(tuning::scan_threshold);

void retire_many(hazard_domain& domain, int count = plenty) {
  for (int i = 0; i < count; ++i) (new object)->retire({}, domain);
}

static_assert(std::is_nothrow_default_constructible_v<hazard_pointer>);
static_assert(std::is_nothrow_move_constructible_v<hazard_pointer>);
static_assert(std::is_nothrow_move_assignable_v<hazard_pointer>);
static_assert(std::is_nothrow_swappable_v<hazard_pointer>);
static_assert(!std::is_copy_constructible_v<hazard_pointer>);
static_assert(!std::is_copy_assignable_v<hazard_pointer>);
static_assert(!std::is_copy_constructible_v<hazard_domain>);
static_assert(noexcept(std::declval<object&>().retire()));
static_assert(!noexcept(make_hazard_pointer()));
// A protectable type costs no more than two words.
static_assert(sizeof(hazard_pointer_obj_base<object>) == 2 * sizeof(void*));

TEST(HazardPointer, IsEmptyUntilMade) {
  hazard_pointer none;
  EXPECT_TRUE(none.empty());
  none = make_hazard_pointer();
  EXPECT_FALSE(none.empty());
}

TEST(HazardPointer, MovesAndSwaps) {
  hazard_pointer a = make_hazard_pointer();
  hazard_pointer b = std::move(a);
  EXPECT_TRUE(a.empty());
  EXPECT_FALSE(b.empty());
  swap(a, b);
  EXPECT_FALSE(a.empty());
  EXPECT_TRUE(b.empty());
  a.swap(b);
  EXPECT_TRUE(a.empty());
  hazard_pointer& same = b;
  b = std::move(same);
  EXPECT_FALSE(b.empty());
}

TEST(HazardPointer, ProtectReturnsWhatTheSourceHolds) {
  hazard_pointer hazard = make_hazard_pointer();
  object x;
  atomic<object*> ours(&x);
  std::atomic<object*> standard(&x);
  const atomic<object*> null(nullptr);
  EXPECT_EQ(hazard.protect(ours), &x);
  EXPECT_EQ(hazard.protect(standard), &x);
  EXPECT_EQ(hazard.protect(null), nullptr);
}

TEST(HazardPointer, TryProtectUpdatesThePointerWhenItFails) {
  hazard_pointer hazard = make_hazard_pointer();
  object x;
  object y;
  const atomic<object*> source(&x);
  object* pointer = &y;
  EXPECT_FALSE(hazard.try_protect(pointer, source));
  EXPECT_EQ(pointer, &x);
  EXPECT_TRUE(hazard.try_protect(pointer, source));
  EXPECT_EQ(pointer, &x);
}

TEST(HazardPointer, KeepsItsObjectWhileOthersAreReclaimed) {
  {
    hazard_domain domain;
    hazard_pointer hazard = make_hazard_pointer(domain);
    atomic<object*> source(new object(42));
    object* const kept = hazard.protect(source);
    source.store(nullptr, release);
    kept->retire({}, domain);
    retire_many(domain);
    EXPECT_EQ(kept->value, 42);
    EXPECT_LE(object::living, static_cast<int>(tuning::scan_threshold));
    hazard.reset_protection();
    retire_many(domain);
    EXPECT_LT(object::living, static_cast<int>(tuning::scan_threshold));
  }
  EXPECT_EQ(object::living, 0);
}

// Deleters run in a known order of events: the mark tells which object died.
struct marked : hazard_pointer_obj_base<marked> {
  explicit marked(bool* where) : died(where) {}
  ~marked() { *died = true; }
  bool* const died;
};

TEST(HazardPointer, AFailedTryProtectProtectsNothing) {
  bool died = false;
  hazard_domain domain;
  hazard_pointer hazard = make_hazard_pointer(domain);
  auto* const unlinked = new marked(&died);
  const atomic<marked*> source(nullptr);
  marked* pointer = unlinked;
  EXPECT_FALSE(hazard.try_protect(pointer, source));
  EXPECT_EQ(pointer, nullptr);
  unlinked->retire({}, domain);
  retire_many(domain);
  EXPECT_TRUE(died);
}

TEST(HazardPointer, ResetEndsTheProtection) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  hazard_pointer hazard = make_hazard_pointer(domain);
  atomic<marked*> source(new marked(&died));
  marked* const it = hazard.protect(source);
  it->retire({}, domain);
  retire_many(domain);
  EXPECT_FALSE(died);
  hazard.reset_protection(nullptr);
  retire_many(domain);
  EXPECT_TRUE(died);
}

TEST(HazardPointer, ResetToAnotherObjectProtectsThatOne) {
  bool first_died = false;
  bool second_died = false;
  hazard_domain domain;
  auto* const first = new marked(&first_died);
  auto* const second = new marked(&second_died);
  hazard_pointer hazard = make_hazard_pointer(domain);
  hazard.reset_protection(first);
  hazard.reset_protection(second);
  first->retire({}, domain);
  second->retire({}, domain);
  retire_many(domain);
  EXPECT_TRUE(first_died);
  EXPECT_FALSE(second_died);
}

TEST(HazardPointer, ItsEndEndsTheProtection) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  auto* const it = new marked(&died);
  {
    hazard_pointer hazard = make_hazard_pointer(domain);
    hazard.reset_protection(it);
    it->retire({}, domain);
    retire_many(domain);
    EXPECT_FALSE(died);
  }
  retire_many(domain);
  EXPECT_TRUE(died);
}

TEST(HazardPointer, AMovedOneStillProtects) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  auto* const it = new marked(&died);
  std::optional<hazard_pointer> hazard = make_hazard_pointer(domain);
  hazard->reset_protection(it);
  hazard_pointer other = std::move(*hazard);
  hazard.reset();
  it->retire({}, domain);
  retire_many(domain);
  EXPECT_FALSE(died);
  other.reset_protection();
  retire_many(domain);
  EXPECT_TRUE(died);
}

TEST(HazardPointer, AThreadMayHaveMany) {
  constexpr int count = 5 * static_cast<int>(tuning::cached_hazards);
  std::array<bool, count> died{};
  hazard_domain domain;
  std::vector<hazard_pointer> hazards;
  for (bool& mark : died) {
    auto* const it = new marked(&mark);
    hazards.push_back(make_hazard_pointer(domain));
    hazards.back().reset_protection(it);
    it->retire({}, domain);
  }
  retire_many(domain);
  for (const bool mark : died) EXPECT_FALSE(mark);
  hazards.clear();
  retire_many(domain);
  for (const bool mark : died) EXPECT_TRUE(mark);
}

TEST(HazardPointer, MayEndInAnotherThread) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  auto* const it = new marked(&died);
  hazard_pointer hazard = make_hazard_pointer(domain);
  hazard.reset_protection(it);
  std::thread([&domain, &died, it, taken = std::move(hazard)]() mutable {
    it->retire({}, domain);
    retire_many(domain);
    EXPECT_FALSE(died);
    taken = hazard_pointer();
    retire_many(domain);
    EXPECT_TRUE(died);
  }).join();
}

TEST(HazardPointer, ThrowsBadAllocAndRecovers) {
  hazard_domain domain;
  int failures = 0;
  for (int nth = 1;; ++nth) {
    const failing_allocation failing(nth,
                                     failing_allocation::how::from_then_on);
    try {
      const hazard_pointer hazard = make_hazard_pointer(domain);
      EXPECT_FALSE(hazard.empty());
      break;
    } catch (const std::bad_alloc&) {
      ++failures;
    }
  }
  EXPECT_GT(failures, 0);
  EXPECT_FALSE(make_hazard_pointer(domain).empty());
}

struct counting_deleter {
  int* count = nullptr;
  void operator()(auto* object) const noexcept {
    ++*count;
    delete object;
  }
};
struct with_deleter : hazard_pointer_obj_base<with_deleter, counting_deleter> {
};

TEST(Retire, CallsTheDeleterOnce) {
  int deleted = 0;
  {
    hazard_domain domain;
    for (int i = 0; i < 5; ++i) {
      (new with_deleter)->retire(counting_deleter{&deleted}, domain);
    }
  }
  EXPECT_EQ(deleted, 5);
}

// The base need not come first.
struct other_base {
  virtual ~other_base() = default;
  long padding = 1;
};
struct late_base : other_base, hazard_pointer_obj_base<late_base> {
  explicit late_base(bool* where) : died(where) {}
  ~late_base() override { *died = true; }
  bool* died;
};

TEST(Retire, FindsTheObjectBehindItsBase) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  hazard_pointer hazard = make_hazard_pointer(domain);
  atomic<late_base*> source(new late_base(&died));
  late_base* const it = hazard.protect(source);
  it->retire({}, domain);
  retire_many(domain);
  EXPECT_FALSE(died);
  hazard.reset_protection();
  retire_many(domain);
  EXPECT_TRUE(died);
}

// A deleter that retires: each link retires the next.
struct link : hazard_pointer_obj_base<link> {
  link(link* n, hazard_domain& d) : next(n), domain(d) { ++living; }
  ~link() {
    --living;
    if (next != nullptr) next->retire({}, domain);
  }
  link* next;
  hazard_domain& domain;
  static inline std::atomic<int> living = 0;
};

link* make_chain(hazard_domain& domain, int length) {
  link* first = nullptr;
  for (int i = 0; i < length; ++i) first = new link(first, domain);
  return first;
}

TEST(Retire, ADeleterMayRetireMore) {
  {
    hazard_domain domain;
    make_chain(domain, 50'000)->retire({}, domain);
    for (int i = 0; i < plenty; ++i) {
      make_chain(domain, 3)->retire({}, domain);
    }
  }
  EXPECT_EQ(link::living, 0);
}

TEST(Retire, NeedsNoMemory) {
  {
    hazard_domain domain;
    auto* const chain = make_chain(domain, 10);
    std::thread([&] {
      // The thread has nothing in this domain yet, and gets nothing.
      const failing_allocation failing(1,
                                       failing_allocation::how::from_then_on);
      chain->retire({}, domain);
    }).join();
    EXPECT_EQ(link::living, 0);  // nothing protected it: gone at once
  }
}

// Destroyed after the thread's own instances are: built before them.
struct late_user {
  hazard_domain* domain = nullptr;
  link* chain = nullptr;
  atomic<link*>* source = nullptr;
  bool protected_late = false;
  bool* report = nullptr;
  ~late_user() {
    if (domain == nullptr) return;
    hazard_pointer hazard = make_hazard_pointer(*domain);
    *report = hazard.protect(*source) == chain;
    hazard.reset_protection();
    chain->retire({}, *domain);
  }
};

TEST(Retire, WorksAfterTheThreadsInstancesAreGone) {
  hazard_domain domain;
  bool reported = false;
  link* const chain = make_chain(domain, 50'000);
  atomic<link*> source(chain);
  std::thread([&] {
    static thread_local late_user late;
    late.domain = &domain;
    late.chain = chain;
    late.source = &source;
    late.report = &reported;
    static_cast<void>(make_hazard_pointer(domain));
  }).join();
  EXPECT_TRUE(reported);
  EXPECT_EQ(link::living, 0);
}

TEST(Domain, EndsWithAllThatWasRetired) {
  {
    hazard_domain domain;
    retire_many(domain, 10);
    EXPECT_EQ(object::living, 10);
  }
  EXPECT_EQ(object::living, 0);
}

TEST(Domain, KnowsItsOwnHazardsOnly) {
  bool died = false;
  hazard_domain one;
  hazard_domain two;
  auto* const it = new marked(&died);
  hazard_pointer hazard = make_hazard_pointer(two);
  hazard.reset_protection(it);
  it->retire({}, one);
  retire_many(one);
  EXPECT_TRUE(died);
}

TEST(Domain, AtTheSameAddressIsAnotherOne) {
  std::optional<hazard_domain> domain;
  for (int i = 0; i < 100; ++i) {
    domain.emplace();
    const hazard_pointer hazard = make_hazard_pointer(*domain);
    retire_many(*domain, 10);
    EXPECT_EQ(object::living, 10);
  }
  domain.reset();
  EXPECT_EQ(object::living, 0);
}

TEST(Domain, MayEndBeforeItsThreads) {
  auto domain = std::make_unique<hazard_domain>();
  flag used;
  flag ended;
  std::thread user([&] {
    retire_many(*domain, 10);
    used.set();
    ended.wait();
  });
  used.wait();
  EXPECT_EQ(object::living, 10);
  domain.reset();
  EXPECT_EQ(object::living, 0);
  ended.set();
  user.join();
}

TEST(ThreadExit, HandsItsRetiredObjectsToTheNextScan) {
  bool died = false;
  hazard_domain domain;
  retire_many(domain, 1);  // this thread has its own place already
  std::thread([&] { (new marked(&died))->retire({}, domain); }).join();
  EXPECT_FALSE(died);
  retire_many(domain);
  EXPECT_TRUE(died);
}

TEST(ThreadExit, HandsItsRetiredObjectsToTheNextThread) {
  hazard_domain domain;
  const int half = static_cast<int>(tuning::scan_threshold) / 2;
  for (int i = 0; i < 2; ++i) {
    std::thread([&] { retire_many(domain, half); }).join();
  }
  EXPECT_EQ(object::living, 0);  // the second reached the threshold
}

TEST(ThreadExit, DoesNotReclaimWhatIsProtected) {
  bool died = false;  // outlives the domain
  hazard_domain domain;
  auto* const it = new marked(&died);
  hazard_pointer hazard = make_hazard_pointer(domain);
  hazard.reset_protection(it);
  std::thread([&] { it->retire({}, domain); }).join();
  retire_many(domain);
  EXPECT_FALSE(died);
}

TEST(ThreadExit, DoesNotLeakHazards) {
  hazard_domain domain;
  for (int i = 0; i < 50; ++i) {
    std::thread([&] {
      const hazard_pointer a = make_hazard_pointer(domain);
      const hazard_pointer b = make_hazard_pointer(domain);
    }).join();
  }
  // A fiftieth thread found the first one's: this one needs no memory.
  std::thread([&] {
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    EXPECT_FALSE(make_hazard_pointer(domain).empty());
  }).join();
}

TEST(Bound, AThreadKeepsFewerThanTheThreshold) {
  hazard_domain domain;
  for (int i = 0; i < plenty; ++i) {
    (new object)->retire({}, domain);
    ASSERT_LT(object::living, static_cast<int>(tuning::scan_threshold));
  }
}

}  // namespace
}  // namespace acqrel
