#include "acqrel/tests/support/failing_allocation.h"

#include <gtest/gtest.h>

#include <new>
#include <vector>

namespace acqrel::testing {
namespace {

// Calls of the operators by name: the compiler may leave out a new expression
// whose result nobody uses.
bool throws() {
  try {
    ::operator delete(::operator new(8));
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}
bool aligned_throws() {
  try {
    ::operator delete(::operator new(512, std::align_val_t(256)),
                      std::align_val_t(256));
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}
bool returns_null() {
  void* const memory = ::operator new(8, std::nothrow);
  ::operator delete(memory, std::nothrow);
  return memory == nullptr;
}

// Nothing is asserted while allocations fail: assertions allocate.
TEST(FailingAllocation, FailsTheNthOfThisThread) {
  std::vector<bool> failures;
  failures.reserve(5);
  {
    const failing_allocation failing(2);
    failures.push_back(failing.happened());
    failures.push_back(throws());
    failures.push_back(throws());
    failures.push_back(failing.happened());
    failures.push_back(throws());
  }
  EXPECT_EQ(failures, (std::vector<bool>{false, false, true, true, false}));
}

TEST(FailingAllocation, FailsFromThenOn) {
  std::vector<bool> failures;
  failures.reserve(3);
  {
    const failing_allocation failing(1, failing_allocation::how::from_then_on);
    failures.push_back(throws());
    failures.push_back(aligned_throws());
    failures.push_back(returns_null());
  }
  EXPECT_EQ(failures, (std::vector<bool>{true, true, true}));
  EXPECT_FALSE(throws());
}

TEST(FailEveryAllocation, TriesEachOnce) {
  int attempts = 0;
  const int failures = fail_every_allocation([&](const auto& fails) {
    ++attempts;
    void* memory[3] = {};
    fails([&] {
      for (void*& each : memory) each = ::operator new(8);
    });
    for (void* const each : memory) ::operator delete(each);
  });
  EXPECT_EQ(failures, 3);
  EXPECT_EQ(attempts, 4);
}

}  // namespace
}  // namespace acqrel::testing
