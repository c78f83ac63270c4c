// What the operations of all queues return: the vocabulary of the standard's
// concurrent queues (P0260).
#ifndef ACQREL_STRUCTURES_CONQUEUE_H_
#define ACQREL_STRUCTURES_CONQUEUE_H_

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace acqrel {

enum class conqueue_status {
  success,
  empty,       // nothing to pop
  full,        // no room to push
  closed,      // closed, and for a pop also drained
  busy,        // would have to wait for another thread's operation in progress
  busy_async,  // P0260's; no queue here returns it
};

[[nodiscard]] constexpr const char* to_string(conqueue_status status) noexcept {
  switch (status) {
    case conqueue_status::success:
      return "success";
    case conqueue_status::empty:
      return "empty";
    case conqueue_status::full:
      return "full";
    case conqueue_status::closed:
      return "closed";
    case conqueue_status::busy:
      return "busy";
    case conqueue_status::busy_async:
      return "busy_async";
  }
  return "unknown";
}

// Thrown by pop_result::value() when there is none.
// owner-only: whoever holds the object.
class bad_pop_result_access : public std::exception {
 public:
  explicit bad_pop_result_access(conqueue_status status) noexcept
      : status_(status) {}
  [[nodiscard]] conqueue_status error() const noexcept { return status_; }
  [[nodiscard]] const char* what() const noexcept override {
    return "acqrel: pop_result::value() of a pop that returned nothing";
  }

 private:
  conqueue_status status_;
};

// An element, or the reason why there is none: what a pop needs of
// std::expected<T, conqueue_status>, for C++20.
// owner-only: whoever holds the object.
template <class T>
class [[nodiscard]] pop_result {
  static_assert(!std::is_same_v<T, conqueue_status>,
                "acqrel: pop_result<conqueue_status> could not tell an element "
                "from a reason");

 public:
  using value_type = T;
  using error_type = conqueue_status;

  // Implicit, so that an operation returns either. The reason is not success.
  pop_result(T&& value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(value)) {}
  pop_result(conqueue_status reason) noexcept : status_(reason) {}

  [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  // There is an element.
  T& operator*() & noexcept { return *value_; }
  const T& operator*() const& noexcept { return *value_; }
  T&& operator*() && noexcept { return std::move(*value_); }
  T* operator->() noexcept { return std::addressof(*value_); }
  const T* operator->() const noexcept { return std::addressof(*value_); }

  // Throw bad_pop_result_access if there is none.
  T& value() & {
    check();
    return *value_;
  }
  const T& value() const& {
    check();
    return *value_;
  }
  T&& value() && {
    check();
    return std::move(*value_);
  }

  // success if there is an element.
  [[nodiscard]] conqueue_status error() const noexcept { return status_; }

  template <class U>
  [[nodiscard]] T value_or(U&& otherwise) && {
    return std::move(value_).value_or(std::forward<U>(otherwise));
  }
  template <class U>
  [[nodiscard]] T value_or(U&& otherwise) const& {
    return value_.value_or(std::forward<U>(otherwise));
  }

  friend bool operator==(const pop_result& a, const pop_result& b) {
    return a.status_ == b.status_ && a.value_ == b.value_;
  }

 private:
  void check() const {
    if (!has_value()) throw bad_pop_result_access(status_);
  }

  std::optional<T> value_;
  conqueue_status status_ = conqueue_status::success;
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_CONQUEUE_H_
