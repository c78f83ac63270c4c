// The gate on sources with flaws: each is found, and said in a sentence.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/gate/gate.h"
#include "acqrel/model/gate/record.h"
#include "acqrel/model/gate/report.h"
#include "acqrel/tests/model/gate/fixtures.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

const gate& flaws() {
  static const gate all = run_gate(settings_for("fixture_flaws"));
  return all;
}
const gate& bounds() {
  static const gate all = run_gate(settings_for("fixture_bounds"));
  return all;
}

// With a line for each mutant: "[next.count] release -> relaxed: W3: so."
gate with_waivers(const std::vector<std::string>& lines) {
  std::string text = "# so\n";
  for (const std::string& l : lines) {
    text += "tests/model/gate/fixture_flaws.h " + l + "\n";
  }
  return run_gate(settings_for("fixture_flaws", text));
}

TEST(Survivor, IsFound) {
  const outcome& o = outcome_of(flaws(), "[next.count] release -> relaxed");
  EXPECT_EQ(o.is, verdict::survived);
  EXPECT_EQ(o.why, "");
  // Not Tickets.AreNotAllZero, which means to fail.
  EXPECT_EQ(o.tests, 3);
  EXPECT_TRUE(o.kills.empty());
  expect_says(flaws().findings(),
              at("fixture_flaws.h", "count_.fetch_add(1, release)") +
                  "[next.count] release -> relaxed survives. Weaken the "
                  "source, or find the client that needs the ordering");
  EXPECT_NE(sentence(o).find("SURVIVES 3 tests with 6 executions"),
            std::string::npos)
      << sentence(o);
}

TEST(Survivor, ThatIsWaivedIsNotFound) {
  const gate all =
      with_waivers({"[next.count] release -> relaxed: W3: more customers.",
                    "[take.read] acquire -> relaxed: W4: so.",
                    "[receive.take] acquire -> relaxed: W6: is killed.",
                    "[no.such] acquire -> relaxed: W3: is none.",
                    "[next.count] release -> acquire: W3: is no step."});
  expect_says(all.findings(), "[next.count] release -> relaxed survives", 0);
  expect_says(all.findings(), "[take.read]", 0);
  expect_says(all.findings(), "[take.swap] acquire -> relaxed survives");
  const outcome& o = outcome_of(all, "[next.count] release -> relaxed");
  ASSERT_NE(o.waived, nullptr);
  EXPECT_EQ(o.waived->where, "the.waivers:2");
  EXPECT_TRUE(sentence(o).ends_with(". Waived (W3): more customers."))
      << sentence(o);

  // Waivers that hold no more.
  expect_says(all.findings(),
              "the.waivers:4: this waiver is not needed: "
              "BeltAndBraces.BringsTheValue kills the mutant");
  EXPECT_EQ(outcome_of(all, "[receive.take] acquire -> relaxed").waived,
            nullptr);
  expect_says(all.findings(),
              "the.waivers:5: there is no such mutant: "
              "tests/model/gate/fixture_flaws.h [no.such] acquire -> relaxed");
  expect_says(all.findings(), "the.waivers:6: there is no such mutant: ");
}

TEST(Survivors, ThatBackEachOtherUpAreFoundTogether) {
  for (const char* const mutant :
       {"[send.fence] release -> none", "[send.publish] release -> relaxed"}) {
    const outcome& o = outcome_of(flaws(), mutant);
    EXPECT_EQ(o.is, verdict::survived) << sentence(o);
  }
  expect_says(flaws().findings(),
              "the orderings that survive one by one do not all at once: "
              "BeltAndBraces.BringsTheValue fails without all of them");
}

// The gate on nothing but the functions of these labels.
gate with_only(const std::vector<std::string>& labels) {
  settings with = settings_for("fixture_flaws");
  const std::vector<std::string> lines = split(with.sources[0].text, '\n');
  std::vector<bool> keep(lines.size());
  for (const place& p : flaws().places()) {
    for (const std::string& label : labels) {
      if (p.label != label) continue;
      for (int i = p.function_first; i <= p.function_last; ++i) {
        keep[static_cast<std::size_t>(i) - 1] = true;
      }
    }
  }
  with.sources[0].text.clear();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    with.sources[0].text += (keep[i] ? lines[i] : "") + "\n";
  }
  return run_gate(std::move(with));
}

TEST(Survivors, OfAcqRelAreTakenTogether) {
  const gate all = with_only({"pass.count"});
  ASSERT_EQ(all.outcomes().size(), 2u);
  for (const outcome& o : all.outcomes()) {
    EXPECT_EQ(o.is, verdict::survived) << sentence(o);
  }
  expect_says(all.findings(),
              "do not all at once: PassOn.BringsOneOfTheTwo fails");
}

TEST(Survivors, ThatAreNotNeededAreFoundOneByOneOnly) {
  const gate all = with_only({"next.count", "take.read"});
  for (const char* const mutant :
       {"[next.count] release -> relaxed", "[take.read] acquire -> relaxed",
        "[take.swap] acquire -> relaxed"}) {
    EXPECT_EQ(outcome_of(all, mutant).is, verdict::survived) << mutant;
  }
  expect_says(all.findings(), "do not all at once", 0);
}

// It is known that RC11 needs it.
TEST(Survivors, OfOneDialectStayOutOfTheRest) {
  const gate all = with_only({"next.count", "take.read", "ring.store"});
  EXPECT_EQ(outcome_of(all, "[ring.store] seq_cst -> release").is,
            verdict::survived);
  expect_says(all.findings(), "do not all at once", 0);
}

TEST(Dialects, MustBothKill) {
  const outcome& o = outcome_of(flaws(), "[ring.store] seq_cst -> release");
  EXPECT_EQ(o.is, verdict::survived);
  EXPECT_EQ(o.why, "not killed under cxx20, though it is killed under RC11");
  expect_says(flaws().findings(),
              "[ring.store] seq_cst -> release survives: not killed under "
              "cxx20, though it is killed under RC11. Weaken");
  for (const char* const mutant : {"[heard.first] seq_cst -> acquire",
                                   "[heard.second] seq_cst -> acquire"}) {
    EXPECT_EQ(outcome_of(flaws(), mutant).is, verdict::killed) << mutant;
    EXPECT_EQ(outcome_of(flaws(), mutant).kills.size(), 2u) << mutant;
  }
  const gate waived = with_waivers(
      {"[ring.store] seq_cst -> release: W1: RC11 wants the stores, too."});
  expect_says(waived.findings(), "[ring.store]", 0);
}

TEST(Dialects, InWhichTheTestFailsAnywayKillNothing) {
  for (const char* const mutant : {"[heard.first] seq_cst -> acquire",
                                   "[heard.second] seq_cst -> acquire"}) {
    const outcome& o = outcome_of(bounds(), mutant);
    EXPECT_EQ(o.is, verdict::undecided) << sentence(o);
    EXPECT_EQ(o.why,
              "not killed under rc11: StandardsOwn.BothHearTheSameFirst fails "
              "as the source stands, too");
    EXPECT_TRUE(o.kills.empty());
  }
}

TEST(Protect, IsKilledWhereItsFunctionIsTheOneThatBreaks) {
  const outcome& read =
      outcome_of(flaws(), "[read.protect] acquire -> relaxed");
  ASSERT_EQ(read.is, verdict::killed) << sentence(read);
  EXPECT_EQ(read.kills[0].test, "Notice.IsReadWhole");
  EXPECT_EQ(read.kills[0].check.error, "data race");
  // The same load, weakened in the same test, in the functions around.
  for (const char* const mutant : {"[look.protect] acquire -> relaxed",
                                   "[miss.protect] acquire -> relaxed"}) {
    const outcome& o = outcome_of(flaws(), mutant);
    EXPECT_EQ(o.is, verdict::undecided) << sentence(o);
    EXPECT_EQ(o.why,
              "in Notice.IsReadWhole another call of protect() fails first");
  }
  // It is drawn as the others are.
  EXPECT_TRUE(draw(flaws(), read).starts_with("<svg"));
}

TEST(Coverage, APlaceThatNobodyExecutesIsFound) {
  expect_says(flaws().findings(),
              at("fixture_flaws.h", "word_.store(0, release)") +
                  "no model test executes this store ([forgotten.store])");
  for (const outcome& o : flaws().outcomes()) {
    EXPECT_NE(o.where->name(), "[forgotten.store]");
  }
}

TEST(Coverage, AnOperationThatThePlacesDoNotShowIsFound) {
  const std::string rest =
      "this load is executed, and the source seems to have none in this line: "
      "write the operation and its orderings where they can be found";
  expect_says(flaws().findings(),
              at("fixture_flaws.h", "return ACQREL_FIXTURE_READ") + rest);
}

TEST(Coverage, TwoInALineAreFound) {
  expect_says(bounds().findings(),
              at("fixture_bounds.h", "return flag.load(acquire) == 1 ?") +
                  "another load stands in the same line, and the gate cannot "
                  "tell them apart: give each a line of its own");
  expect_says(bounds().findings(), "another load stands");
}

TEST(Coverage, AlarmsTellWhatTheTestsNeverSee) {
  const std::vector<std::string>& alarms = flaws().alarms();
  expect_says(alarms, at("fixture_flaws.h", "word_.load(acquire)") +
                          "[take.read]: this load never reads an old value");
  expect_says(alarms,
              at("fixture_flaws.h", "word_.compare_exchange_strong(seen") +
                  "[take.swap]: this compare_exchange never fails");
  expect_says(alarms,
              at("fixture_flaws.h", "word_.compare_exchange_strong(expected") +
                  "[never.swap]: this compare_exchange never succeeds");
  expect_says(alarms, "never", 3);
  // The half that nobody executes has no test.
  for (const char* const mutant :
       {"[never.swap] acquire -> relaxed",
        "[take.swap] acquire -> relaxed on failure"}) {
    const outcome& o = outcome_of(flaws(), mutant);
    EXPECT_EQ(o.is, verdict::undecided) << mutant;
    EXPECT_EQ(o.why, "no test executes it") << mutant;
  }
}

TEST(Histories, ThatAreSingleAreTold) {
  expect_says(flaws().alarms(),
              "History.OfOneThreadIsOne: 1 of 1 clients show a single history, "
              "as \"next\"");
  expect_says(flaws().alarms(),
              "History.OfTwoThreadsIsMore: 1 of 2 clients show a single "
              "history, as \"next\"");
  // Where it is all that a test shows, it is a finding.
  expect_says(flaws().findings(),
              "History.OfOneThreadIsOne: each of its clients shows a single "
              "history");
  expect_says(flaws().findings(), "History.OfTwoThreadsIsMore", 0);
}

TEST(Undecided, NamesTheBound) {
  const outcome& o = outcome_of(bounds(), "[bounded.read] acquire -> relaxed");
  EXPECT_EQ(o.is, verdict::undecided);
  EXPECT_EQ(o.why, "Bounded.HasTwoExecutions was bounded by max_executions");
  expect_says(bounds().findings(),
              at("fixture_bounds.h", "if (flag.load(acquire) == 0) return 0") +
                  "[bounded.read] acquire -> relaxed is undecided: "
                  "Bounded.HasTwoExecutions was bounded by max_executions. "
                  "Weaken the source");
  EXPECT_NE(sentence(o).find("UNDECIDED after 1 test: Bounded."),
            std::string::npos)
      << sentence(o);
}

TEST(Undecided, WhereTestsLookAtSamplesOnly) {
  const outcome& o = outcome_of(bounds(), "[sampled.read] acquire -> relaxed");
  EXPECT_EQ(o.is, verdict::undecided);
  EXPECT_EQ(o.why,
            "no test of it is explored completely, as the source stands");
}

TEST(Undecided, WhereATestFailsForReasonsOfItsOwn) {
  const outcome& o = outcome_of(bounds(), "[counted.read] acquire -> relaxed");
  EXPECT_EQ(o.is, verdict::undecided);
  EXPECT_EQ(o.why,
            "Counted.HasOneOutcome fails then, though none of its checks does");
}

TEST(Tests, ThatFailAsTheSourceStandsAreFound) {
  expect_says(bounds().findings(),
              "Failing.FailsAsTheSourceStands fails as the source stands, and "
              "says nothing of a mutant:\n");
  // With what it printed, and as if it was not there.
  expect_says(bounds().findings(), "pass_message({}, read).executions");
  expect_says(bounds().findings(),
              "no model test executes this load ([failing.read])");
}

TEST(Tests, ThatExpectErrorsKillNothing) {
  bool seen = false;
  for (const model_test& t : flaws().tests()) {
    if (t.name != "Tickets.AreNotAllZero") continue;
    seen = true;
    EXPECT_TRUE(t.expects_errors());
    EXPECT_EQ(t.failure, "");
  }
  EXPECT_TRUE(seen);
  expect_says(flaws().findings(),
              "no model test executes this store ([wrong.store])");
  for (const place& p : flaws().places()) {
    for (const model_test* t : flaws().tests_of(p, false)) {
      EXPECT_NE(t->name, "Tickets.AreNotAllZero");
    }
  }
}

}  // namespace
}  // namespace acqrel::model::gate
