// Runs every benchmark briefly, and shows that a contender which does not keep
// its elements has no result.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/mutex_equivalents.h"
#include "acqrel/bench/waiting_workloads.h"
#include "acqrel/bench/workers.h"
#include "acqrel/bench/workloads.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// --- Every case --------------------------------------------------------------

class EveryCaseTest : public testing::TestWithParam<bench_case> {};

TEST_P(EveryCaseTest, GivesBackWhatWentIn) {
  const bench_case& c = GetParam();
  sample s;
  ASSERT_NO_THROW(s = c.run(milliseconds(1)));
  EXPECT_GT(s.operations, 0u);
  EXPECT_GE(s.times.elapsed, milliseconds(1));
  EXPECT_GT(c.figure(s), 0);
  if (has_percentiles(c.unit)) {
    EXPECT_GT(s.p50, 0);
    EXPECT_GE(s.p99, s.p50);
    EXPECT_GE(s.p999, s.p99);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryCaseTest, testing::ValuesIn(all_cases()),
                         [](const auto& info) {
                           std::string name = info.param.name();
                           for (char& c : name) {
                             if (c == '/' || c == '-') c = '_';
                           }
                           return name;
                         });

TEST(CasesTest, EveryNameIsThereOnce) {
  std::set<std::string> names;
  for (const bench_case& c : all_cases()) {
    EXPECT_TRUE(names.insert(c.name()).second) << c.name();
  }
  EXPECT_TRUE(names.contains("spsc/throughput/acqrel/u64/1x1"));
}

TEST(CasesTest, EveryGroupComparesAcqrelWithAMutexAndStaysTogether) {
  struct members {
    bool acqrel = false;
    bool mutex = false;
  };
  std::map<std::string, members> groups;
  std::string last;
  for (const bench_case& c : all_cases()) {
    if (c.group() != last) {
      EXPECT_FALSE(groups.contains(c.group())) << c.group() << " is split";
    }
    last = c.group();
    groups[last].acqrel |= c.contender.starts_with("acqrel");
    groups[last].mutex |= c.has_mutex;
  }
  for (const auto& [name, has] : groups) {
    EXPECT_TRUE(has.acqrel && has.mutex) << name;
  }
}

// --- Broken contenders -------------------------------------------------------

enum class fault { loses, doubles, damages };

// A queue that misbehaves at its first push, which every workload reaches.
template <fault Fault>
class broken_queue {
 public:
  explicit broken_queue(std::size_t capacity) : elements_(capacity) {}

  conqueue_status try_push(std::uint64_t value) {
    const bool now = pushes_++ == 0;
    if (now && Fault == fault::loses) return conqueue_status::success;
    if (now && Fault == fault::damages) ++value;
    const conqueue_status status = elements_.try_push(value);
    if (now && Fault == fault::doubles) elements_.try_push(value);
    return status;
  }
  pop_result<std::uint64_t> try_pop() { return elements_.try_pop(); }

  // Waiting, as if for other threads.
  bool push(std::uint64_t value) {
    for (patience wait; try_push(value) != conqueue_status::success;) {
      wait.wait();
    }
    return true;
  }
  std::optional<std::uint64_t> pop() {
    for (patience wait;; wait.wait()) {
      const bool last_look = closed_.load(acquire);
      if (auto value = try_pop()) return *value;
      if (last_look) return std::nullopt;
    }
  }
  void close() { closed_.store(true, release); }

  template <class Iterator>
  std::size_t try_push_n(Iterator first, std::size_t n) {
    std::size_t pushed = 0;
    while (pushed < n && try_push(*first) == conqueue_status::success) {
      ++first;
      ++pushed;
    }
    return pushed;
  }
  template <class Iterator>
  std::size_t try_pop_n(Iterator out, std::size_t n) {
    return elements_.try_pop_n(out, n);
  }

 private:
  mutex_ring<std::uint64_t> elements_;
  int pushes_ = 0;  // owner-only: the one producer's
  atomic_bool closed_{false};
};

template <class Queue>
void expect_no_result() {
  EXPECT_THROW(
      (throughput<Queue, std::uint64_t, in_flight>(milliseconds(1), 1, 1)),
      corrupted);
  EXPECT_THROW((throughput<Queue, std::uint64_t, bounded_by_itself>(
                   milliseconds(1), 1, 1)),
               corrupted);
  EXPECT_THROW((bulk<by_array<Queue>, std::uint64_t>(milliseconds(1))),
               corrupted);
  EXPECT_THROW((waiting_throughput<Queue, std::uint64_t, in_flight>(
                   milliseconds(1), 1, 1)),
               corrupted);
  EXPECT_THROW((waiting_throughput<Queue, std::uint64_t, bounded_by_itself>(
                   milliseconds(1), 1, 1)),
               corrupted);
  EXPECT_THROW((hand_over<Queue>(milliseconds(1), microseconds(50), 1)),
               corrupted);
}

TEST(BrokenContenderTest, ThatLosesAnElementHasNoResult) {
  expect_no_result<broken_queue<fault::loses>>();
  EXPECT_THROW(
      (pair<broken_queue<fault::loses>, std::uint64_t>(milliseconds(1))),
      corrupted);
}

TEST(BrokenContenderTest, ThatDoublesAnElementHasNoResult) {
  expect_no_result<broken_queue<fault::doubles>>();
  EXPECT_THROW((round_trip<broken_queue<fault::doubles>, std::uint64_t>(
                   milliseconds(1))),
               corrupted);
}

TEST(BrokenContenderTest, ThatDamagesAnElementHasNoResult) {
  expect_no_result<broken_queue<fault::damages>>();
  EXPECT_THROW(
      (pair<broken_queue<fault::damages>, std::uint64_t>(milliseconds(1))),
      corrupted);
  EXPECT_THROW((round_trip<broken_queue<fault::damages>, std::uint64_t>(
                   milliseconds(1))),
               corrupted);
  EXPECT_THROW(
      (round_trip<broken_queue<fault::damages>, std::uint64_t, by_waiting>(
          milliseconds(1))),
      corrupted);
}

TEST(BrokenContenderTest, CounterThatForgetsHasNoResult) {
  class forgetful {
   public:
    void add() { count_ += calls_++ != 0; }
    std::uint64_t value() const { return count_; }

   private:
    std::uint64_t count_ = 0;
    int calls_ = 0;
  };
  EXPECT_THROW(counting<forgetful>(milliseconds(1), 1), corrupted);
}

}  // namespace
}  // namespace acqrel::bench
