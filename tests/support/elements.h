// Element types that are hard to hold: they own memory, count their living
// instances, throw, cannot be copied, or want alignment.
#ifndef ACQREL_TESTS_SUPPORT_ELEMENTS_H_
#define ACQREL_TESTS_SUPPORT_ELEMENTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

namespace acqrel::testing {

// Owns memory that its pusher wrote and its popper reads and frees: a missing
// edge is a data race on that memory, a stale element a use after free. All
// words of it hold the value, so that a torn or overwritten one shows.
class payload {
 public:
  static constexpr std::uint64_t corrupted = ~std::uint64_t{0};

  explicit payload(std::uint64_t value)
      : words_(std::make_unique<std::array<std::uint64_t, 4>>()) {
    words_->fill(value);
  }

  std::uint64_t value() const {
    if (words_ == nullptr) return corrupted;
    for (const std::uint64_t word : *words_) {
      if (word != words_->front()) return corrupted;
    }
    return words_->front();
  }

 private:
  std::unique_ptr<std::array<std::uint64_t, 4>> words_;
};

// How many instances of a type live. A test starts and ends with none.
struct instance_count {
  static inline std::atomic<int> living = 0;

  instance_count() noexcept { living.fetch_add(1, std::memory_order_relaxed); }
  instance_count(const instance_count&) noexcept : instance_count() {}
  instance_count& operator=(const instance_count&) noexcept = default;
  ~instance_count() { living.fetch_sub(1, std::memory_order_relaxed); }
};

// Thrown by `fragile`.
struct failed_on_purpose : std::runtime_error {
  failed_on_purpose() : std::runtime_error("failed on purpose") {}
};

// Counts its instances, and throws where it is told to: from the n-th of its
// constructions that may throw (from a value, by copy), or from the n-th move
// assignment. A moved-from instance says so.
class fragile {
 public:
  static constexpr int moved_from = -1;
  // Countdowns: the operation that takes one from 1 to 0 throws; 0 never.
  static inline int construction_that_throws = 0;
  static inline int assignment_that_throws = 0;

  explicit fragile(int value) : value_(value) {
    count_down(construction_that_throws);
  }
  fragile(const fragile& other) : value_(other.value_) {
    count_down(construction_that_throws);
  }
  fragile(fragile&& other) noexcept
      : value_(std::exchange(other.value_, moved_from)) {}
  fragile& operator=(fragile&& other) {
    count_down(assignment_that_throws);
    value_ = std::exchange(other.value_, moved_from);
    return *this;
  }

  int value() const { return value_; }
  static int living() {
    return instance_count::living.load(std::memory_order_relaxed);
  }

 private:
  static void count_down(int& countdown) {
    if (countdown > 0 && --countdown == 0) throw failed_on_purpose();
  }

  [[no_unique_address]] instance_count counted_;
  int value_;
};

// Wants more alignment than operator new gives without being asked.
struct alignas(256) over_aligned {
  explicit over_aligned(std::uint64_t v) : value(v) {}
  bool is_aligned() const {
    return reinterpret_cast<std::uintptr_t>(this) % alignof(over_aligned) == 0;
  }
  std::uint64_t value;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_ELEMENTS_H_
