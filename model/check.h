// A model checker for concurrent C++20: runs a test's body once for every
// behaviour that the memory model allows, and reports the first that is wrong.
//
//   model::result r = model::check([] {
//     michael_scott_queue<int> queue;
//     model::thread producer([&] { queue.push(1); });
//     auto popped = queue.try_pop();
//     producer.join();
//     model::require(!popped || *popped == 1, "what was pushed comes out");
//   });
//   EXPECT_TRUE(r) << r;
//
// The body is thread 0. It runs again and again, so it owns nothing but memory,
// changes nothing that it captured, and makes all that it shares anew. Code
// under test uses the names of atomics/atomic.h, and is built with the rule
// acqrel_model_test (model/defs.bzl). README.md in this folder tells what is
// modelled, and what is not.
#ifndef ACQREL_MODEL_CHECK_H_
#define ACQREL_MODEL_CHECK_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/model/execution.h"

namespace acqrel::model {

// rc11: C++20 without load buffering (Lahav et al., "Repairing Sequential
// Consistency in C/C++11", PLDI 2017). cxx20: the standard's own rules for
// seq_cst, which differ where one location is accessed both with seq_cst and
// with weaker orderings.
enum class dialect { rc11, cxx20 };

struct options {
  std::string name = {};  // in messages, and of the drawing's file
  dialect memory_model = dialect::rc11;
  // How often, in one execution, a compare_exchange_weak may fail for no
  // reason.
  int spurious_failures = 1;
  // Whether operator new may return an address that was freed (ABA).
  bool reuse_addresses = false;
  // Whether memory that is not freed at the end is an error.
  bool leaks = true;

  // Bounds. A result says which was hit.
  std::uint64_t max_executions = 0;         // 0: none
  std::chrono::milliseconds time_limit{0};  // 0: none
  int max_events = 500;  // of one thread, in one execution; there is always one

  // Not 0: runs that many random executions instead of all of them, scheduled
  // by PCT (Burckhardt et al., "A Randomized Scheduler with Probabilistic
  // Guarantees of Finding Bugs", ASPLOS 2010) with random reads.
  std::uint64_t samples = 0;
  std::uint64_t seed = 1;
  int depth = 3;

  // Processes that share the work, but for samples; 0: one for each processor.
  int workers = 1;
  // Not empty: runs this one execution (result::counterexample.replay).
  std::string replay = {};
};

enum class failure {
  none,
  requirement,  // model::require
  data_race,
  uninitialized,   // a read of what was never written
  use_after_free,  // or after destruction, or before construction
  double_free,
  leak,
  deadlock,  // threads that wait for ever, a lost wake-up included
  livelock,  // threads that repeat for ever what changes nothing
  linearizability,
  exception,  // one left the body or a thread
  misuse,     // of the checker; the message says what to do
};
const char* to_string(failure) noexcept;

// A relaxed load and a later relaxed store of another location in one thread,
// with no fence, acquire or release between, and another thread sees the store.
// Hardware may swap them; the checker does not (README.md, "load buffering").
struct load_buffering_pair {
  source_place load;
  source_place store;
  auto operator<=>(const load_buffering_pair&) const = delete;
};

struct result {
  failure error = failure::none;
  std::string message;           // what went wrong, a sentence
  std::uint64_t executions = 0;  // that ran to their end, all different
  std::uint64_t blocked = 0;     // that stopped where a fair scheduler goes on
  std::uint64_t bound_hits = 0;  // that were cut at options::max_events
  bool complete = false;         // every execution was seen
  std::string bound;             // why not, if not
  double seconds = 0;
  std::map<std::string, std::uint64_t> outcomes;  // of model::observe
  std::map<std::string, std::string> witnesses;   // a replay for each outcome
  std::uint64_t histories = 0;  // distinct ones that a history has checked
  std::vector<load_buffering_pair> load_buffering;
  execution counterexample;  // if there is an error, or for a replay
  std::string drawing;       // the file it was drawn to, if any

  // No error. A bound that was hit is no error: look at `complete`.
  explicit operator bool() const noexcept { return error == failure::none; }
};
// A summary; for an error, the whole counterexample.
std::ostream& operator<<(std::ostream&, const result&);

result check(const options&, const std::function<void()>& body);
inline result check(const std::function<void()>& body) {
  return check(options{}, body);
}

// A thread of the body or of another thread. It must be joined. (The file and
// line are the caller's, for traces.)
class thread {
 public:
  explicit thread(std::function<void()> run,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE());
  thread(thread&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  thread& operator=(thread&&) = delete;
  ~thread();
  void join(const char* file = __builtin_FILE(), int line = __builtin_LINE());

 private:
  int id_;
};

// Ends the execution, and the check, as failed, unless the condition holds.
void require(bool condition, std::string_view what = "a requirement",
             const char* file = __builtin_FILE(), int line = __builtin_LINE());
[[noreturn]] void fail(std::string_view what,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE());

// Notes a value as part of the execution's outcome. Outcomes are counted.
void observe(std::string_view name, std::string_view value);
template <class T>
void observe(std::string_view name, const T& value) {
  if constexpr (std::is_integral_v<T> && sizeof(T) > 1) {
    observe(name, std::string_view(std::to_string(value)));
  } else {
    std::ostringstream text;
    text << value;
    observe(name, std::string_view(text.str()));
  }
}

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_CHECK_H_
