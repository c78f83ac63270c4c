// The HTTP library's task queue on a queue of acqrel: the threads that answer.
//
// The library gives each connection that it accepts to enqueue(), as a task,
// and calls shutdown() when it accepts no more.

#ifndef ACQREL_EXAMPLES_HTTP_POOL_H_
#define ACQREL_EXAMPLES_HTTP_POOL_H_

#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/examples/http/library.h"
#include "acqrel/structures/mpmc_queue.h"

namespace examples::http {

class queue_pool final : public httplib::TaskQueue {
 public:
  explicit queue_pool(int workers) {
    try {
      for (int i = 0; i < workers; ++i) {
        workers_.emplace_back([this] { work(); });
      }
    } catch (...) {
      shutdown();  // a thread that cannot be had: end the others
      throw;
    }
  }

  // False when shut down: then the library closes the connection.
  bool enqueue(std::function<void()> task) override {
    return tasks_.push(std::move(task));
  }

  // Returns when every task that was accepted has run.
  void shutdown() override {
    tasks_.close();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

 private:
  void work() {
    while (auto task = tasks_.pop()) (*task)();
  }

  acqrel::mpmc_queue<std::function<void()>> tasks_;
  std::vector<std::thread> workers_;
};

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_POOL_H_
