// The contract of cache_aligned<T>: a cache line, or several, for one T.
#include "acqrel/atomics/cache_aligned.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace acqrel {
namespace {

struct larger_than_a_line {
  char bytes[cache_line_size + 1];
};

static_assert(cache_line_size >= 64 &&
              (cache_line_size & (cache_line_size - 1)) == 0);
static_assert(alignof(cache_aligned<char>) == cache_line_size);
static_assert(sizeof(cache_aligned<char>) == cache_line_size);
static_assert(sizeof(cache_aligned<larger_than_a_line>) == 2 * cache_line_size);
static_assert(std::is_same_v<decltype(cache_aligned<int>::value), int>);

TEST(CacheAligned, NeighboursDoNotShareALine) {
  cache_aligned<int> array[2];
  const auto address = [](const int& v) {
    return reinterpret_cast<std::uintptr_t>(&v);
  };
  EXPECT_EQ(address(array[0].value) % cache_line_size, 0u);
  EXPECT_EQ(address(array[1].value) - address(array[0].value), cache_line_size);
}

TEST(CacheAligned, StaysAlignedOnTheHeap) {
  const std::vector<cache_aligned<int>> many(3);
  for (const cache_aligned<int>& one : many) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&one) % cache_line_size, 0u);
  }
  const auto one = std::make_unique<cache_aligned<char>>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(one.get()) % cache_line_size, 0u);
}

TEST(CacheAligned, ReachesItsValue) {
  cache_aligned<std::string> text;
  EXPECT_EQ(*text, "");
  *text = "abc";
  EXPECT_EQ(text->size(), 3u);
  EXPECT_EQ(&*text, &text.value);
  const cache_aligned<std::string>& constant = text;
  EXPECT_EQ(constant->size(), 3u);
  EXPECT_EQ(*constant, "abc");
  static_assert(std::is_same_v<decltype(*constant), const std::string&>);
}

TEST(CacheAligned, IsValueInitialized) {
  // Over memory that is not zero.
  alignas(cache_aligned<int>) unsigned char memory[sizeof(cache_aligned<int>)];
  for (unsigned char& byte : memory) byte = 0xff;
  auto* const made = ::new (static_cast<void*>(memory)) cache_aligned<int>();
  EXPECT_EQ(made->value, 0);
}

}  // namespace
}  // namespace acqrel
