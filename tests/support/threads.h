// Threads for stress tests: released together, preempted often, and repeated
// for as long as a time budget lasts.
#ifndef ACQREL_TESTS_SUPPORT_THREADS_H_
#define ACQREL_TESTS_SUPPORT_THREADS_H_

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace acqrel::testing {

// All threads of a group meet here, as often as they like. Spins, so that they
// leave at almost the same instant; yields, so that there may be more of them
// than cores.
class meeting_point {
 public:
  explicit meeting_point(unsigned threads) : threads_(threads) {}

  void meet() {
    const unsigned round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round;) {
      if (++spins > 100) std::this_thread::yield();
    }
  }

 private:
  const unsigned threads_;
  std::atomic<unsigned> arrived_ = 0;
  std::atomic<unsigned> round_ = 0;
};

// A thread of whose sleep another can be sure: it is asleep when the kernel says
// so. Where there is no /proc, only probably.
class observed_thread {
 public:
  template <class Body>
  explicit observed_thread(Body body)
      : thread_([this, body = std::move(body)] {
          id_.store(static_cast<long>(::syscall(SYS_gettid)),
                    std::memory_order_release);
          body();
          ended_.store(true, std::memory_order_release);
        }) {}
  ~observed_thread() {
    if (thread_.joinable()) thread_.join();
  }
  observed_thread(const observed_thread&) = delete;
  observed_thread& operator=(const observed_thread&) = delete;

  // Returns when it sleeps, or has ended.
  void until_asleep() const {
    while (!ended_.load(std::memory_order_acquire)) {
      const long id = id_.load(std::memory_order_acquire);
      if (id != 0 && state_of(id) == 'S') return;
      std::this_thread::yield();
    }
  }
  bool has_ended() const { return ended_.load(std::memory_order_acquire); }
  void join() { thread_.join(); }

 private:
  // The letter behind the name, as proc(5) has it.
  static char state_of(long id) {
    std::ifstream stat("/proc/self/task/" + std::to_string(id) + "/stat");
    std::string line;
    if (!std::getline(stat, line)) return 'S';
    const std::size_t name_end = line.rfind(')');
    return name_end == std::string::npos ? 'S' : line.at(name_end + 2);
  }

  std::atomic<long> id_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;  // the last member: it uses the others
};

// While it lives, a timer interrupts the threads of run_together() every few
// microseconds, and the interrupted thread yields. A scheduler left to itself
// switches every few milliseconds, which is once in some ten thousand
// operations; this makes switches inside an operation, at every one of its
// steps, common. (TSan delivers a signal at the next atomic operation: there
// it switches between any two of them.) One at a time in a process.
class frequent_preemption {
 public:
  frequent_preemption() {
    set_blocked(true);  // the calling thread only waits: keep it out of this
    struct sigaction action = {};
    action.sa_handler = [](int) {
      const int saved = errno;
      sched_yield();
      errno = saved;
    };
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, &previous_);
    arm(50);
  }
  ~frequent_preemption() {
    arm(0);
    // A last signal may be pending for the process: ignoring it discards it.
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGALRM, &ignore, nullptr);
    set_blocked(false);
    sigaction(SIGALRM, &previous_, nullptr);
  }
  frequent_preemption(const frequent_preemption&) = delete;
  frequent_preemption& operator=(const frequent_preemption&) = delete;

  // Whether the calling thread, and those it starts, are left alone.
  static void set_blocked(bool blocked) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, nullptr);
  }

 private:
  static void arm(int microseconds) {
    itimerval period = {};
    period.it_interval.tv_usec = microseconds;
    period.it_value.tv_usec = microseconds;
    setitimer(ITIMER_REAL, &period, nullptr);
  }

  struct sigaction previous_ = {};
};

// Runs body(0) .. body(threads - 1), each on a thread of its own, all released
// at once, and returns when the last has returned.
template <class Body>
void run_together(unsigned threads, const Body& body) {
  const frequent_preemption preempted;
  meeting_point start(threads);
  std::vector<std::thread> running;
  running.reserve(threads);
  for (unsigned index = 0; index < threads; ++index) {
    running.emplace_back([&, index] {
      frequent_preemption::set_blocked(false);
      start.meet();
      body(index);
      // The thread's exit (thread-local destructors) is part of the test.
    });
  }
  for (std::thread& thread : running) thread.join();
}

// The time that a stress test may spend, as a number of rounds: at least a few,
// and then until the budget is used up, however slow the machine or the
// sanitizer. ACQREL_STRESS_SCALE multiplies every budget (0.1 for a glance,
// 100 for a night).
//
//   for (budget left(300ms); left.another_round();) { ... }
class budget {
 public:
  explicit budget(std::chrono::milliseconds time)
      : end_(clock::now() +
             std::chrono::duration_cast<clock::duration>(time * scale())) {}

  bool another_round() { return rounds_++ < 3 || clock::now() < end_; }

 private:
  using clock = std::chrono::steady_clock;

  static double scale() {
    const char* const text = std::getenv("ACQREL_STRESS_SCALE");
    const double scale = text == nullptr ? 1 : std::atof(text);
    return scale > 0 ? scale : 1;
  }

  clock::time_point end_;
  std::uint64_t rounds_ = 0;
};

// A small generator of its own for each thread: the choices of a stress test
// must not synchronise its threads.
class random_choice {
 public:
  explicit random_choice(std::uint64_t seed) : state_(seed * 2 + 1) {}

  // 0 .. n - 1 (splitmix64; the slight bias does not matter here).
  std::uint64_t below(std::uint64_t n) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % n;
  }

 private:
  std::uint64_t state_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_THREADS_H_
