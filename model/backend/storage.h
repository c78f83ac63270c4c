// The model's plain<T> and slot<T>: the value stands in the object, and each
// access is checked against the others. The member `at_` is the identity; it
// has an address of its own, which no part of a T shares.
#ifndef ACQREL_MODEL_BACKEND_STORAGE_H_
#define ACQREL_MODEL_BACKEND_STORAGE_H_

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "acqrel/model/engine/runtime.h"

namespace acqrel {

template <class T>
class plain {
  using place = model::internal::place;

 public:
  constexpr plain(place here = place::current()) {
    if (!std::is_constant_evaluated()) {
      model::internal::construct_plain(at_, std::is_class_v<T>, here);
    }
  }
  constexpr explicit plain(T value, place here = place::current()) noexcept(
      std::is_nothrow_move_constructible_v<T>)
      : value_(std::move(value)) {
    if (!std::is_constant_evaluated()) {
      model::internal::construct_plain(at_, true, here);
    }
  }
  plain(const plain&) = delete;
  plain& operator=(const plain&) = delete;
  ~plain() { model::internal::destroy_plain(at_, place()); }

  const T& get(place here = place::current()) const noexcept {
    model::internal::read_plain(at_, here);
    return value_;
  }
  void set(T value, place here = place::current()) noexcept(
      std::is_nothrow_move_assignable_v<T>) {
    model::internal::write_plain(at_, here);
    value_ = std::move(value);
  }
  // Counts as a write, now.
  T& ref(place here = place::current()) noexcept {
    model::internal::write_plain(at_, here);
    return value_;
  }

 private:
  model::internal::location at_;
  T value_;
};

template <class T>
class slot {
  using place = model::internal::place;

 public:
  slot(place here = place::current()) noexcept {
    model::internal::construct_plain(at_, false, here);
  }
  ~slot() {
    model::internal::destroy_slot(at_, !std::is_trivially_destructible_v<T>);
  }
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

  // The place is that of the thread's last operation: a default argument
  // cannot follow a pack.
  template <class... Args>
  T& construct(Args&&... args) noexcept(
      std::is_nothrow_constructible_v<T, Args...>) {
    model::internal::fill_slot(at_, !std::is_trivially_destructible_v<T>,
                               place());
    struct undo {
      ~undo() {
        if (!done) model::internal::clear_plain(at, place());
      }
      model::internal::location& at;
      bool done = false;
    } guard{at_};
    T& made = *::new (static_cast<void*>(std::addressof(value_)))
                  T(std::forward<Args>(args)...);
    guard.done = true;
    return made;
  }
  T& get(place here = place::current()) noexcept {
    model::internal::read_plain(at_, here);
    return value_;
  }
  const T& get(place here = place::current()) const noexcept {
    model::internal::read_plain(at_, here);
    return value_;
  }
  T move_out(place here = place::current()) noexcept(
      std::is_nothrow_move_constructible_v<T>) {
    model::internal::read_plain(at_, here);
    struct destroyer {
      ~destroyer() { from.destroy(here); }
      slot& from;
      place here;
    } const guard{*this, here};
    return std::move(value_);
  }
  void destroy(place here = place::current()) noexcept {
    model::internal::read_plain(at_, here);  // there is one to destroy
    model::internal::clear_plain(at_, here);
    std::destroy_at(std::addressof(value_));
  }

 private:
  model::internal::location at_;
  union {
    T value_;
  };
};

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_STORAGE_H_
