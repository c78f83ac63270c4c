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
  const model::result r =
      run_program(program_, {.memory_model = model::dialect::cxx20});
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
  EXPECT_EQ(weak_outcome_happens(program_, behaviours_of(r)), GetParam().cxx20);
  EXPECT_EQ(behaviours_of(r), enumerate(program_, axioms::cxx20));
}

INSTANTIATE_TEST_SUITE_P(rows, litmus_row_checked,
                         ::testing::ValuesIn(litmus_rows()),
                         [](const ::testing::TestParamInfo<litmus_row>& info) {
                           return std::to_string(info.param.number);
                         });

}  // namespace
}  // namespace acqrel::testing
