// Every line once, each thread's in order, while another thread drains.
#include "event_log.h"

#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

TEST(EventLog, IsEmptyAtFirst) {
  event_log log;
  std::ostringstream out;
  EXPECT_EQ(log.drain(out), 0u);
  EXPECT_EQ(out.str(), "");
}

TEST(EventLog, KeepsEveryLineAndEachThreadsOrder) {
  constexpr int writers = 4;
  constexpr int lines = 1000;
  event_log log;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&log, writer] {
      for (int line = 0; line < lines; ++line) {
        log.write(std::to_string(writer) + ' ' + std::to_string(line));
      }
    });
  }
  std::stringstream out;
  std::size_t drained = 0;
  while (drained < writers * lines) drained += log.drain(out);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.drain(out), 0u);

  std::map<int, int> next;
  for (int writer, line; out >> writer >> line;) {
    EXPECT_EQ(line, next[writer]++) << "of writer " << writer;
  }
  EXPECT_EQ(next.size(), static_cast<std::size_t>(writers));
  for (const auto& [writer, count] : next) EXPECT_EQ(count, lines) << writer;
}
