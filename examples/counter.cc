// Ten threads count to a thousand each: the first program to read.
//
//   ./bazelw run //examples:counter

#include "acqrel/atomics/counter.h"

#include <cinttypes>
#include <cstdio>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"

namespace {

template <class Work>
void on_ten_threads(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main() {
  // An atomic integer. Every operation names its ordering. Here it is relaxed:
  // each increment counts, and which comes first does not matter.
  acqrel::atomic_int hits{0};
  on_ten_threads([&hits] {
    for (int i = 0; i < 1000; ++i) {
      hits.fetch_add(1, acqrel::relaxed);  // relaxed: counter
    }
  });
  // relaxed: exclusive. The threads have ended, and join() makes all that they
  // did visible.
  std::printf("Result: %d\n", hits.load(acqrel::relaxed));

  // A counter is made for this. Threads count in different cache lines, so
  // they do not slow each other down; value() adds the lines up.
  acqrel::counter fast_hits;
  on_ten_threads([&fast_hits] {
    for (int i = 0; i < 1000; ++i) fast_hits.add();
  });
  std::printf("Result: %" PRId64 "\n", fast_hits.value());
}
