// Reference counting: a count, and a pointer to an object that carries one.
//
//   struct session : ref_counted<session> { ... };
//   ref_ptr<session> mine = make_ref<session>(arguments...);
//   ref_ptr<session> yours = mine;        // destroyed with the last of them
//
//   Concurrency   any thread may copy and drop references; one ref_ptr object
//                 is not for two threads at once, like any pointer
//   Progress      wait-free
//   Ordering      everything a thread did with the object happens-before its
//                 destruction
#ifndef ACQREL_ATOMICS_REF_PTR_H_
#define ACQREL_ATOMICS_REF_PTR_H_

#include <compare>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"

namespace acqrel {

class ref_count {
 public:
  constexpr explicit ref_count(std::size_t initial = 1) noexcept
      : count_(initial) {}

  // The caller holds a reference already.
  void increment() noexcept {
    // relaxed: counter. The new reference reaches another thread by whatever
    // hands it over.
    count_.fetch_add(1, relaxed);
  }

  // True for the one call that gives up the last reference. It happens-after
  // all the others.
  [[nodiscard]] bool decrement() noexcept {
    // [count.drop] acq_rel: pairs with [count.drop] and [count.alone]. Each
    // holder's last use is visible to the one who drops the last reference.
    return count_.fetch_sub(1, acq_rel) == 1;
  }

  // True when the caller's reference is the only one; nobody else can then get
  // one, and what former holders did is visible.
  [[nodiscard]] bool is_unique() const noexcept {
    // [count.alone] acquire: pairs with [count.drop].
    return count_.load(acquire) == 1;
  }

  // How many there were at some moment. For display.
  [[nodiscard]] std::size_t value() const noexcept {
    // relaxed: counter
    return count_.load(relaxed);
  }

 private:
  atomic<std::size_t> count_;
};

template <class T>
class ref_ptr;

// The base of a T that ref_ptr<T> can own. A copy of a T counts for itself.
template <class T>
class ref_counted {
 public:
  // How many ref_ptrs own this object, at some moment. For display.
  [[nodiscard]] std::size_t use_count() const noexcept {
    return references_.value();
  }

 protected:
  constexpr ref_counted() noexcept = default;
  constexpr ref_counted(const ref_counted&) noexcept {}
  ref_counted& operator=(const ref_counted&) noexcept { return *this; }
  ~ref_counted() = default;

 private:
  friend class ref_ptr<T>;
  friend class ref_ptr<const T>;
  mutable ref_count references_{1};
};

template <class T>
class ref_ptr {
 public:
  using element_type = T;

  constexpr ref_ptr() noexcept = default;
  constexpr ref_ptr(std::nullptr_t) noexcept {}
  // Takes over one reference that the caller holds: for make_ref, detach, and
  // objects whose references travel as raw pointers.
  static ref_ptr adopt(T* object) noexcept { return ref_ptr(object); }

  ref_ptr(const ref_ptr& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) object_->references_.increment();
  }
  ref_ptr(ref_ptr&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)) {}
  // ref_ptr<T> to ref_ptr<const T>.
  template <class U>
  requires std::is_same_v<const U, T> ref_ptr(ref_ptr<U> other)
  noexcept : object_(other.detach()) {}
  ref_ptr& operator=(ref_ptr other) noexcept {
    swap(other);
    return *this;
  }
  ~ref_ptr() {
    if (object_ != nullptr && object_->references_.decrement()) delete object_;
  }

  [[nodiscard]] T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

  void reset() noexcept { ref_ptr().swap(*this); }
  // Gives the reference to the caller.
  [[nodiscard]] T* detach() noexcept { return std::exchange(object_, nullptr); }
  [[nodiscard]] bool is_unique() const noexcept {
    return object_ != nullptr && object_->references_.is_unique();
  }
  void swap(ref_ptr& other) noexcept { std::swap(object_, other.object_); }

  friend void swap(ref_ptr& a, ref_ptr& b) noexcept { a.swap(b); }
  friend bool operator==(const ref_ptr& a, const ref_ptr& b) noexcept {
    return a.object_ == b.object_;
  }
  friend bool operator==(const ref_ptr& a, std::nullptr_t) noexcept {
    return a.object_ == nullptr;
  }
  friend auto operator<=>(const ref_ptr& a, const ref_ptr& b) noexcept {
    return std::compare_three_way{}(a.object_, b.object_);
  }

 private:
  explicit ref_ptr(T* object) noexcept : object_(object) {}

  T* object_ = nullptr;
};

template <class T, class... Args>
[[nodiscard]] ref_ptr<T> make_ref(Args&&... args) {
  return ref_ptr<T>::adopt(new T(std::forward<Args>(args)...));
}

}  // namespace acqrel

template <class T>
struct std::hash<acqrel::ref_ptr<T>> {
  std::size_t operator()(const acqrel::ref_ptr<T>& pointer) const noexcept {
    return std::hash<T*>{}(pointer.get());
  }
};

#endif  // ACQREL_ATOMICS_REF_PTR_H_
