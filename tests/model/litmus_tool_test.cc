// //model:litmus: its verdicts, what it prints and writes, and what it refuses.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/model/litmus/catalogue.h"
#include "acqrel/model/litmus/documentation.h"
#include "acqrel/model/litmus/native.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/outcome.h"
#include "acqrel/model/litmus/parser.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/model/litmus/report.h"
#include "acqrel/model/litmus/run.h"
#include "acqrel/model/litmus/style.h"
#include "acqrel/model/litmus/text_report.h"
#include "acqrel/model/litmus/tool.h"

namespace acqrel::model::litmus {
namespace {

struct run_result {
  int status;
  std::string out;
  std::string err;
};

run_result run(const std::string& command, const std::string& directory = ".") {
  std::istringstream words(command);
  const std::vector<std::string> arguments{
      std::istream_iterator<std::string>(words), {}};
  std::ostringstream out;
  std::ostringstream err;
  const int status = run_tool(arguments, {out, err, style{}, directory});
  return {status, out.str(), err.str()};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

std::filesystem::path temporary() {
  const char* const given = std::getenv("TEST_TMPDIR");
  std::filesystem::path path =
      std::filesystem::path(given ? given : testing::TempDir()) /
      "acqrel_litmus";
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The working directory, or one below the runfiles: docs/ is there.
const std::filesystem::path docs = "docs";

// What is known of these programs, from the axioms.
struct verdict {
  const char* command;
  bool rc11;
  bool cxx20;
};

const verdict verdicts[] = {
    {"mp", false, false},
    {"mp --store=relaxed", true, true},
    {"mp --load=relaxed", true, true},
    {"mp --store=seq_cst --load=relaxed", true, true},
    {"mp+fences", false, false},
    {"mp+fences --writer=acquire", true, true},
    {"mp+fences --reader=release", true, true},
    {"mp+fences --writer=seq_cst --reader=acq_rel", false, false},
    {"mp+misplaced --writer=seq_cst --reader=seq_cst", true, true},
    {"mp+exchange", false, false},
    {"mp+exchange --update=acquire", true, true},
    {"spin-lock", false, false},
    {"spin-lock --take=release", true, true},
    {"ref-count", false, false},
    {"ref-count --drop=acquire", true, true},
    {"ref-count --drop=acq_rel --last=relaxed", false, false},
    {"failed-cas", true, true},
    {"failed-cas --failure=acquire --success=relaxed", false, false},
    {"release-sequence", false, false},
    {"release-sequence --store=relaxed", true, true},
    {"release-sequence+store", true, true},
    {"release-sequence+own", true, true},
    {"release-sequence+own --second=release", false, false},
    {"sb", false, false},
    {"sb --store=release --load=acquire", true, true},
    {"sb+four --load2=acquire", true, true},
    {"sb+four --store2=release", true, true},
    {"sb+fences", false, false},
    {"sb+fences --second=acq_rel", true, true},
    {"sb+asymmetric", false, false},
    {"sb+asymmetric --seldom=light", true, true},
    {"sb+asymmetric --seldom=seq_cst", true, true},
    {"sb+asymmetric --often=seq_cst", false, false},
    {"3.sb", false, false},
    {"3.sb --fence=acq_rel", true, true},
    {"dekker", false, false},
    {"dekker --raise=acq_rel --look=acquire", true, true},
    {"dekker --look=acquire", true, true},
    {"hazard-pointer", false, false},
    {"hazard-pointer --scan=light", true, true},
    {"rwc", false, false},
    {"rwc --store=release --load=acquire", true, true},
    {"r", false, false},
    {"r --store=release --load=acquire", true, true},
    {"iriw", false, false},
    {"iriw --store=release --load=acquire", true, true},
    {"iriw --store=relaxed", true, false},
    {"iriw+fences", false, false},
    {"iriw+fences --fence=acq_rel", true, true},
    {"2+2w", false, false},
    {"2+2w --store=release", true, true},
    {"sb+own", true, false},
    {"z6.u", true, true},
    {"wrc", false, false},
    {"wrc --store=relaxed", true, true},
    {"isa2", false, false},
    {"isa2 --load1=relaxed", true, true},
    {"s", false, false},
    {"s --store=relaxed --load=relaxed", true, true},
    {"lb", false, false},
    {"corr", false, false},
    {"coww", false, false},
    {"cowr", false, false},
    {"corw", false, false},
    {"counter", false, false},
    {"cas", false, false},
    {"stale-cas", true, true},
    {"stale-cas --store=release --load=acquire", false, false},
    {"seqlock", false, false},
    {"seqlock --writer=relaxed", true, true},
    {"seqlock --reader=relaxed", true, true},
    {"seqlock+accesses", false, false},
    {"seqlock+accesses --store=relaxed", true, true},
    {"seqlock+accesses --load=relaxed", true, true},
};

TEST(Verdict, IsWhatTheAxiomsSay) {
  for (const verdict& v : verdicts) {
    for (const bool cxx20 : {false, true}) {
      const std::string command =
          std::string(v.command) + (cxx20 ? " --model=cxx20" : "");
      const run_result r = run(command);
      EXPECT_EQ(r.status, 0) << r.err;
      const bool possible = cxx20 ? v.cxx20 : v.rc11;
      EXPECT_TRUE(contains(r.out, possible ? "\n  Yes, with" : "\n  No, with"))
          << command << "\n"
          << r.out;
      EXPECT_EQ(contains(r.out, "One execution that ends with"), possible)
          << command << "\n"
          << r.out;
    }
  }
}

TEST(Verdict, CoversTheCatalogue) {
  for (const section& part : catalogue()) {
    for (const program& p : part.programs) {
      bool found = false;
      for (const verdict& v : verdicts) {
        const std::string name = std::string(v.command);
        found |= find_program(name.substr(0, name.find(' '))) == &p;
      }
      EXPECT_TRUE(found) << p.name;
    }
  }
}

TEST(Report, ListsWhatIsPossibleAndWhatIsNot) {
  const run_result r = run("MP --store=seq_cst");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(contains(r.out,
                       "  x.store(1, relaxed)    r1 = y.load(acquire)\n"
                       "  y.store(1, seq_cst)    r2 = x.load(relaxed)\n"))
      << r.out;
  EXPECT_TRUE(contains(r.out,
                       "  Can the flag be seen and the data missed?\n"
                       "  r1 == 1 and r2 == 0\n"
                       "  No, with --store=seq_cst --load=acquire.\n"
                       "  It stays impossible with --store=release.\n"
                       "  From there it becomes possible with --store=relaxed, "
                       "or with --load=relaxed.\n"))
      << r.out;
  EXPECT_TRUE(contains(r.out,
                       "  r1  r2               executions\n"
                       "   0   0   possible             1\n"
                       "   0   1   possible             1\n"
                       "   1   1   possible             1\n"
                       "   1   0   impossible              <- asked\n"))
      << r.out;
  EXPECT_TRUE(contains(r.out, "RC11: 3 executions, all there are")) << r.out;
}

TEST(Report, ShowsAnExecutionOfTheWeakOutcome) {
  const run_result r = run("mp --store relaxed");
  EXPECT_TRUE(contains(
      r.out,
      "   1  T1  x.store(1, relaxed)\n"
      "   2  T1  y.store(1, relaxed)\n"
      "   3  T2  r1 = y.load(acquire)  reads 1, from line 2\n"
      "   4  T2  r2 = x.load(relaxed)  reads 0, the first value, though there "
      "is a newer one\n"))
      << r.out;
  EXPECT_TRUE(contains(r.out, "It becomes impossible with --store=release."))
      << r.out;
}

// As in the standard: the head of a release sequence synchronizes, and not the
// read-modify-write that carries it on; and of fences the fence.
TEST(Report, NamesWhatSynchronizes) {
  const auto picture = [](std::string_view name, const outcome& wanted) {
    const program& p = *find_program(name);
    return to_text(replay(p, explore(p).outcomes.at(wanted).witness), style{});
  };
  EXPECT_TRUE(contains(picture("release-sequence", {1, 2, 1}),
                       "   2  T1  y.store(1, release)\n"
                       "   3  T2  r1 = y.fetch_add(1, relaxed)  reads 1, from "
                       "line 2\n"
                       "   4  T3  r2 = y.load(acquire)          reads 2, from "
                       "line 3; synchronizes with line 2\n"));
  EXPECT_TRUE(contains(picture("mp+fences", {1, 1}),
                       "   5  T2  fence(acquire)        synchronizes with line "
                       "2\n"))
      << picture("mp+fences", {1, 1});
}

TEST(Report, AdvisesFromTheOrderingsThatWereChosen) {
  EXPECT_TRUE(contains(run("mp --store=seq_cst --load=relaxed").out,
                       "It becomes impossible with --load=acquire."));
  EXPECT_TRUE(contains(run("mp+misplaced").out,
                       "No ordering that can be chosen here forbids it."));
  EXPECT_TRUE(contains(run("corr").out, "No ordering makes it possible"));
}

TEST(Report, SaysWhenTimeRanOut) {
  const std::filesystem::path folder = temporary();
  std::string text = "x = 0, y = 0\n";
  for (const char* const name : {"a", "b", "c", "d", "e", "f"}) {
    text += std::string("thread\n  x.store(1, relaxed); ") + name +
            "1 = y.load(relaxed); y.store(2, relaxed); " + name +
            "2 = x.load(relaxed)\n";
  }
  std::ofstream(folder / "large.txt") << text << "exists a1 == 3\n";
  const run_result r = run("--file=large.txt --seconds=1", folder);
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(contains(r.out, "Not found in the time given.")) << r.out;
  EXPECT_TRUE(contains(r.out, "before time ran out")) << r.out;
  EXPECT_FALSE(contains(r.out, "impossible")) << r.out;
}

TEST(Outcome, IsWeakIfAllTermsHold) {
  const program p = parse(
      "x = 0, y = 0\nthread\n  a = x.load(relaxed)\nthread\n"
      "  b = x.load(relaxed); y.store(1, relaxed)\n"
      "exists a != b and y == 1 and a == 2",
      "p");
  ASSERT_EQ(variables(p).size(), 3u);  // a, b, y
  EXPECT_TRUE(is_weak(p, {2, 1, 1}));
  EXPECT_FALSE(is_weak(p, {2, 2, 1}));
  EXPECT_FALSE(is_weak(p, {2, 1, 0}));
  EXPECT_FALSE(is_weak(p, {3, 1, 1}));
  EXPECT_EQ(to_text(p, {2, -1, 1}), "a = 2, b = -1, y = 1");
  const program asks_nothing = parse(
      "x = 0, y = 0\nthread\n  x.store(1, relaxed); x.store(2, relaxed); "
      "y.store(1, relaxed)",
      "p");
  EXPECT_FALSE(is_weak(asks_nothing, {2}));
  EXPECT_EQ(to_text(asks_nothing, {2}), "x = 2");
}

TEST(Report, SaysWhereTheDialectsDiffer) {
  EXPECT_TRUE(contains(run("sb+own").out, "not in C++20's wording"));
  EXPECT_TRUE(contains(run("sb+own --model=cxx20").out, "possible in RC11"));
  EXPECT_FALSE(contains(run("sb").out, "C++20"));
}

TEST(Report, TellsOfLoadBuffering) {
  EXPECT_TRUE(contains(run("lb").out,
                       "Load buffering: C++20 lets "
                       "`y.store(1, relaxed)` take effect"));
  EXPECT_FALSE(contains(run("lb --load=acquire").out, "C++20 lets"));
  EXPECT_TRUE(
      contains(run("lb --all-orderings").out, "relaxed   no+       no"));
}

TEST(Report, GoesThroughAllOrderings) {
  EXPECT_TRUE(contains(run("mp --all-orderings").out,
                       "  store     load is\n"
                       "  is        relaxed   acquire   seq_cst\n"
                       "  relaxed   yes       yes       yes\n"
                       "  release   yes       no        no\n"
                       "  seq_cst   yes       no        no\n"));
  EXPECT_TRUE(contains(run("mp --all-orderings --load=acquire").out,
                       "  store\n"
                       "  relaxed   yes\n"
                       "  release   no\n"
                       "  seq_cst   no\n"));
  EXPECT_TRUE(contains(run("iriw --all-orderings").out,
                       "  release   yes       yes       yes*\n"));
  EXPECT_EQ(count(run("isa2 --all-orderings").out, "\n  re"), 54u);
}

// The same program by the model and by the machine, where only one outcome is
// right: registers come from every operation.
TEST(Native, ComputesWhatTheModelComputes) {
  const program p = parse(
      "x = 7\nthread\n"
      "  r1 = x.exchange(5, relaxed)\n"
      "  r2 = x.fetch_add(r1, acq_rel)\n"
      "  r3 = x.compare_exchange(12, 1, seq_cst, relaxed)\n"
      "  r4 = x.compare_exchange(r3, 9, release, acquire)\n"
      "  fence(seq_cst)\n  fence(light)\n  fence(heavy)\n"
      "  x.store(r4, release)\n  x.store(-4, seq_cst)\n"
      "  r5 = x.load(seq_cst)\n"
      "exists x == -4",
      "all");
  const outcome expected{7, 5, 12, 1, -4, -4};
  const exploration model = explore(p);
  ASSERT_EQ(model.outcomes.size(), 1u);
  EXPECT_EQ(model.outcomes.begin()->first, expected);
  const native_counts native = run_natively(p, 2048, std::chrono::seconds(20));
  ASSERT_EQ(native.outcomes.size(), 1u);
  EXPECT_EQ(native.outcomes.begin()->first, expected);
  EXPECT_EQ(native.outcomes.begin()->second, native.iterations);
  EXPECT_EQ(native.iterations, 2048u);
}

TEST(Native, DoesNothingThatTheModelForbids) {
  for (const char* const name : {"mp", "sb", "iriw", "corr", "counter", "2+2w",
                                 "sb+asymmetric", "release-sequence", "cas"}) {
    const run_result r = run(std::string(name) + " --run --iterations=100000");
    EXPECT_EQ(r.status, 0) << r.out;
    EXPECT_TRUE(contains(r.out, "seen on this machine")) << r.out;
  }
}

TEST(Native, StopsAtTheLimit) {
  const program& p = *find_program("mp");
  const native_counts counts =
      run_natively(p, ~std::uint64_t{0}, std::chrono::milliseconds(50));
  EXPECT_GT(counts.iterations, 0u);
  EXPECT_LT(counts.seconds, 20);
}

TEST(Native, IsLoudAboutWhatTheModelForbids) {
  report r = make_report(*find_program("mp"), dialect::rc11);
  add_native(r, {.outcomes = {{{1, 0}, 3}, {{1, 1}, 7}}, .iterations = 10});
  ASSERT_EQ(r.forbidden_but_seen().size(), 1u);
  EXPECT_TRUE(contains(to_text(r, style{}),
                       "SEEN, AND IMPOSSIBLE BY THE MODEL: r1 = 1, r2 = 0, 3 "
                       "times."));

  // Of what was not searched to the end, nothing is known to be forbidden.
  r.explored.complete = false;
  EXPECT_TRUE(r.forbidden_but_seen().empty());

  report fine = make_report(*find_program("mp"), dialect::rc11);
  add_native(fine, {.outcomes = {{{0, 0}, 10}}, .iterations = 10});
  EXPECT_TRUE(fine.forbidden_but_seen().empty());
  EXPECT_FALSE(contains(to_text(fine, style{}), "SEEN"));
}

#if defined(__x86_64__)
// A processor with store buffers does what the wording of C++20 forbids (LWG
// 3941), so this is an outcome that is forbidden and seen.
TEST(Native, FailsWhereTheMachineDoesWhatTheModelForbids) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "one processor";
  for (int attempt = 0; attempt < 20; ++attempt) {
    const run_result r =
        run("sb+own --run --model=cxx20 --iterations=1000000 --seconds=5");
    if (r.status == 0) continue;  // the processors were busy
    EXPECT_EQ(r.status, 1);
    EXPECT_TRUE(contains(r.out, "SEEN, AND IMPOSSIBLE")) << r.out;
    return;
  }
  GTEST_SKIP() << "the processors are busy";
}
#endif

TEST(Files, PicturesGoSomewhereUnlessAPlaceIsGiven) {
  const std::filesystem::path folder = temporary() / "unasked";
  std::filesystem::create_directories(folder);
  std::ostringstream out, err;
  const surroundings here{out, err, style{}, ".", folder.string()};
  EXPECT_EQ(run_tool({"mp", "--store=release", "--load=acquire"}, here), 0);
  EXPECT_TRUE(contains(out.str(), folder.string())) << out.str();
  for (const char* const name :
       {"mp-r1-0-r2-0.svg", "mp-r1-0-r2-1.svg", "mp-r1-1-r2-1.svg"}) {
    EXPECT_TRUE(contains(contents(folder / name), "<svg")) << name;
  }
}

TEST(Files, APageHasAPictureOfEachOutcome) {
  const std::filesystem::path folder = temporary();
  const run_result r =
      run("mp --store=relaxed --html=page.html --svg=pictures", folder);
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string page = contents(folder / "page.html");
  EXPECT_EQ(count(page, "<figure>"), 4u);
  EXPECT_EQ(count(page, "<svg"), 4u);
  EXPECT_LT(page.find("<code>r1 = 1, r2 = 0</code>"),
            page.find("<code>r1 = 0, r2 = 0</code>"))
      << "the outcome that is asked about comes first";
  EXPECT_TRUE(contains(page,
                       "y.store(1, <span class=chosen "
                       "title=\"--store\">relaxed</span>)"));
  EXPECT_TRUE(contains(page,
                       "./bazelw run //model:litmus -- mp "
                       "--store=relaxed --html=page.html"));
  for (const char* const name : {"mp-r1-0-r2-0.svg", "mp-r1-0-r2-1.svg",
                                 "mp-r1-1-r2-0.svg", "mp-r1-1-r2-1.svg"}) {
    const std::string picture = contents(folder / "pictures" / name);
    EXPECT_TRUE(contains(picture, "<svg")) << name;
  }
  EXPECT_TRUE(
      contains(contents(folder / "pictures" / "mp-r1-1-r2-0.svg"), ">acquire<"))
      << "a picture shows what the program did";
}

TEST(Files, APageShowsWhatTheOrderingsPrevent) {
  const std::filesystem::path folder = temporary();
  run("mp --html=page.html", folder);
  const std::string page = contents(folder / "page.html");
  EXPECT_EQ(count(page, "<figure>"), 4u);
  EXPECT_TRUE(contains(page,
                       "With <code>--store=relaxed --load=acquire</code> "
                       "this is possible: <code>r1 = 1, r2 = 0</code>"))
      << page;
}

TEST(Files, AProgramOfTheUsersOwn) {
  const std::filesystem::path folder = temporary();
  std::ofstream(folder / "mine.txt") << "x = 0\n"
                                        "thread\n  x.store(1, s=relaxed)\n"
                                        "thread\n  a = x.load(relaxed)\n"
                                        "exists a == 1\n";
  const run_result r = run("--file=mine.txt --s=release", folder);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(contains(r.out, "mine\n")) << r.out;
  EXPECT_TRUE(contains(r.out,
                       "Is it possible that a == 1?\n  Yes, with "
                       "--s=release."))
      << r.out;

  std::ofstream(folder / "bad.txt") << "x = 0\nthread\n  x.load(release)\n";
  const run_result bad = run("--file=bad.txt", folder);
  EXPECT_EQ(bad.status, 2);
  EXPECT_TRUE(contains(bad.err, "bad.txt:3:10: a load cannot be release"))
      << bad.err;
  EXPECT_EQ(run("--file=none.txt", folder).err,
            "litmus: cannot read none.txt\n");
}

TEST(Files, SourceIsWhatFileReads) {
  const std::filesystem::path folder = temporary();
  std::ofstream(folder / "copy.txt") << run("mp --load=relaxed --source").out;
  EXPECT_EQ(run("--file=copy.txt --source", folder).out,
            run("mp --load=relaxed --source").out);
}

TEST(Documentation, IsUpToDate) {
  const std::string page = contents(docs / "orderings-explained.md");
  ASSERT_FALSE(page.empty());
  const documentation made = regenerate(page);
  const char* const cure =
      "stale: run ./bazelw run //model/litmus:update_docs and commit";
  EXPECT_TRUE(made.page == page) << "orderings-explained.md is " << cure;
  std::size_t pictures = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(docs / "orderings")) {
    if (entry.path().extension() != ".svg") continue;
    ++pictures;
    const auto picture = made.pictures.find(entry.path().filename().string());
    ASSERT_NE(picture, made.pictures.end())
        << entry.path() << " is in no page: " << cure;
    EXPECT_TRUE(picture->second == contents(entry.path()))
        << entry.path() << " is " << cure;
  }
  EXPECT_EQ(pictures, made.pictures.size()) << "a picture is missing: " << cure;
}

TEST(Documentation, IsMadeBetweenTwoComments) {
  const documentation made = regenerate(
      "before\n"
      "<!-- litmus table: mp --load=relaxed -->\nstale\n<!-- litmus end -->\n"
      "<!-- litmus picture: one: mp; r1 = 1, r2 = 1 -->\n<!-- litmus end -->\n"
      "after\n");
  EXPECT_EQ(made.page,
            "before\n"
            "<!-- litmus table: mp --load=relaxed -->\n"
            "```text\n"
            "$ ./bazelw run //model:litmus -- mp --load=relaxed "
            "--all-orderings\n\n"
            "  store     load is\n"
            "  is        relaxed   acquire   seq_cst\n"
            "  relaxed   yes       yes       yes\n"
            "  release   yes       no        no\n"
            "  seq_cst   yes       no        no\n"
            "```\n"
            "<!-- litmus end -->\n"
            "<!-- litmus picture: one: mp; r1 = 1, r2 = 1 -->\n"
            "![MP: r1 = 1, r2 = 1](orderings/one.svg)\n"
            "<!-- litmus end -->\n"
            "after\n");
  ASSERT_EQ(made.pictures.size(), 1u);
  EXPECT_TRUE(contains(made.pictures.at("one.svg"), "<svg"));
}

TEST(Documentation, NamesTheLineOfAMistake) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"<!-- litmus program: mpp -->", "line 1: no program mpp"},
      {"\n<!-- litmus song: mp -->", "line 2: a litmus part is"},
      {"<!-- litmus program: mp --store=acquire -->", "cannot be acquire"},
      {"<!-- litmus program: mp store -->", "store is not --name=order"},
      {"<!-- litmus picture: a: mp; r1 = 1, r2 = 0 -->",
       "MP cannot end with r1 = 1, r2 = 0"},
      {"<!-- litmus picture: mp -->", "a picture is"},
      {"<!-- litmus program: mp -->\n", "line 1: a part without an end"},
      {"<!-- litmus end -->", "nothing has begun"},
      {"<!-- litmus program: mp", "must end on its line"},
  };
  for (const auto& [page, sentence] : mistakes) {
    try {
      regenerate(page);
      ADD_FAILURE() << "accepted: " << page;
    } catch (const std::runtime_error& error) {
      EXPECT_TRUE(contains(error.what(), sentence)) << error.what();
    }
  }
}

TEST(CommandLine, IsRefusedWithASentence) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"", "name a program, such as mp"},
      {"mpp", "there is no program called mpp; did you mean MP"},
      {"nonsense", "there is no program called nonsense; --list"},
      {"mp sb", "one program at a time: mp or sb"},
      {"mp --file=x", "either mp or --file=x"},
      {"mp --strong=release",
       "no ordering of MP is called strong; those that can be chosen are "
       "store, load"},
      {"mp --store=acquire", "a store cannot be acquire"},
      {"mp --store=strong", "strong is no ordering"},
      {"mp --store", "--store needs a value"},
      {"mp --html --run", "--html needs a value"},
      {"mp --run=yes", "--run takes no value"},
      {"mp --model=c11", "write rc11 or cxx20"},
      {"mp --iterations=0", "write a positive number"},
      {"mp --seconds=soon", "write a positive number"},
      {"mp --html=/no/such/folder/page.html", "cannot write /no/such"},
  };
  for (const auto& [command, sentence] : mistakes) {
    const run_result r = run(command);
    EXPECT_EQ(r.status, 2) << command;
    EXPECT_TRUE(contains(r.err, sentence)) << command << "\n" << r.err;
    EXPECT_EQ(r.err.rfind("litmus: ", 0), 0u) << r.err;
  }
}

TEST(CommandLine, ListsAndHelps) {
  const std::string list = run("--list").out;
  for (const section& part : catalogue()) {
    EXPECT_TRUE(contains(list, part.title));
    for (const program& p : part.programs) {
      EXPECT_TRUE(contains(list, "  " + p.name + " ")) << p.name;
    }
  }
  const std::string help = run("--help").out;
  EXPECT_TRUE(contains(help, "--all-orderings"));
  // The notation that help shows is right, and no option's name is free for an
  // ordering.
  const std::size_t from = help.find("  x = 0, y = 0");
  const program p =
      parse(help.substr(from, help.find("\n\n", from) - from), "help");
  EXPECT_EQ(p.threads.size(), 2u);
  for (const char* const option :
       {"list", "help", "run", "source", "html", "svg", "file", "model",
        "iterations", "seconds", "color", "width"}) {
    EXPECT_TRUE(contains(help, std::string("--") + option)) << option;
    EXPECT_THROW(
        parse("x = 0\nthread\nx.store(1, " + std::string(option) + "=release)",
              "p"),
        syntax_error)
        << option;
  }
}

}  // namespace
}  // namespace acqrel::model::litmus
