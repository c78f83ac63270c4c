// Histories: what each thread called, what it got, and when, recorded so that
// the recording hides as little as it can.
#ifndef ACQREL_TESTS_SUPPORT_HISTORY_H_
#define ACQREL_TESTS_SUPPORT_HISTORY_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace acqrel::testing {

// One call on a container. Calls of two threads whose intervals overlap are
// concurrent (equal times count as overlap, so a coarse clock only loses
// order); those of one thread come in its order, whatever their intervals.
struct operation {
  enum class kind : std::uint8_t { push, pop };

  kind what = kind::push;
  bool succeeded = false;  // false: full (push) or empty (pop)
  unsigned thread = 0;
  std::uint64_t value = 0;  // what was pushed or popped
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// A history between two moments at which no operation was running. The
// operations of one thread stand in the order in which it called them.
using window = std::vector<operation>;

// The n-th value of a thread: no two pushes of a run have the same, so that a
// pop names its push.
constexpr std::uint64_t unique_value(unsigned thread, std::uint64_t n) {
  return std::uint64_t{thread} << 40 | n;
}
constexpr unsigned producer_of(std::uint64_t value) {
  return static_cast<unsigned>(value >> 40);
}
constexpr std::uint64_t number_of(std::uint64_t value) {
  return value & ((std::uint64_t{1} << 40) - 1);
}
inline std::string value_text(std::uint64_t value) {
  return std::to_string(producer_of(value)) + "#" +
         std::to_string(number_of(value));
}

// The time, read neither before what precedes it nor after what follows it.
//
// Not a shared counter: its read-modify-write would drain the store buffer
// around every operation, and so hide the very reorderings that a history is
// to show (a ring that is not L1 would look so), and in TSan's eyes a counter
// with any ordering would synchronise all threads and hide their races. Not
// fences for the same reasons: only the instruction stream is held, stores may
// still be on their way. The kernel keeps this clock monotonic across cores
// (history_test checks it).
inline std::uint64_t timestamp() {
  const auto hold_instructions = [] {
#if defined(__x86_64__)
    asm volatile("lfence" ::: "memory");
#elif defined(__aarch64__)
    asm volatile("dsb ishld\n\tisb" ::: "memory");
#else
    asm volatile("" ::: "memory");
#endif
  };
  hold_instructions();
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  hold_instructions();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

// One thread's part of a history. Allocates when it is made and never while it
// records. `drain_time` (ns) is added to the end of each call: how long the
// call's last store may stay unseen by other cores after it has returned. That
// is nothing when the call ends with a read-modify-write, and part of the truth
// when it ends with a plain store; a longer interval only loses order.
class alignas(128) recorder {
 public:
  recorder(unsigned thread, std::size_t windows,
           std::size_t operations_per_window, std::uint64_t drain_time = 0)
      : thread_(thread), drain_time_(drain_time) {
    operations_.reserve(windows * operations_per_window);
    window_ends_.reserve(windows);
  }

  // push() says whether the container took the value.
  template <class Push>
  void push(std::uint64_t value, const Push& push) {
    operation done{
        .what = operation::kind::push, .thread = thread_, .value = value};
    done.begin = timestamp();
    done.succeeded = push();
    done.end = timestamp() + drain_time_;
    operations_.push_back(done);
  }

  // pop() returns what try_pop() does, for elements that are values. Says
  // whether there was one.
  template <class Pop>
  bool pop(const Pop& pop) {
    operation done{.what = operation::kind::pop, .thread = thread_};
    done.begin = timestamp();
    const auto popped = pop();
    done.end = timestamp() + drain_time_;
    done.succeeded = popped.has_value();
    if (done.succeeded) done.value = *popped;
    operations_.push_back(done);
    return done.succeeded;
  }

  void end_window() { window_ends_.push_back(operations_.size()); }

  // Appends this thread's operations of a window.
  void append_to(window& all, std::size_t index) const {
    const std::size_t from = index == 0 ? 0 : window_ends_[index - 1];
    all.insert(all.end(), operations_.begin() + static_cast<long>(from),
               operations_.begin() + static_cast<long>(window_ends_[index]));
  }

 private:
  const unsigned thread_;
  const std::uint64_t drain_time_;
  std::vector<operation> operations_;
  std::vector<std::size_t> window_ends_;
};

inline std::string operation_text(const operation& op) {
  if (op.what == operation::kind::push) {
    return "push(" + value_text(op.value) + ")" +
           (op.succeeded ? "" : " = full");
  }
  return "pop() = " + (op.succeeded ? value_text(op.value) : "empty");
}

// A line for each operation, with its interval drawn: only the order of the
// ends counts, so time is shown as their ranks.
inline std::string drawing(window operations) {
  std::vector<std::uint64_t> times;
  for (const operation& op : operations) {
    times.push_back(op.begin);
    times.push_back(op.end);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  const auto rank = [&](std::uint64_t time) {
    return static_cast<std::size_t>(
        std::lower_bound(times.begin(), times.end(), time) - times.begin());
  };
  std::stable_sort(
      operations.begin(), operations.end(),
      [](const operation& a, const operation& b) { return a.begin < b.begin; });
  std::ostringstream out;
  for (const operation& op : operations) {
    std::string text = operation_text(op);
    text.resize(std::max<std::size_t>(text.size(), 24), ' ');
    const std::size_t from = rank(op.begin), to = rank(op.end);
    out << "  thread " << op.thread << "  " << text << std::string(from, ' ')
        << '|' << std::string(to > from ? to - from - 1 : 0, '-') << "|\n";
  }
  return out.str();
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_HISTORY_H_
