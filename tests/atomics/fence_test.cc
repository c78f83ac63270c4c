// The fences' contract: which form the asymmetric pair takes in this process,
// that it takes another where membarrier is refused, and that it survives a
// fork. What the fences exclude is fence_stress_test's.
#include "acqrel/atomics/native/fence.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include "acqrel/atomics/atomic.h"
#include "gtest/gtest.h"
#include "tests/atomics/membarrier.h"

namespace acqrel {
namespace {

using testing::in_child;

bool light_fence_is_free() {
  return internal::light_fence_is_free.load(std::memory_order_relaxed);
}

TEST(Fence, TakesEveryOrderingButRelaxed) {
  thread_fence(acquire);
  thread_fence(release);
  thread_fence(acq_rel);
  thread_fence(seq_cst);
  asymmetric_thread_fence_light(seq_cst);
  asymmetric_thread_fence_heavy(seq_cst);
}

TEST(Fence, LeavesErrnoAlone) {
  errno = 1234;
  asymmetric_thread_fence_light(seq_cst);
  asymmetric_thread_fence_heavy(seq_cst);
  EXPECT_EQ(errno, 1234);
}

TEST(Fence, LightIsFreeWhereTheKernelHasMembarrier) {
  EXPECT_EQ(light_fence_is_free(), testing::kernel_has_membarrier());
}

TEST(Fence, HeavyDoesNotFailInManyThreads) {
  std::thread threads[4];
  for (std::thread& t : threads) {
    t = std::thread([] {
      for (int i = 0; i < 100; ++i) asymmetric_thread_fence_heavy(seq_cst);
    });
  }
  for (std::thread& t : threads) t.join();
}

// The heavy fence aborts where membarrier is refused although light fences
// rely on it, so a status of 0 says that the child may use it.
TEST(Fence, WorksInTheChildOfAFork) {
  EXPECT_EQ(in_child([] {
              asymmetric_thread_fence_heavy(seq_cst);
              return light_fence_is_free() == testing::kernel_has_membarrier()
                         ? 0
                         : 1;
            }),
            0);
}

TEST(Fence, WorksInTheChildOfAChild) {
  EXPECT_EQ(in_child([] {
              return in_child([] {
                asymmetric_thread_fence_heavy(seq_cst);
                return 0;
              });
            }),
            0);
}

TEST(Fence, FallsBackInAChildThatMayNotRegister) {
  EXPECT_EQ(testing::in_child_without_membarrier([] {
              asymmetric_thread_fence_heavy(seq_cst);
              return light_fence_is_free() ? 1 : 0;
            }),
            0);
}

// The whole of this program again, in a process that never had membarrier.
TEST(FenceWithoutMembarrier, ThisProgramPassesToo) {
  if (!testing::kernel_has_membarrier()) GTEST_SKIP() << "this process is one";
  EXPECT_EQ(in_child([] {
              if (!testing::refuse_membarrier()) return 2;
              ::unsetenv("XML_OUTPUT_FILE");  // the parent's report
              ::execl("/proc/self/exe", "fence_test", "--gtest_filter=Fence.*",
                      static_cast<char*>(nullptr));
              return 3;
            }),
            0);
}

using FenceDeathTest = ::testing::Test;

TEST(FenceDeathTest, SaysSoWhenMembarrierIsTakenAwayLater) {
  if (!testing::kernel_has_membarrier()) GTEST_SKIP() << "no membarrier here";
  EXPECT_DEATH(
      {
        if (testing::refuse_membarrier()) {
          asymmetric_thread_fence_heavy(seq_cst);
        }
      },
      "membarrier.*is now refused");
}

}  // namespace
}  // namespace acqrel
