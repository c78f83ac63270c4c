// The contract of flag, by one thread and by two; flag_stress.h has many.
#include "acqrel/atomics/flag.h"

#include <thread>
#include <type_traits>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

static_assert(!std::is_copy_constructible_v<flag>);
static_assert(!std::is_copy_assignable_v<flag>);
static_assert(!std::is_convertible_v<flag, bool>);

TEST(Flag, StartsClear) {
  const flag f;
  EXPECT_FALSE(f.test());
}

TEST(Flag, IsSetUntilCleared) {
  flag f;
  f.set();
  EXPECT_TRUE(f.test());
  f.set();
  EXPECT_TRUE(f.test()) << "setting it twice changes nothing";
  f.clear();
  EXPECT_FALSE(f.test());
  f.clear();
  EXPECT_FALSE(f.test());
}

TEST(Flag, TestAndSetSaysHowItWas) {
  flag f;
  EXPECT_FALSE(f.test_and_set());
  EXPECT_TRUE(f.test());
  EXPECT_TRUE(f.test_and_set());
  f.clear();
  EXPECT_FALSE(f.test_and_set());
}

TEST(Flag, WaitReturnsAtOnceWhenSet) {
  flag f;
  f.set();
  f.wait();
  EXPECT_TRUE(f.test());
}

TEST(Flag, WaitEndsWhenAnotherThreadSets) {
  for (int round = 0; round < 200; ++round) {
    flag go;
    flag done;
    int payload = 0;
    std::thread other([&] {
      go.wait();
      EXPECT_EQ(payload, 1);
      payload = 2;
      done.set();
    });
    payload = 1;
    go.set();
    done.wait();
    EXPECT_EQ(payload, 2);
    other.join();
  }
}

TEST(Flag, SetWakesEveryWaiter) {
  flag f;
  std::thread waiters[6];
  for (std::thread& t : waiters) t = std::thread([&] { f.wait(); });
  f.set();
  for (std::thread& t : waiters) t.join();
}

// test_and_set wakes nobody, but a thread that comes later sees it.
TEST(Flag, WaitReturnsAtOnceAfterTestAndSet) {
  flag f;
  f.test_and_set();
  f.wait();
}

TEST(Flag, CanBeInitializedBeforeMain) {
  static constinit flag f;
  EXPECT_FALSE(f.test());
}

}  // namespace
}  // namespace acqrel
