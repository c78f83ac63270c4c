// What a test process writes of a check is what the gate reads.
#include "acqrel/model/gate/record.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

check_record full_record() {
  check_record r;
  r.ordinal = 3;
  r.name = "push|pop, drain pop";
  r.error = "data race";
  r.message = "T1 (a.h:3) and\n\tT2 (a.h:4) \\ race\\n";
  r.executions = 18446744073709551615u;
  r.complete = false;
  r.bound = "max_executions";
  r.histories = 12;
  r.outcomes = 4;
  r.steps = 17;
  r.replay = "2 0 1";
  r.drawing = "/tmp/a drawing.svg";
  r.weakened = {{"a.h", 3, "b.cc", 4}, {"a\tb.h", 5, "", 0}};
  return r;
}

TEST(Record, ComesBackAsItWas) {
  for (const check_record& r : {check_record(), full_record()}) {
    const std::string line = to_line(r);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    EXPECT_EQ(parse_record(line), r) << line;
    EXPECT_EQ(parse_record(line.substr(0, line.size() - 1)), r) << line;
  }
}

TEST(Record, EachFieldHasItsOwnPlace) {
  // Fields that are taken for one another would make these equal.
  const check_record full = full_record();
  for (const auto change : std::vector<void (*)(check_record&)>{
           [](check_record& r) { r.ordinal = 99; },
           [](check_record& r) { r.name = "x"; },
           [](check_record& r) { r.error = "x"; },
           [](check_record& r) { r.message = "x"; },
           [](check_record& r) { r.executions = 99; },
           [](check_record& r) { r.complete = true; },
           [](check_record& r) { r.bound = "x"; },
           [](check_record& r) { r.histories = 99; },
           [](check_record& r) { r.outcomes = 99; },
           [](check_record& r) { r.steps = 99; },
           [](check_record& r) { r.replay = "x"; },
           [](check_record& r) { r.drawing = "x"; },
           [](check_record& r) { r.weakened.pop_back(); },
           [](check_record& r) { r.weakened[1].next_line = 99; },
           [](check_record& r) { r.weakened.clear(); }}) {
    check_record changed = full;
    change(changed);
    EXPECT_NE(changed, full);
    EXPECT_EQ(parse_record(to_line(changed)), changed);
  }
}

TEST(Record, TextWithBackslashesIsNoTab) {
  for (const char* const text :
       {"\\t", "\\\\t", "\\", "\\\\", "\t\\", "\n", "\\\n", ""}) {
    check_record r;
    r.message = text;
    r.drawing = text;
    r.weakened = {{text, 1, text, 2}};
    EXPECT_EQ(parse_record(to_line(r)), r) << text;
  }
}

std::string why_not(const std::string& line) {
  try {
    parse_record(line);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "it is one";
}

TEST(Record, WhatIsNoneIsRefused) {
  EXPECT_EQ(why_not(""), "no record of a check: ''");
  EXPECT_EQ(why_not("1\tname"), "no record of a check: '1\tname'");
  const std::string good = "1\tn\t\t\t5\tcomplete\t\t0\t0\t0\t\t";
  EXPECT_EQ(why_not(good), "it is one");
  // Part of a weakened step, as if the process was killed while it wrote.
  EXPECT_EQ(why_not(good + "\ta.h").substr(0, 20), "no record of a check");
  EXPECT_EQ(why_not(good + "\ta.h\t3\tb.h").substr(0, 20),
            "no record of a check");
  EXPECT_EQ(why_not(good + "\ta.h\t3\tb.h\t4"), "it is one");
  EXPECT_EQ(why_not(good + "\ta.h\tx\tb.h\t4"), "no number: 'x'");
  EXPECT_EQ(why_not("one" + good.substr(1)), "no number: 'one'");
  EXPECT_EQ(why_not(good.substr(1)), "no number: ''");
  EXPECT_EQ(why_not("-1" + good.substr(1)), "no number: '-1'");
  EXPECT_EQ(why_not("1\tn\t\t\t5 \tcomplete\t\t0\t0\t0\t\t"),
            "no number: '5 '");
  EXPECT_EQ(why_not("1\tn\t\t\t5\tperhaps\t\t0\t0\t0\t\t"),
            "neither complete nor bounded: 'perhaps'");
}

TEST(Record, SplitKeepsEmptyFields) {
  using texts = std::vector<std::string>;
  EXPECT_EQ(split("", '\t'), texts{""});
  EXPECT_EQ(split("a", '\t'), texts{"a"});
  EXPECT_EQ(split("a\t\tb\t", '\t'), (texts{"a", "", "b", ""}));
  EXPECT_EQ(split("\t", '\t'), (texts{"", ""}));
  // The end of the line is none of its text.
  EXPECT_EQ(split("a\tb\n", '\t'), (texts{"a", "b"}));
  EXPECT_EQ(split("a\nb\n", '\n'), (texts{"a", "b"}));
  EXPECT_EQ(split("a\n\n", '\n'), (texts{"a", ""}));
}

}  // namespace
}  // namespace acqrel::model::gate
