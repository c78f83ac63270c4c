// The replay string that a result has for each outcome gives that outcome.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/litmus_rows.h"
#include "acqrel/tests/model/random_program.h"
#include "acqrel/tests/model/reference/michael_scott_queue.h"
#include "acqrel/tests/model/run_program.h"

namespace acqrel::testing {
namespace {

using model::options;
using model::result;

void expect_witnesses(const std::string& what,
                      const std::function<result(const options&)>& check) {
  options explore;
  explore.max_executions = 3000;
  const result all = check(explore);
  EXPECT_EQ(all.witnesses.size(), all.outcomes.size());
  for (const auto& [outcome, replay] : all.witnesses) {
    options o;
    o.replay = replay;
    const result one = check(o);
    EXPECT_TRUE(one) << one;
    ASSERT_EQ(one.outcomes.size(), 1u) << what << "\n" << replay << "\n" << one;
    EXPECT_EQ(one.outcomes.begin()->first, outcome) << what << "\n" << replay;
  }
}

void expect_witnesses(const model::litmus::program& p) {
  expect_witnesses(to_compact(p),
                   [&](const options& o) { return run_program(p, o); });
}

TEST(witnesses, OfLitmusRows) {
  for (const litmus_row& row : litmus_rows()) {
    expect_witnesses(parse_compact(row.program));
  }
}

TEST(witnesses, OfRandomPrograms) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (const profile what :
         {profile::mixed, profile::fences, profile::updates}) {
      expect_witnesses(random_program(seed, what));
    }
  }
}

TEST(witnesses, OfAQueueAndOfWaiting) {
  expect_witnesses("a queue", [](options o) {
    o.leaks = false;
    return model::check(o, [] {
      michael_scott_reference<> queue;
      atomic<int> done{0};
      plain<int> first{0};
      plain<int> second{0};
      model::thread a([&] {
        queue.push(1);
        int value = 0;
        queue.pop(value);
        first.set(value);
      });
      model::thread b([&] {
        queue.push(2);
        int value = 0;
        queue.pop(value);
        second.set(value);
        done.store(1, release);
        done.notify_one();
      });
      done.wait(0, acquire);
      a.join();
      b.join();
      model::observe("first", first.get());
      model::observe("second", second.get());
    });
  });
}

}  // namespace
}  // namespace acqrel::testing
