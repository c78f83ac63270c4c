// The backend of atomics/atomic.h for the model checker: each operation is the
// engine's. Chosen by acqrel_model_test (model/defs.bzl).
#ifndef ACQREL_MODEL_BACKEND_ACQREL_BACKEND_H_
#define ACQREL_MODEL_BACKEND_ACQREL_BACKEND_H_

#include "acqrel/model/backend/atomic.h"
#include "acqrel/model/backend/fence.h"
#include "acqrel/model/backend/instance.h"
#include "acqrel/model/backend/storage.h"
#include "acqrel/model/backend/tuning.h"
#include "acqrel/model/backend/wait.h"

// As in atomics/native/acqrel_backend.h: two backends do not link.
extern "C" const char acqrel_backend_model;

namespace acqrel::internal {
[[gnu::used]] static const char* const backend = &acqrel_backend_model;
}  // namespace acqrel::internal

#endif  // ACQREL_MODEL_BACKEND_ACQREL_BACKEND_H_
