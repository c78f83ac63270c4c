// The mutex equivalents with absl::Mutex.
#ifndef ACQREL_BENCH_ABSL_MUTEX_EQUIVALENTS_H_
#define ACQREL_BENCH_ABSL_MUTEX_EQUIVALENTS_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "acqrel/bench/mutex_equivalents.h"

namespace acqrel::bench {

// absl::Mutex with the names that std::lock_guard calls. Its analysis is off
// because std::lock_guard carries no annotations.
class absl_mutex {
 public:
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Lock(); }
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }

 private:
  absl::Mutex mutex_;
};

template <class T>
using absl_mutex_stack = mutex_stack<T, absl_mutex>;
template <class T>
using absl_mutex_queue = mutex_queue<T, absl_mutex>;
template <class T>
using absl_mutex_ring = mutex_ring<T, absl_mutex>;

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_ABSL_MUTEX_EQUIVALENTS_H_
