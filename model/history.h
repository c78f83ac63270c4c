// Records what a structure's operations were called with and returned, and
// checks when the body ends that a sequential one could have answered so.
//
//   model::check([] {
//     model::history<model::queue_spec> calls(model::level::strict);
//     michael_scott_queue<model::tracked<int>> queue;
//     model::thread other([&] {
//       calls.push(1, [&] { return queue.try_push(1); });
//     });
//     calls.pop([&] { return queue.try_pop(); });
//     other.join();
//   });
//
// Declare it first, so that it ends last. Any operation of the specification:
//
//   calls.call(model::counter_spec::fetch_add(1), [&] { return n.next(); });
//
// The order that is respected is happens-before: a call comes after another one
// when its thread knew, before the call, of something done after the other.
//
// What a result says: nothing, true or success is success; false and every
// other status is failure; a number is success with that value; whatever can be
// empty (optional, pointer, pop_result) is failure, or success with the value
// in it. A specification with answer_of(operation, result) reads them itself. A
// call that throws counts as not made.
#ifndef ACQREL_MODEL_HISTORY_H_
#define ACQREL_MODEL_HISTORY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/engine/runtime.h"
#include "acqrel/model/linearizability.h"

namespace acqrel::model {

namespace internal {

// An element as a number: itself, or what value() or * of it gives.
template <class T>
std::int64_t number_of(const T& element) {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return static_cast<std::int64_t>(element);
  } else if constexpr (requires { element.value(); }) {
    return number_of(element.value());
  } else {
    return number_of(*element);
  }
}

template <class Result>
answer usual_answer_of(const Result& result) {
  if constexpr (std::is_same_v<Result, bool>) {
    return result ? answer::success() : answer::failure();
  } else if constexpr (std::is_arithmetic_v<Result>) {
    return answer::success(static_cast<std::int64_t>(result));
  } else if constexpr (requires { Result::success; }) {
    return result == Result::success ? answer::success() : answer::failure();
  } else {
    return result ? answer::success(number_of(*result)) : answer::failure();
  }
}

template <class Spec, class Result>
answer answer_of(const operation& op, const Result& result) {
  if constexpr (requires { Spec::answer_of(op, result); }) {
    return Spec::answer_of(op, result);
  } else {
    return usual_answer_of(result);
  }
}

struct recorded_call {
  moment begin;
  moment end;
  operation op{0};
  answer result;
  bool finished = false;
  bool succeeded() const noexcept { return finished && !result.failed; }
};

// The calls of an execution, in memory of its own: recording allocates nothing.
class recorder {
 public:
  int begin(const operation&);
  void end(int call);
  void finish(int call, const answer&);
  bool last_succeeded() const noexcept {
    return count_ > 0 &&
           calls_[static_cast<std::size_t>(count_ - 1)].succeeded();
  }

  // Sorts the calls by thread, so that equal histories are equal words. The
  // words are valid until the next begin.
  struct words {
    const std::uint64_t* data;
    std::size_t size;
    std::uint64_t hash;
  };
  words key();
  finished_calls calls() const;  // after key()

 private:
  int count_ = 0;  // begun
  int kept_ = 0;   // finished
  std::array<std::uint8_t, max_calls> order_;
  std::array<std::uint64_t, max_calls * 5> key_;
  std::array<recorded_call, max_calls> calls_;
};

// The histories that were found linearizable, so that each is searched once.
template <class Spec>
class checked_histories {
 public:
  bool contains(const recorder::words& key, level promised,
                const Spec& start) const {
    const auto [begin, end] = known_.equal_range(key.hash);
    for (auto i = begin; i != end; ++i) {
      const entry& e = i->second;
      if (e.promised == promised && e.start == start &&
          std::equal(e.words.begin(), e.words.end(), key.data,
                     key.data + key.size)) {
        return true;
      }
    }
    return false;
  }
  void insert(const recorder::words& key, level promised, const Spec& start) {
    if (known_.size() == limit) known_.clear();
    known_.emplace(key.hash,
                   entry{promised, start, {key.data, key.data + key.size}});
  }

  // Of this process; made by code outside of the checked program. Never
  // destroyed, and not guarded: a check has one thread.
  static checked_histories& get() {
    if (instance == nullptr) instance = new checked_histories;
    return *instance;
  }

 private:
  static constexpr std::size_t limit = 1 << 16;
  static inline checked_histories* instance = nullptr;
  struct entry {
    level promised;
    Spec start;
    std::vector<std::uint64_t> words;
  };
  std::unordered_multimap<std::uint64_t, entry> known_;
};

}  // namespace internal

template <specification Spec>
class history {
 public:
  explicit history(level promised, Spec start = {})
      : promised_(promised), start_(std::move(start)) {}
  history(const history&) = delete;
  history& operator=(const history&) = delete;
  // All threads have been joined.
  ~history() { check(); }

  // Calls `run`, and returns what it returns.
  template <class Run>
  auto call(const operation& op, Run&& run) {
    answer recorded;
    return record(op, run, recorded);
  }

  // The same for a container's operations; they return what was recorded.
  template <class Run>
  answer push(std::int64_t value, Run&& run) {
    answer recorded;
    (void)record(Spec::push(value), run, recorded);
    return recorded;
  }
  template <class Run>
  answer pop(Run&& run) {
    answer recorded;
    (void)record(Spec::pop(), run, recorded);
    return recorded;
  }

  // Of the last call that began, by any thread.
  bool last_succeeded() const noexcept { return calls_.last_succeeded(); }

 private:
  template <class Run>
  auto record(const operation& op, Run& run, answer& recorded) {
    const int index = calls_.begin(op);
    if (internal::tracing()) note(op, nullptr);
    if constexpr (std::is_void_v<std::invoke_result_t<Run&>>) {
      run();
      calls_.end(index);
      finish(index, op, recorded);
    } else {
      auto result = run();
      calls_.end(index);
      recorded = internal::answer_of<Spec>(op, result);
      finish(index, op, recorded);
      return result;
    }
  }
  void finish(int index, const operation& op, const answer& result) {
    calls_.finish(index, result);
    if (internal::tracing()) note(op, &result);
  }
  void note(const operation& op, const answer* result) {
    const internal::outside real_heap;
    std::string line =
        internal::text_of<Spec>(op, result == nullptr ? answer{} : *result);
    internal::note(result == nullptr ? "call " + line : "done " + line);
  }

  void check() {
    std::string wrong;
    const internal::recorder::words key = calls_.key();
    internal::count_history(key.hash);
    {
      const internal::outside real_heap;
      auto& known = internal::checked_histories<Spec>::get();
      if (known.contains(key, promised_, start_)) return;
      wrong = check_linearizable(calls_.calls(), promised_, start_);
      if (wrong.empty()) known.insert(key, promised_, start_);
    }
    if (!wrong.empty()) {
      internal::report(failure::linearizability, std::move(wrong));
    }
  }

  const level promised_;
  Spec start_;
  internal::recorder calls_;
};

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_HISTORY_H_
