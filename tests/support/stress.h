// The drivers of the structures' stress tests. They take any container with
// try_push and try_pop, so that a broken one goes through the same test as the
// shipped one, and return what was wrong, or "".
#ifndef ACQREL_TESTS_SUPPORT_STRESS_H_
#define ACQREL_TESTS_SUPPORT_STRESS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/history.h"
#include "acqrel/tests/support/linearizability.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {

struct crew {
  unsigned producers;
  unsigned consumers;
};

inline std::string text_of(const crew& threads) {
  return std::to_string(threads.producers) + " producers, " +
         std::to_string(threads.consumers) + " consumers";
}

// Which order a consumer may rely on.
enum class order { none, of_each_producer };

// What a consumer got, checked at once: one consumer sees the values of each
// producer in the order in which they were pushed.
class arrivals {
 public:
  arrivals(unsigned producers, std::uint64_t each, order promised)
      : promised_(promised), each_(each), last_(producers, 0) {
    values_.reserve(producers * each);
  }

  // Values of a producer are numbered from 1.
  void add(std::uint64_t value) {
    const unsigned producer = producer_of(value);
    const std::uint64_t number = number_of(value);
    if (producer >= last_.size() || number == 0 || number > each_) {
      complain("got something that nobody pushed");
      return;
    }
    if (promised_ == order::of_each_producer && number <= last_[producer]) {
      complain("got " + value_text(value) + " after " +
               value_text(unique_value(producer, last_[producer])));
    }
    last_[producer] = number;
    values_.push_back(value);
  }

  const std::string& fault() const { return fault_; }
  const std::vector<std::uint64_t>& values() const { return values_; }

 private:
  void complain(const std::string& what) {
    if (fault_.empty()) fault_ = what;
  }

  const order promised_;
  const std::uint64_t each_;
  std::vector<std::uint64_t> last_;
  std::vector<std::uint64_t> values_;
  std::string fault_;
};

// Whether all consumers together got each value exactly once.
inline std::string exactly_once(const std::vector<arrivals>& consumers,
                                unsigned producers, std::uint64_t each) {
  std::vector<std::uint8_t> times(producers * each, 0);
  std::ostringstream faults;
  for (const arrivals& got : consumers) {
    if (!got.fault().empty()) faults << "a consumer " << got.fault() << "; ";
    for (const std::uint64_t value : got.values()) {
      std::uint8_t& count =
          times[producer_of(value) * each + number_of(value) - 1];
      if (++count == 2) faults << value_text(value) << " came twice; ";
    }
  }
  std::uint64_t lost = 0;
  std::uint64_t first_lost = 0;
  for (std::uint64_t i = 0; i < times.size(); ++i) {
    if (times[i] == 0 && lost++ == 0) first_lost = i;
  }
  if (lost > 0) {
    faults << lost << " values were lost, the first of them "
           << value_text(unique_value(static_cast<unsigned>(first_lost / each),
                                      first_lost % each + 1));
  }
  return faults.str();
}

// Each producer pushes `each` elements that own memory; the consumers pop until
// the producers are done and nothing is left.
template <class Container>
std::string push_and_pop_all(Container& container, const crew& threads,
                             std::uint64_t each, order promised) {
  std::vector<arrivals> got;
  for (unsigned i = 0; i < threads.consumers; ++i) {
    got.emplace_back(threads.producers, each, promised);
  }
  std::atomic<unsigned> still_pushing = threads.producers;
  std::atomic<bool> stuck = false;
  run_together(threads.producers + threads.consumers, [&](unsigned index) {
    if (index < threads.producers) {
      for (std::uint64_t i = 1; i <= each; ++i) {
        payload element(unique_value(index, i));
        // On refusal the element is as it was: it is pushed again.
        for (int refusals = 0; container.try_push(std::move(element)) !=
                               conqueue_status::success;) {
          if (++refusals > 10'000'000) {
            stuck.store(true, std::memory_order_relaxed);
            break;
          }
          std::this_thread::yield();
        }
      }
      still_pushing.fetch_sub(1, std::memory_order_release);
      return;
    }
    arrivals& mine = got[index - threads.producers];
    for (;;) {
      // Read before the pop: "empty" is the end only if it was said after.
      const bool last = still_pushing.load(std::memory_order_acquire) == 0;
      if (auto element = container.try_pop()) {
        mine.add(element->value());
      } else if (last) {
        return;
      } else {
        std::this_thread::yield();
      }
    }
  });
  const std::string faults = exactly_once(got, threads.producers, each);
  if (stuck.load(std::memory_order_relaxed)) {
    return "a push was refused for ever; " + faults;
  }
  return faults.empty() ? "" : text_of(threads) + ": " + faults;
}

// Fresh containers, one after the other, until the time is used up.
template <class MakeContainer>
std::string stress(const MakeContainer& make, const crew& threads,
                   order promised, std::chrono::milliseconds time) {
  for (budget left(time); left.another_round();) {
    auto container = make();
    std::string faults = push_and_pop_all(*container, threads, 500, promised);
    if (!faults.empty()) return faults;
  }
  return "";
}

// Who calls what in a recorded history.
enum class roles {
  anyone_anything,
  one_pushes_one_pops,  // a ring: the first thread pushes, the second pops
};

struct recording {
  unsigned threads;
  roles who;
  level promised;
  std::uint64_t drain_time = 0;  // recorder's
};

// Records what the threads do to a container of numbers, in windows between
// which all of them meet, and checks that it is linearizable. Windows are short
// and the container is emptied now and then because the possible orders of
// concurrent pushes multiply.
template <class Spec, class Container>
std::string record_and_check(Container& container, const recording& how,
                             const Spec& start, std::uint64_t seed) {
  constexpr std::size_t windows = 40;
  const std::size_t calls = how.threads <= 2 ? 10 : 16 / how.threads;
  std::vector<recorder> logs;
  for (unsigned i = 0; i < how.threads; ++i) {
    logs.emplace_back(i, windows, 4 * calls, how.drain_time);
  }
  const auto record_pop = [&](recorder& log) {
    return log.pop([&] { return container.try_pop(); });
  };
  meeting_point meeting(how.threads);
  const unsigned last = how.threads - 1;  // may pop, whatever the roles
  run_together(how.threads, [&](unsigned index) {
    recorder& log = logs[index];
    random_choice choice(seed * 64 + index);
    std::uint64_t pushed = 0;
    for (std::size_t w = 0; w < windows; ++w) {
      meeting.meet();
      for (std::size_t i = 0; i < calls; ++i) {
        const bool push = how.who == roles::one_pushes_one_pops
                              ? index == 0
                              : choice.below(2) == 0;
        if (push) {
          const std::uint64_t value = unique_value(index, ++pushed);
          log.push(value, [&] {
            return container.try_push(value) == conqueue_status::success;
          });
        } else {
          record_pop(log);
        }
      }
      if (w % 2 == 1) {
        meeting.meet();
        if (index == last) {
          while (record_pop(log)) {
          }
        }
      }
      log.end_window();
    }
  });
  std::vector<window> history(windows);
  for (std::size_t w = 0; w < windows; ++w) {
    for (const recorder& log : logs) log.append_to(history[w], w);
  }
  return check_history(history, how.promised, start);
}

template <class Spec, class MakeContainer>
std::string stress_recorded(const MakeContainer& make, const recording& how,
                            const Spec& start, std::chrono::milliseconds time) {
  std::uint64_t seed = 0;
  for (budget left(time); left.another_round();) {
    auto container = make();
    std::string faults = record_and_check(*container, how, start, ++seed);
    if (!faults.empty()) return faults;
  }
  return "";
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_STRESS_H_
