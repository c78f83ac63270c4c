// Several processes that explore together. They are forked, so that the checked
// program's memory has the same addresses in all: graphs hold such addresses.
//
// Whoever has work left and sees that another has none gives away the oldest
// alternative on its stack, the one with the most below it, as a graph in
// shared memory. When all are idle, the check is over; the parent, a worker
// itself, adds up what the others found.
#ifndef ACQREL_MODEL_ENGINE_WORKERS_H_
#define ACQREL_MODEL_ENGINE_WORKERS_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "acqrel/model/engine/clock.h"

namespace acqrel::model::internal {

class workers {
 public:
  // The numbers of the threads that each thread has spawned, so far.
  using spawned = std::array<std::vector<int>, max_threads>;

  // Forks count - 1 children. In each process the object stands for its worker.
  workers(int count, const spawned& known, int known_threads);
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;
  ~workers();

  bool is_parent() const noexcept { return number_ == 0; }
  // Whether another worker waits for a graph, and there is room for one.
  bool wants_work() const noexcept;
  // False: it is too large.
  bool give(const std::string& work);
  // Waits for a graph. False: everybody is idle, or somebody has stopped all.
  bool take(std::string& work);
  // Somebody has found an error, or a bound.
  void stop() noexcept;
  bool is_stopped() const noexcept;
  // Executions of all workers, together with `more` of this one's.
  std::uint64_t add_executions(std::uint64_t more) noexcept;
  // The number of the nth thread that a thread spawns, the same for all.
  int child_number(int parent, int nth, int& known);

  // A child's last words, and the parent's hearing of them.
  [[noreturn]] void finish(const std::string& report);
  // Empty strings are of children that died.
  std::vector<std::string> reports();

 private:
  struct shared_state;

  void lock() noexcept;
  void unlock() noexcept;
  bool is_any_dead();

  int number_ = 0;
  shared_state* shared_;
  std::vector<int> pipes_;  // the parent's, to read from
  std::vector<pid_t> children_;
  int report_to_ = -1;  // a child's, to write to
};

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_WORKERS_H_
