// The model's tls<T> and per_process<T>: fresh ones in each execution, in the
// checked program's memory.
#ifndef ACQREL_MODEL_BACKEND_INSTANCE_H_
#define ACQREL_MODEL_BACKEND_INSTANCE_H_

#include "acqrel/model/engine/runtime.h"

namespace acqrel {
namespace internal {

template <class T>
inline constexpr model::internal::instance_type instance_of = {
    []() -> void* { return new T(); },
    [](void* object) { delete static_cast<T*>(object); }};

}  // namespace internal

// One T for each thread of a body, made at first use and destroyed as the
// thread ends; null from then on.
template <class T>
class tls {
 public:
  static T* get() {
    return static_cast<T*>(
        model::internal::thread_instance(internal::instance_of<T>));
  }
};

// One T for each execution, made before the body and destroyed after it:
// otherwise whoever came first would make it, and every client would explore
// who that is.
template <class T>
class per_process {
 public:
  static T& get() {
    static_cast<void>(&registered_);
    return *static_cast<T*>(
        model::internal::process_instance(internal::instance_of<T>));
  }

 private:
  inline static const bool registered_ =
      model::internal::register_process_instance(internal::instance_of<T>);
};

}  // namespace acqrel

#endif  // ACQREL_MODEL_BACKEND_INSTANCE_H_
