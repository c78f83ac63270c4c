// The memory of a checked program: stacks and heap of its threads, at the same
// addresses in each execution, so that a pointer's value is the same, too. The
// global operators new and delete (memory.cc) come here while checked code runs.
#ifndef ACQREL_MODEL_ENGINE_MEMORY_H_
#define ACQREL_MODEL_ENGINE_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "acqrel/model/engine/clock.h"

namespace acqrel::model::internal {

class memory {
 public:
  static constexpr std::size_t stack_size = 256 << 10;
  static constexpr std::size_t heap_size = 4 << 20;  // of one thread

  // Mapped at first use, at a fixed address.
  static memory& get();

  // All heaps are empty again.
  void reset() noexcept { used_.fill(0); }
  // Null when the thread's heap is full.
  void* allocate(int thread, std::size_t size, std::size_t alignment) noexcept;
  bool owns(const void* address) const noexcept {
    return reinterpret_cast<std::uintptr_t>(address) - base_ < total;
  }
  void* stack_of(int thread) const noexcept {
    return reinterpret_cast<void*>(base_ + max_threads * heap_size +
                                   thread * (stack_size + guard_size) +
                                   guard_size);
  }

 private:
  static constexpr std::size_t guard_size = 64 << 10;
  static constexpr std::size_t total =
      max_threads * (heap_size + stack_size + guard_size);

  memory();

  std::uintptr_t base_ = 0;
  std::array<std::size_t, max_threads> used_{};
};

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_MEMORY_H_
