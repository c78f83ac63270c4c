#include "acqrel/model/engine/fiber.h"

#include <cxxabi.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "acqrel's model checker runs on x86-64 and AArch64 only: fiber.cc has no"
#error "stack switch for this processor. The structures themselves need none."
#elif !defined(__ELF__)
#error "acqrel's model checker needs an ELF platform, such as Linux: fiber.cc's"
#error "assembly is written for one. The structures themselves run elsewhere."
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ACQREL_MODEL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ACQREL_MODEL_ASAN 1
#endif
#endif

#ifdef ACQREL_MODEL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// Two functions in assembly.
//
// acqrel_model_switch_stacks(void** from, void* to) pushes the registers that
// the ABI lets a caller rely on, stores the stack pointer in *from, takes `to`
// as the stack pointer, and pops. The floating-point control registers are left
// alone: checked code does not change them.
//
// acqrel_model_enter_fiber is what a new fiber's first switch returns to: it
// calls the function in one popped register with the other as its argument. Its
// return address is marked undefined, so that unwinding ends there.
#if defined(__x86_64__)
asm(R"(
  .text
  .hidden acqrel_model_switch_stacks
  .globl acqrel_model_switch_stacks
  .type acqrel_model_switch_stacks, @function
  .p2align 4
acqrel_model_switch_stacks:
  .cfi_startproc
  pushq %rbp
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %rbp, 0
  pushq %rbx
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %rbx, 0
  pushq %r12
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %r12, 0
  pushq %r13
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %r13, 0
  pushq %r14
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %r14, 0
  pushq %r15
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %r15, 0
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  .cfi_adjust_cfa_offset -8
  .cfi_restore %r15
  popq %r14
  .cfi_adjust_cfa_offset -8
  .cfi_restore %r14
  popq %r13
  .cfi_adjust_cfa_offset -8
  .cfi_restore %r13
  popq %r12
  .cfi_adjust_cfa_offset -8
  .cfi_restore %r12
  popq %rbx
  .cfi_adjust_cfa_offset -8
  .cfi_restore %rbx
  popq %rbp
  .cfi_adjust_cfa_offset -8
  .cfi_restore %rbp
  ret
  .cfi_endproc
  .size acqrel_model_switch_stacks, .-acqrel_model_switch_stacks

  .hidden acqrel_model_enter_fiber
  .globl acqrel_model_enter_fiber
  .type acqrel_model_enter_fiber, @function
  .p2align 4
acqrel_model_enter_fiber:
  .cfi_startproc
  .cfi_undefined %rip
  movq %r12, %rdi
  call *%rbx
  ud2
  .cfi_endproc
  .size acqrel_model_enter_fiber, .-acqrel_model_enter_fiber
)");
#elif defined(__aarch64__)
asm(R"(
  .text
  .hidden acqrel_model_switch_stacks
  .globl acqrel_model_switch_stacks
  .type acqrel_model_switch_stacks, %function
  .p2align 4
acqrel_model_switch_stacks:
  .cfi_startproc
  sub sp, sp, #160
  .cfi_def_cfa_offset 160
  stp x19, x20, [sp, #0]
  .cfi_rel_offset x19, 0
  .cfi_rel_offset x20, 8
  stp x21, x22, [sp, #16]
  .cfi_rel_offset x21, 16
  .cfi_rel_offset x22, 24
  stp x23, x24, [sp, #32]
  .cfi_rel_offset x23, 32
  .cfi_rel_offset x24, 40
  stp x25, x26, [sp, #48]
  .cfi_rel_offset x25, 48
  .cfi_rel_offset x26, 56
  stp x27, x28, [sp, #64]
  .cfi_rel_offset x27, 64
  .cfi_rel_offset x28, 72
  stp x29, x30, [sp, #80]
  .cfi_rel_offset x29, 80
  .cfi_rel_offset x30, 88
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  .cfi_def_cfa_offset 0
  .cfi_restore x19
  .cfi_restore x20
  .cfi_restore x21
  .cfi_restore x22
  .cfi_restore x23
  .cfi_restore x24
  .cfi_restore x25
  .cfi_restore x26
  .cfi_restore x27
  .cfi_restore x28
  .cfi_restore x29
  .cfi_restore x30
  ret
  .cfi_endproc
  .size acqrel_model_switch_stacks, .-acqrel_model_switch_stacks

  .hidden acqrel_model_enter_fiber
  .globl acqrel_model_enter_fiber
  .type acqrel_model_enter_fiber, %function
  .p2align 4
acqrel_model_enter_fiber:
  .cfi_startproc
  .cfi_undefined x30
  mov x0, x20
  blr x19
  brk #1
  .cfi_endproc
  .size acqrel_model_enter_fiber, .-acqrel_model_enter_fiber
)");
#endif

extern "C" {
void acqrel_model_switch_stacks(void** from, void* to) noexcept;
void acqrel_model_enter_fiber();
}

namespace acqrel::model::internal {
namespace {

// Of the one thread that runs fibers: looking it up costs as much as a switch.
exception_state* live_exceptions = nullptr;

#ifdef ACQREL_MODEL_ASAN
fiber* left = nullptr;  // by the switch under way
#endif

template <class Function>
std::uintptr_t address(Function* function) {
  return reinterpret_cast<std::uintptr_t>(function);
}

}  // namespace

// The first frame of every fiber.
void run_fiber(fiber* self) {
#ifdef ACQREL_MODEL_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &left->stack_bottom_,
                                  &left->stack_size_);
#endif
  self->entry_(self->argument_);
  std::fputs("acqrel model checker: the entry of a fiber returned\n", stderr);
  std::abort();
}

void fiber::start(void* stack_bottom, std::size_t size, void (*entry)(void*),
                  void* argument) {
  live_exceptions =
      reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
  exceptions_ = exception_state();
  entry_ = entry;
  argument_ = argument;
  stack_bottom_ = stack_bottom;
  stack_size_ = size;
  fake_stack_ = nullptr;
#ifdef ACQREL_MODEL_ASAN
  // Abandoned frames are still poisoned.
  __asan_unpoison_memory_region(stack_bottom, size);
#endif

  const auto top = (reinterpret_cast<std::uintptr_t>(stack_bottom) + size) &
                   ~std::uintptr_t{15};
  // As switch_stacks leaves it, from the lowest address. A frame pointer of 0
  // ends a walk along frame pointers.
#if defined(__x86_64__)
  const std::uintptr_t registers[] = {
      0,                                       // r15
      0,                                       // r14
      0,                                       // r13
      reinterpret_cast<std::uintptr_t>(this),  // r12
      address(&run_fiber),                     // rbx
      0,                                       // rbp
      address(&acqrel_model_enter_fiber),      // where to return
      0,
      0};  // so that the stack is aligned to 16 after the return
#elif defined(__aarch64__)
  std::uintptr_t registers[20] = {address(&run_fiber),  // x19
                                  reinterpret_cast<std::uintptr_t>(this)};
  registers[11] = address(&acqrel_model_enter_fiber);  // x30
#endif
  sp = reinterpret_cast<void*>(top - sizeof(registers));
  std::memcpy(sp, registers, sizeof(registers));
}

void switch_fiber(fiber& from, fiber& to) noexcept {
  if (&from == &to) return;
  from.exceptions_ = *live_exceptions;
  *live_exceptions = to.exceptions_;
#ifdef ACQREL_MODEL_ASAN
  left = &from;
  __sanitizer_start_switch_fiber(&from.fake_stack_, to.stack_bottom_,
                                 to.stack_size_);
#endif
  acqrel_model_switch_stacks(&from.sp, to.sp);
#ifdef ACQREL_MODEL_ASAN
  // Learns the bounds of the first stack, which nobody told.
  __sanitizer_finish_switch_fiber(from.fake_stack_, &left->stack_bottom_,
                                  &left->stack_size_);
#endif
}

}  // namespace acqrel::model::internal
