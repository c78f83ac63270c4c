// Hazard pointers with the names, signatures and semantics of C++26 (P2530):
// a reader announces the object that it is about to use, and an object that
// was retired is deleted once no announcement names it.
//
//   struct config : hazard_pointer_obj_base<config> { ... };
//   atomic<config*> current;
//
//   hazard_pointer hazard = make_hazard_pointer();        // a reader
//   use(*hazard.protect(current));      // stays alive while hazard protects it
//
//   config* old = current.exchange(fresh, acq_rel);       // a writer
//   old->retire();                      // deleted when nobody reads it
//
//   Concurrency   any thread may make, protect and retire; one hazard_pointer
//                 object is for one thread at a time, and may be moved
//   Progress      try_protect, reset_protection: wait-free. protect: lock-free,
//                 it repeats only when the source changes. make_hazard_pointer,
//                 retire, and the end of a hazard_pointer: hazard_domain.h
//   Ordering      the publishing store that protect() read from, if it is a
//                 release, happens-before protect() returns. A reader's use
//                 happens-before the deletion
//   Throws        make_hazard_pointer: std::bad_alloc. Nothing else does
//   Algorithm     M. Michael, "Hazard Pointers: Safe Memory Reclamation for
//                 Lock-Free Objects", IEEE TPDS 15(6), 2004
//
// Why a protected object is alive. Protecting writes the hazard and then reads
// the source again; retiring comes after a write to the source, and then reads
// the hazards. That is store buffering, and a fence on each side forbids that
// both reads miss:
//
//   reader                              writer
//   hazard = p                          source = q  (unlinks p)
//   light fence  [protect.fence]        heavy fence  [scan.fence]
//   source == p?  [protect.validate]    hazard == p?  [scan.read]
//
// Either the writer sees the hazard and keeps p, or the reader sees q and tries
// again. Readers are many and scans are few, so the reader's fence is the free
// one.
//
// Edges
//   [protect.announce], [protect.change], [protect.clear] -> [scan.read]
//     a reader's use of the object it protected before, then its deletion
//   the caller's publication -> [protect.validate]
#ifndef ACQREL_RECLAIM_HAZARD_POINTER_H_
#define ACQREL_RECLAIM_HAZARD_POINTER_H_

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/reclaim/hazard_domain.h"

namespace acqrel {

// The base of a class T whose objects can be protected and retired: public,
// not virtual, exactly one. D deletes; it can be default-constructed and moved,
// and calling it does not throw.
template <class T, class D = std::default_delete<T>>
class hazard_pointer_obj_base : public internal::retired {
 public:
  // Deletes *this by d(pointer), in this call or in a later one by any thread,
  // once no hazard pointer protects it. Call it once, after the write that
  // made the object unreachable for new readers.
  void retire(D d = D()) noexcept {
    retire(std::move(d), hazard_pointer_default_domain());
  }

  // Extension: in a domain of the caller's. Those who protect the object use
  // hazard pointers of the same domain.
  void retire(D d, hazard_domain& domain) noexcept {
    deleter_ = std::move(d);
    retire_to(domain, [](internal::retired* object) {
      auto* const self = static_cast<hazard_pointer_obj_base*>(object);
      D deleter = std::move(self->deleter_);
      deleter(static_cast<T*>(self));
    });
  }

 protected:
  hazard_pointer_obj_base() = default;
  hazard_pointer_obj_base(const hazard_pointer_obj_base&) = default;
  hazard_pointer_obj_base(hazard_pointer_obj_base&&) = default;
  hazard_pointer_obj_base& operator=(const hazard_pointer_obj_base&) = default;
  hazard_pointer_obj_base& operator=(hazard_pointer_obj_base&&) = default;
  ~hazard_pointer_obj_base() = default;

 private:
  [[no_unique_address]] D deleter_;  // exclusive: H4, then the deleting thread
};

class hazard_pointer {
 public:
  // Empty: owns no hazard, and can only be assigned to or destroyed.
  hazard_pointer() noexcept = default;
  hazard_pointer(hazard_pointer&& other) noexcept
      : hazard_(std::exchange(other.hazard_, nullptr)) {}
  hazard_pointer& operator=(hazard_pointer&& other) noexcept {
    hazard_pointer(std::move(other)).swap(*this);
    return *this;
  }
  // Ends the protection.
  ~hazard_pointer() {
    if (hazard_ == nullptr) return;
    reset_protection();
    hazard_->domain.unclaim(hazard_);
  }

  [[nodiscard]] bool empty() const noexcept { return hazard_ == nullptr; }

  // Returns a pointer that `source` held, protected until this object protects
  // something else or ends; null is returned as null. Source is an atomic<T*>,
  // ours or the standard's. Not empty.
  template <class Source>
  [[nodiscard]] typename Source::value_type protect(
      const Source& source) noexcept {
    // relaxed: guess
    typename Source::value_type pointer = source.load(relaxed);
    while (!try_protect(pointer, source)) retry();
    return pointer;
  }

  // Protects `pointer` if `source` still holds it, and says so. Otherwise
  // protects nothing, and sets `pointer` to what `source` holds. Not empty.
  template <class T, class Source>
  bool try_protect(T*& pointer, const Source& source) noexcept {
    // [protect.announce] release: pairs with [scan.read]. Ends the use of what
    // this hazard named before.
    hazard_->object.store(retired_part(pointer), release);
    // [protect.fence] light: SB with [scan.fence]: either the scan sees the
    // announcement, or the load below sees that the object was unlinked.
    asymmetric_thread_fence_light(seq_cst);
    // [protect.validate] acquire: pairs with [caller]. What was written before
    // the pointer was published is visible.
    T* const current = source.load(acquire);
    if (current == pointer) return true;
    reset_protection();
    pointer = current;
    return false;
  }

  // Names `pointer`, whatever any atomic holds. It protects if this call
  // happens-before the object's retirement, or if the caller sees, after a
  // light fence of its own, that the object is not unlinked. That another
  // hazard pointer protects it is not enough: a scan may have passed this one
  // and reach the other after it was reset. Not empty.
  template <class T>
  void reset_protection(const T* pointer) noexcept {
    // [protect.change] release: pairs with [scan.read]. Ends the use of what
    // this hazard named before.
    hazard_->object.store(retired_part(pointer), release);
  }

  // Protects nothing any more. Not empty.
  void reset_protection(std::nullptr_t = nullptr) noexcept {
    // [protect.clear] release: pairs with [scan.read]. The caller's use of the
    // object comes before its deletion.
    hazard_->object.store(nullptr, release);
  }

  void swap(hazard_pointer& other) noexcept {
    std::swap(hazard_, other.hazard_);
  }
  friend void swap(hazard_pointer& a, hazard_pointer& b) noexcept { a.swap(b); }

 private:
  friend hazard_pointer make_hazard_pointer(hazard_domain& domain);

  explicit hazard_pointer(internal::hazard* hazard) noexcept
      : hazard_(hazard) {}

  template <class T>
  static const internal::retired* retired_part(const T* pointer) noexcept {
    static_assert(
        std::is_convertible_v<const T*, const internal::retired*>,
        "acqrel: an object that a hazard pointer protects has exactly one "
        "public base hazard_pointer_obj_base<T, D>");
    return pointer;
  }

  internal::hazard* hazard_ = nullptr;  // owner-only: one thread at a time
};

// Extension: a hazard pointer of a domain of the caller's, which outlives it.
[[nodiscard]] inline hazard_pointer make_hazard_pointer(hazard_domain& domain) {
  return hazard_pointer(domain.claim());
}

// A hazard pointer that protects nothing yet. Throws std::bad_alloc.
[[nodiscard]] inline hazard_pointer make_hazard_pointer() {
  return make_hazard_pointer(hazard_pointer_default_domain());
}

}  // namespace acqrel

#endif  // ACQREL_RECLAIM_HAZARD_POINTER_H_
