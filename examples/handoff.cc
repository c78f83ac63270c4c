// One thread hands a million numbers to another through a ring.
//
//   ./bazelw run -c opt //examples:handoff

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "acqrel/structures/spsc_ring.h"

int main() {
  constexpr std::int64_t count = 1'000'000;
  acqrel::spsc_ring<std::int64_t> ring(1024);

  std::thread producer([&ring] {
    for (std::int64_t i = 0; i < count; ++i) ring.push(i);
    ring.close();
  });

  std::int64_t received = 0;
  std::int64_t sum = 0;
  bool in_order = true;
  while (const auto number = ring.pop()) {
    in_order = in_order && *number == received++;
    sum += *number;
  }
  producer.join();

  std::printf("Received %" PRId64 " numbers%s, sum %" PRId64 "\n", received,
              in_order ? " in order" : ", NOT in order", sum);
  return in_order && received == count ? 0 : 1;
}
