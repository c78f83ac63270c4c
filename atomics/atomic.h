// The seam: everything that threads share, and everything nondeterministic,
// goes through the names declared here. Nothing above this header includes
// <atomic>, declares a thread_local, or asks where it runs.
//
// Which backend provides the names is the build's choice
// (//atomics:backend): native, that is std::atomic and the operating system,
// or a model checker. The source above the seam is the same, to the letter.
//
// Atomics
//   atomic<T>       std::atomic<T> without operators and default orderings:
//                     n.fetch_add(1, relaxed)
//                     p.compare_exchange_weak(old, next, release, relaxed)
//                   An ordering that the standard forbids does not compile.
//   atomic_ref<T>   the same operations on an object that is not atomic
//   thread_fence(order)
//   asymmetric_thread_fence_light(seq_cst), asymmetric_thread_fence_heavy(...)
//                   the names of P1202. A light and a heavy fence exclude store
//                   buffering like two seq_cst fences; the light one is free,
//                   the heavy one costs a system call. Two light ones exclude
//                   nothing.
//
// Shared data that is not atomic
//   plain<T>        a field: get, set, ref. A race on it is a bug of ours; the
//                   model checker finds it, natively the wrapper costs nothing.
//   slot<T>         raw storage for one element: construct, get, move_out
//                   (moves and destroys), destroy
//
// Instances
//   tls<T>::get()          this thread's T, made at first use; null once the
//                          thread's instances have been destroyed
//   per_process<T>::get()  the process's T, made at first use, never destroyed
//
// Waiting
//   await(location, predicate, order)
//                   spins until the predicate holds for the value; returns it
//   retry()         ends every failed iteration of a lock-free loop
//   pause(), yield()
//   wait_on_address(word, old [, deadline])
//                   sleeps while word holds old; may wake spuriously. With a
//                   deadline: false when it has passed
//   wake_one(word), wake_all(word)
//   now()           the clock of the deadlines; type time_point
//
// Choices
//   choose(n)       any number below n: random natively, each one in the model
//   tuning          constants that trade memory for speed; small in the model
#ifndef ACQREL_ATOMICS_ATOMIC_H_
#define ACQREL_ATOMICS_ATOMIC_H_

#include <cstddef>
#include <cstdint>

#include "acqrel/atomics/memory_order.h"
#include "acqrel_backend.h"

namespace acqrel {

using atomic_bool = atomic<bool>;
using atomic_char = atomic<char>;
using atomic_int = atomic<int>;
using atomic_uint = atomic<unsigned>;
using atomic_long = atomic<long>;
using atomic_ulong = atomic<unsigned long>;
using atomic_llong = atomic<long long>;
using atomic_ullong = atomic<unsigned long long>;
using atomic_int8_t = atomic<std::int8_t>;
using atomic_uint8_t = atomic<std::uint8_t>;
using atomic_int16_t = atomic<std::int16_t>;
using atomic_uint16_t = atomic<std::uint16_t>;
using atomic_int32_t = atomic<std::int32_t>;
using atomic_uint32_t = atomic<std::uint32_t>;
using atomic_int64_t = atomic<std::int64_t>;
using atomic_uint64_t = atomic<std::uint64_t>;
using atomic_size_t = atomic<std::size_t>;
using atomic_ptrdiff_t = atomic<std::ptrdiff_t>;
using atomic_intptr_t = atomic<std::intptr_t>;
using atomic_uintptr_t = atomic<std::uintptr_t>;

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_ATOMIC_H_
