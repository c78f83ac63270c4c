// One thread hands a million numbers to another through a ring.
//
//   ./bazelw run -c opt //examples:handoff

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "acqrel/atomics/backoff.h"
#include "acqrel/structures/conqueue.h"
#include "acqrel/structures/spsc_ring.h"

int main() {
  constexpr std::int64_t count = 1'000'000;
  acqrel::spsc_ring<std::int64_t> ring(1024);

  std::thread producer([&ring] {
    for (std::int64_t i = 0; i < count; ++i) {
      acqrel::backoff backoff;
      while (ring.try_push(i) == acqrel::conqueue_status::full) backoff.wait();
    }
  });

  std::int64_t sum = 0;
  bool in_order = true;
  for (std::int64_t i = 0; i < count; ++i) {
    acqrel::backoff backoff;
    auto number = ring.try_pop();
    while (!number) {
      backoff.wait();
      number = ring.try_pop();
    }
    in_order = in_order && *number == i;
    sum += *number;
  }
  producer.join();

  std::printf("Received %" PRId64 " numbers%s, sum %" PRId64 "\n", count,
              in_order ? " in order" : ", NOT in order", sum);
  return in_order ? 0 : 1;
}
