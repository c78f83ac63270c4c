#include "acqrel/model/engine/runtime.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "acqrel/model/engine/dynamic.h"
#include "acqrel/model/engine/engine.h"

namespace acqrel::model::internal {
namespace {

// An operation where no check runs: there is nobody to tell but the user.
[[noreturn]] void refuse(place where) {
  std::fprintf(stderr,
               "acqrel model: %s:%u: an operation on a shared object outside "
               "of a check. Code built for the model checker runs only in the "
               "body of model::check\n",
               where.file, where.line);
  std::abort();
}

// An await's predicate is called when the checker likes, for values that the
// thread may never read.
bool in_predicate = false;
struct watched_predicate {
  predicate holds;
  const void* context;
  static bool call(const void* self, bits value) {
    const auto& watched = *static_cast<const watched_predicate*>(self);
    in_predicate = true;
    const bool held = watched.holds(watched.context, value);
    in_predicate = false;
    return held;
  }
};

// Whether an object may go without a word: checks are over, or never were.
bool no_check() {
  if (in_predicate) {
    in_predicate = false;
    engine::active->fail(
        failure::misuse,
        "the predicate of an await uses a shared object: it may look at the "
        "value that it is given, and at what does not change");
  }
  return !checked_code;
}

cell plain_cell(bool initialized) {
  cell c;
  c.what = cell::kind::plain;
  c.initialized = initialized;
  return c;
}

}  // namespace

void construct_atomic(location& at, bits initial, int size, value_format format,
                      place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  cell c;
  c.what = cell::kind::atomic;
  c.format = format;
  c.size = static_cast<std::int8_t>(size);
  c.initialized = true;
  engine::active->construct(at, std::move(c), initial, where);
}

location& atomic_at(void* memory, bits initial, int size, value_format format,
                    place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  return engine::active->by_address(memory, initial, size, format, where);
}

void destroy_atomic(location& at, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->destroy(at, where);
}

bits load(const location& at, int order, place where,
          const char* operation) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  return engine::active->do_load(at, order, where, operation);
}

void store(location& at, bits value, int order, place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  engine::active->do_store(at, value, order, where);
}

bits update(location& at, compute change, const void* context, int order,
            place where, const char* operation) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  return engine::active->do_update(at, change, context, order, where,
                                   operation);
}

bool compare_exchange(location& at, bits& expected, bits desired, int success,
                      int failure, bool weak, place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  return engine::active->do_compare_exchange(at, expected, desired, success,
                                             failure, weak, where);
}

void fence(int order, place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  engine::active->do_fence(event_kind::fence, order, where, "thread_fence");
}
void light_fence(place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  engine::active->do_fence(event_kind::light_fence,
                           int(std::memory_order_seq_cst), where,
                           "asymmetric_thread_fence_light");
}
void heavy_fence(place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  engine::active->do_fence(event_kind::heavy_fence,
                           int(std::memory_order_seq_cst), where,
                           "asymmetric_thread_fence_heavy");
}

void name_location(const location& at, std::string_view name) {
  if (no_check()) return;
  engine_code inside;
  engine::active->name(at, name);
}

bits await_value(const location& at, predicate holds, const void* context,
                 int order, place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  const watched_predicate watched{holds, context};
  return engine::active->do_load(at, order, where, "await",
                                 watched_predicate::call, &watched);
}

void wait_while_equal(const location& at, bits old, int order,
                      place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  while (engine::active->do_load(at, order, where, "wait") == old) {
    engine::active->do_sleep(at, where);
  }
}

void notify(const location& at, bool all, place where, bool wake) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  engine::active->do_notify(at, all, where, wake);
}

bool sleep_if_equal(const location& at, bits old, const std::int64_t* deadline,
                    place where) noexcept {
  if (no_check()) refuse(where);
  engine_code inside;
  return engine::active->do_timed_sleep(at, old, deadline, where);
}

std::int64_t model_time() noexcept {
  return no_check() ? 0 : engine::active->time();
}

void end_iteration(place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->do_end_iteration(where);
}

void construct_plain(location& at, bool initialized, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->construct(at, plain_cell(initialized), {}, where);
}
void read_plain(const location& at, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->access_plain(at, false, where, "read");
}
void write_plain(const location& at, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->access_plain(at, true, where, "write");
}
void fill_slot(const location& at, bool must_be_empty, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->access_plain(at, true, where, "construct", false,
                               must_be_empty);
}
void clear_plain(const location& at, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->access_plain(at, true, where, "destroy", true);
}
void destroy_plain(location& at, place where) noexcept {
  if (no_check()) return;
  engine_code inside;
  engine::active->destroy(at, where);
}

void destroy_slot(location& at, bool must_be_empty) noexcept {
  if (no_check()) return;
  engine_code inside;
  if (must_be_empty) engine::active->check_empty(at);
  engine::active->destroy(at, place());
}

std::uint32_t choose_below(std::uint32_t n, place where) noexcept {
  if (no_check()) return 0;
  engine_code inside;
  return static_cast<std::uint32_t>(
      engine::active->do_choice(n, where, "choose"));
}

void* thread_instance(const instance_type& type) {
  if (no_check()) refuse(place());
  return engine::active->instance(type);
}
void* process_instance(const instance_type& type) {
  if (no_check()) refuse(place());
  return engine::active->process_instance(type);
}

result run_check(const options& chosen, const std::function<void()>& body) {
  return engine(chosen, body).check();
}

bool in_checked_code() noexcept { return checked_code; }

void report(failure kind, std::string message) {
  if (engine::active == nullptr) {
    std::fprintf(stderr, "acqrel model: %s\n", message.c_str());
    std::abort();
  }
  checked_code = false;
  std::string kept(message);  // the argument may be the checked program's
  engine::active->fail(kind, std::move(kept));
}
void misuse(std::string sentence) {
  report(failure::misuse, std::move(sentence));
}

outside::outside() noexcept : was_(checked_code) { checked_code = false; }
outside::~outside() { checked_code = was_; }

moment mark() noexcept {
  engine_code inside;
  return engine::active->mark();
}
int current_thread() noexcept { return engine::active->current(); }
void note(std::string_view line) {
  if (!engine::active->tracing()) return;
  outside here;
  engine::active->note(line);
}
bool tracing() noexcept {
  return engine::active != nullptr && engine::active->tracing();
}
void count_history(std::uint64_t key) {
  outside here;
  engine::active->count_history(key);
}

// dynamic.h

namespace {

bits to_bits(std::int64_t value) {
  return {static_cast<std::uint64_t>(value), 0};
}
std::int64_t from_bits(bits value) {
  return static_cast<std::int64_t>(value.low);
}

}  // namespace

dynamic_atomic::dynamic_atomic(std::int64_t initial, std::string_view name) {
  construct_atomic(where_, to_bits(initial), sizeof(initial),
                   value_format::signed_integer, place());
  name_location(where_, name);
}
dynamic_atomic::~dynamic_atomic() { destroy_atomic(where_, place()); }

std::int64_t dynamic_atomic::load(std::memory_order order, place where) const {
  return from_bits(internal::load(where_, int(order), where, "load"));
}
void dynamic_atomic::store(std::int64_t value, std::memory_order order,
                           place where) {
  internal::store(where_, to_bits(value), int(order), where);
}
std::int64_t dynamic_atomic::exchange(std::int64_t value,
                                      std::memory_order order, place where) {
  const bits fresh = to_bits(value);
  return from_bits(internal::update(
      where_,
      [](const void* context, bits) {
        return *static_cast<const bits*>(context);
      },
      &fresh, int(order), where, "exchange"));
}
std::int64_t dynamic_atomic::fetch_add(std::int64_t value,
                                       std::memory_order order, place where) {
  return from_bits(internal::update(
      where_,
      [](const void* context, bits old) {
        old.low += static_cast<std::uint64_t>(
            *static_cast<const std::int64_t*>(context));
        return old;
      },
      &value, int(order), where, "fetch_add"));
}
std::int64_t dynamic_atomic::compare_exchange(std::int64_t expected,
                                              std::int64_t desired,
                                              std::memory_order success,
                                              std::memory_order failure,
                                              place where) {
  bits seen = to_bits(expected);
  internal::compare_exchange(where_, seen, to_bits(desired), int(success),
                             int(failure), false, where);
  return from_bits(seen);
}

void dynamic_fence(std::memory_order order, place where) {
  fence(int(order), where);
}
void dynamic_light_fence(place where) { light_fence(where); }
void dynamic_heavy_fence(place where) { heavy_fence(where); }

}  // namespace acqrel::model::internal
