// What the benchmarks put into the structures, and how they tell that it came
// out again.
#ifndef ACQREL_BENCH_ELEMENTS_H_
#define ACQREL_BENCH_ELEMENTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace acqrel::bench {

struct block64 {
  std::array<std::uint64_t, 8> words;
};
static_assert(sizeof(block64) == 64);

// Pointees come from a table, so that a queue of unique_ptr is measured and
// not the allocator.
struct keep {
  void operator()(const std::uint64_t*) const noexcept {}
};
using pointer = std::unique_ptr<const std::uint64_t, keep>;
static_assert(sizeof(pointer) == sizeof(void*));

// name, make(n): the n-th element of a producer, and checksum(element), which
// reads all of it.
template <class T>
struct element;

template <>
struct element<std::uint64_t> {
  static constexpr const char* name = "u64";
  static std::uint64_t make(std::uint64_t n) { return n; }
  static std::uint64_t checksum(std::uint64_t value) { return value; }
};

template <>
struct element<block64> {
  static constexpr const char* name = "s64";
  static block64 make(std::uint64_t n) {
    block64 block;
    for (std::uint64_t& word : block.words) word = n++;
    return block;
  }
  static std::uint64_t checksum(const block64& block) {
    std::uint64_t sum = 0;
    for (std::uint64_t word : block.words) sum += word;
    return sum;
  }
};

template <>
struct element<pointer> {
  static constexpr const char* name = "uptr";
  static pointer make(std::uint64_t n) {
    return pointer(&table[n % table.size()]);
  }
  static std::uint64_t checksum(const pointer& p) { return *p; }

 private:
  static constexpr std::array<std::uint64_t, 64> table = [] {
    std::array<std::uint64_t, 64> values{};
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * i + 1;
    return values;
  }();
};

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_ELEMENTS_H_
