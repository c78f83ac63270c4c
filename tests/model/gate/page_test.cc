// The page of all orderings: what the gate writes, what it keeps, and what it
// refuses.
#include "acqrel/model/gate/page.h"

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "acqrel/model/gate/gate.h"
#include "acqrel/tests/model/gate/fixtures.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

constexpr char source[] = "tests/model/gate/fixture.h";

const gate& good() {
  static const gate all = run_gate(settings_for("fixture"));
  return all;
}
const gate& flaws() {
  static const gate all = run_gate(settings_for(
      "fixture_flaws",
      "tests/model/gate/fixture_flaws.h [next.count] release -> relaxed: W3: "
      "more | customers."));
  return all;
}

std::string block(const std::string& what, const std::string& inside = "") {
  return "<!-- gate: " + what + " -->\n" + inside + "<!-- gate end -->\n";
}
const std::string places = block("places " + std::string(source), "old\n");

std::string made(const std::string& page,
                 const std::map<std::string, std::string>& files = {}) {
  return regenerate(good(), {page, files}).page;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

// The line of a table that begins so.
std::string row(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find("\n" + begin);
  if (at == text.npos) return "no row " + begin + " in " + text;
  return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(Page, KeepsWhatIsByHand) {
  const std::string page = made("# By hand\n\n" + places + "between\n" +
                                block("summary", "a\nb\n") + "the end");
  EXPECT_TRUE(page.starts_with("# By hand\n\n<!-- gate: places " +
                               std::string(source) + " -->\n| place |"))
      << page;
  EXPECT_TRUE(has(page, "|\n<!-- gate end -->\nbetween\n<!-- gate: summary"));
  EXPECT_TRUE(page.ends_with("|\n<!-- gate end -->\nthe end"));
  EXPECT_FALSE(has(page, "old")) << "what stood in the block";
  EXPECT_FALSE(has(page, "a\nb\n"));
}

TEST(Page, IsTheSameWhenMadeAgain) {
  const std::map<std::string, std::string> files = {
      {"orderings/peers/fixture.md",
       "| step | Boost |\n| --- | --- |\n| [send.publish] | release |\n"}};
  const std::string once =
      made("a\n" + block("summary") + places + block("native") +
               block("relaxed " + std::string(source)) +
               block("peers " + std::string(source)) + "b\n",
           files);
  EXPECT_EQ(made(once, files), once);
}

TEST(Page, TellsOfEachMutant) {
  const page_output out = regenerate(good(), {places, {}});
  EXPECT_EQ(
      row(out.page, "| [send.publish]"),
      "| [send.publish](../tests/model/gate/fixture.h#L16) | `send` | store | "
      "release | receive.take | MP | release -> relaxed | "
      "[data race](orderings/fixture/send.publish.svg) | "
      "`Mailbox.BringsTheValue`: `send\\|receive` |");
  EXPECT_EQ(
      row(out.page, "| [decide.win]"),
      "| [decide.win](../tests/model/gate/fixture.h#L39) | `decide` | CAS | "
      "release / acquire | decide.win | MP | release -> relaxed | "
      "[data race](orderings/fixture/decide.win.svg) | "
      "`Election.IsWonByOne` |");
  EXPECT_TRUE(has(row(out.page, "| [often.fence]"),
                  "| fence | fence light | seldom.fence | SB | light -> none | "
                  "[requirement failed]("))
      << out.page;
  EXPECT_TRUE(has(out.page, "MP, as writer | acq_rel -> acquire"));
  EXPECT_TRUE(has(out.page, "MP, as reader | acq_rel -> release"));
  EXPECT_TRUE(has(row(out.page, "| [enter.look]"), "| SB | seq_cst -> acq"));

  EXPECT_EQ(out.drawings.size(), good().outcomes().size());
  for (const auto& [name, drawing] : out.drawings) {
    EXPECT_TRUE(name.starts_with("orderings/fixture/")) << name;
    EXPECT_TRUE(has(out.page, "](" + name + ")")) << name;
    EXPECT_TRUE(drawing.starts_with("<svg")) << name;
  }
}

TEST(Page, TellsOfWaivers) {
  const std::string of = "tests/model/gate/fixture_flaws.h";
  const std::string page =
      regenerate(flaws(), {block("places " + of) + block("summary"), {}}).page;
  EXPECT_TRUE(row(page, "| [next.count]")
                  .ends_with("| release -> relaxed | waived, W3 | more \\| "
                             "customers. |"))
      << page;
  EXPECT_TRUE(has(row(page, "| [read.protect]"),
                  "| protect | acquire, in protect() | publish.store | MP |"))
      << page;
  EXPECT_TRUE(row(page, "| **all**").ends_with("| 1 |")) << page;
}

TEST(Page, SumsUp) {
  const std::string page = made(places + block("summary"));
  EXPECT_EQ(row(page, "| [tests/"),
            "| [tests/model/gate/fixture.h](../tests/model/gate/fixture.h) | "
            "13 | 8 | 10 | 10 | 0 |");
  EXPECT_EQ(row(page, "| **all**"), "| **all** | 13 | 8 | 10 | 10 | 0 |");
}

TEST(Page, ListsWhatIsRelaxed) {
  const std::string page =
      made(places + block("relaxed " + std::string(source)));
  EXPECT_EQ(row(page, "| [24]"),
            "| [24](../tests/model/gate/fixture.h#L24) | `has_hint` | load | "
            "guess |");
  EXPECT_TRUE(has(page, "| store | ordered by [often.fence] |"));
  EXPECT_FALSE(has(page,
                   "`enter_sees_other` | store | "
                   "ordered"))
      << page;
}

TEST(Page, PutsOursBesideTheOthers) {
  const std::string page = made(places + block("peers " + std::string(source)),
                                {{"orderings/peers/fixture.md",
                                  "| step | Boost | folly |\n"
                                  "| --- | --- | --- |\n"
                                  "| [send.publish] | release | seq_cst |\n"
                                  "| [decide.win] | acq_rel | – |\n"
                                  "| [often.fence] | seq_cst | – |\n"
                                  "| relaxed: the hint | acquire | |\n"
                                  "\n"
                                  "Sources: theirs.\n\n\n"}});
  EXPECT_TRUE(has(page,
                  "| step | acqrel | Boost | folly |\n"
                  "| --- | --- | --- | --- |\n"
                  "| [send.publish] | release | release | seq_cst |\n"
                  "| [decide.win] | release / acquire | acq_rel | – |\n"
                  "| [often.fence] | fence light | seq_cst | – |\n"
                  "| relaxed: the hint | relaxed | acquire | |\n"
                  "\n"
                  "Sources: theirs.\n"
                  "<!-- gate end -->\n"))
      << page;
}

// "orderings/native.tsv": file, place, line, step, stress, TSan.
TEST(Page, CountsWhatNativeRunsFound) {
  const std::string file = source;
  const std::map<std::string, std::string> files = {
      {"orderings/native.tsv",
       "# On a machine of two cores.\n"
       "file\tplace\tline\tstep\tstress\ttsan\n" +
           file +
           "\t[send.publish]\t1\trelease -> relaxed\tsurvived\tkilled\n" +
           file +
           "\t[receive.take]\t1\tacquire -> relaxed\tsurvived\tsurvived\n" +
           file + "\t[arrive.count]\t1\tacq_rel -> acquire\tkilled\tkilled\n" +
           file + "\t[often.fence]\t1\tlight -> none\tkilled\tsurvived\n" +
           file + "\t[no.such]\t1\tlight -> none\tkilled\tkilled\n"}};
  const std::string page = made(places + block("native"), files);
  EXPECT_TRUE(row(page, "| [send.publish]").ends_with("| survived | killed |"))
      << page;
  // What was not run: where the file says nothing.
  EXPECT_TRUE(row(page, "| [decide.win]").ends_with("| not run | not run |"));
  EXPECT_TRUE(has(page,
                  "| weakened | mutants | killed by stress | by TSan | by the "
                  "model |\n"
                  "| --- | ---: | ---: | ---: | ---: |\n"
                  "| release, of a store or read-modify-write | 2 | 1 | 2 | 2 "
                  "|\n"
                  "| acquire, of a load or read-modify-write | 1 | 0 | 0 | 1 "
                  "|\n"
                  "| fences | 1 | 1 | 0 | 1 |\n"
                  "| **all** | 4 | 2 | 2 | 4 |\n"
                  "\nOn a machine of two cores.\n"))
      << page;
  // Without the file there are neither columns nor a table.
  const std::string without = made(places + block("native"));
  EXPECT_TRUE(has(without, block("native"))) << without;
  EXPECT_FALSE(has(without, "TSan")) << without;
}

std::string why_not(const std::string& page,
                    const std::map<std::string, std::string>& files = {}) {
  try {
    (void)made(page, files);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "it is made";
}

TEST(Page, RefusesWhatItCannotMake) {
  const std::string of = source;
  EXPECT_EQ(why_not(places + block("kills " + of)),
            "the gate makes no block 'kills tests/model/gate/fixture.h'");
  EXPECT_EQ(why_not(block("summary")),
            "the page has no block 'places tests/model/gate/fixture.h'");
  EXPECT_EQ(why_not(block("places a.h")), "no ordering is in 'a.h'");
  EXPECT_EQ(why_not(places + block("relaxed a.h")),
            "nothing is relaxed in 'a.h'");
  EXPECT_EQ(why_not(places + block("peers " + of)),
            "there is no orderings/peers/fixture.md");
  const std::string head = "| step | Boost |\n| --- | --- |\n";
  EXPECT_EQ(why_not(places + block("peers " + of),
                    {{"orderings/peers/fixture.md",
                      head + "| [send.ends] | release |\n"}}),
            "orderings/peers/fixture.md: [send.ends] is no step of "
            "tests/model/gate/fixture.h");
}

TEST(Page, RefusesABlockWithoutAnEnd) {
  EXPECT_EQ(why_not(places + "<!-- gate: summary -->\nold\n"),
            "a block of the page has no end: <!-- gate: summary -->\nold\n");
  EXPECT_TRUE(
      why_not(places + "<!-- gate: summary")
          .starts_with("a block of the page has no end: <!-- gate: summary"));
  // The next block's end is not this one's: what is between would be lost.
  EXPECT_TRUE(
      why_not(places + "<!-- gate: summary -->\nby hand\n" + block("native"))
          .starts_with("a block of the page has no end: "
                       "<!-- gate: summary -->"));
}

}  // namespace
}  // namespace acqrel::model::gate
