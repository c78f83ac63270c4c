#include "acqrel/tests/model/compact.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/litmus_rows.h"

namespace acqrel::testing {
namespace {

TEST(compact, PrintsWhatItParsed) {
  for (const litmus_row& row : litmus_rows()) {
    EXPECT_EQ(to_compact(parse_compact(row.program)), row.program);
  }
  const std::string fences = "F light; W x 1 rlx || F heavy; W y -2 rel";
  EXPECT_EQ(to_compact(parse_compact(fences)), fences);
}

TEST(compact, SeparatesThreadsByEitherSign) {
  EXPECT_EQ(to_compact(parse_compact("W x 1 rlx ‖ W x 2 rlx")),
            "W x 1 rlx || W x 2 rlx");
}

TEST(compact, NumbersLocationsAndRegistersAsTheyAppear) {
  const model::litmus::program p =
      parse_compact("R b y acq; W x =b rlx || R a x rlx", "b!=a and m_y=3");
  EXPECT_EQ(p.locations, (std::vector<std::string>{"y", "x"}));
  EXPECT_EQ(p.registers, (std::vector<std::string>{"b", "a"}));
  ASSERT_EQ(p.exists.size(), 2u);
  EXPECT_FALSE(p.exists[0].is_location);
  EXPECT_EQ(p.exists[0].index, 0);
  EXPECT_TRUE(p.exists[0].against_register);
  EXPECT_EQ(p.exists[0].other, 1);
  EXPECT_TRUE(p.exists[0].negated);
  EXPECT_TRUE(p.exists[1].is_location);
  EXPECT_EQ(p.exists[1].index, 0);
  EXPECT_EQ(p.exists[1].value, 3);
  EXPECT_FALSE(p.exists[1].negated);
}

std::string refusal(std::string_view program, std::string_view exists = "") {
  try {
    parse_compact(program, exists);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "none";
}

TEST(compact, NamesTheColumnOfAnError) {
  EXPECT_EQ(refusal("W x 1 rlx ‖ X"),
            "column 13: 'X' is no instruction (W, R, U, A, C or F)");
  EXPECT_EQ(refusal("W x 1"), "column 1: 'W' takes 3 words");
  EXPECT_EQ(refusal("W x 1 rlx; "), "column 11: an instruction is missing");
  EXPECT_EQ(refusal("W x 1 acq"), "column 7: 'acq' is not allowed here");
  EXPECT_EQ(refusal("R a x rel"), "column 7: 'rel' is not allowed here");
  EXPECT_EQ(refusal("F rlx"), "column 3: 'rlx' is not allowed here");
  EXPECT_EQ(refusal("W x one rlx"), "column 5: 'one' is no number");
  EXPECT_EQ(refusal("W x =a rlx"),
            "column 6: no register 'a' was read into before");
  EXPECT_EQ(refusal("R a x rlx || W x =a rlx"),
            "column 19: 'a' is a register of another thread");
  EXPECT_EQ(refusal("R a x rlx || R a x rlx"),
            "column 16: 'a' is a register of another thread");
  EXPECT_EQ(refusal("R x x rlx"), "column 3: 'x' is a location");
  EXPECT_EQ(refusal("R a x rlx; W a 1 rlx"), "column 14: 'a' is a register");
  EXPECT_EQ(refusal("W 2 1 rlx"), "column 3: '2' is no name");
  EXPECT_EQ(refusal("W x 1 rlx", "m_x=1 and y=2"),
            "column 11: of the outcome: the program has no 'y'");
}

}  // namespace
}  // namespace acqrel::testing
