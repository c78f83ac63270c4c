// Counting, and what comes first.

#include "acqrel/examples/log/summary.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/examples/log/access_log.h"
#include "acqrel/examples/log/batch.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

using entry = std::pair<std::string_view, tally>;

batch of(std::vector<log_record> records) {
  batch work(64);
  work.records = std::move(records);
  return work;
}

TEST(Summary, CountsRequestsBytesAndErrors) {
  summary totals;
  totals.add(of({{"h1", "/a", 200, 10}, {"h2", "/a", 404, 20}}));
  totals.add(of({{"h1", "/b", 500, 30}, {"h1", "/a", 399, 40}}));
  EXPECT_EQ(totals.total(), (tally{4, 100, 2}));
  EXPECT_EQ(totals.statuses()[404], (tally{1, 20, 1}));
  EXPECT_EQ(totals.statuses()[399], (tally{1, 40, 0}));
  EXPECT_EQ(top(totals.hosts(), 0),
            (std::vector<entry>{{"h1", {3, 80, 1}}, {"h2", {1, 20, 1}}}));
  EXPECT_EQ(top(totals.paths(), 0),
            (std::vector<entry>{{"/a", {3, 70, 1}}, {"/b", {1, 30, 1}}}));
  EXPECT_EQ(totals.lines(), 4u);
}

TEST(Summary, OrdersEqualsByName) {
  summary totals;
  totals.add(of({{"c", "/", 200, 0},
                 {"a", "/", 200, 0},
                 {"b", "/", 200, 0},
                 {"z", "/", 200, 0},
                 {"z", "/", 200, 0}}));
  const auto first = top(totals.hosts(), 3);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].first, "z");
  EXPECT_EQ(first[1].first, "a");
  EXPECT_EQ(first[2].first, "b");
  EXPECT_EQ(top(totals.hosts(), 100).size(), 4u);
  EXPECT_TRUE(top(summary().hosts(), 0).empty());
}

TEST(Summary, BytesStopAtTheMaximum) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  summary totals;
  totals.add(of({{"h", "/", 200, most}, {"h", "/", 200, 1}}));
  EXPECT_EQ(totals.total(), (tally{2, most, 0}));
}

// Batches arrive in any order; the lines shown are the first of the log.
TEST(Summary, KeepsTheFirstMalformedLines) {
  summary totals;
  for (const std::size_t file : {1u, 0u}) {
    for (int number = 20; number > 0; --number) {
      batch work(64);
      work.file = file;
      work.malformed = {{static_cast<std::uint64_t>(number), "bad", "text"}};
      work.malformed_count = 3;
      totals.add(work);
    }
  }
  EXPECT_EQ(totals.malformed(), 120u);
  std::vector<summary::place> expected;
  for (std::uint64_t i = 1; i <= batch::malformed_kept; ++i) {
    expected.emplace_back(0, i);
  }
  std::vector<summary::place> kept;
  for (const auto& [place, line] : totals.first_malformed()) {
    kept.push_back(place);
    EXPECT_EQ(line.problem, "bad");
    EXPECT_EQ(line.text, "text");
  }
  EXPECT_EQ(kept, expected);
}

TEST(Summary, ComparesAll) {
  summary a;
  summary b;
  a.add(of({{"h", "/", 200, 1}}));
  EXPECT_FALSE(a == b);
  b.add(of({{"h", "/", 200, 1}}));
  EXPECT_TRUE(a == b);
}

}  // namespace
}  // namespace examples
