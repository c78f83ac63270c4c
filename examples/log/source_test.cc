// Logs cut into blocks: no line is lost, split or misnumbered.

#include "acqrel/examples/log/source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/examples/log/batch.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

struct piece {
  std::string text;
  std::size_t file = 0;
  std::uint64_t first_line = 0;
  bool cut = false;

  bool operator==(const piece&) const = default;
};

class Source : public testing::Test {
 protected:
  // A new file, which becomes the next log.
  void log(std::string_view text) {
    logs_.push_back(testing::TempDir() + "source_test_" +
                    std::to_string(logs_.size()));
    std::ofstream(logs_.back(), std::ios::binary) << text;
  }

  std::vector<piece> read(std::size_t block_size, int stop = -1) {
    log_source source(logs_, stop);
    std::vector<piece> pieces;
    batch work(block_size);
    while (source.fill(work)) {
      pieces.push_back(
          {std::string(work.text), work.file, work.first_line, work.cut});
    }
    errors_ = source.errors();
    interrupted_ = source.interrupted();
    bytes_read_ = source.bytes_read();
    return pieces;
  }

  std::vector<std::string> logs_;
  std::vector<std::string> errors_;
  bool interrupted_ = false;
  std::uint64_t bytes_read_ = 0;
};

TEST_F(Source, CutsAtTheEndsOfLines) {
  log("one\ntwo\nthree\nfour\n");
  EXPECT_EQ(read(10),
            (std::vector<piece>{
                {"one\ntwo\n", 0, 1}, {"three\n", 0, 3}, {"four\n", 0, 4}}));
  EXPECT_EQ(bytes_read_, 19u);
  EXPECT_EQ(read(100), (std::vector<piece>{{"one\ntwo\nthree\nfour\n", 0, 1}}));
}

TEST_F(Source, KeepsALastLineWithoutNewline) {
  log("one\ntwo");
  EXPECT_EQ(read(100), (std::vector<piece>{{"one\ntwo", 0, 1}}));
  EXPECT_EQ(read(5), (std::vector<piece>{{"one\n", 0, 1}, {"two", 0, 2}}));
}

TEST_F(Source, NumbersTheLinesOfEachLog) {
  log("a\nb\nc");
  log("");
  log("d\ne\n");
  EXPECT_EQ(read(4), (std::vector<piece>{
                         {"a\nb\n", 0, 1}, {"c", 0, 3}, {"d\ne\n", 2, 1}}));
}

TEST_F(Source, SkipsTheRestOfALineThatIsTooLong) {
  log("short\n" + std::string(100, 'x') + "\nnext\n");
  EXPECT_EQ(read(10), (std::vector<piece>{{"short\n", 0, 1},
                                          {"xxxxxxxxxx", 0, 2, true},
                                          {"next\n", 0, 3}}));
}

TEST_F(Source, SkipsALongLineAtTheEnd) {
  log(std::string(100, 'x'));
  log("next");
  EXPECT_EQ(read(10),
            (std::vector<piece>{{"xxxxxxxxxx", 0, 1, true}, {"next", 1, 1}}));
}

TEST_F(Source, SkipsOneLongLineAfterTheOther) {
  log(std::string(25, 'x') + "\n" + std::string(31, 'y') + "\n\nz\n");
  EXPECT_EQ(read(10), (std::vector<piece>{{"xxxxxxxxxx", 0, 1, true},
                                          {"yyyyyyyyyy", 0, 2, true},
                                          {"\nz\n", 0, 3}}));
}

// Whatever the size of a block, the same lines have the same numbers.
TEST_F(Source, GivesTheSameLinesForEveryBlockSize) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    const std::string line(static_cast<std::size_t>(i * 7 % 23), 'a');
    expected.push_back(line);
    text += line + "\n";
  }
  log(text);
  for (std::size_t block_size = 24; block_size < 300; ++block_size) {
    std::vector<std::string> lines;
    for (const piece& part : read(block_size)) {
      EXPECT_FALSE(part.cut);
      EXPECT_EQ(part.first_line, lines.size() + 1);
      std::string_view rest = part.text;
      while (!rest.empty()) {
        const std::size_t newline = rest.find('\n');
        ASSERT_NE(newline, std::string_view::npos);
        lines.emplace_back(rest.substr(0, newline));
        rest.remove_prefix(newline + 1);
      }
    }
    EXPECT_EQ(lines, expected) << block_size;
  }
}

TEST_F(Source, NamesLogsThatCannotBeRead) {
  logs_.push_back(testing::TempDir() + "no_such_log");
  logs_.push_back(testing::TempDir());
  log("line\n");
  EXPECT_EQ(read(10), (std::vector<piece>{{"line\n", 2, 1}}));
  ASSERT_EQ(errors_.size(), 2u);
  EXPECT_EQ(errors_[0],
            "cannot read " + logs_[0] + ": No such file or directory");
  EXPECT_EQ(errors_[1], "cannot read " + logs_[1] + ": Is a directory");
}

TEST_F(Source, StopsWhenToldTo) {
  log("line\n");
  int stop[2];
  ASSERT_EQ(pipe2(stop, O_CLOEXEC), 0);
  EXPECT_EQ(read(10, stop[0]).size(), 1u);
  EXPECT_FALSE(interrupted_);
  ASSERT_EQ(write(stop[1], "", 1), 1);
  EXPECT_TRUE(read(10, stop[0]).empty());
  EXPECT_TRUE(interrupted_);
  close(stop[0]);
  close(stop[1]);
}

}  // namespace
}  // namespace examples
