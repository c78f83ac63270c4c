// An element for tests of a structure: each read, write, move and destruction
// of it is checked.
//
//   treiber_stack<model::tracked<int>> stack;
//   stack.push(7);
//   if (auto top = stack.try_pop()) model::require(top->value() == 7);
//
// In a model test it finds
//   a data race on the element, so a publication that is too weak: the consumer
//     reads what the producer wrote, and so does a destructor;
//   a read or move of an element that was never made, that was moved from, or
//     that was destroyed; a second destruction;
//   an element that is never destroyed: the value lives in memory of its own,
//     which is then a leak, also where the element was in a slot.
// Natively it finds the same as far as it can: it ends the process when it
// meets a moved-from or destroyed element, and the sanitizers find the rest.
//
// A moved-from element may be destroyed and assigned to, nothing else.
#ifndef ACQREL_MODEL_TRACKED_H_
#define ACQREL_MODEL_TRACKED_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"

namespace acqrel::model {

// The checker's (check.h). Null where it is not linked, that is natively.
[[noreturn]] void fail(std::string_view what, const char* file, int line)
    __attribute__((weak));

template <class T>
class tracked {
 public:
  using value_type = T;

  tracked() : tracked(T()) {}
  // Implicit, so that stack.push(7) is a test's whole line.
  tracked(T value) : box_(new box(std::move(value))) {}

  tracked(const tracked& other) : tracked(T(other.value())) {}
  tracked(tracked&& other) noexcept : box_(other.take()) {}
  tracked& operator=(const tracked& other) { return *this = tracked(other); }
  tracked& operator=(tracked&& other) noexcept {
    box* const taken = other.take();
    release("assigned to", taken);
    return *this;
  }
  ~tracked() { release("destroyed", destroyed()); }

  const T& value() const noexcept {
    return held(box_.get(), "read")->value.get();
  }
  void set(T value) noexcept(std::is_nothrow_move_assignable_v<T>) {
    held(box_.get(), "written to")->value.set(std::move(value));
  }

  friend bool operator==(const tracked& a, const tracked& b) {
    return a.value() == b.value();
  }

 private:
  struct box {
    explicit box(T&& v) : value(std::move(v)) {}
    plain<T> value;
  };
  // No box is there.
  static box* destroyed() noexcept {
    return reinterpret_cast<box*>(std::uintptr_t{0xdead} << 32 | 1);
  }

  // Each use is one access of box_: traces show elements often enough.

  // In box_, null: moved from.
  static box* held(box* mine, const char* what) noexcept {
    if (mine == nullptr) misused(what, "moved from");
    if (mine == destroyed()) misused(what, "destroyed");
    return mine;
  }
  box* take() noexcept {
    box*& mine = box_.ref();
    held(mine, "moved from");
    return std::exchange(mine, nullptr);
  }
  void release(const char* what, box* instead) noexcept {
    box*& mine = box_.ref();
    if (mine == destroyed()) misused(what, "destroyed");
    delete mine;
    // Volatile, or the compiler drops it in the destructor: nobody may look.
    // Who does is to see it.
    const_cast<box* volatile&>(mine) = instead;
  }

  [[noreturn]] static void misused(const char* what, const char* after) {
    char sentence[160];
    std::snprintf(sentence, sizeof(sentence),
                  "a tracked element was %s after it had been %s", what, after);
    if (fail != nullptr) fail(sentence, __builtin_FILE(), __builtin_LINE());
    std::fprintf(stderr, "acqrel: %s\n", sentence);
    std::abort();
  }

  plain<box*> box_;
};

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_TRACKED_H_
