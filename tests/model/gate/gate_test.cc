// The gate on sources whose orderings are all needed: every mutant is killed,
// by the right test, for the right reason, and the counterexample comes back.
#include "acqrel/model/gate/gate.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/gate/report.h"
#include "acqrel/tests/model/gate/fixtures.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

const gate& good() {
  static const gate all = run_gate(settings_for("fixture"));
  return all;
}

void expect_killed(std::string_view mutant, const std::string& test,
                   const std::string& error, std::string_view message,
                   int line = __builtin_LINE()) {
  const testing::ScopedTrace caller("expect_killed", line, "called here");
  const outcome& o = outcome_of(good(), mutant);
  EXPECT_EQ(o.is, verdict::killed) << sentence(o);
  EXPECT_EQ(o.why, "");
  EXPECT_EQ(o.waived, nullptr);
  // Both dialects, of a seq_cst access.
  const bool both = o.what->from == "seq_cst";
  ASSERT_EQ(o.kills.size(), both ? 2u : 1u);
  std::set<std::string> dialects;
  for (const kill& k : o.kills) {
    dialects.insert(k.dialect);
    EXPECT_EQ(k.test, test);
    EXPECT_EQ(k.check.error, error);
    EXPECT_NE(k.check.message.find(message), std::string::npos)
        << k.check.message;
    EXPECT_NE(k.check.replay, "");
    EXPECT_GT(k.check.steps, 0u);
  }
  EXPECT_EQ(dialects, both ? (std::set<std::string>{"cxx20", "rc11"})
                           : std::set<std::string>{""});
}

TEST(Gate, PassesWhatNeedsAllItsOrderings) {
  EXPECT_EQ(good().findings(), std::vector<std::string>());
  EXPECT_EQ(good().alarms(), std::vector<std::string>());
  EXPECT_EQ(good().outcomes().size(), 10u);
  EXPECT_EQ(good().tests().size(), 6u);
  for (const model_test& t : good().tests()) {
    EXPECT_TRUE(t.is_complete()) << t.name;
    EXPECT_FALSE(t.expects_errors()) << t.name;
  }
}

TEST(Gate, KillsBothSidesOfMessagePassing) {
  const char* const test = "Mailbox.BringsTheValue";
  expect_killed("[send.publish] release -> relaxed", test, "data race",
                "T1 (tests/model/gate/fixture.h:13) writes");
  expect_killed("[receive.take] acquire -> relaxed", test, "data race",
                "T0 (tests/model/gate/fixture.h:21) reads");
}

TEST(Gate, KillsEachHalfOfACompareExchange) {
  const char* const test = "Election.IsWonByOne";
  expect_killed("[decide.win] release -> relaxed", test, "data race", "reads");
  expect_killed("[decide.win] acquire -> relaxed on failure", test, "data race",
                "reads");
}

TEST(Gate, KillsEachHalfOfAcqRel) {
  const char* const test = "Handover.TheSecondTakes";
  expect_killed("[arrive.count] acq_rel -> acquire", test, "data race", "");
  expect_killed("[arrive.count] acq_rel -> release", test, "data race", "");
  // In the second check of the test.
  EXPECT_EQ(outcome_of(good(), "[arrive.count] acq_rel -> release")
                .kills[0]
                .check.ordinal,
            2);
}

TEST(Gate, KillsSeqCstAccessesUnderBothDialects) {
  const char* const test = "TwoDoors.OneSeesTheOther";
  expect_killed("[enter.announce] seq_cst -> release", test,
                "requirement failed", "one sees the other");
  expect_killed("[enter.look] seq_cst -> acquire", test, "requirement failed",
                "one sees the other");
}

TEST(Gate, KillsFences) {
  const char* const test = "FencedDoors.OneSeesTheOther";
  expect_killed("[often.fence] light -> none", test, "requirement failed",
                "one sees the other");
  expect_killed("[seldom.fence] heavy -> light", test, "requirement failed",
                "one sees the other");
}

// What it knows of the tests.

const place& place_of(std::string_view name) {
  for (const place& p : good().places()) {
    if (p.name() == name) return p;
  }
  throw std::runtime_error("no place " + std::string(name));
}

std::vector<std::string> names_of(const std::vector<const model_test*>& tests) {
  std::vector<std::string> names;
  for (const model_test* t : tests) names.push_back(t->name);
  return names;
}

TEST(Gate, AsksTheCheapTestsThatExecuteThePlace) {
  EXPECT_EQ(names_of(good().tests_of(place_of("[send.publish]"), false)),
            (std::vector<std::string>{"Mailbox.BringsTheValue",
                                      "Mailbox.AnyHintWillDo"}));
  for (const bool on_failure : {false, true}) {
    EXPECT_EQ(names_of(good().tests_of(place_of("[decide.win]"), on_failure)),
              (std::vector<std::string>{"Election.IsWonByOne"}));
  }
}

TEST(Gate, CountsWhatTheTestsSee) {
  const coverage* const cas = good().covered(place_of("[decide.win]"));
  ASSERT_NE(cas, nullptr);
  EXPECT_EQ(cas->order, "release");
  EXPECT_EQ(cas->failure, "acquire");
  EXPECT_EQ(cas->succeeded + cas->failed, cas->executed);
  EXPECT_GT(cas->succeeded, cas->failed);
  EXPECT_GT(cas->failed, 0u);
  const coverage* const load = good().covered(place_of("[receive.take]"));
  ASSERT_NE(load, nullptr);
  EXPECT_EQ(load->executed, 6u);  // in two tests
  EXPECT_EQ(load->stale, 3u);
}

TEST(Gate, WritesOverridesAsTheCheckerTakesThem) {
  const place& cas = place_of("[decide.win]");
  // The column is the compiler's: where the call begins, or what it names.
  const coverage* const seen = good().covered(cas);
  ASSERT_NE(seen, nullptr);
  EXPECT_GT(seen->column, 1);
  const std::string where = folder + "fixture.h:" + std::to_string(cas.line) +
                            ":" + std::to_string(seen->column);
  EXPECT_EQ(good().override_for(cas, cas.mutants[0]), where + "=relaxed");
  EXPECT_EQ(good().override_for(cas, cas.mutants[1]),
            where + ":failure=relaxed");
  EXPECT_EQ(good().override_for(cas, true, "seq_cst"),
            where + ":failure=seq_cst");
  place nowhere = cas;
  nowhere.line = 1;
  EXPECT_EQ(good().override_for(nowhere, cas.mutants[0]), "");
}

TEST(Gate, TriesOtherOrderings) {
  const place& publish = place_of("[send.publish]");
  const auto tests = good().tests_of(publish, false);
  const outcome stronger = good().try_overrides(
      good().override_for(publish, false, "seq_cst"), tests, "");
  EXPECT_EQ(stronger.is, verdict::survived) << stronger.why;
  EXPECT_EQ(stronger.tests, 2);
  EXPECT_EQ(stronger.executions,
            tests[0]->executions() + tests[1]->executions());
  EXPECT_EQ(good().try_overrides("", {}, "").is, verdict::undecided);
}

// What it tells.

TEST(Report, SaysWhatKillsAMutant) {
  EXPECT_EQ(
      sentence(outcome_of(good(), "[receive.take] acquire -> relaxed")),
      "tests/model/gate/fixture.h:21: [receive.take] load, acquire -> relaxed: "
      "killed by Mailbox.BringsTheValue, in the 2nd execution of the client "
      "\"send|receive\": a data race on the object constructed at "
      "tests/model/gate/fixture.h:10: T1 (tests/model/gate/fixture.h:13) "
      "writes and T0 (tests/model/gate/fixture.h:21) reads, and neither "
      "happens before the other");
  const std::string both =
      sentence(outcome_of(good(), "[enter.look] seq_cst -> acquire"));
  EXPECT_NE(both.find("under rc11"), std::string::npos) << both;
  EXPECT_NE(both.find("; and killed by "), std::string::npos) << both;
  EXPECT_NE(both.find("under cxx20"), std::string::npos) << both;
}

TEST(Report, CountsExecutionsAsPeopleDo) {
  check_record c;
  c.ordinal = 3;
  const auto text = [&](std::uint64_t before) {
    c.executions = before;
    return where_it_failed(c);
  };
  EXPECT_EQ(text(0), "in the 1st execution of its 3rd check");
  EXPECT_EQ(text(1), "in the 2nd execution of its 3rd check");
  EXPECT_EQ(text(10), "in the 11th execution of its 3rd check");
  EXPECT_EQ(text(11), "in the 12th execution of its 3rd check");
  EXPECT_EQ(text(12), "in the 13th execution of its 3rd check");
  EXPECT_EQ(text(22), "in the 23rd execution of its 3rd check");
  EXPECT_EQ(text(110), "in the 111th execution of its 3rd check");
}

TEST(Report, DrawsEachKillAgain) {
  for (const outcome& o : good().outcomes()) {
    const std::string drawing = draw(good(), o);
    EXPECT_TRUE(drawing.starts_with("<svg")) << o.key();
    EXPECT_NE(drawing.find("</svg>"), std::string::npos) << o.key();
    EXPECT_NE(drawing.find("fixture.h"), std::string::npos) << o.key();
    EXPECT_EQ(drawing, draw(good(), o)) << o.key();
  }
}

TEST(Report, DoesNotDrawWhatDoesNotComeBack) {
  outcome o = outcome_of(good(), "[send.publish] release -> relaxed");
  o.kills[0].check.ordinal = 7;
  try {
    (void)draw(good(), o);
    FAIL() << "there is no 7th check";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("did not come back"),
              std::string::npos)
        << e.what();
  }
}

TEST(Report, NamesEachMutantOfAFileOtherwise) {
  std::set<std::string> names;
  for (const outcome& o : good().outcomes()) names.insert(short_name(o));
  EXPECT_EQ(names, (std::set<std::string>{
                       "arrive.count.acquire", "arrive.count.release",
                       "decide.win", "decide.win.failure", "enter.announce",
                       "enter.look", "often.fence", "receive.take",
                       "seldom.fence", "send.publish"}));
}

TEST(Report, SumsUp) {
  std::ostringstream out;
  print_summary(out, good(), 1.25);
  EXPECT_NE(out.str().find("13 places, 8 with an ordering stronger than "
                           "relaxed; 10 mutants: 10 killed, 0 survived, 0 "
                           "undecided, 0 waived; 6 tests, "),
            std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find(", 0 findings, 1.2 s\n"), std::string::npos)
      << out.str();
}

// What may happen to the processes.

TEST(Programs, ThatCannotBeRunAreNamed) {
  settings with = settings_for("fixture");
  with.programs = {"tests/model/gate/no_such_program"};
  gate all(std::move(with));
  EXPECT_THROW(all.run_tests(), std::runtime_error);
  EXPECT_THROW((void)list_tests("/bin/false"), std::runtime_error);
}

TEST(Programs, RunOneTestWithinBounds) {
  const std::string program = folder + "fixture_model_test";
  const std::vector<std::string> tests = list_tests(program);
  EXPECT_EQ(tests.size(), 6u);
  EXPECT_EQ(std::count(tests.begin(), tests.end(), "Mailbox.BringsTheValue"),
            1);
  const test_run whole = run_test(program, "Handover.TheSecondTakes", {});
  EXPECT_TRUE(whole.passed) << whole.output;
  ASSERT_EQ(whole.checks.size(), 2u);
  EXPECT_TRUE(whole.checks[1].complete);
  const test_run second =
      run_test(program, "Handover.TheSecondTakes", {.only = 2});
  ASSERT_EQ(second.checks.size(), 1u);
  EXPECT_EQ(second.checks[0].ordinal, 2);
  const test_run bounded =
      run_test(program, "Handover.TheSecondTakes", {.max_executions = 1});
  EXPECT_EQ(bounded.checks[1].bound, "max_executions");
  EXPECT_EQ(bounded.checks[1].executions, 1u);
  EXPECT_FALSE(bounded.checks[1].complete);
}

}  // namespace
}  // namespace acqrel::model::gate
