#include "acqrel/tests/support/history.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>

namespace acqrel::testing {
namespace {

TEST(UniqueValue, NamesItsProducerAndNumber) {
  const std::uint64_t value = unique_value(3, 17);
  EXPECT_EQ(producer_of(value), 3u);
  EXPECT_EQ(number_of(value), 17u);
  EXPECT_EQ(value_text(value), "3#17");
}

// What every history rests on: a time read before a message was sent is not
// later than one read after it was received, on whatever cores.
TEST(Timestamp, IsMonotonicFromThreadToThread) {
  constexpr int rounds = 20000;
  std::atomic<int> turn = 0;
  std::atomic<std::uint64_t> sent = 0;
  std::uint64_t backwards[2] = {0, 0};
  const auto play = [&](int me) {
    for (int round = me; round < rounds; round += 2) {
      for (int spins = 0; turn.load(std::memory_order_acquire) != round;) {
        if (++spins > 100) std::this_thread::yield();
      }
      if (timestamp() < sent.load(std::memory_order_relaxed)) ++backwards[me];
      sent.store(timestamp(), std::memory_order_relaxed);
      turn.store(round + 1, std::memory_order_release);
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  EXPECT_EQ(backwards[0], 0u);
  EXPECT_EQ(backwards[1], 0u);
}

TEST(Recorder, KeepsCallsResultsAndWindows) {
  recorder log(2, 2, 2);
  log.push(unique_value(2, 1), [] { return true; });
  log.end_window();
  log.push(unique_value(2, 2), [] { return false; });
  log.pop([] { return std::optional<std::uint64_t>(unique_value(2, 1)); });
  log.end_window();

  window first, second;
  log.append_to(first, 0);
  log.append_to(second, 1);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(operation_text(first[0]), "push(2#1)");
  EXPECT_EQ(operation_text(second[0]), "push(2#2) = full");
  EXPECT_EQ(operation_text(second[1]), "pop() = 2#1");
  EXPECT_EQ(second[1].thread, 2u);
  EXPECT_LE(first[0].begin, first[0].end);
  EXPECT_LE(first[0].end, second[0].begin);
}

TEST(Drawing, ShowsOverlap) {
  const operation push{.what = operation::kind::push,
                       .succeeded = true,
                       .thread = 0,
                       .value = unique_value(0, 1),
                       .begin = 100,
                       .end = 300};
  const operation pop{
      .what = operation::kind::pop, .thread = 1, .begin = 200, .end = 400};
  EXPECT_EQ(drawing({pop, push}),
            "  thread 0  push(0#1)               |-|\n"
            "  thread 1  pop() = empty            |-|\n");
}

}  // namespace
}  // namespace acqrel::testing
