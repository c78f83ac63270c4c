// The program from outside: its report against what standard tools compute,
// hostile logs, signals, and what it says about mistakes.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "acqrel/examples/program.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

std::string the_program;
std::string the_sample;

constexpr std::string_view plain_line =
    R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 7)"
    "\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

// A file that lasts as long as the test.
std::string file(const std::string& name, std::string_view text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

program_result report(std::vector<std::string> arguments,
                      std::string_view input = "") {
  arguments.insert(arguments.begin(), {the_program, "--format=tsv"});
  return run(arguments, input);
}

// The rows of a report whose first field is one of `kinds`, in their order.
std::string rows(const std::string& report,
                 const std::vector<std::string>& kinds) {
  std::string result;
  std::istringstream in(report);
  for (std::string line; std::getline(in, line);) {
    const std::string kind = line.substr(0, line.find('\t'));
    for (const std::string& wanted : kinds) {
      if (kind == wanted) result += line + "\n";
    }
  }
  return result;
}

// What is the same in every run.
std::string steady_rows(const std::string& report) {
  return rows(report, {"lines", "bytes_read", "total", "status", "host", "path",
                       "malformed", "malformed_line"});
}

// A line of a report: its fields.
std::string row(const std::vector<std::string>& fields) {
  std::string result;
  for (const std::string& field : fields) {
    result += (result.empty() ? "" : "\t") + field;
  }
  return result + "\n";
}

// Lines that awk splits at spaces as the program does.
std::string generated_log(std::size_t lines) {
  std::mt19937 random(2024);
  const auto below = [&random](std::uint32_t n) {
    return static_cast<std::uint32_t>(random() % n);
  };
  const int statuses[] = {200, 200, 200, 200, 301, 304, 404, 403, 500, 503};
  std::ostringstream log;
  for (std::size_t i = 0; i < lines; ++i) {
    // The product makes some names much more frequent than others.
    const std::uint32_t host = below(40) * below(40);
    if (host % 5 == 0) {
      log << "2001:db8::" << std::hex << host << std::dec;
    } else {
      log << "198.51.100." << host % 256;
    }
    log << (below(4) == 0 ? " - alice" : " - -")
        << " [10/Oct/2000:13:55:" << 10 + below(50) << " +0000] \""
        << (below(5) == 0 ? "POST" : "GET") << " /page/"
        << below(30) * below(30);
    if (below(3) == 0) log << "?id=" << below(1000);
    log << " HTTP/1.1\" " << statuses[below(10)] << " ";
    if (below(6) == 0) {
      log << "-";
    } else {
      log << below(1'000'000);
    }
    if (below(2) == 0) {
      log << R"x( "https://www.example.com/?q=\"x\"" "Mozilla/5.0 (X11)")x";
    }
    log << "\n";
  }
  return log.str();
}

class StandardTools : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const std::string tool : {"awk", "sort", "uniq", "head"}) {
      ASSERT_EQ(run({"sh", "-c", "command -v " + tool}).status, 0)
          << "this test needs " << tool;
    }
    generated_ = file("generated.log", generated_log(40'000));
    report_ =
        report({"--top=0", "--parsers=3", "--block=4096", generated_}).out;
  }

  // What a command prints; $1 in it is the log.
  std::string shell(const std::string& command) {
    const program_result result =
        run({"sh", "-c", "export LC_ALL=C; " + command, "sh", log_});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_NE(result.out, "");
    return result.out;
  }

  // The rows for the key that an awk expression computes.
  std::string table(const std::string& kind, const std::string& key) {
    return shell("awk -v kind=" + kind + " '{ key = " + key + R"sh(
             requests[key]++; bytes[key] += $10
             errors[key] += ($9 >= 400) }
           END { for (key in requests)
             printf "%s\t%s\t%d\t%.0f\t%d\n", kind, key, requests[key],
                    bytes[key], errors[key] }' "$1" |
           sort -t"$(printf '\t')" -k3,3nr -k2,2)sh");
  }

  static std::string counts_and_names(const std::string& rows) {
    return run({"awk", "-F", "\t", "{ print $3, $2 }"}, rows).out;
  }

  static inline std::string generated_;
  static inline std::string report_;
  std::string log_ = generated_;
};

TEST_F(StandardTools, AgreeOnTheTotal) {
  EXPECT_EQ(rows(report_, {"total"}), shell(R"sh(
      awk '{ bytes += $10; errors += $9 >= 400 }
           END { printf "total\t%d\t%.0f\t%d\n", NR, bytes, errors
               }' "$1")sh"));
  EXPECT_EQ(rows(report_, {"malformed"}), row({"malformed", "0"}));
}

TEST_F(StandardTools, AgreeOnEachHost) {
  EXPECT_EQ(rows(report_, {"host"}), table("host", "$1"));
}

TEST_F(StandardTools, AgreeOnEachPath) {
  EXPECT_EQ(rows(report_, {"path"}),
            table("path", R"($7; sub(/\?.*/, "", key))"));
}

TEST_F(StandardTools, AgreeOnEachStatus) {
  EXPECT_EQ(counts_and_names(rows(report_, {"status"})), shell(R"sh(
      awk '{ print $9 }' "$1" | sort | uniq -c | awk '{ print $1, $2 }')sh"));
}

TEST_F(StandardTools, AgreeOnTheTopTen) {
  EXPECT_EQ(counts_and_names(rows(report({log_}).out, {"host"})), shell(R"sh(
      awk '{ print $1 }' "$1" | sort | uniq -c |
      awk '{ print $1, $2 }' | sort -k1,1nr -k2,2 | head -10)sh"));
}

TEST_F(StandardTools, AgreeOnTheSampleLog) {
  log_ = the_sample;
  const program_result result = report({"--top=0", log_});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines"}),
            shell(R"(awk 'END { print "lines\t" NR }' "$1")"));
  // Its malformed lines are known.
  EXPECT_EQ(run({"awk", "-F", "\t", "/^malformed_line/ { printf $3 \" \" }"},
                result.out)
                .out,
            "211 603 1124 1125 1777 2290 2291 3418 ");
  EXPECT_EQ(counts_and_names(rows(result.out, {"host"})), shell(R"sh(
      awk 'BEGIN { split("211 603 1124 1125 1777 2290 2291 3418", numbers)
                   for (i in numbers) malformed[numbers[i]] }
           !(NR in malformed) { print $1 }' "$1" | sort | uniq -c |
      awk '{ print $1, $2 }' | sort -k1,1nr -k2,2)sh"));
}

TEST(LogPipeline, ReportsTheSameWithMutexes) {
  const std::string log =
      file("both.log", generated_log(20'000) + "malformed\n\n");
  const program_result acqrel = report({"--top=0", "--block=2048", log});
  const program_result mutex =
      report({"--top=0", "--block=2048", "--queue=mutex", log});
  EXPECT_EQ(acqrel.status, 0) << acqrel.err;
  EXPECT_EQ(mutex.status, 0) << mutex.err;
  EXPECT_EQ(steady_rows(acqrel.out), steady_rows(mutex.out));
  EXPECT_NE(rows(mutex.out, {"host"}), "");
}

TEST(LogPipeline, ReportsTheSameForAnyParsersAndBlocks) {
  const std::string log = file("any.log", generated_log(5'000) + "malformed");
  const std::string expected = steady_rows(report({log}).out);
  for (const char* const parsers : {"--parsers=1", "--parsers=16"}) {
    for (const char* const block : {"--block=512", "--block=1000000"}) {
      EXPECT_EQ(steady_rows(report({parsers, block, log}).out), expected)
          << parsers << " " << block;
    }
  }
}

TEST(LogPipeline, ReadsStandardInput) {
  const std::string text = generated_log(5'000);
  const std::string expected = steady_rows(report({file("in.log", text)}).out);
  EXPECT_EQ(steady_rows(report({}, text).out), expected);
  EXPECT_EQ(steady_rows(report({"-"}, text).out), expected);
}

TEST(LogPipeline, AddsUpItsLogs) {
  const std::string one = file("one.log", plain_line);
  const program_result result = report({one, "-", one}, plain_line);
  EXPECT_EQ(rows(result.out, {"total"}), row({"total", "3", "21", "0"}));
}

TEST(LogPipeline, ShowsItsQueues) {
  const std::string log = file("queues.log", repeated(plain_line, 10'000));
  for (const char* const queue : {"--queue=acqrel", "--queue=mutex"}) {
    const program_result result =
        report({queue, "--parsers=2", "--block=1024", log});
    std::istringstream in(rows(result.out, {"queue"}));
    int queues = 0;
    for (std::string line; std::getline(in, line); ++queues) {
      std::istringstream fields(
          line.substr(line.find_last_of("abcdefghijklmnopqrstuvwxyz") + 1));
      std::int64_t pushed = 0;
      std::int64_t popped = 0;
      std::int64_t waited = 0;
      std::int64_t high_water = 0;
      ASSERT_TRUE(fields >> pushed >> popped >> waited >> high_water) << line;
      EXPECT_GT(popped, 500) << line;
      // The batches that go round: 2 for each parser, and 4.
      EXPECT_LE(pushed - popped, 8) << line;
      EXPECT_GE(high_water, 1) << line;
      EXPECT_LE(high_water, 8) << line;
      EXPECT_GE(waited, 0) << line;
    }
    EXPECT_EQ(queues, 3);
  }
}

TEST(LogPipeline, TextIsForPeople) {
  const program_result result =
      run({the_program,
           file("text.log", repeated(plain_line, 3) + "bad\x1b[2J\n")});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");  // no progress bar: not a terminal
  for (const char* const part :
       {"4 lines", "lines/s", "3 requests, 21 bytes sent, 0 errors",
        "1 malformed lines", "host (1 of 1)", "192.0.2.1", "path (1 of 1)",
        "text.log:4: no host, identity and user: bad\\x1b[2J\n",
        "reader to parsers", "high-water"}) {
    EXPECT_NE(result.out.find(part), std::string::npos)
        << part << " is not in\n"
        << result.out;
  }
}

TEST(LogPipeline, ComparesTheQueues) {
  const program_result result =
      report({"--compare", "--rounds=2",
              file("compare.log", repeated(plain_line, 1'000))});
  EXPECT_EQ(result.status, 0) << result.err;
  double acqrel = 0;
  double mutex = 0;
  double ratio = 0;
  ASSERT_EQ(std::sscanf(result.out.c_str(),
                        "seconds\tacqrel\t%lf\nseconds\tmutex\t%lf\n"
                        "ratio\t%lf\n",
                        &acqrel, &mutex, &ratio),
            3)
      << result.out;
  EXPECT_GT(acqrel, 0);
  EXPECT_NEAR(ratio, mutex / acqrel, 0.01 * ratio);
}

// Hostile logs.

TEST(LogPipeline, CountsALineLongerThanABlock) {
  const std::string text = std::string(plain_line) +
                           std::string(5'000'000, 'x') + "\n" +
                           std::string(plain_line);
  const std::string log = file("long.log", text);
  const program_result result = report({log});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(steady_rows(result.out),
            row({"lines", "3"}) +
                row({"bytes_read", std::to_string(text.size())}) +
                row({"total", "2", "14", "0"}) +
                row({"status", "200", "2", "14", "0"}) +
                row({"host", "192.0.2.1", "2", "14", "0"}) +
                row({"path", "/a", "2", "14", "0"}) + row({"malformed", "1"}) +
                row({"malformed_line", log, "2", "longer than a block",
                     std::string(60, 'x') + "..."}));
}

TEST(LogPipeline, ReadsAnEmptyLog) {
  const program_result result = report({file("empty.log", "")});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines", "total", "status", "malformed"}),
            row({"lines", "0"}) + row({"total", "0", "0", "0"}) +
                row({"malformed", "0"}));
}

TEST(LogPipeline, ReadsCarriageReturnsAndNoFinalNewline) {
  std::string line(plain_line);
  line.insert(line.size() - 1, "\r");
  const program_result result =
      report({}, line + line.substr(0, line.size() - 1));
  EXPECT_EQ(rows(result.out, {"total", "malformed"}),
            row({"total", "2", "14", "0"}) + row({"malformed", "0"}));
}

TEST(LogPipeline, SurvivesBinaryRubbish) {
  std::mt19937 random(7);
  std::string rubbish(3'000'000, '\0');
  for (char& byte : rubbish) byte = static_cast<char>(random());
  std::size_t lines = 1;
  for (const char byte : rubbish) lines += byte == '\n' ? 1 : 0;
  const program_result result = report({}, rubbish + '\0');
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines", "malformed"}),
            row({"lines", std::to_string(lines)}) +
                row({"malformed", std::to_string(lines)}));
  for (const char byte : result.out) {
    ASSERT_TRUE(byte == '\n' || byte == '\t' || (byte >= ' ' && byte <= '~'));
  }
}

TEST(LogPipeline, ShowsTheFirstMalformedLinesAndCountsTheOthers) {
  const std::string log =
      file("malformed.log", repeated(std::string(plain_line) + "bad\n", 1'000));
  const program_result result =
      run({the_program, "--block=256", "--parsers=4", log});
  for (int line = 2; line <= 20; line += 2) {
    EXPECT_NE(result.out.find(log + ":" + std::to_string(line) +
                              ": no host, identity and user: bad\n"),
              std::string::npos)
        << result.out;
  }
  EXPECT_EQ(result.out.find(log + ":22:"), std::string::npos);
  EXPECT_NE(result.out.find("and 990 more\n"), std::string::npos);
}

TEST(LogPipeline, ReportsTheOthersWhenALogCannotBeRead) {
  const std::string log = file("there.log", plain_line);
  const program_result result =
      report({"no/such.log", log, testing::TempDir(), log});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "log_pipeline: cannot read no/such.log: No such file or "
            "directory\nlog_pipeline: cannot read " +
                testing::TempDir() + ": Is a directory\n");
  EXPECT_EQ(rows(result.out, {"total"}), row({"total", "2", "14", "0"}));
}

TEST(LogPipeline, ReadsANamedPipe) {
  const std::string pipe = testing::TempDir() + "named_pipe";
  unlink(pipe.c_str());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const program_result result =
      run({"sh", "-c", R"("$1" --format=tsv "$2" & cat > "$2"; wait $!)", "sh",
           the_program, pipe},
          repeated(plain_line, 10'000));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines"}), row({"lines", "10000"}));
}

// The command line.

TEST(LogPipeline, RefusesWrongFlagsInOneSentence) {
  const std::string log = file("flags.log", plain_line);
  for (const std::string flag :
       {"--parsers=0", "--parsers=many", "--queue=quick", "--top=-1",
        "--no_such_flag", "--block=1", "--top", "-x"}) {
    const program_result result = run({the_program, flag, log});
    EXPECT_EQ(result.status, 2) << flag;
    EXPECT_EQ(result.out, "") << flag;
    EXPECT_EQ(result.err.find("log_pipeline: "), 0u) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
  EXPECT_EQ(run({the_program, "--compare", "-"}).status, 2);
}

TEST(LogPipeline, Helps) {
  const program_result result = run({the_program, "--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out.find("usage: log_pipeline"), 0u);
}

TEST(LogPipeline, SaysThatItCannotWrite) {
  const program_result result =
      run({"sh", "-c", R"("$1" "$2" > /dev/full)", "sh", the_program,
           file("full.log", plain_line)});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "log_pipeline: cannot write the report: No space left on "
            "device\n");
}

TEST(LogPipeline, RunsWithStandardDescriptorsClosed) {
  const program_result no_input =
      run({"sh", "-c", R"("$1" --format=tsv <&-)", "sh", the_program});
  EXPECT_EQ(no_input.status, 0) << no_input.err;
  EXPECT_EQ(rows(no_input.out, {"lines"}), row({"lines", "0"}));
  const program_result no_output =
      run({"sh", "-c", R"("$1" >&-)", "sh", the_program}, plain_line);
  EXPECT_EQ(no_output.status, 1);
  EXPECT_EQ(no_output.err,
            "log_pipeline: cannot write the report: Bad file descriptor\n");
}

TEST(LogPipeline, TakesPathsFromWhereTheUserStands) {
  file("here.log", plain_line);
  const program_result result =
      run({"env", "BUILD_WORKING_DIRECTORY=" + testing::TempDir(), the_program,
           "--format=tsv", "here.log"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines"}), row({"lines", "1"}));
}

// Waiting, and being told to stop.

// Once more than a pipe holds has been written, the program is reading, and
// what is not in the pipe has been read.
struct interrupted_run {
  program_result result;
  std::size_t least = 0;
  std::size_t most = 0;
};

interrupted_run interrupt(const std::vector<std::string>& command, int signal) {
  program running(command);
  const std::size_t pipe_size = running.pipe_size();
  interrupted_run run;
  run.most = 4 * pipe_size / plain_line.size();
  running.write(repeated(plain_line, run.most) + "half a li");
  running.send_signal(signal);
  run.least = run.most - pipe_size / plain_line.size() - 1;
  run.result = running.wait();
  return run;
}

TEST(LogPipeline, ReportsWhatItReadWhenInterrupted) {
  for (const std::string queue : {"--queue=acqrel", "--queue=mutex"}) {
    for (const int signal : {SIGINT, SIGTERM}) {
      const interrupted_run run =
          interrupt({the_program, "--format=tsv", queue}, signal);
      EXPECT_EQ(run.result.status, 128 + signal) << run.result.err;
      EXPECT_EQ(run.result.err,
                "log_pipeline: interrupted: only what was read until then is "
                "reported\n");
      std::size_t requests = 0;
      ASSERT_EQ(std::sscanf(rows(run.result.out, {"total"}).c_str(),
                            "total\t%zu", &requests),
                1);
      EXPECT_GE(requests, run.least);
      EXPECT_LE(requests, run.most);
      EXPECT_EQ(rows(run.result.out, {"malformed"}), row({"malformed", "0"}));
    }
  }
}

TEST(LogPipeline, ComparesNothingWhenInterrupted) {
  // A pipe by another name is no standard input to the program.
  const interrupted_run run =
      interrupt({the_program, "--compare", "/dev/stdin"}, SIGINT);
  EXPECT_EQ(run.result.status, 128 + SIGINT) << run.result.err;
  EXPECT_EQ(run.result.out, "");
  EXPECT_EQ(run.result.err, "log_pipeline: interrupted: nothing to compare\n");
}

TEST(LogPipeline, IsNotInterruptedWhereSignalsAreIgnored) {
  program running({"sh", "-c", R"(trap '' INT; exec "$1" --format=tsv)", "sh",
                   the_program});
  const std::size_t lines = 2 * running.pipe_size() / plain_line.size();
  running.write(repeated(plain_line, lines));
  running.send_signal(SIGINT);
  running.write(plain_line);
  const program_result result = running.finish();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(rows(result.out, {"lines"}),
            row({"lines", std::to_string(lines + 1)}));
}

TEST(LogPipeline, SleepsWhenThereIsNothingToDo) {
  for (const std::string queue : {"--queue=acqrel", "--queue=mutex"}) {
    program running({the_program, "--format=tsv", "--parsers=4", queue});
    // All stages have begun when this has been read.
    running.write(
        repeated(plain_line, 2 * running.pipe_size() / plain_line.size()));
    const auto idle = std::chrono::seconds(2);
    std::this_thread::sleep_for(idle);
    const program_result result = running.finish();
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_LT(result.cpu_seconds,
              std::chrono::duration<double>(idle).count() / 2);
  }
}

}  // namespace
}  // namespace examples

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  examples::the_program = argv[1];
  examples::the_sample = argv[2];
  return RUN_ALL_TESTS();
}
