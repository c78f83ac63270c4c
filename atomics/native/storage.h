// Native plain<T> and slot<T>: a field and raw storage, at no cost.
#ifndef ACQREL_ATOMICS_NATIVE_STORAGE_H_
#define ACQREL_ATOMICS_NATIVE_STORAGE_H_

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace acqrel {

// A field that is not atomic and that more than one thread may touch, ordered
// by atomics elsewhere.
template <class T>
class plain {
 public:
  constexpr plain() = default;
  constexpr explicit plain(T value) noexcept(
      std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(value)) {}
  plain(const plain&) = delete;
  plain& operator=(const plain&) = delete;

  const T& get() const noexcept { return value_; }
  void set(T value) noexcept(std::is_nothrow_move_assignable_v<T>) {
    value_ = std::move(value);
  }
  T& ref() noexcept { return value_; }

 private:
  T value_;
};

// Storage for one T. The owner knows whether an element lives in it: a slot
// neither constructs nor destroys by itself.
template <class T>
class slot {
 public:
  slot() noexcept {}
  ~slot() {}
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  template <class... Args>
  T& construct(Args&&... args) noexcept(
      std::is_nothrow_constructible_v<T, Args...>) {
    return *::new (static_cast<void*>(std::addressof(value_)))
        T(std::forward<Args>(args)...);
  }
  T& get() noexcept { return value_; }
  const T& get() const noexcept { return value_; }
  // Moves the element out and destroys what is left of it.
  T move_out() noexcept(std::is_nothrow_move_constructible_v<T>) {
    struct destroyer {
      slot& from;
      ~destroyer() { from.destroy(); }
    } const guard{*this};
    return std::move(value_);
  }
  void destroy() noexcept { std::destroy_at(std::addressof(value_)); }

 private:
  union {
    T value_;
  };
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_STORAGE_H_
