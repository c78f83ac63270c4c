// Every execution of two pushes and a take, as the C++ memory model allows
// them. That each ordering of the stack is needed for this, no test has to say:
// //:ordering_gate weakens them one by one, and runs this test.
#include "acqrel/model/check.h"
#include "gtest/gtest.h"
#include "job_stack.h"

namespace model = acqrel::model;

TEST(JobStack, IsRightInEveryExecution) {
  const model::result r = model::check([] {
    job_stack stack;
    model::thread first([&stack] { stack.push(1); });
    model::thread second([&stack] { stack.push(2); });
    int sum = 0;
    const auto add = [&sum](int job) { sum += job; };
    stack.take_all(add);
    first.join();
    second.join();
    stack.take_all(add);
    model::require(sum == 3, "each job is taken once");
  });
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
}
