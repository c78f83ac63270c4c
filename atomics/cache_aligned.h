// A value on cache lines of its own, so that writes to its neighbours do not
// take the line away from those who read it (false sharing).
#ifndef ACQREL_ATOMICS_CACHE_ALIGNED_H_
#define ACQREL_ATOMICS_CACHE_ALIGNED_H_

#include <cstddef>
#include <type_traits>
#include <utility>

namespace acqrel {

// The distance that keeps two writers apart. Wider than a line where the
// hardware fetches lines in pairs (x86-64) or lines are wide (AArch64 has
// 64 bytes mostly, 128 on Apple's). Not the standard's
// hardware_destructive_interference_size: that one varies with compiler flags,
// and this one is part of our types' layout.
inline constexpr std::size_t cache_line_size = 128;

template <class T>
struct alignas(cache_line_size) cache_aligned {
  T value;

  constexpr cache_aligned() : value() {}
  template <class... Args,
            class = std::enable_if_t<(sizeof...(Args) > 0) &&
                                     std::is_constructible_v<T, Args...>>>
  constexpr explicit cache_aligned(Args&&... args) noexcept(
      std::is_nothrow_constructible_v<T, Args...>)
      : value(std::forward<Args>(args)...) {}

  constexpr T& operator*() noexcept { return value; }
  constexpr const T& operator*() const noexcept { return value; }
  constexpr T* operator->() noexcept { return &value; }
  constexpr const T* operator->() const noexcept { return &value; }
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_CACHE_ALIGNED_H_
