// What code of a checked program calls: the backend of atomics/atomic.h, and
// the parts of the public interface (check.h, history.h) that need the engine.
// Values travel as bits; types are the backend's business.
#ifndef ACQREL_MODEL_ENGINE_RUNTIME_H_
#define ACQREL_MODEL_ENGINE_RUNTIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "acqrel/model/check.h"
#include "acqrel/model/engine/clock.h"
#include "acqrel/model/engine/graph.h"
#include "acqrel/model/engine/places.h"

namespace acqrel::model::internal {

// A member of each object that threads may share. Its address is the object's
// identity, its number finds what the engine knows of it.
struct location {
  static constexpr std::uint32_t nowhere = 0xffffffff;
  std::uint32_t number = nowhere;
};

enum class value_format : std::uint8_t {
  none,
  boolean,
  signed_integer,
  unsigned_integer,
  pointer,
  floating,
  bytes
};

// Atomics. `operation` is the name that traces print, a string literal. Orders
// are those of the source; the place may override them.
void construct_atomic(location&, bits initial, int size, value_format,
                      place) noexcept;
// The object at `memory` becomes an atomic's storage, until the execution ends.
location& atomic_at(void* memory, bits initial, int size, value_format,
                    place) noexcept;
void destroy_atomic(location&, place) noexcept;
bits load(const location&, int order, place, const char* operation) noexcept;
void store(location&, bits value, int order, place) noexcept;
using compute = bits (*)(const void* context, bits old);
bits update(location&, compute, const void* context, int order, place,
            const char* operation) noexcept;
// Returns whether it succeeded; `expected` becomes what was read.
bool compare_exchange(location&, bits& expected, bits desired, int success,
                      int failure, bool weak, place) noexcept;
void fence(int order, place) noexcept;
void light_fence(place) noexcept;
void heavy_fence(place) noexcept;
void name_location(const location&, std::string_view name);

// Waiting.
using predicate = bool (*)(const void* context, bits value);
bits await_value(const location&, predicate, const void* context, int order,
                 place) noexcept;
void wait_while_equal(const location&, bits old, int order, place) noexcept;
// After a `wake` the object may be gone already.
void notify(const location&, bool all, place, bool wake = false) noexcept;
// Sleeps if the location holds `old`; false: the deadline has passed.
bool sleep_if_equal(const location&, bits old, const std::int64_t* deadline,
                    place) noexcept;
std::int64_t model_time() noexcept;
void end_iteration(place) noexcept;  // retry()

// Data that is not atomic.
void construct_plain(location&, bool initialized, place) noexcept;
void read_plain(const location&, place) noexcept;
void write_plain(const location&, place) noexcept;
// An element comes into a slot.
void fill_slot(const location&, bool must_be_empty, place) noexcept;
// What stands in it is no longer a value.
void clear_plain(const location&, place) noexcept;
void destroy_plain(location&, place) noexcept;
// An element that is still there was never destroyed.
void destroy_slot(location&, bool must_be_empty) noexcept;

// Everything else that is not determined.
std::uint32_t choose_below(std::uint32_t n, place) noexcept;
struct instance_type {  // of tls<T> or per_process<T>
  void* (*make)();
  void (*destroy)(void*);
};
void* thread_instance(const instance_type&);   // null once destroyed
void* process_instance(const instance_type&);  // registered before main
bool register_process_instance(const instance_type&);

result run_check(const options&, const std::function<void()>& body);

// Where checked code stands, and how it ends.
bool in_checked_code() noexcept;
[[noreturn]] void report(failure, std::string message);
[[noreturn]] void misuse(std::string sentence);

// Code within uses the real heap, and is no part of the checked program.
struct outside {
  outside() noexcept;
  ~outside();
  outside(const outside&) = delete;
  outside& operator=(const outside&) = delete;

 private:
  bool was_;
};

// A point in a thread, for questions about happens-before.
struct moment {
  int thread = 0;
  int epoch = 0;     // what another thread's clock must hold to be behind it
  int sequence = 0;  // tells a thread's own apart
  clock known;
};
moment mark() noexcept;
// What ended at `end` happens before what begins at `begin`.
inline bool precedes(const moment& end, const moment& begin) noexcept {
  if (end.thread == begin.thread) return end.sequence < begin.sequence;
  return begin.known[end.thread] >= end.epoch;
}
int current_thread() noexcept;
void note(std::string_view line);  // in the trace
bool tracing() noexcept;
void count_history(std::uint64_t key);

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_RUNTIME_H_
