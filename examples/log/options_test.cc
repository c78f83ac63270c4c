// The command line, and the sentences about a wrong one.

#include "acqrel/examples/log/options.h"

#include <string>
#include <vector>

#include "acqrel/examples/log/pipeline.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

std::string error_in(const std::vector<const char*>& arguments) {
  options result;
  std::string error;
  const bool ok = parse_options(arguments, result, error);
  EXPECT_EQ(ok, error.empty()) << error;
  return error;
}

options parsed(const std::vector<const char*>& arguments) {
  options result;
  std::string error;
  EXPECT_TRUE(parse_options(arguments, result, error)) << error;
  return result;
}

TEST(Options, HaveDefaults) {
  const options result = parsed({});
  EXPECT_FALSE(result.help);
  EXPECT_FALSE(result.compare);
  EXPECT_EQ(result.queue, queue_kind::acqrel);
  EXPECT_EQ(result.format, report_format::text);
  EXPECT_EQ(result.top, 10u);
  EXPECT_TRUE(result.logs.empty());
}

TEST(Options, AreRead) {
  const options result =
      parsed({"a.log", "--queue=mutex", "--format=tsv", "--parsers=7",
              "--rounds=3", "--top=0", "--block=4096", "-", "--compare"});
  EXPECT_TRUE(result.compare);
  EXPECT_EQ(result.queue, queue_kind::mutex);
  EXPECT_EQ(result.format, report_format::tsv);
  EXPECT_EQ(result.parsers, 7);
  EXPECT_EQ(result.rounds, 3);
  EXPECT_EQ(result.top, 0u);
  EXPECT_EQ(result.block_size, 4096u);
  EXPECT_EQ(result.logs, (std::vector<std::string>{"a.log", "-"}));
  EXPECT_TRUE(parsed({"--help"}).help);
}

TEST(Options, EndAtTwoDashes) {
  EXPECT_EQ(parsed({"--", "--top=1", "--"}).logs,
            (std::vector<std::string>{"--top=1", "--"}));
}

TEST(Options, AreRefusedInASentence) {
  EXPECT_EQ(error_in({"--tpo=3"}), "there is no flag --tpo");
  EXPECT_EQ(error_in({"-t"}), "there is no flag -t");
  EXPECT_EQ(error_in({"--top"}), "--top needs a value: --top=...");
  EXPECT_EQ(error_in({"--compare=yes"}), "--compare takes no value");
  EXPECT_EQ(error_in({"--queue=fast"}),
            "--queue is acqrel or mutex, not 'fast'");
  EXPECT_EQ(error_in({"--format="}), "--format is text or tsv, not ''");
  EXPECT_EQ(error_in({"--parsers=0"}),
            "--parsers takes a number from 1 to 256, not '0'");
  for (const char* const wrong :
       {"--parsers=-1", "--parsers=257", "--parsers=two",
        "--parsers=", "--parsers=99999999999999999999", "--top=-1", "--top=1.5",
        "--rounds=0", "--block=63", "--block=99999999999", "--=", "---"}) {
    EXPECT_NE(error_in({wrong}), "") << wrong;
  }
}

}  // namespace
}  // namespace examples
