// A thread that stops where a test says, and a thread beside it that must not
// mind.
//
//   victim stopped([&] { queue.push(1); });
//   bystander other;
//   for (std::uint64_t n = 1; stopped.run_to(n) != state::ended; ++n) {
//     EXPECT_FALSE(other.waits_for(stopped, [&] { (void)queue.try_pop(); }));
//   }
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_VICTIM_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_VICTIM_H_

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "acqrel/tests/support/stepping/step.h"

namespace acqrel::stepping {

enum class state { running, stopped, asleep, ended };

// Runs `action` on a thread of its own, from one stop to the next. `before` runs
// there first, unwatched.
class victim : private watcher {
 public:
  explicit victim(
      std::function<void()> action, std::function<void()> before = [] {})
      : thread_([this, action = std::move(action), before = std::move(before)] {
          before();
          {
            const watching watched(*this);
            action();
          }
          say(state::ended);
        }) {}
  ~victim() { finish(); }
  victim(const victim&) = delete;
  victim& operator=(const victim&) = delete;

  // Lets it go until it is about to take its n-th step (n from 1, more than
  // before), and says where it is then. It may have fallen asleep or ended
  // earlier; who is asleep goes on when it was woken and told to.
  state run_to(std::uint64_t n) {
    go_on_to(n);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return state_ != state::running; });
    return state_;
  }

  // Lets it go, as far as it comes.
  void let_go() { go_on_to(std::numeric_limits<std::uint64_t>::max()); }

  // Lets it go and waits for its end.
  void finish() {
    let_go();
    if (thread_.joinable()) thread_.join();
  }

  // How many steps it has taken.
  std::uint64_t steps() {
    const std::lock_guard lock(mutex_);
    return steps_;
  }

 private:
  void go_on_to(std::uint64_t n) {
    const std::lock_guard lock(mutex_);
    stop_before_ = n;
    if (state_ == state::stopped && steps_ + 1 < n) state_ = state::running;
    changed_.notify_all();
  }
  void say(state now) {
    const std::lock_guard lock(mutex_);
    state_ = now;
    changed_.notify_all();
  }
  // Until the next step is allowed.
  void stop(std::unique_lock<std::mutex>& lock) {
    while (steps_ + 1 >= stop_before_) {
      state_ = state::stopped;
      changed_.notify_all();
      changed_.wait(lock);
    }
    state_ = state::running;
  }

  void step() override {
    std::unique_lock lock(mutex_);
    stop(lock);
    ++steps_;
  }
  void falls_asleep() override {
    std::unique_lock lock(mutex_);
    stop(lock);
    ++steps_;
    // Where it stops when it wakes up; unless it was let go.
    if (stop_before_ != std::numeric_limits<std::uint64_t>::max()) {
      stop_before_ = steps_ + 1;
    }
    state_ = state::asleep;
    changed_.notify_all();
  }
  void woke_up() override {
    std::unique_lock lock(mutex_);
    stop(lock);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t stop_before_ = 1;
  std::uint64_t steps_ = 0;
  state state_ = state::running;
  std::thread thread_;  // the last member: it uses the others
};

// Counts steps, and takes a thread that takes too many, or that sleeps, for one
// that waits.
class bystander : private watcher {
 public:
  // More than any operation takes that nobody is in the way of.
  static constexpr std::uint64_t enough = 1000;

  // Runs `action` in this thread while `who` is stopped; says whether it waited
  // for `who`, which was then let go.
  template <class Action>
  bool waits_for(victim& who, const Action& action) {
    victim_ = &who;
    waited_ = false;
    steps_ = 0;
    const watching watched(*this);
    action();
    return waited_;
  }
  std::uint64_t steps() const { return steps_; }

 private:
  void step() override {
    if (++steps_ < enough) return;
    wait();
    if (steps_ > 100'000 * enough) {
      std::fputs("It goes round and round, though nobody is stopped.\n",
                 stderr);
      std::abort();
    }
    std::this_thread::yield();
  }
  void falls_asleep() override { wait(); }
  void woke_up() override {}

  void wait() {
    if (!waited_) victim_->let_go();
    waited_ = true;
  }

  victim* victim_ = nullptr;
  bool waited_ = false;
  std::uint64_t steps_ = 0;
};

}  // namespace acqrel::stepping

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_VICTIM_H_
