// The arithmetic of the tables.
#include "acqrel/bench/report.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/placement.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {
namespace {

// A repetition of 1000 operations.
repetition lasting(std::chrono::nanoseconds elapsed,
                   placement where = placement::near) {
  return {{1000, {elapsed, 0.01, 500}}, 1e-6, 100, 120, where};
}

outcome make_outcome(const std::string& contender, bool has_mutex, unit u,
                     std::vector<repetition> repetitions) {
  return {{"queue", "throughput", contender, "u64", "1x1", 2, has_mutex, u, {}},
          std::move(repetitions)};
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(MedianTest, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 2}), 2);
  EXPECT_EQ(median({9, 1, 2, 4}), 3);
}

TEST(TableTest, ComparesRatesWithTheFastestMutex) {
  using std::chrono::microseconds;
  const unit u = unit::million_per_second;
  const std::string text =
      table({make_outcome("acqrel", false, u,
                          {lasting(microseconds(5)), lasting(microseconds(4)),
                           lasting(microseconds(10))}),
             make_outcome("std-mutex", true, u, {lasting(microseconds(20))}),
             make_outcome("absl-mutex", true, u, {lasting(microseconds(50))})});
  EXPECT_TRUE(text.starts_with("queue/throughput/u64/1x1: million per second"));
  EXPECT_TRUE(has_line(
      text,
      "| acqrel     | 200    | 100 - 250   | 3 | 4.00x    | 0.50   | 1 "
      "%      | near, 110 ns |"))
      << text;
  EXPECT_TRUE(has_line(
      text,
      "| std-mutex  | 50.0   | 50.0 - 50.0 | 1 | 1.00x    | 0.50   | 1 "
      "%      | near, 110 ns |"))
      << text;
  EXPECT_TRUE(has_line(
      text,
      "| absl-mutex | 20.0   | 20.0 - 20.0 | 1 | 0.40x    | 0.50   | 1 "
      "%      | near, 110 ns |"))
      << text;
}

TEST(TableTest, ComparesTimesTheOtherWayRound) {
  using std::chrono::microseconds;
  const unit u = unit::nanoseconds_per_operation;
  const std::string text =
      table({make_outcome("acqrel", false, u, {lasting(microseconds(40))}),
             make_outcome("std-mutex", true, u, {lasting(microseconds(20))}),
             make_outcome("absl-mutex", true, u, {lasting(microseconds(50))})});
  EXPECT_NE(text.find("| 0.50x "), std::string::npos) << text;
  EXPECT_NE(text.find("| 1.00x "), std::string::npos) << text;
}

TEST(TableTest, SaysWhenPlacementsDifferAndWhenNothingCounted) {
  using std::chrono::microseconds;
  const unit u = unit::million_per_second;
  const std::string text =
      table({make_outcome("acqrel", false, u,
                          {lasting(microseconds(5)),
                           lasting(microseconds(5), placement::far)}),
             make_outcome("std-mutex", true, u, {})});
  EXPECT_NE(text.find("near 1, far 1, 110 ns"), std::string::npos) << text;
  EXPECT_TRUE(has_line(text,
                       "| std-mutex | -      | -         | - | -        | -    "
                       "  | -        | -    "
                       "                 |"))
      << text;
}

TEST(PlacementJudgeTest, ComparesWithTheShortestRoundTripSeen) {
  placement_judge judge;
  EXPECT_EQ(judge.judge(300, 310), placement::near);
  EXPECT_EQ(judge.judge(100, 110), placement::near);
  EXPECT_EQ(judge.judge(300, 310), placement::far);
  EXPECT_EQ(judge.judge(110, 310), placement::moved);
  EXPECT_EQ(judge.judge(0, 0), placement::none);
  EXPECT_EQ(judge.shortest(), 100);
}

TEST(JsonTest, HasEveryRepetitionAndAMedian) {
  using std::chrono::microseconds;
  std::ostringstream out;
  write_json({make_outcome("acqrel", false, unit::million_per_second,
                           {lasting(microseconds(5)), lasting(microseconds(7)),
                            lasting(microseconds(6))})},
             out);
  const std::string json = out.str();
  const auto count = [&](const std::string& what) {
    int times = 0;
    for (std::size_t at = 0; (at = json.find(what, at)) != std::string::npos;
         ++at) {
      ++times;
    }
    return times;
  };
  EXPECT_EQ(count("\"run_type\": \"iteration\""), 3) << json;
  EXPECT_EQ(count("\"run_type\": \"aggregate\""), 1) << json;
  EXPECT_EQ(count("queue/throughput/acqrel/u64/1x1_median"), 1) << json;
  EXPECT_EQ(count("\"real_time\": 6.0"), 2)
      << json;  // the third and the median
  EXPECT_EQ(count("\"items_per_second\""), 4) << json;
}

}  // namespace
}  // namespace acqrel::bench
