// The model checker judges each litmus row rightly, and visits exactly the
// graphs that the axioms allow, each once.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "acqrel/model/check.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/axioms.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/enumerate.h"
#include "acqrel/tests/model/litmus_rows.h"
#include "acqrel/tests/model/run_program.h"

namespace acqrel::testing {

void PrintTo(const litmus_row& row, std::ostream* out) {
  *out << row.number << " " << row.name << ": " << row.program;
}

namespace {

class litmus_row_checked : public ::testing::TestWithParam<litmus_row> {
 protected:
  const model::litmus::program program_ =
      parse_compact(GetParam().program, GetParam().weak_outcome);
};

TEST_P(litmus_row_checked, UnderRc11) {
  const model::result r = run_program(program_, {});
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
  EXPECT_EQ(r.executions, GetParam().graphs);
  EXPECT_EQ(weak_outcome_happens(program_, behaviours_of(r)), GetParam().rc11);
  EXPECT_EQ(behaviours_of(r).outcomes,
            enumerate(program_, axioms::rc11).outcomes);
}

TEST_P(litmus_row_checked, UnderCxx20) {
  model::options options;
  options.memory_model = model::dialect::cxx20;
  const model::result r = run_program(program_, options);
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
  EXPECT_EQ(weak_outcome_happens(program_, behaviours_of(r)), GetParam().cxx20);
  const behaviours expected = enumerate(program_, axioms::cxx20);
  EXPECT_EQ(r.executions, expected.graphs);
  EXPECT_EQ(behaviours_of(r).outcomes, expected.outcomes);
}

INSTANTIATE_TEST_SUITE_P(rows, litmus_row_checked,
                         ::testing::ValuesIn(litmus_rows()),
                         [](const ::testing::TestParamInfo<litmus_row>& info) {
                           return std::to_string(info.param.number);
                         });

// Store buffering, with a fence of each kind on either side.
bool store_buffering(const std::string& left, const std::string& right) {
  const model::litmus::program p =
      parse_compact("W x 1 rlx; F " + left + "; R a y rlx || W y 1 rlx; F " +
                        right + "; R b x rlx",
                    "a=0 and b=0");
  const model::result r = run_program(p, {});
  EXPECT_TRUE(r) << r;
  EXPECT_EQ(behaviours_of(r).outcomes, enumerate(p, axioms::rc11).outcomes);
  return weak_outcome_happens(p, behaviours_of(r));
}

TEST(asymmetric_fences_checked, OrderStoreBufferingWithAHeavySide) {
  EXPECT_FALSE(store_buffering("light", "heavy"));
  EXPECT_FALSE(store_buffering("heavy", "light"));
  EXPECT_FALSE(store_buffering("heavy", "heavy"));
  EXPECT_FALSE(store_buffering("heavy", "sc"));
}

TEST(asymmetric_fences_checked, OrderNothingWithoutAHeavySide) {
  EXPECT_TRUE(store_buffering("light", "light"));
  EXPECT_TRUE(store_buffering("light", "sc"));
  EXPECT_TRUE(store_buffering("light", "ar"));
}

}  // namespace
}  // namespace acqrel::testing
