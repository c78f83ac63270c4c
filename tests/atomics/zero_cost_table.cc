// The operations that zero_cost_test compares. Compiled twice, with
// acqrel::atomic and with std::atomic, and never run.
#include <atomic>
#include <cstddef>
#include <cstdint>

#ifdef ZERO_COST_STD

template <class T>
using atomic = std::atomic<T>;
template <class T>
using atomic_ref = std::atomic_ref<T>;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;
using std::atomic_thread_fence;
#define thread_fence atomic_thread_fence

#else

#include "acqrel/atomics/atomic.h"

using acqrel::acq_rel;
using acqrel::acquire;
using acqrel::atomic;
using acqrel::atomic_ref;
using acqrel::relaxed;
using acqrel::release;
using acqrel::seq_cst;
using acqrel::thread_fence;

#endif

// extern "C" gives both compilations the same symbol names.
extern "C" {

using int32 = std::int32_t;
using int64 = std::int64_t;
using pointer = int64*;

#define LOAD(type, order)                                                     \
  type load_##type##_##order(const atomic<type>& a) { return a.load(order); } \
  type ref_load_##type##_##order(type& a) {                                   \
    return atomic_ref<type>(a).load(order);                                   \
  }
#define STORE(type, order)                                                    \
  void store_##type##_##order(atomic<type>& a, type v) { a.store(v, order); } \
  void ref_store_##type##_##order(type& a, type v) {                          \
    atomic_ref<type>(a).store(v, order);                                      \
  }
#define MODIFY(operation, type, argument, order)                          \
  type operation##_##type##_##order(atomic<type>& a, argument v) {        \
    return a.operation(v, order);                                         \
  }                                                                       \
  type ref_##operation##_##type##_##order(type& a, argument v) {          \
    return atomic_ref<type>(a).operation(v, order);                       \
  }                                                                       \
  void void_##operation##_##type##_##order(atomic<type>& a, argument v) { \
    a.operation(v, order);                                                \
  }
#define EXCHANGE_IF(strength, type, success, failure)                          \
  bool strength##_##type##_##success##_##failure(                              \
      atomic<type>& a, type& expected, type desired) {                         \
    return a.compare_exchange_##strength(expected, desired, success, failure); \
  }                                                                            \
  bool ref_##strength##_##type##_##success##_##failure(                        \
      type& a, type& expected, type desired) {                                 \
    return atomic_ref<type>(a).compare_exchange_##strength(expected, desired,  \
                                                           success, failure);  \
  }

#define EACH_ORDER(DO, ...) \
  DO(__VA_ARGS__, relaxed)  \
  DO(__VA_ARGS__, acquire)  \
  DO(__VA_ARGS__, release)  \
  DO(__VA_ARGS__, acq_rel)  \
  DO(__VA_ARGS__, seq_cst)
#define EACH_SUCCESS(strength, type, failure)   \
  EXCHANGE_IF(strength, type, relaxed, failure) \
  EXCHANGE_IF(strength, type, acquire, failure) \
  EXCHANGE_IF(strength, type, release, failure) \
  EXCHANGE_IF(strength, type, acq_rel, failure) \
  EXCHANGE_IF(strength, type, seq_cst, failure)
#define EACH_PAIR(strength, type)       \
  EACH_SUCCESS(strength, type, relaxed) \
  EACH_SUCCESS(strength, type, acquire) \
  EACH_SUCCESS(strength, type, seq_cst)
#define EACH_OPERATION(type)               \
  LOAD(type, relaxed)                      \
  LOAD(type, acquire)                      \
  LOAD(type, seq_cst)                      \
  STORE(type, relaxed)                     \
  STORE(type, release)                     \
  STORE(type, seq_cst)                     \
  EACH_ORDER(MODIFY, exchange, type, type) \
  EACH_PAIR(weak, type)                    \
  EACH_PAIR(strong, type)

EACH_OPERATION(bool)
EACH_OPERATION(int32)
EACH_OPERATION(int64)
EACH_OPERATION(pointer)

#define EACH_ARITHMETIC(type, argument)         \
  EACH_ORDER(MODIFY, fetch_add, type, argument) \
  EACH_ORDER(MODIFY, fetch_sub, type, argument)
#define EACH_BITWISE(type)                  \
  EACH_ORDER(MODIFY, fetch_and, type, type) \
  EACH_ORDER(MODIFY, fetch_or, type, type)  \
  EACH_ORDER(MODIFY, fetch_xor, type, type)

EACH_ARITHMETIC(int32, int32)
EACH_ARITHMETIC(int64, int64)
EACH_ARITHMETIC(pointer, std::ptrdiff_t)
EACH_ARITHMETIC(double, double)
EACH_BITWISE(int32)
EACH_BITWISE(int64)

#define FENCE(order)                                       \
  void fence_##order(atomic<int32>& a, atomic<int32>& b) { \
    a.store(1, relaxed);                                   \
    thread_fence(order);                                   \
    b.store(1, relaxed);                                   \
  }
FENCE(acquire)
FENCE(release)
FENCE(acq_rel)
FENCE(seq_cst)

// Code as the structures have it: what inlining makes of several operations.

bool push_index(atomic<int64>& tail, const atomic<int64>& head, int64* cells,
                int64 value, int64 capacity) {
  const int64 t = tail.load(relaxed);
  if (t - head.load(acquire) == capacity) return false;
  cells[t & (capacity - 1)] = value;
  tail.store(t + 1, release);
  return true;
}

bool pop_index(const atomic<int64>& tail, atomic<int64>& head,
               const int64* cells, int64& value, int64 capacity) {
  const int64 h = head.load(relaxed);
  if (h == tail.load(acquire)) return false;
  value = cells[h & (capacity - 1)];
  head.store(h + 1, release);
  return true;
}

struct node {
  node* next;
};

void push_node(atomic<node*>& head, node* fresh) {
  node* first = head.load(relaxed);
  do {
    fresh->next = first;
  } while (!head.compare_exchange_weak(first, fresh, release, relaxed));
}

bool last_reference(atomic<int32>& count) {
  if (count.fetch_sub(1, release) != 1) return false;
  thread_fence(acquire);
  return true;
}

void lock(atomic<bool>& locked) {
  while (locked.exchange(true, acquire)) {
    while (locked.load(relaxed)) {
    }
  }
}

void unlock(atomic<bool>& locked) { locked.store(false, release); }

// The control: these differ, so a comparison that sees no difference is blind.
void control_store(atomic<int32>& a) {
#ifdef ZERO_COST_STD
  a.store(1, seq_cst);
#else
  a.store(1, release);
#endif
}
int32 control_call(atomic<int32>& a) {
#ifdef ZERO_COST_STD
  return a.load(relaxed);
#else
  return a.load(relaxed) + 1;
#endif
}

}  // extern "C"
