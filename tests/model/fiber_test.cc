#include "acqrel/model/engine/fiber.h"

#include <unwind.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace acqrel::model::internal {
namespace {

constexpr std::size_t stack_size = 1024 * 1024;

// A fiber that runs a function, hands control back with yield(), and is done
// when the function returns.
class routine {
 public:
  explicit routine(std::function<void(routine&)> run)
      : stack_(new char[stack_size]), run_(std::move(run)) {
    fiber_.start(stack_.get(), stack_size, &entry, this);
  }

  void resume() { switch_fiber(caller_, fiber_); }
  void yield() { switch_fiber(fiber_, caller_); }
  void restart(std::function<void(routine&)> run) {
    run_ = std::move(run);
    done_ = false;
    fiber_.start(stack_.get(), stack_size, &entry, this);
  }
  bool done() const { return done_; }
  const char* stack() const { return stack_.get(); }

 private:
  static void entry(void* self) {
    auto& routine = *static_cast<class routine*>(self);
    routine.run_(routine);
    routine.done_ = true;
    routine.yield();
  }

  std::unique_ptr<char[]> stack_;
  std::function<void(routine&)> run_;
  bool done_ = false;
  fiber caller_;
  fiber fiber_;
};

TEST(Fiber, PingPong) {
  std::string trace;
  routine ping([&](routine& self) {
    for (int i = 0; i < 3; ++i) {
      trace += static_cast<char>('a' + i);
      self.yield();
    }
  });
  for (int i = 0; i < 3; ++i) {
    ping.resume();
    trace += static_cast<char>('0' + i);
  }
  EXPECT_FALSE(ping.done());
  ping.resume();
  EXPECT_TRUE(ping.done());
  EXPECT_EQ(trace, "a0b1c2");
}

TEST(Fiber, FibersSwitchToEachOther) {
  std::string trace;
  fiber main;
  fiber first;
  fiber second;
  struct shared {
    std::string& trace;
    fiber& main;
    fiber& first;
    fiber& second;
  } shared{trace, main, first, second};
  const std::unique_ptr<char[]> stack_1(new char[stack_size]);
  const std::unique_ptr<char[]> stack_2(new char[stack_size]);
  first.start(
      stack_1.get(), stack_size,
      [](void* argument) {
        auto& s = *static_cast<struct shared*>(argument);
        s.trace += "1";
        switch_fiber(s.first, s.second);
        s.trace += "3";
        switch_fiber(s.first, s.main);
      },
      &shared);
  second.start(
      stack_2.get(), stack_size,
      [](void* argument) {
        auto& s = *static_cast<struct shared*>(argument);
        s.trace += "2";
        switch_fiber(s.second, s.first);
      },
      &shared);
  switch_fiber(main, first);
  switch_fiber(main, main);  // nothing
  EXPECT_EQ(trace, "123");
}

TEST(Fiber, RunsOnItsStack) {
  const void* frame = nullptr;
  routine r([&](routine&) { frame = __builtin_frame_address(0); });
  r.resume();
  EXPECT_GE(static_cast<const char*>(frame), r.stack());
  EXPECT_LT(static_cast<const char*>(frame), r.stack() + stack_size);
}

// Movaps and the like trap on a stack that is not aligned.
TEST(Fiber, AlignsTheStack) {
  std::uintptr_t address = 1;
  routine r([&](routine&) {
    alignas(16) volatile char aligned[16] = {};
    address = reinterpret_cast<std::uintptr_t>(&aligned[0]);
  });
  r.resume();
  EXPECT_EQ(address % 16, 0u);
}

// Locals that live in registers that the ABI preserves, integers and doubles.
TEST(Fiber, KeepsRegisters) {
  volatile std::int64_t seed = 3;
  const std::int64_t a = seed, b = a * a, c = b * a, d = c * a, e = d * a,
                     f = e * a;
  const double x = static_cast<double>(a) / 7, y = x * x, z = y * x, w = z * x;
  routine r([&](routine& self) {
    const std::int64_t k = seed + 1, l = k * k, m = l * k, n = m * k, o = n * k,
                       p = o * k;
    const double q = static_cast<double>(k) / 11, s = q * q, t = s * q;
    self.yield();
    EXPECT_EQ(k + l + m + n + o + p, 4 + 16 + 64 + 256 + 1024 + 4096);
    EXPECT_EQ(s * q, t);
    EXPECT_EQ(q * 11, 4.0);
  });
  r.resume();
  EXPECT_EQ(a + b + c + d + e + f, 3 + 9 + 27 + 81 + 243 + 729);
  EXPECT_EQ(z * x, w);
  r.resume();
  EXPECT_EQ(a + b + c + d + e + f, 3 + 9 + 27 + 81 + 243 + 729);
  EXPECT_EQ(y * x, z);
}

TEST(Fiber, CatchesItsExceptions) {
  std::string caught;
  routine r([&](routine& self) {
    for (int i = 0; i < 3; ++i) {
      try {
        throw std::runtime_error("number " + std::to_string(i));
      } catch (const std::exception& error) {
        caught += error.what();
        caught += ";";
      }
      self.yield();
    }
  });
  while (!r.done()) r.resume();
  EXPECT_EQ(caught, "number 0;number 1;number 2;");
}

// The runtime keeps a thread's caught exceptions in a stack. Two fibers that
// leave their catch blocks in the order in which they came would mix them up.
TEST(Fiber, SwitchesInsideCatch) {
  std::string caught;
  const auto run = [&](const char* what) {
    return [&caught, what](routine& self) {
      try {
        throw std::runtime_error(what);
      } catch (...) {
        self.yield();
        try {
          throw;
        } catch (const std::exception& error) {
          caught += error.what();
        }
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    };
  };
  routine first(run("first "));
  routine second(run("second"));
  first.resume();
  EXPECT_EQ(std::current_exception(), nullptr);
  second.resume();
  first.resume();
  second.resume();
  EXPECT_EQ(caught, "first second");
}

TEST(Fiber, CountsUncaughtExceptions) {
  struct yields_when_destroyed {
    routine& self;
    int& uncaught;
    ~yields_when_destroyed() {
      self.yield();
      uncaught = std::uncaught_exceptions();
    }
  };
  int uncaught = 0;
  routine r([&](routine& self) {
    try {
      const yields_when_destroyed local{self, uncaught};
      throw 1;
    } catch (int) {
    }
  });
  r.resume();
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  r.resume();
  EXPECT_EQ(uncaught, 1);
  EXPECT_TRUE(r.done());
}

int depth_reached(int depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  if (depth == 0) return 0;
  const int below = depth_reached(depth - 1);
  return below + (frame[0] == static_cast<char>(depth) ? 1 : 0);
}

TEST(Fiber, UsesMuchStack) {
  constexpr int depth = stack_size / 1024;
  int reached = 0;
  routine r([&](routine&) { reached = depth_reached(depth); });
  r.resume();
  EXPECT_EQ(reached, depth);
}

TEST(Fiber, RestartsAfterItWasAbandoned) {
  int destroyed = 0;
  struct counts {
    int& destroyed;
    ~counts() { ++destroyed; }
  };
  routine r([&](routine& self) {
    const counts local{destroyed};
    try {
      throw 1;
    } catch (int) {
      // LeakSanitizer must be able to reach what is leaked here.
      static auto* const leaked = new std::exception_ptr;
      *leaked = std::current_exception();
      depth_reached(100);
      self.yield();
    }
  });
  r.resume();
  for (int i = 0; i < 10; ++i) {
    bool clean = false;
    r.restart([&](routine& self) {
      clean = std::current_exception() == nullptr;
      const counts local{destroyed};
      depth_reached(100);
      if (i != 9) self.yield();
    });
    r.resume();
    EXPECT_TRUE(clean);
  }
  EXPECT_TRUE(r.done());
  EXPECT_EQ(destroyed, 1);
}

TEST(Fiber, UnwindingEndsAtTheEntry) {
  int frames = 0;
  _Unwind_Reason_Code reason = _URC_NO_REASON;
  routine r([&](routine&) {
    reason = _Unwind_Backtrace(
        [](_Unwind_Context*, void* count) {
          return ++*static_cast<int*>(count) < 100 ? _URC_NO_REASON
                                                   : _URC_NORMAL_STOP;
        },
        &frames);
  });
  r.resume();
  EXPECT_EQ(reason, _URC_END_OF_STACK);
  EXPECT_GT(frames, 2);
  EXPECT_LT(frames, 30);
}

TEST(FiberDeathTest, UncaughtExceptionsTerminate) {
  EXPECT_DEATH(
      {
        std::set_terminate([] {
          std::fputs("terminated\n", stderr);
          std::abort();
        });
        routine r([](routine&) { throw 1; });
        r.resume();
      },
      "terminated");
}

TEST(FiberDeathTest, TheEntryMustNotReturn) {
  EXPECT_DEATH(
      {
        fiber main;
        fiber returns;
        const std::unique_ptr<char[]> stack(new char[stack_size]);
        returns.start(
            stack.get(), stack_size, [](void*) {}, nullptr);
        switch_fiber(main, returns);
      },
      "the entry of a fiber returned");
}

// No limit is tested: sanitizers and unoptimised builds are slower.
TEST(Fiber, Benchmark) {
  constexpr int rounds = 1000000;
  routine r([](routine& self) {
    for (;;) self.yield();
  });
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) r.resume();
  const std::chrono::duration<double, std::nano> time =
      std::chrono::steady_clock::now() - begin;
  std::printf("a switch takes %.1f ns\n", time.count() / (2.0 * rounds));
}

}  // namespace
}  // namespace acqrel::model::internal
