// The native backend of atomics/atomic.h: std::atomic and the operating system.
#ifndef ACQREL_ATOMICS_NATIVE_ACQREL_BACKEND_H_
#define ACQREL_ATOMICS_NATIVE_ACQREL_BACKEND_H_

#include "acqrel/atomics/native/atomic.h"
#include "acqrel/atomics/native/fence.h"
#include "acqrel/atomics/native/instance.h"
#include "acqrel/atomics/native/storage.h"
#include "acqrel/atomics/native/tuning.h"
#include "acqrel/atomics/native/wait.h"

// A binary has one backend. Each object file refers to its backend's own
// symbol, and all backends define acqrel_one_backend_per_binary (backend.cc):
// objects of two backends do not link, whichever library is there.
extern "C" const char acqrel_backend_native;

namespace acqrel::internal {
[[gnu::used]] static const char* const backend = &acqrel_backend_native;
}  // namespace acqrel::internal

#endif  // ACQREL_ATOMICS_NATIVE_ACQREL_BACKEND_H_
