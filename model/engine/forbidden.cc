// What checked code must not do, because the checker would not see it. The
// linker sends such calls here first (BUILD.bazel).
#include <pthread.h>
#include <time.h>

#include <cstdint>
#include <string>

#include "acqrel/model/engine/runtime.h"

namespace acqrel::model::internal {
namespace {

void refuse(const char* what, const char* instead) {
  if (!in_checked_code()) return;
  misuse(std::string("the checked code ") + what +
         ", which the checker cannot explore: " + instead);
}

void refuse_mutex() {
  refuse("locks a mutex",
         "use the atomics of acqrel/atomics/atomic.h. Streams and GoogleTest's "
         "assertions lock one, too: within a body use model::require and "
         "model::observe instead");
}
void refuse_condition() {
  refuse("waits on a condition variable",
         "use atomic<T>::wait of acqrel/atomics/atomic.h");
}
void refuse_thread() { refuse("starts a raw thread", "use model::thread"); }
void refuse_sleep() {
  refuse("sleeps or yields to the operating system",
         "wait with await or atomic<T>::wait of acqrel/atomics/atomic.h, and "
         "mark the end of a failed iteration with retry()");
}
void refuse_static() {
  refuse(
      "initialises a static variable of a function",
      "each execution after the first would find it initialised. Make it a "
      "member, a tls<T> or a per_process<T>, or use it once before the check");
}

}  // namespace
}  // namespace acqrel::model::internal

// The linker's --wrap=NAME makes calls of NAME from the program's own code call
// __wrap_NAME, and those of __real_NAME call NAME. std::mutex, std::thread and
// std::this_thread come to these by inline functions of the library; what is
// compiled into the shared library does not pass here.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
int __real_pthread_mutex_lock(pthread_mutex_t*) noexcept;
int __wrap_pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  acqrel::model::internal::refuse_mutex();
  return __real_pthread_mutex_lock(mutex);
}
int __real_pthread_mutex_trylock(pthread_mutex_t*) noexcept;
int __wrap_pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  acqrel::model::internal::refuse_mutex();
  return __real_pthread_mutex_trylock(mutex);
}
int __real_pthread_rwlock_rdlock(pthread_rwlock_t*) noexcept;
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  acqrel::model::internal::refuse_mutex();
  return __real_pthread_rwlock_rdlock(lock);
}
int __real_pthread_rwlock_wrlock(pthread_rwlock_t*) noexcept;
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  acqrel::model::internal::refuse_mutex();
  return __real_pthread_rwlock_wrlock(lock);
}

int __real_pthread_cond_wait(pthread_cond_t*, pthread_mutex_t*);
int __wrap_pthread_cond_wait(pthread_cond_t* condition,
                             pthread_mutex_t* mutex) {
  acqrel::model::internal::refuse_condition();
  return __real_pthread_cond_wait(condition, mutex);
}

int __real_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*),
                          void*) noexcept;
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                          void* (*run)(void*), void* argument) noexcept {
  acqrel::model::internal::refuse_thread();
  return __real_pthread_create(thread, attributes, run, argument);
}

// std::thread's constructor calls std::thread::_M_start_thread of libstdc++.
using start = void(void* self, void* state, void (*depend)());
start real_start_thread asm(
    "__real__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14"
    "default_deleteIS1_EEPFvvE");
start wrap_start_thread asm(
    "__wrap__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14"
    "default_deleteIS1_EEPFvvE");
void wrap_start_thread(void* self, void* state, void (*depend)()) {
  acqrel::model::internal::refuse_thread();
  real_start_thread(self, state, depend);
}

int __real_nanosleep(const timespec*, timespec*);
int __wrap_nanosleep(const timespec* time, timespec* left) {
  acqrel::model::internal::refuse_sleep();
  return __real_nanosleep(time, left);
}
int __real_sched_yield() noexcept;
int __wrap_sched_yield() noexcept {
  acqrel::model::internal::refuse_sleep();
  return __real_sched_yield();
}

// Called where a function's static is found uninitialised.
int __real___cxa_guard_acquire(std::int64_t* guard);
int __wrap___cxa_guard_acquire(std::int64_t* guard) {
  acqrel::model::internal::refuse_static();
  return __real___cxa_guard_acquire(guard);
}
// NOLINTEND(bugprone-reserved-identifier)
}  // extern "C"
