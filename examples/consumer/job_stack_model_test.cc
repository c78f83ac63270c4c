// Every execution of two pushes and a take, as the C++ memory model allows
// them: the right ordering passes, and the wrong one is found at once.
#include <iostream>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "gtest/gtest.h"
#include "job_stack.h"

namespace model = acqrel::model;

template <class Stack>
model::result check_stack(const char* name) {
  model::options options;
  options.name = name;
  return model::check(options, [] {
    Stack stack;
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
}

TEST(JobStack, IsRightInEveryExecution) {
  const model::result r = check_stack<job_stack>("job stack");
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
}

// A relaxed push publishes the node's address, and not what is in the node.
TEST(JobStack, RelaxedPushIsFound) {
  using broken = basic_job_stack<decltype(acqrel::relaxed)>;
  const model::result r = check_stack<broken>("job stack, relaxed push");
  EXPECT_EQ(r.error, model::failure::data_race) << r;
  // This is how the checker explains it.
  std::cout << r;
}
