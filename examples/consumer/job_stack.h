// A lock-free stack of this workspace's own, for acqrel's model checker: jobs
// are pushed by any thread, and taken all at once.
//
// It is written with acqrel's names for atomics. A field that is not atomic and
// that two threads touch is a plain<T>: in a program that is the field itself,
// in a model test each access to it is checked.
#ifndef CONSUMER_JOB_STACK_H_
#define CONSUMER_JOB_STACK_H_

#include <utility>

#include "acqrel/atomics/atomic.h"

class job_stack {
 public:
  job_stack() = default;
  job_stack(const job_stack&) = delete;
  job_stack& operator=(const job_stack&) = delete;
  ~job_stack() {
    take_all([](int) {});
  }

  // Any thread.
  void push(int job) {
    node* const fresh = new node;
    fresh->job.set(job);
    node* head = head_.load(acqrel::relaxed);
    for (;;) {
      fresh->next.set(head);
      // [push.publish] release: pairs with [take.all]. The node is published
      // here: whoever takes it must find it filled in.
      if (head_.compare_exchange_weak(head, fresh, acqrel::release,
                                      acqrel::relaxed)) {
        return;
      }
      acqrel::retry();
    }
  }

  // Any thread. Calls run(job) for each job pushed so far, the last one first.
  template <class Run>
  void take_all(Run run) {
    // [take.all] acquire: pairs with [push.publish].
    node* taken = head_.exchange(nullptr, acqrel::acquire);
    while (taken != nullptr) {
      run(taken->job.get());
      delete std::exchange(taken, taken->next.get());
    }
  }

 private:
  struct node {
    acqrel::plain<int> job;
    acqrel::plain<node*> next;
  };

  acqrel::atomic<node*> head_{nullptr};
};

#endif  // CONSUMER_JOB_STACK_H_
