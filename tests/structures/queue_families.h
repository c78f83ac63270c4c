// The queues, as the suites over all of them want them.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_FAMILIES_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_FAMILIES_H_

#include <cstddef>
#include <memory>

namespace acqrel::testing {

enum class ends { one, many };  // producers and consumers

template <template <class, class> class Queue, ends Producers, ends Consumers>
struct bounded_family {
  template <class T, class Allocator = std::allocator<T>>
  using queue = Queue<T, Allocator>;
  static constexpr bool is_bounded = true;
  static constexpr ends producers = Producers, consumers = Consumers;

  template <class T, class Allocator = std::allocator<T>>
  static queue<T, Allocator> make(std::size_t capacity,
                                  const Allocator& allocator = Allocator()) {
    return queue<T, Allocator>(capacity, allocator);
  }
};

template <template <class, class> class Queue, ends Producers, ends Consumers>
struct unbounded_family {
  template <class T, class Allocator = std::allocator<T>>
  using queue = Queue<T, Allocator>;
  static constexpr bool is_bounded = false;
  static constexpr ends producers = Producers, consumers = Consumers;

  template <class T, class Allocator = std::allocator<T>>
  static queue<T, Allocator> make(std::size_t,
                                  const Allocator& allocator = Allocator()) {
    return queue<T, Allocator>(allocator);
  }
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_FAMILIES_H_
