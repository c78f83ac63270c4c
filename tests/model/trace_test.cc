// The table of an execution says what happened, and where values came from.
#include "acqrel/model/trace.h"

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "acqrel/tests/model/sample_executions.h"
#include "gtest/gtest.h"

namespace acqrel::testing {
namespace {

using model::execution;
using model::step_kind;
using model::to_text;

std::vector<std::string> lines_of(const execution& run) {
  std::vector<std::string> lines;
  std::istringstream text(to_text(run));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The first line that contains `part`.
std::string line_with(const execution& run, const std::string& part) {
  for (const std::string& line : lines_of(run))
    if (line.find(part) != std::string::npos) return line;
  return "no line has " + part;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Trace, BeginsWithTheFailureAndEndsWithTheReplay) {
  const execution run = data_race();
  const std::vector<std::string> lines = lines_of(run);
  EXPECT_EQ(lines.front(), run.failure);
  EXPECT_EQ(lines.back(), "replay: --model_replay=" + run.replay);
}

TEST(Trace, SaysWhereAValueCameFrom) {
  EXPECT_TRUE(contains(line_with(stale_message(), "load flag"), "from T1 #2"));
  EXPECT_FALSE(contains(line_with(stale_message(), "load flag"), "sync"));
  EXPECT_TRUE(contains(line_with(stale_message(), "load data"),
                       "initial value, stale: see #1"));
  EXPECT_TRUE(
      contains(line_with(message_passing(), "load flag"), "sync from T1 #2"));
  execution run = stale_message();
  run.edges.clear();
  EXPECT_TRUE(
      contains(line_with(run, "load data"), "stale: a newer value was there"));
}

TEST(Trace, MarksCulpritsAlone) {
  const execution run = hazard_pointer();
  std::size_t marked = 0;
  for (const std::string& line : lines_of(run)) {
    if (line.rfind(">> ", 0) != 0) continue;
    ++marked;
    EXPECT_TRUE(contains(line, "delete") || contains(line, "get A.next"))
        << line;
  }
  EXPECT_EQ(marked, 2U);
}

TEST(Trace, HasOrderPlaceAndCode) {
  const std::string line = line_with(data_race(), "store tail_ = 1");
  EXPECT_TRUE(contains(line, "relaxed")) << line;
  EXPECT_TRUE(contains(line, "spsc_ring.h:96")) << line;
  EXPECT_TRUE(contains(line, "tail_.store(tail")) << line;
  EXPECT_TRUE(contains(to_text(data_race()), "(the source says release)"));
  EXPECT_TRUE(contains(to_text(data_race()),
                       "producer #5 would synchronize with this"));
}

TEST(Trace, ColumnsAreAlignedAndLinesShort) {
  for (const auto& [name, run] : sample_executions()) {
    std::size_t column = std::string::npos;
    for (const std::string& line : lines_of(run)) {
      if (line.rfind("   #", 0) != 0 && line.rfind(">> #", 0) != 0) continue;
      EXPECT_LE(line.size(), 120U) << line;
      const std::size_t thread = line.find_first_not_of(' ', line.find(' ', 4));
      if (column == std::string::npos) column = thread;
      EXPECT_EQ(thread, column) << line;
    }
  }
}

TEST(Trace, CountsWhatItLeavesOut) {
  const execution run = long_run(120);
  const std::vector<std::string> lines = lines_of(run);
  std::size_t shown = 0;
  std::size_t hidden = 0;
  for (const std::string& line : lines) {
    if (contains(line, "#") && (line[3] == '#')) ++shown;
    if (line.rfind("   ... ", 0) == 0) hidden += std::stoul(line.substr(7));
  }
  EXPECT_GT(hidden, 10U);
  EXPECT_EQ(shown + hidden, run.steps.size());
}

TEST(Trace, LeavesOutWhatCannotMatter) {
  // After its last part in the failure, a thread's steps play none.
  execution run = hazard_pointer();
  for (int i = 0; i < 3; ++i) {
    run.steps.push_back(run.steps[2]);
    run.steps.back().thread = i % 2;
    run.steps.back().kind = step_kind::load;
    run.steps.back().location = "other_";
  }
  EXPECT_FALSE(contains(to_text(run), "other_"));
  EXPECT_TRUE(contains(to_text(run), "... 3 steps that play no part"));
}

TEST(Trace, TellsOfFencesThatSynchronize) {
  execution run = message_passing();
  run.edges.push_back({0, 2, model::edge_kind::synchronizes_with});
  EXPECT_TRUE(contains(to_text(run), "(T1 #1 synchronizes with this)"));
}

TEST(Trace, OneLineForEachStep) {
  execution run = message_passing();
  run.steps[0].code = "two\nlines";
  run.steps[0].written = "a\nb";
  EXPECT_EQ(lines_of(run).size(), run.steps.size());
}

}  // namespace
}  // namespace acqrel::testing
