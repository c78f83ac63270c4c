#include "acqrel/tests/support/failing_allocation.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (fails_now()) return nullptr;
  if (size == 0) size = 1;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
  // The size has to be a multiple of the alignment.
  return std::aligned_alloc(alignment,
                            (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
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

namespace {

constexpr std::size_t ordinary = alignof(std::max_align_t);
using acqrel::testing::allocate;
using acqrel::testing::allocate_or_throw;

}  // namespace

void* operator new(std::size_t size) {
  return allocate_or_throw(size, ordinary);
}
void* operator new[](std::size_t size) {
  return allocate_or_throw(size, ordinary);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, ordinary);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, ordinary);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment,
                   const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment,
                     const std::nothrow_t&) noexcept {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
