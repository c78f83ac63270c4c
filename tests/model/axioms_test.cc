// The enumerator is what the model checker is compared with. It is itself held
// to the published verdicts and the number of graphs of each litmus row.
#include "acqrel/tests/model/axioms.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/enumerate.h"
#include "acqrel/tests/model/litmus_rows.h"
#include "acqrel/tests/model/random_program.h"

namespace acqrel::testing {

void PrintTo(const litmus_row& row, std::ostream* out) {
  *out << row.number << " " << row.name << ": " << row.program;
}

namespace {

class litmus_row_axioms : public ::testing::TestWithParam<litmus_row> {};

TEST_P(litmus_row_axioms, HaveThePublishedVerdictAndNumberOfGraphs) {
  const litmus_row& row = GetParam();
  const model::litmus::program p = parse_compact(row.program, row.weak_outcome);
  const behaviours rc11 = enumerate(p, axioms::rc11);
  EXPECT_EQ(weak_outcome_happens(p, rc11), row.rc11);
  EXPECT_EQ(rc11.graphs, row.graphs);
  EXPECT_EQ(weak_outcome_happens(p, enumerate(p, axioms::cxx20)), row.cxx20);
}

INSTANTIATE_TEST_SUITE_P(rows, litmus_row_axioms,
                         ::testing::ValuesIn(litmus_rows()),
                         [](const ::testing::TestParamInfo<litmus_row>& info) {
                           return std::to_string(info.param.number);
                         });

bool allowed(std::string_view program, std::string_view outcome, axioms which) {
  const model::litmus::program p = parse_compact(program, outcome);
  return weak_outcome_happens(p, enumerate(p, which));
}

// What both RC11 and C++20 say.
bool allowed(std::string_view program, std::string_view outcome) {
  const bool rc11 = allowed(program, outcome, axioms::rc11);
  EXPECT_EQ(rc11, allowed(program, outcome, axioms::cxx20)) << program;
  return rc11;
}

// Store buffering, with a fence of each kind on either side.
bool store_buffering(const std::string& left, const std::string& right) {
  return allowed("W x 1 rlx; F " + left + "; R a y rlx || W y 1 rlx; F " +
                     right + "; R b x rlx",
                 "a=0 and b=0");
}

TEST(asymmetric_fences, OrderStoreBufferingWithAHeavySide) {
  EXPECT_FALSE(store_buffering("light", "heavy"));
  EXPECT_FALSE(store_buffering("heavy", "light"));
  EXPECT_FALSE(store_buffering("heavy", "heavy"));
  EXPECT_FALSE(store_buffering("heavy", "sc"));
}

TEST(asymmetric_fences, OrderNothingWithoutAHeavySide) {
  EXPECT_TRUE(store_buffering("light", "light"));
  EXPECT_TRUE(store_buffering("light", "sc"));
  EXPECT_TRUE(store_buffering("sc", "light"));
  EXPECT_TRUE(store_buffering("light", "ar"));
  EXPECT_TRUE(store_buffering("heavy", "ar"));
}

TEST(asymmetric_fences, AHeavyFenceIsASeqCstFence) {
  // With seq_cst accesses, and for publication.
  EXPECT_FALSE(allowed("W x 1 sc; R a y sc || W y 1 rlx; F heavy; R b x rlx",
                       "a=0 and b=0"));
  EXPECT_FALSE(
      allowed("W x 1 rlx; F heavy; W y 1 rlx || R a y rlx; F heavy; R b x rlx",
              "a=1 and b=0"));
}

TEST(asymmetric_fences, ALightFencePublishesNothing) {
  EXPECT_TRUE(allowed("W x 1 rlx; F light; W y 1 rlx || R a y acq; R b x rlx",
                      "a=1 and b=0"));
  EXPECT_TRUE(allowed("W x 1 rlx; W y 1 rel || R a y rlx; F light; R b x rlx",
                      "a=1 and b=0"));
  EXPECT_TRUE(allowed("W x 1 sc; R a y sc || W y 1 rlx; F light; R b x rlx",
                      "a=0 and b=0"));
}

TEST(asymmetric_fences, ALightFenceIsOrderedOnlyThroughHeavyOnes) {
  // Each of three threads misses the next one's store: one pair is not ordered.
  const std::string ring =
      "W x 1 rlx; F light; R a y rlx || W y 1 rlx; F heavy; R b z rlx || "
      "W z 1 rlx; F ";
  EXPECT_FALSE(allowed(ring + "heavy; R c x rlx", "a=0 and b=0 and c=0"));
  EXPECT_TRUE(allowed(ring + "light; R c x rlx", "a=0 and b=0 and c=0"));
  EXPECT_TRUE(allowed(ring + "sc; R c x rlx", "a=0 and b=0 and c=0"));
}

// The stores of x and the loads of z and x are seq_cst, and what orders them is
// a publication through y, between which and them the program order lies.
TEST(seq_cst_accesses, AreOrderedThroughPublicationInBetween) {
  EXPECT_FALSE(
      allowed("W x 1 sc; W y 1 rel || R a y acq; R b z sc || "
              "W z 1 sc; R c x sc",
              "a=1 and b=0 and c=0"));
}

// In C++20 a read-modify-write is one operation, in RC11 two events. If it were
// two, its read, sequenced before its write, would make the exchange *strongly*
// happen before R b y, and so precede it in S.
TEST(cxx20_axioms, TakeAReadModifyWriteForOneOperation) {
  const std::string rest = " || R a x acq; R b y sc || W y 1 sc; R c x sc";
  const std::string outcome = "a=1 and b=0 and c=0";
  EXPECT_TRUE(allowed("U q x 1 sc" + rest, outcome, axioms::cxx20));
  EXPECT_TRUE(allowed("W x 1 sc" + rest, outcome, axioms::cxx20));
}

// All of a location's accesses become seq_cst, or none is.
void separate_seq_cst(model::litmus::program& p, std::uint64_t seed) {
  for (std::vector<model::litmus::instruction>& thread : p.threads) {
    for (model::litmus::instruction& i : thread) {
      if (i.location < 0) continue;
      const bool seq_cst =
          (static_cast<std::uint64_t>(i.location) + seed) % 2 != 0;
      for (std::memory_order* order : {&i.order, &i.failure}) {
        if (seq_cst) {
          *order = std::memory_order_seq_cst;
        } else if (*order == std::memory_order_seq_cst) {
          *order = std::memory_order_relaxed;
        }
      }
    }
  }
}

// The library's rule: a location is accessed with seq_cst always or never.
// Then it does not matter which of the two one has in mind.
TEST(dialects, AgreeWhereNoLocationMixesSeqCstWithWeakerOrderings) {
  for (const profile what :
       {profile::mixed, profile::fences, profile::seq_cst, profile::updates}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      model::litmus::program p = random_program(seed, what);
      separate_seq_cst(p, seed);
      EXPECT_EQ(enumerate(p, axioms::rc11).outcomes,
                enumerate(p, axioms::cxx20).outcomes)
          << to_compact(p);
    }
  }
}

TEST(enumeration, CountsOutcomes) {
  const model::litmus::program p =
      parse_compact("A a x 1 rlx; C b x 2 7 rlx rlx || A c x 1 rlx");
  const behaviours b = enumerate(p, axioms::rc11);
  // Registers a, b and c, and the last value of x.
  EXPECT_EQ(b.graphs, 3u);
  const std::map<model::litmus::outcome, std::uint64_t> expected{
      {{0, 1, 1, 2}, 1}, {{0, 2, 1, 7}, 1}, {{1, 2, 0, 7}, 1}};
  EXPECT_EQ(b.outcomes, expected);
}

}  // namespace
}  // namespace acqrel::testing
