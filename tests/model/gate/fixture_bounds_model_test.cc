// Tests that leave mutants undecided; one fails as the source stands.
#include "acqrel/model/check.h"
#include "acqrel/tests/model/gate/fixture_bounds.h"
#include "gtest/gtest.h"

namespace acqrel::fixture {
namespace {

// Observes what `read` makes of message passing.
template <class Read>
model::result pass_message(const model::options& how, Read read) {
  return model::check(how, [&] {
    atomic<int> data{0};
    atomic<int> flag{0};
    model::thread writer([&] {
      data.store(1, relaxed);
      flag.store(1, release);
    });
    model::observe("read", read(flag, data));
    writer.join();
  });
}

TEST(Bounded, HasTwoExecutions) {
  const model::result r = pass_message({.max_executions = 3}, read_bounded);
  EXPECT_TRUE(r && r.complete) << r;
}

TEST(Sampled, IsNeverComplete) {
  const auto read = [](const atomic<int>& flag, const atomic<int>&) {
    return read_sampled(flag);
  };
  EXPECT_TRUE(pass_message({.samples = 3}, read));
}

TEST(Counted, HasOneOutcome) {
  EXPECT_EQ(pass_message({}, read_counted).outcomes.size(), 1u);
}

TEST(Together, HasOneOutcome) { EXPECT_TRUE(pass_message({}, read_together)); }

TEST(StandardsOwn, BothHearTheSameFirst) {
  EXPECT_TRUE(model::check({.memory_model = model::dialect::cxx20}, [] {
    atomic<int> x{0};
    atomic<int> y{0};
    bool x_only = false;
    model::thread first([&] { x.store(1, relaxed); });
    model::thread second([&] { y.store(1, relaxed); });
    model::thread listener([&] { x_only = heard_only(x, y); });
    const bool y_only = heard_only(y, x);
    first.join();
    second.join();
    listener.join();
    model::require(!(x_only && y_only), "one of them was first");
  }));
}

TEST(Failing, FailsAsTheSourceStands) {
  const auto read = [](const atomic<int>& flag, const atomic<int>&) {
    return read_failing(flag);
  };
  EXPECT_EQ(pass_message({}, read).executions, 77u);
}

}  // namespace
}  // namespace acqrel::fixture
