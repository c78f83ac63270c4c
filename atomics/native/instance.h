// Native tls<T> and per_process<T>.
#ifndef ACQREL_ATOMICS_NATIVE_INSTANCE_H_
#define ACQREL_ATOMICS_NATIVE_INSTANCE_H_

#include <new>

namespace acqrel {

// One T for each thread. T is default-constructible and tells itself apart by
// its type: tls<my_cache> and tls<your_cache> never meet.
template <class T>
class tls {
 public:
  // This thread's instance, made at first use (what T() throws, this throws).
  // Null once it was destroyed, which happens as the thread ends: destructors
  // of other thread-local and static objects may run after it.
  static T* get() {
    if (instance_ != nullptr) [[likely]]
      return instance_;
    return destroyed_ ? nullptr : make();
  }

 private:
  struct holder {
    union {
      T value;
    };
    holder() {
      ::new (static_cast<void*>(&value)) T();
      instance_ = &value;
    }
    // The value's destructor still finds the instance; what runs later, null.
    ~holder() {
      value.~T();
      instance_ = nullptr;
      destroyed_ = true;
    }
  };

  static T* make() {
    static thread_local holder hold;
    return &hold.value;
  }

  inline static constinit thread_local T* instance_ = nullptr;
  inline static constinit thread_local bool destroyed_ = false;
};

// One T for the process. Never destroyed, so that threads and static objects
// which outlive main may use it; what it owns stays reachable. One for all
// shared objects if T, too, has default visibility.
template <class T>
class [[gnu::visibility("default")]] per_process {
 public:
  static T& get() {
    static T* const instance = ::new (static_cast<void*>(storage_)) T();
    return *instance;
  }

 private:
  alignas(T) inline static unsigned char storage_[sizeof(T)];
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_INSTANCE_H_
