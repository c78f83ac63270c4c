// Runs litmus programs on this machine, with std::atomic and real threads.
#ifndef ACQREL_MODEL_LITMUS_NATIVE_H_
#define ACQREL_MODEL_LITMUS_NATIVE_H_

#include <chrono>
#include <cstdint>
#include <map>

#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

struct native_counts {
  std::map<outcome, std::uint64_t> outcomes;
  std::uint64_t iterations = 0;
  double seconds = 0;
  int processors = 0;
  // Whether there was a processor for each thread, so that they met before
  // each iteration.
  bool together = false;
};

// Stops at the limit, or after that many iterations.
native_counts run_natively(const program&, std::uint64_t iterations,
                           std::chrono::milliseconds limit);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_NATIVE_H_
