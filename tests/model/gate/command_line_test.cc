// The gate as a program: what it is told, what it prints, and its exit status.
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "acqrel/tests/model/gate/fixtures.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

namespace fs = std::filesystem;

struct run_result {
  int status = -1;
  std::string output;
};

// What acqrel_ordering_gate passes for a gate on fixture.h comes first.
run_result run(const std::string& arguments,
               const std::string& rule = "--waivers --page --page-files") {
  const std::string command =
      folder + "fixture_gate --sources " + folder + "fixture.h --tests " +
      folder + "fixture_model_test " + rule + " --files " + arguments + " 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  run_result r;
  for (int c; (c = std::fgetc(pipe)) != EOF;) {
    r.output += static_cast<char>(c);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) r.status = WEXITSTATUS(status);
  return r;
}

void expect(const run_result& r, int status, std::string_view part,
            int line = __builtin_LINE()) {
  const testing::ScopedTrace caller("expect", line, "called here");
  EXPECT_EQ(r.status, status) << r.output;
  EXPECT_NE(r.output.find(part), std::string::npos)
      << "'" << part << "' is not in\n"
      << r.output;
}

// An empty folder.
fs::path fresh(const std::string& name) {
  const char* const base = std::getenv("TEST_TMPDIR");
  fs::path path = fs::path(base == nullptr ? testing::TempDir() : base) / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

int files_in(const fs::path& path) {
  return static_cast<int>(
      std::distance(fs::directory_iterator(path), fs::directory_iterator()));
}

constexpr char summary[] =
    "13 places, 8 with an ordering stronger than relaxed; 10 mutants: 10 "
    "killed, 0 survived, 0 undecided, 0 waived; 6 tests";

TEST(CommandLine, WithoutFilesSumsUp) {
  const run_result r = run("");
  expect(r, 0, summary);
  // And nothing else.
  EXPECT_EQ(r.output.find('\n'), r.output.size() - 1) << r.output;
}

TEST(CommandLine, OfAFileTellsOfEachMutant) {
  for (const char* const file : {"fixture.h", "tests/model/gate/fixture.h"}) {
    const run_result r = run(file);
    expect(r, 0, summary);
    expect(r, 0,
           "fixture.h:21: [receive.take] load, acquire -> relaxed: killed by "
           "Mailbox.BringsTheValue, in the 2nd execution");
  }
  expect(run("ture.h"), 2, "ture.h is none of this gate's sources:\n");
  expect(run("fixture.h other.h"), 2,
         "gate: other.h is none of this gate's sources:\n"
         "  tests/model/gate/fixture.h\n");
}

TEST(CommandLine, RunsSoManyProcessesAtATime) {
  expect(run("--jobs=1"), 0, summary);
  expect(run("--jobs=5"), 0, summary);
  for (const char* const wrong : {"--jobs=0", "--jobs=-1", "--jobs=many"}) {
    expect(run(wrong), 2, "gate: --jobs=N: a number from 1\n");
  }
}

TEST(CommandLine, ListsTheMutants) {
  const run_result r = run("--list");
  expect(r, 0, "file\tline\tcolumn\told\tnew\tlabel\toperation\tstep\n");
  expect(r, 0,
         "tests/model/gate/fixture.h\t16\t20\trelease\trelaxed\t"
         "[send.publish]\tstore\trelease -> relaxed\n");
  expect(r, 0,
         "\tasymmetric_thread_fence_light\t(void)\t[often.fence]\t"
         "asymmetric_thread_fence_light\tlight -> none\n");
  expect(r, 0, "\tacquire -> relaxed on failure\n");
}

TEST(CommandLine, ListsWhatTheTestsSee) {
  const run_result r = run("--coverage");
  expect(r, 0,
         "file\tline\toperation\torderings\tlabel\texecuted\tsucceeded\t"
         "failed\tstale\n");
  expect(r, 0, "\t21\tload\tacquire\t[receive.take]\t6\t0\t0\t3\n");
  expect(r, 0, "\tcompare_exchange_strong\trelease, acquire\t[decide.win]\t");
  expect(r, 0, "\t24\tload\trelaxed\tguess\t");
}

TEST(CommandLine, DrawsAndTracesWhatBreaks) {
  const fs::path drawings = fresh("drawings");
  const run_result r =
      run("fixture.h --trace --draw=" + (drawings / "new").string());
  expect(r, 0,
         "tests/model/gate/fixture.h [send.publish] release -> relaxed: drawn "
         "in ");
  EXPECT_EQ(files_in(drawings / "new"), 10);
  EXPECT_TRUE(contents(drawings / "new" / "fixture.decide.win.failure.svg")
                  .starts_with("<svg"));
  // The steps.
  expect(r, 0,
         "tests/model/gate/fixture.h [send.publish] release -> relaxed:\n");
  expect(r, 0, "full_.store(1, release)");
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  expect(run("--draws"), 2,
         "gate: unknown argument '--draws'; --help lists what there is\n");
  expect(run("--help"), 0, "Weakens each ordering by one step");
  expect(run("", "--waivers no.waivers"), 2, "gate: cannot read no.waivers\n");
  expect(run("", "--tests no_program"), 2, "gate: cannot run no_program");
  expect(run("--update"), 2, "gate: --update: this gate has no page\n");
}

TEST(CommandLine, TakesWaivers) {
  const fs::path file = fresh("waivers") / "the.waivers";
  const std::string rule = "--waivers " + file.string();
  write(file, "# none\n");
  expect(run("", rule), 0, summary);
  write(file,
        "tests/model/gate/fixture.h [send.publish] release -> relaxed: W3: "
        "so.\nother.h [a.b] release -> relaxed: W3: so.\n");
  const run_result whole = run("", rule);
  expect(whole, 1, "the.waivers:1: this waiver is not needed: ");
  expect(whole, 1, "the.waivers:2: there is no such mutant: other.h [a.b] ");
  expect(whole, 1, ", 2 findings, ");
  // Asked for one file, it tells of that one.
  const run_result one = run("fixture.h", rule);
  expect(one, 1, "the.waivers:1: this waiver is not needed: ");
  expect(one, 1, ", 1 finding, ");
  write(file, "what is this?\n");
  expect(run("", rule), 2, "the.waivers:1: a waiver is written ");
}

TEST(CommandLine, KeepsThePageUpToDate) {
  const fs::path docs = fresh("docs");
  const fs::path page = docs / "page.md";
  const std::string rule = "--page " + page.string() + " --page-files ";
  write(page,
        "By hand.\n"
        "<!-- gate: places tests/model/gate/fixture.h -->\n"
        "<!-- gate end -->\n");
  expect(run("", rule), 1,
         "page.md and others are stale: run the gate with --update, and look "
         "at what changes\n");
  // Not the business of one file.
  expect(run("fixture.h", rule), 0, summary);
  expect(run("fixture.h --update", rule), 2,
         "gate: --update writes the page of all sources: name none\n");

  expect(run("--update", rule), 0, "page.md and 10 drawings\n");
  EXPECT_TRUE(contents(page).starts_with("By hand.\n<!-- gate: places"));
  const fs::path drawings = docs / "orderings" / "fixture";
  EXPECT_EQ(files_in(drawings), 10);

  std::string files;
  for (const auto& drawing : fs::directory_iterator(drawings)) {
    files += drawing.path().string() + " ";
  }
  expect(run("", rule + files), 0, summary);
  // What is in a drawing differs from compiler to compiler.
  write(drawings / "send.publish.svg", "<svg/>");
  expect(run("", rule + files), 0, summary);
  // One that is missing, and one too many.
  std::string others;
  for (const auto& drawing : fs::directory_iterator(drawings)) {
    if (drawing.path().filename() != "send.publish.svg") {
      others += drawing.path().string() + " ";
    }
  }
  expect(run("", rule + others), 1, "send.publish.svg is stale");
  const fs::path old = drawings / "gone.svg";
  write(old, "<svg/>");
  expect(run("", rule + files + old.string()), 1, "gone.svg is stale");
  expect(run("--update", rule + files + old.string()), 0, "10 drawings");
  EXPECT_FALSE(fs::exists(old));
  expect(run("", rule + files), 0, summary);

  write(page, "No blocks.\n");
  expect(run("", rule + files), 2,
         "gate: the page has no block 'places tests/model/gate/fixture.h'\n");
}

TEST(CommandLine, DoesNotWriteThePageOfWhatIsWrong) {
  const fs::path docs = fresh("wrong");
  write(docs / "the.waivers", "a.h [a.b] release -> relaxed: W3: so.\n");
  write(docs / "page.md", "By hand.\n");
  expect(run("--update", "--waivers " + (docs / "the.waivers").string() +
                             " --page " + (docs / "page.md").string()),
         1, "the page is not written while there are findings\n");
  EXPECT_EQ(contents(docs / "page.md"), "By hand.\n");
}

}  // namespace
}  // namespace acqrel::model::gate
