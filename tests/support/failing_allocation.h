// Allocation failure on demand. Linking this wraps every operator new that the
// binary calls; shared libraries keep theirs.
#ifndef ACQREL_TESTS_SUPPORT_FAILING_ALLOCATION_H_
#define ACQREL_TESTS_SUPPORT_FAILING_ALLOCATION_H_

#include <cstdint>
#include <new>

namespace acqrel::testing {

// While it lives, this thread's allocations fail from the n-th on (n from 1),
// once or for good; other threads' succeed.
class failing_allocation {
 public:
  enum class how { once, from_then_on };

  explicit failing_allocation(std::uint64_t nth, how = how::once);
  ~failing_allocation();
  failing_allocation(const failing_allocation&) = delete;
  failing_allocation& operator=(const failing_allocation&) = delete;

  // Whether it came to a failure: false means that the code under test makes
  // fewer than n allocations.
  bool happened() const;
};

// Calls attempt() with the first, then the second, ... allocation failing,
// until one makes no further allocation, and returns how many failed.
// attempt(fails) gets a function that runs its argument under the failure and
// says whether it threw std::bad_alloc.
template <class Attempt>
int fail_every_allocation(const Attempt& attempt) {
  for (std::uint64_t nth = 1;; ++nth) {
    bool failed = false;
    attempt([&](const auto& action) {
      const failing_allocation failing(nth);
      try {
        action();
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      return failed;
    });
    if (!failed) return static_cast<int>(nth - 1);
  }
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_FAILING_ALLOCATION_H_
