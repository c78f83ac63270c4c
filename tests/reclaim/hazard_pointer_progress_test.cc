// What the cards of hazard pointers and their domain say of progress, with a
// thread stopped before each step of what it does there.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/tests/support/stepping/victim.h"

namespace acqrel::testing {
namespace {

using stepping::bystander;
using stepping::state;
using stepping::victim;

struct object : hazard_pointer_obj_base<object> {
  static inline std::atomic<int> living = 0;
  object() { ++living; }
  ~object() { --living; }
};

struct shared {
  hazard_domain domain;
  atomic<object*> current{new object};

  ~shared() { delete current.load(relaxed); }

  void read() {
    hazard_pointer hazard = make_hazard_pointer(domain);
    (void)hazard.protect(current);
  }
  void replace() {
    object* const old = current.exchange(new object, acq_rel);
    old->retire({}, domain);
  }
};

using operation = std::function<void(shared&)>;
const std::vector<operation> operations = {
    [](shared& s) { s.read(); },
    [](shared& s) { s.replace(); },
    // Two at once: a hazard that comes from no cache, and two that are kept.
    [](shared& s) {
      hazard_pointer first = make_hazard_pointer(s.domain);
      hazard_pointer second = make_hazard_pointer(s.domain);
      hazard_pointer third = make_hazard_pointer(s.domain);
      (void)third.protect(s.current);
      s.replace();
    },
};

// Claims, protections, retirements and scans: none waits for a thread that is in
// the middle of one of them; and what it protects or retires is deleted once.
TEST(HazardDomain, IsLockFree) {
  for (const operation& stopped : operations) {
    for (const operation& beside : operations) {
      for (const operation& before : {operation([](shared&) {}), beside}) {
        std::uint64_t stops = 0;
        for (bool ended = false; !ended;) {
          {
            shared s;
            victim who([&] { stopped(s); }, [&] { before(s); });
            ended = who.run_to(++stops) == state::ended;
            bystander other;
            EXPECT_FALSE(other.waits_for(who, [&] { beside(s); }));
            EXPECT_FALSE(other.waits_for(who, [&] { beside(s); }));
            who.finish();
          }
          ASSERT_EQ(object::living, 0) << "at step " << stops;
        }
        EXPECT_GT(stops, 4u);
      }
    }
  }
}

// One step after the other, whatever others do before each.
std::uint64_t steps_beside_replacements(const operation& watched) {
  shared s;
  victim who([&] { watched(s); });
  std::uint64_t n = 1;
  for (; n <= 200 && who.run_to(n) == state::stopped; ++n) s.replace();
  return n - 1;
}

TEST(HazardPointer, TryProtectAndResetTakeAsManySteps) {
  shared s;
  hazard_pointer hazard = make_hazard_pointer(s.domain);
  const auto watch = [&](const auto& action) {
    victim who(action);
    std::uint64_t n = 1;
    for (; n <= 200 && who.run_to(n) == state::stopped; ++n) s.replace();
    return n - 1;
  };
  object* seen = nullptr;
  EXPECT_LE(watch([&] { (void)hazard.try_protect(seen, s.current); }), 4u);
  EXPECT_LE(watch([&] { hazard.reset_protection(&*seen); }), 1u);
  EXPECT_LE(watch([&] { hazard.reset_protection(); }), 1u);
}

// protect() repeats whenever the source has changed: lock-free, no more.
TEST(HazardPointer, ProtectMayBeOvertakenForEver) {
  EXPECT_EQ(steps_beside_replacements([](shared& s) { s.read(); }), 200u);
}

}  // namespace
}  // namespace acqrel::testing
