#include "acqrel/model/engine/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "acqrel/model/engine/engine.h"

namespace acqrel::model::internal {

memory& memory::get() {
  static memory the_memory;
  return the_memory;
}

memory::memory() {
  // Any of some addresses that systems leave free; a test that runs again finds
  // the same one.
  for (const std::uintptr_t wanted :
       {0x100000000000u, 0x200000000000u, 0x6000000000u, 0x2000000000u}) {
    void* const got =
        mmap(reinterpret_cast<void*>(wanted), total, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
             -1, 0);
    if (got == reinterpret_cast<void*>(wanted)) {
      base_ = wanted;
      break;
    }
    if (got != MAP_FAILED) munmap(got, total);
  }
  if (base_ == 0) {
    std::fputs("acqrel model: cannot map the checked program's memory\n",
               stderr);
    std::abort();
  }
  for (int t = 0; t < max_threads; ++t) {
    mprotect(static_cast<char*>(stack_of(t)) - guard_size, guard_size,
             PROT_NONE);
  }
}

void* memory::allocate(int thread, std::size_t size,
                       std::size_t alignment) noexcept {
  alignment = std::max<std::size_t>(alignment, 16);
  std::size_t offset = used_[thread];
  offset = (offset + alignment - 1) / alignment * alignment;
  size = std::max<std::size_t>(size, 1);
  if (size > heap_size || offset > heap_size - size) return nullptr;
  used_[thread] = offset + size;
  void* const block =
      reinterpret_cast<void*>(base_ + thread * heap_size + offset);
  std::memset(block, 0xcd, size);  // the same garbage in each execution
  return block;
}

namespace {

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (in_checked_code()) return engine_allocate(size, alignment);
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    return std::malloc(std::max<std::size_t>(size, 1));
  }
  return std::aligned_alloc(alignment,
                            (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const block = allocate(size, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void deallocate(void* block) noexcept {
  if (block == nullptr) return;
  if (engine_owns(block)) {
    engine_deallocate(block);
  } else {
    std::free(block);
  }
}

}  // namespace
}  // namespace acqrel::model::internal

// Every form of the global operators, as the standard lets a program replace
// them.
namespace model = acqrel::model::internal;
constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

void* operator new(std::size_t size) {
  return model::allocate_or_throw(size, usual);
}
void* operator new[](std::size_t size) {
  return model::allocate_or_throw(size, usual);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return model::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return model::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return model::allocate(size, usual);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return model::allocate(size, usual);
}
void* operator new(std::size_t size, std::align_val_t alignment,
                   const std::nothrow_t&) noexcept {
  return model::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment,
                     const std::nothrow_t&) noexcept {
  return model::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { model::deallocate(block); }
void operator delete[](void* block) noexcept { model::deallocate(block); }
void operator delete(void* block, std::size_t) noexcept {
  model::deallocate(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  model::deallocate(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  model::deallocate(block);
}
void operator delete[](void* block, std::align_val_t) noexcept {
  model::deallocate(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  model::deallocate(block);
}
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept {
  model::deallocate(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  model::deallocate(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  model::deallocate(block);
}
void operator delete(void* block, std::align_val_t,
                     const std::nothrow_t&) noexcept {
  model::deallocate(block);
}
void operator delete[](void* block, std::align_val_t,
                       const std::nothrow_t&) noexcept {
  model::deallocate(block);
}
