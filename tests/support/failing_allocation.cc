#include "acqrel/tests/support/failing_allocation.h"

#include <cstddef>
#include <cstdint>
#include <new>

namespace acqrel::testing {
namespace {

thread_local std::uint64_t allocations_left = 0;  // 0: no failure is due
thread_local bool failing_for_good = false;
thread_local bool failed = false;

bool fails_now() {
  if (failing_for_good && failed) return true;
  if (allocations_left == 0 || --allocations_left > 0) return false;
  failed = true;
  return true;
}

void throw_if_due() {
  if (fails_now()) throw std::bad_alloc();
}

}  // namespace

failing_allocation::failing_allocation(std::uint64_t nth, how mode) {
  allocations_left = nth;
  failing_for_good = mode == how::from_then_on;
  failed = false;
}

failing_allocation::~failing_allocation() {
  allocations_left = 0;
  failing_for_good = false;
}

bool failing_allocation::happened() const { return failed; }

}  // namespace acqrel::testing

// The linker (--wrap, see BUILD.bazel) sends the binary's own calls of an
// operator new to wrap_..., and calls of real_... to the operator. Replacing
// the operators, as the standard allows, does not link with Clang 14's
// ThreadSanitizer.
using acqrel::testing::fails_now;
using acqrel::testing::throw_if_due;
using std::align_val_t;
using std::nothrow_t;
using std::size_t;

void* real_new(size_t) asm("__real__Znwm");
void* real_array(size_t) asm("__real__Znam");
void* real_new_nothrow(size_t,
                       const nothrow_t&) asm("__real__ZnwmRKSt9nothrow_t");
void* real_new_aligned(size_t, align_val_t) asm("__real__ZnwmSt11align_val_t");
void* real_array_aligned(size_t,
                         align_val_t) asm("__real__ZnamSt11align_val_t");
void* real_new_aligned_nothrow(size_t, align_val_t, const nothrow_t&) asm(
    "__real__ZnwmSt11align_val_tRKSt9nothrow_t");

void* wrap_new(size_t) asm("__wrap__Znwm");
void* wrap_array(size_t) asm("__wrap__Znam");
void* wrap_new_nothrow(size_t,
                       const nothrow_t&) asm("__wrap__ZnwmRKSt9nothrow_t");
void* wrap_new_aligned(size_t, align_val_t) asm("__wrap__ZnwmSt11align_val_t");
void* wrap_array_aligned(size_t,
                         align_val_t) asm("__wrap__ZnamSt11align_val_t");
void* wrap_new_aligned_nothrow(size_t, align_val_t, const nothrow_t&) asm(
    "__wrap__ZnwmSt11align_val_tRKSt9nothrow_t");

void* wrap_new(size_t size) {
  throw_if_due();
  return real_new(size);
}
void* wrap_array(size_t size) {
  throw_if_due();
  return real_array(size);
}
void* wrap_new_nothrow(size_t size, const nothrow_t& tag) {
  return fails_now() ? nullptr : real_new_nothrow(size, tag);
}
void* wrap_new_aligned(size_t size, align_val_t alignment) {
  throw_if_due();
  return real_new_aligned(size, alignment);
}
void* wrap_array_aligned(size_t size, align_val_t alignment) {
  throw_if_due();
  return real_array_aligned(size, alignment);
}
void* wrap_new_aligned_nothrow(size_t size, align_val_t alignment,
                               const nothrow_t& tag) {
  return fails_now() ? nullptr : real_new_aligned_nothrow(size, alignment, tag);
}
