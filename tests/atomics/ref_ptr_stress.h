// What threads do with shared objects: each writes into the object while it
// holds a reference, and whoever drops the last one destroys the object, whose
// destructor reads what all have written.
#ifndef ACQREL_TESTS_ATOMICS_REF_PTR_STRESS_H_
#define ACQREL_TESTS_ATOMICS_REF_PTR_STRESS_H_

#include <array>
#include <thread>
#include <vector>

#include "acqrel/atomics/backoff.h"

namespace acqrel::testing {

// What became of the objects. Written by destructors: one for each object,
// each before the join.
struct fate {
  int destroyed = 0;
  int incomplete = 0;  // a destructor did not see what a thread wrote
};

inline constexpr int ref_ptr_thread_count = 4;

// What the threads write into; a member of each object that they share.
struct written_by_all {
  std::array<int, ref_ptr_thread_count> marks{};  // plain: one for each thread

  void check(fate& f) const {
    ++f.destroyed;
    for (const int mark : marks) f.incomplete += mark != 1;
  }
};

// `Count` is ref_count or a class with its operations.
template <class Count>
fate drop_counted_objects(int rounds) {
  struct object {
    Count references;
    written_by_all data;
  };
  fate result;
  for (int round = 0; round < rounds; ++round) {
    object* const shared = new object;
    std::vector<std::thread> threads;
    for (int i = 0; i < ref_ptr_thread_count; ++i) {
      shared->references.increment();
      threads.emplace_back([&result, shared, i] {
        shared->data.marks[i] = 1;
        if (shared->references.decrement()) {
          shared->data.check(result);
          delete shared;
        }
      });
    }
    if (shared->references.decrement()) {
      shared->data.check(result);
      delete shared;
    }
    for (std::thread& t : threads) t.join();
  }
  return result;
}

// Two threads share an object; one reads it and lets go, the other writes to it
// once it is alone: copy-on-write without the copy. Returns how many readers
// saw such a write.
template <class Count>
int write_when_alone(int rounds) {
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    Count references;
    references.increment();
    int value = 1;
    std::thread reader([&] {
      wrong += value != 1;
      static_cast<void>(references.decrement());
    });
    for (backoff b; !references.is_unique();) b.wait();
    value = 2;
    reader.join();
  }
  return wrong;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_REF_PTR_STRESS_H_
