// What //bench:compare says to good and bad flags. The first argument is its
// path.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string compare_path;

struct run_result {
  int status;
  std::string output;  // of stdout and stderr
};

run_result run_compare(const std::string& arguments) {
  const std::string command = compare_path + " " + arguments + " 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {-1, "cannot start"};
  run_result result{-1, ""};
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    result.output.append(buffer, n);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

void expect_refusal(const std::string& arguments, const std::string& sentence) {
  const run_result result = run_compare(arguments);
  EXPECT_EQ(result.status, 1) << arguments;
  EXPECT_NE(result.output.find(sentence), std::string::npos)
      << arguments << "\n"
      << result.output;
}

TEST(CompareFlagsTest, RefusesBadOnesClearly) {
  expect_refusal("--no_such_flag", "Unknown command line flag 'no_such_flag'");
  expect_refusal(
      "--family=heap",
      "there is no family 'heap'; there are stack queue mpmc_queue mpmc mpsc "
      "spsc waiting counter");
  expect_refusal("--filter='('", "--filter is no regular expression");
  expect_refusal("--filter=nothing_is_called_so", "no group matches");
  expect_refusal("--repetitions=0", "--repetitions must be at least 1");
  expect_refusal("--repetitions=many", "Illegal value 'many'");
  expect_refusal("--min_time=-1ms", "--min_time must be positive");
  expect_refusal("--min_time=soon", "Illegal value 'soon'");
  expect_refusal("--placement=here",
                 "--placement is any, near or far, not 'here'");
  expect_refusal("--list=false spsc", "unexpected argument 'spsc'");
  expect_refusal("--filter=pair/u64 --json=/no/such/place.json",
                 "cannot write /no/such/place.json");
}

TEST(CompareFlagsTest, PrintsATableEvenIfNothingCounts) {
  const run_result result = run_compare(
      "--filter=counter/add/i64/1 --repetitions=1 --min_time=1ms --quiet "
      "--placement=far");
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("\n| std-mutex "), std::string::npos)
      << result.output;
}

TEST(CompareFlagsTest, ListsNames) {
  const run_result result = run_compare("--family=spsc --list");
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.output.find("spsc/throughput/acqrel/u64/1x1\n"),
            std::string::npos);
  EXPECT_EQ(result.output.find("stack/"), std::string::npos);
}

TEST(CompareFlagsTest, WritesTheTableAndJsonWhereTheUserStands) {
  const std::string directory = testing::TempDir();
  ASSERT_EQ(setenv("BUILD_WORKING_DIRECTORY", directory.c_str(), 1), 0);
  const run_result result = run_compare(
      "--family=spsc --filter='throughput/u64' --repetitions=2 --min_time=1ms "
      "--json=compare_flags_test.json");
  ASSERT_EQ(unsetenv("BUILD_WORKING_DIRECTORY"), 0);
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("\n| std-mutex-deque"), std::string::npos)
      << result.output;

  std::ifstream file(directory + "/compare_flags_test.json");
  std::stringstream json;
  json << file.rdbuf();
  EXPECT_NE(json.str().find("\"name\": \"spsc/throughput/acqrel/u64/1x1\""),
            std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fputs("usage: compare_flags_test PATH_OF_COMPARE\n", stderr);
    return 2;
  }
  compare_path = argv[1];
  return RUN_ALL_TESTS();
}
