// A third backend of atomics/atomic.h: real atomics and real threads, and a
// hook before each step (step.h), so that a test can stop a thread anywhere.
// Chosen by stepping_test (tests/support/stepping/defs.bzl).
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_ACQREL_BACKEND_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_ACQREL_BACKEND_H_

#include "acqrel/atomics/native/instance.h"
#include "acqrel/atomics/native/storage.h"
#include "acqrel/tests/support/stepping/atomic.h"
#include "acqrel/tests/support/stepping/tuning.h"
#include "acqrel/tests/support/stepping/wait.h"

// As in atomics/native/acqrel_backend.h: two backends do not link.
extern "C" const char acqrel_backend_stepping;

namespace acqrel::internal {
[[gnu::used]] static const char* const backend = &acqrel_backend_stepping;
}  // namespace acqrel::internal

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_ACQREL_BACKEND_H_
