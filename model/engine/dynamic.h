// Atomics whose orderings are chosen at run time, for litmus programs. Only
// within the body of a check.
#ifndef ACQREL_MODEL_ENGINE_DYNAMIC_H_
#define ACQREL_MODEL_ENGINE_DYNAMIC_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "acqrel/model/engine/runtime.h"

namespace acqrel::model::internal {

class dynamic_atomic {
 public:
  dynamic_atomic(std::int64_t initial, std::string_view name);
  dynamic_atomic(const dynamic_atomic&) = delete;
  dynamic_atomic& operator=(const dynamic_atomic&) = delete;
  ~dynamic_atomic();

  // After all threads were joined, a relaxed load by the body reads the last
  // value in modification order.
  std::int64_t load(std::memory_order, place where) const;
  void store(std::int64_t value, std::memory_order, place where);
  std::int64_t exchange(std::int64_t value, std::memory_order, place where);
  std::int64_t fetch_add(std::int64_t value, std::memory_order, place where);
  // Strong. Returns what was read; it succeeded if that equals `expected`.
  std::int64_t compare_exchange(std::int64_t expected, std::int64_t desired,
                                std::memory_order success,
                                std::memory_order failure, place where);

 private:
  location where_;
};

void dynamic_fence(std::memory_order, place where);
void dynamic_light_fence(place where);
void dynamic_heavy_fence(place where);

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_DYNAMIC_H_
