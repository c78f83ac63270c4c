// The C++ of docs/queues.md: each block stands here as it stands there, is
// compiled, and run.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/mpmc_queue.h"
#include "acqrel/structures/mpmc_ring.h"

namespace {

using namespace acqrel;  // as a reader of the page has it
using namespace std::chrono_literals;

TEST(QueuesPage, Waiting) {
  mpmc_ring<std::string> queue(2);
  const std::string job = "job";
  // clang-format off
  bool accepted = queue.push(job);                        // waits while full; false: closed
  std::optional<std::string> next = queue.pop();          // waits while empty; nothing: closed and drained
  // clang-format on
  EXPECT_TRUE(accepted);
  EXPECT_EQ(next, "job");
}

TEST(QueuesPage, GivingUp) {
  mpmc_ring<std::string> queue(1);
  const std::string job = "job";
  const auto noon = std::chrono::system_clock::now() + 1ms;
  std::stop_source source;
  source.request_stop();
  const std::stop_token stop_token = source.get_token();
  bool done = false;
  // clang-format off
  conqueue_status status = queue.push_for(10ms, job);     // success, closed, or full
  auto by_noon = queue.pop_until(noon);                   // of any clock
  auto unless_stopped = queue.pop(stop_token);            // a stop wakes it at once
  auto both = queue.pop_until(stop_token, noon);
  if (!both && both.error() == conqueue_status::closed) done = true;
  // clang-format on
  EXPECT_EQ(status, conqueue_status::success);
  EXPECT_EQ(by_noon.value_or(""), "job");
  EXPECT_EQ(unless_stopped.error(), conqueue_status::empty);
  EXPECT_EQ(both.error(), conqueue_status::empty);
  EXPECT_FALSE(done);
}

TEST(QueuesPage, ManyAtOnce) {
  mpmc_ring<int> queue(8);
  const std::vector<int> batch(3, 1), more(4, 2);
  std::vector<int> buffer(5);
  int sum = 0;
  const auto run = [&](int element) { sum += element; };
  // clang-format off
  std::size_t taken = queue.try_push_n(batch);            // as many as there is room for, in one step
  queue.push_range(more);                                 // all of them, waiting for room
  std::size_t got = queue.pop_n(buffer);                  // waits for one, takes what there is
  queue.close();  // not there
  std::size_t done = queue.drain(run);                    // each, until closed and drained
  // clang-format on
  EXPECT_EQ(taken, 3u);
  EXPECT_EQ(got, 5u);
  EXPECT_EQ(done, 2u);
  EXPECT_EQ(sum, 4);
}

TEST(QueuesPage, TenLines) {
  std::atomic<int> done = 0;
  constexpr int accepted = 100;
  const auto wait_for_sigterm = [] {};
  // clang-format off
  mpmc_queue<std::function<void()>> jobs;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] { jobs.drain([](auto job) { job(); }); });
  }
  // ... jobs.push(...) from anywhere; false tells the caller that it is too late
  for (int i = 0; i < accepted; ++i) jobs.push([&] { ++done; });  // not there
  wait_for_sigterm();
  jobs.close();     // 1. no new work
  workers.clear();  // 2. what was accepted is done; the threads are joined
  // clang-format on
  EXPECT_EQ(done, accepted);
  EXPECT_FALSE(jobs.push([&] { ++done; }));
}

// Without spaces at both ends of its lines, and without lines that say that
// they are not there.
std::string stripped(std::istream& in) {
  std::string all;
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos || line.ends_with("// not there")) continue;
    all += line.substr(first) + "\n";
  }
  return all;
}

TEST(QueuesPage, IsAsItStandsHere) {
  std::ifstream source("examples/queues_doc_test.cc");
  std::ifstream page("docs/queues.md");
  ASSERT_TRUE(source && page);
  const std::string code = stripped(source);
  std::optional<std::string> block;
  int blocks = 0;
  for (std::string line; std::getline(page, line);) {
    if (line == "```cpp") {
      block.emplace();
    } else if (line == "```" && block) {
      std::istringstream text(*block);
      EXPECT_NE(code.find(stripped(text)), std::string::npos) << *block;
      block.reset();
      ++blocks;
    } else if (block) {
      *block += line + "\n";
    }
  }
  EXPECT_EQ(blocks, 4);
}

}  // namespace
