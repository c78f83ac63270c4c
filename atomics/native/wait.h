// Native waiting: spinning, and sleeping on an address.
#ifndef ACQREL_ATOMICS_NATIVE_WAIT_H_
#define ACQREL_ATOMICS_NATIVE_WAIT_H_

#include <chrono>
#include <cstdint>
#include <thread>

#include "acqrel/atomics/native/atomic.h"
#include "acqrel/atomics/native/tuning.h"

namespace acqrel {

// Tells the processor that this is a spin loop.
inline void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  // isb waits for tens of cycles, as pause does; yield is a no-op on most
  // cores.
  asm volatile("isb" ::: "memory");
#endif
}

// Lets another thread have this processor.
inline void yield() noexcept { std::this_thread::yield(); }

// Ends every failed iteration of a lock-free loop. Such an iteration failed
// because another thread succeeded, so there is nothing to wait for.
inline void retry() noexcept {}

template <class Location, class Predicate, class Order>
typename Location::value_type await(const Location& location,
                                    Predicate predicate, Order order) {
  internal::check_load_order<Order>();
  for (int spins = 0;;) {
    const auto value = location.load(order);
    if (predicate(value)) return value;
    if (spins < tuning::spin_limit) {
      ++spins;
      pause();
    } else {
      yield();  // whoever must act may need this processor
    }
  }
}

using time_point = std::chrono::steady_clock::time_point;

inline time_point now() noexcept { return std::chrono::steady_clock::now(); }

// Sleeps while `word` holds `old`, until a wake. May return spuriously: the
// caller looks again. With a deadline: false when it has passed.
void wait_on_address(const atomic<std::uint32_t>& word,
                     std::uint32_t old) noexcept;
bool wait_on_address(const atomic<std::uint32_t>& word, std::uint32_t old,
                     time_point deadline) noexcept;

// Wakes one thread, or all, that sleep on `word`. Call it after changing the
// word; it is safe when the word's owner may be gone already.
void wake_one(const atomic<std::uint32_t>& word) noexcept;
void wake_all(const atomic<std::uint32_t>& word) noexcept;

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_NATIVE_WAIT_H_
