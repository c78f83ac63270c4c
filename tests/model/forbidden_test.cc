// What checked code must not do is refused, in a sentence that says what to do.
#include <pthread.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "acqrel/model/check.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

// What the checker says to the body, and to the same in a thread of the body.
void expect_refused(const std::function<void()>& deed, const char* sentence) {
  const model::result in_body = model::check(deed);
  EXPECT_EQ(in_body.error, model::failure::misuse) << in_body;
  EXPECT_NE(in_body.message.find(sentence), std::string::npos)
      << in_body.message;

  const model::result in_thread = model::check([&] {
    model::thread thread(deed);
    thread.join();
  });
  EXPECT_EQ(in_thread.error, model::failure::misuse) << in_thread;
  EXPECT_NE(in_thread.message.find(sentence), std::string::npos)
      << in_thread.message;
}

TEST(Forbidden, Mutexes) {
  std::mutex mutex;
  std::recursive_mutex recursive;
  std::shared_mutex shared;
  expect_refused([&] { const std::lock_guard lock(mutex); }, "locks a mutex");
  expect_refused([&] { (void)mutex.try_lock(); }, "locks a mutex");
  expect_refused([&] { recursive.lock(); }, "locks a mutex");
  expect_refused([&] { shared.lock(); }, "locks a mutex");
  expect_refused([&] { shared.lock_shared(); }, "locks a mutex");
}

TEST(Forbidden, RawThreads) {
  expect_refused([] { std::thread([] {}).join(); }, "use model::thread");
  expect_refused([] { const std::jthread thread([] {}); }, "use model::thread");
  expect_refused(
      [] {
        pthread_t thread;
        pthread_create(
            &thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr);
      },
      "use model::thread");
}

TEST(Forbidden, SleepsAndYields) {
  expect_refused(
      [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); },
      "retry()");
  expect_refused([] { std::this_thread::yield(); }, "retry()");
}

int initial_value() { return 1; }
template <int number>
int first_use() {
  static const volatile int value = initial_value();
  return value;
}

TEST(Forbidden, StaticsAtFirstUse) {
  expect_refused([] { first_use<1>(); }, "static variable of a function");
  // Initialised before, it is no more than a global.
  first_use<2>();
  const model::result r = model::check([] { first_use<2>(); });
  EXPECT_TRUE(r) << r;
}

// Outside of a body all of it is allowed, after a check as before.
TEST(Forbidden, NothingOutsideOfABody) {
  model::check([] {});
  std::mutex mutex;
  std::thread thread([&mutex] {
    const std::lock_guard lock(mutex);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  thread.join();
  EXPECT_EQ(first_use<3>(), 1);
}

}  // namespace
}  // namespace acqrel
