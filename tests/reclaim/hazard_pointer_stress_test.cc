// Readers protect and read while writers replace and retire: no reader sees a
// dead object, each object dies once, and not too many wait to.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel {
namespace {

using testing::budget;
using testing::payload;
using testing::run_together;

struct document : hazard_pointer_obj_base<document> {
  explicit document(std::uint64_t version) : text(version) { ++living; }
  ~document() { --living; }
  payload text;  // memory of its own: a read after its end shows
  static inline std::atomic<int> living = 0;
};

constexpr unsigned sources = 3;

struct library {
  hazard_domain domain;
  atomic<document*> shelf[sources];

  library() {
    for (auto& place : shelf) place.store(new document(1), release);
  }
  ~library() {
    for (auto& place : shelf) delete place.load(relaxed);
  }

  // Versions of a place only grow, so a reader never sees one come back.
  bool read_all(std::uint64_t* last) {
    hazard_pointer hazard = make_hazard_pointer(domain);
    for (unsigned i = 0; i < sources; ++i) {
      const std::uint64_t version = hazard.protect(shelf[i])->text.value();
      if (version == payload::corrupted || version < last[i]) return false;
      last[i] = version;
    }
    return true;
  }

  void replace(unsigned i) {
    hazard_pointer hazard = make_hazard_pointer(domain);
    for (;;) {
      document* old = hazard.protect(shelf[i]);
      auto* const fresh = new document(old->text.value() + 1);
      if (shelf[i].compare_exchange_strong(old, fresh, acq_rel, relaxed)) {
        hazard.reset_protection();
        old->retire({}, domain);
        return;
      }
      delete fresh;
    }
  }
};

void read_and_write(unsigned readers, unsigned writers) {
  ASSERT_EQ(document::living, 0);
  for (budget left(std::chrono::milliseconds(700)); left.another_round();) {
    library shared;
    std::atomic<unsigned> writing = writers;
    std::atomic<bool> wrong = false;
    std::atomic<int> most = 0;
    run_together(readers + writers, [&](unsigned index) {
      if (index < writers) {
        for (unsigned i = 0; i < 1500; ++i) {
          shared.replace((i + index) % sources);
          const int now = document::living;
          if (now > most) most = now;
        }
        --writing;
        return;
      }
      std::uint64_t last[sources] = {};
      while (writing > 0) {
        if (!shared.read_all(last)) wrong = true;
        std::this_thread::yield();
      }
    });
    EXPECT_FALSE(wrong);
    // Each writer's list; what is protected now, or was at its last scan; what
    // is on the shelves, and one fresh for each writer.
    const unsigned threads = readers + writers;
    EXPECT_LE(most, static_cast<int>(
                        writers * (tuning::scan_threshold + 2 * threads) +
                        sources + writers));
  }
  EXPECT_EQ(document::living, 0);
}

TEST(HazardPointerStress, OneReaderOneWriter) { read_and_write(1, 1); }
TEST(HazardPointerStress, TwoReadersTwoWriters) { read_and_write(2, 2); }
TEST(HazardPointerStress, FourReadersFourWriters) { read_and_write(4, 4); }

// Threads come and go, and leave retired objects behind.
TEST(HazardPointerStress, ThreadsThatComeAndGo) {
  ASSERT_EQ(document::living, 0);
  {
    library shared;
    for (budget left(std::chrono::milliseconds(1000)); left.another_round();) {
      std::atomic<bool> wrong = false;
      run_together(4, [&](unsigned index) {
        std::uint64_t last[sources] = {};
        for (unsigned i = 0; i < 50; ++i) {
          if (index % 2 == 0) shared.replace(i % sources);
          if (!shared.read_all(last)) wrong = true;
        }
      });
      EXPECT_FALSE(wrong);
      EXPECT_LE(document::living,
                static_cast<int>(8 * tuning::scan_threshold) + 100);
    }
  }
  EXPECT_EQ(document::living, 0);
}

}  // namespace
}  // namespace acqrel
