// A batch of lines, parsed.

#include "acqrel/examples/log/batch.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace examples {
namespace {

constexpr std::string_view good =
    R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 1)"
    "\n";

batch parsed(std::string_view text, bool cut = false) {
  batch work(64);
  work.text = text;
  work.first_line = 100;
  work.cut = cut;
  parse(work);
  return work;
}

TEST(Batch, SortsTheLines) {
  const std::string text = std::string(good) + "bad\n\n" + std::string(good);
  const batch work = parsed(text);
  EXPECT_EQ(work.records.size(), 2u);
  EXPECT_EQ(work.malformed_count, 2u);
  ASSERT_EQ(work.malformed.size(), 2u);
  EXPECT_EQ(work.malformed[0].line, 101u);
  EXPECT_EQ(work.malformed[0].text, "bad");
  EXPECT_EQ(work.malformed[1].line, 102u);
  EXPECT_EQ(work.malformed[1].text, "");
}

TEST(Batch, NeedsNoNewlineAtTheEnd) {
  EXPECT_EQ(parsed(good.substr(0, good.size() - 1)).records.size(), 1u);
  EXPECT_EQ(parsed("bad").malformed_count, 1u);
  EXPECT_EQ(parsed("").malformed_count, 0u);
}

TEST(Batch, TakesALineThatWasCutForMalformed) {
  const batch work = parsed(good.substr(0, good.size() - 1), true);
  EXPECT_TRUE(work.records.empty());
  EXPECT_EQ(work.malformed_count, 1u);
  EXPECT_STREQ(work.malformed[0].problem, "longer than a block");
}

TEST(Batch, KeepsTheFirstMalformedLinesAndCountsAll) {
  const batch work = parsed(std::string(1000, '\n'));
  EXPECT_EQ(work.malformed_count, 1000u);
  ASSERT_EQ(work.malformed.size(), batch::malformed_kept);
  for (std::size_t i = 0; i < batch::malformed_kept; ++i) {
    EXPECT_EQ(work.malformed[i].line, 100 + i);
  }
}

TEST(Batch, StartsAfresh) {
  batch work = parsed("bad\n" + std::string(good));
  work.text = "worse\n";
  parse(work);
  EXPECT_TRUE(work.records.empty());
  EXPECT_EQ(work.malformed_count, 1u);
  EXPECT_EQ(work.malformed.size(), 1u);
  EXPECT_EQ(work.malformed[0].text, "worse");
}

}  // namespace
}  // namespace examples
