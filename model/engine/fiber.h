// Fibers: the threads of a checked program, each on a stack of its own, all in
// one operating-system thread. One runs until it switches to another.
//
// The switch is written by hand because the checker does one for each step of
// each execution: ucontext's takes two system calls, this one a few
// nanoseconds.
#ifndef ACQREL_MODEL_ENGINE_FIBER_H_
#define ACQREL_MODEL_ENGINE_FIBER_H_

#include <cstddef>

namespace acqrel::model::internal {

// What the C++ runtime keeps for each thread: the first two members of the
// Itanium C++ ABI's __cxa_eh_globals.
struct exception_state {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// Neither copied nor moved: a running fiber's address is kept.
class fiber {
 public:
  // Stands for the stack that this call is on, once it has been switched from.
  fiber() = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  // Makes the next switch to this fiber call entry(argument) on the stack
  // [stack_bottom, stack_bottom + size), which the caller owns. What ran on it
  // is abandoned: its destructors do not run, and its exceptions are not freed.
  // `entry` must not return, and no exception may leave it.
  void start(void* stack_bottom, std::size_t size, void (*entry)(void*),
             void* argument);

  void* sp = nullptr;  // of the fiber while it does not run

 private:
  friend void switch_fiber(fiber& from, fiber& to) noexcept;
  friend void run_fiber(fiber*);

  exception_state exceptions_;  // while it does not run
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;

  // For AddressSanitizer, which must know which stack is in use.
  const void* stack_bottom_ = nullptr;
  std::size_t stack_size_ = 0;
  void* fake_stack_ = nullptr;
};

// Leaves `from`, which runs now, and goes on where `to` left. Returns when
// something switches to `from`. One thread at a time may run fibers: that of
// the last start().
void switch_fiber(fiber& from, fiber& to) noexcept;

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_FIBER_H_
