// The family "waiting" with other projects' queues in it. Debian packages them.
#include "acqrel/bench/compare.h"

#include <concurrentqueue/blockingconcurrentqueue.h>
#include <oneapi/tbb/concurrent_queue.h>
#include <readerwriterqueue/readerwritercircularbuffer.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/elements.h"
#include "acqrel/bench/waiting_case_factory.h"
#include "acqrel/bench/workloads.h"

namespace acqrel::bench {
namespace {

// None of them can be closed, so close() pushes an element that ends it. With
// more than one producer that needs a queue that is first in, first out.
template <class T>
T end() {
  // No workload comes so far, and a round trip's last element is another.
  return element<T>::make(~std::uint64_t{0} - 1);
}

template <class T, class Queue>
class with_end {
 public:
  template <class... Args>
  explicit with_end(Args... args) : queue_(args...) {}

  bool push(T&& value) {
    queue_.push(std::move(value));
    return true;
  }
  std::optional<T> pop() {
    T value;
    queue_.pop(value);
    if (element<T>::checksum(value) != element<T>::checksum(end<T>())) {
      return value;
    }
    queue_.end_is_popped();
    return std::nullopt;
  }
  void close() { queue_.push(end<T>()); }

 private:
  Queue queue_;
};

template <class T>
struct tbb_adapter {
  explicit tbb_adapter(std::size_t capacity) {
    queue.set_capacity(static_cast<std::ptrdiff_t>(capacity));
  }
  void push(T&& value) { queue.push(std::move(value)); }
  void pop(T& value) { queue.pop(value); }
  void end_is_popped() { queue.push(end<T>()); }

  tbb::concurrent_bounded_queue<T> queue;
};

template <class T>
struct moodycamel_adapter {
  void push(T&& value) { queue.enqueue(std::move(value)); }
  void pop(T& value) { queue.wait_dequeue(value); }
  void end_is_popped() { queue.enqueue(end<T>()); }

  moodycamel::BlockingConcurrentQueue<T> queue;
};

template <class T>
struct moodycamel_ring_adapter {
  explicit moodycamel_ring_adapter(std::size_t capacity) : queue(capacity) {}
  void push(T&& value) { queue.wait_enqueue(std::move(value)); }
  void pop(T& value) { queue.wait_dequeue(value); }
  void end_is_popped() {}  // there is no other consumer

  moodycamel::BlockingReaderWriterCircularBuffer<T> queue;
};

template <class T>
class tbb_bounded_queue : public with_end<T, tbb_adapter<T>> {
 public:
  explicit tbb_bounded_queue(std::size_t capacity)
      : with_end<T, tbb_adapter<T>>(capacity) {}
};
template <class T>
class moodycamel_queue : public with_end<T, moodycamel_adapter<T>> {};
template <class T>
class moodycamel_ring : public with_end<T, moodycamel_ring_adapter<T>> {
 public:
  explicit moodycamel_ring(std::size_t capacity)
      : with_end<T, moodycamel_ring_adapter<T>>(capacity) {}
};

const auto for_each_peer = [](int producers, int consumers, const auto& add) {
  add(waiting_contender<bounded_by_itself, tbb_bounded_queue>{
      {"tbb-bounded", false}});
  if (producers > 1) return;
  add(waiting_contender<in_flight, moodycamel_queue>{{"moodycamel", false}});
  if (consumers > 1) return;
  add(waiting_contender<bounded_by_itself, moodycamel_ring>{
      {"moodycamel-spsc-ring", false}});
};

}  // namespace
}  // namespace acqrel::bench

int main(int argc, char** argv) {
  using namespace acqrel::bench;  // NOLINT
  std::vector<bench_case> cases = all_cases();
  for (bench_case& c : waiting_cases_of(for_each_peer)) {
    cases.push_back(std::move(c));
  }
  return compare(argc, argv, std::move(cases));
}
