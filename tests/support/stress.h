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

// Whether all consumers together got each value exactly once, when producer p
// pushed the values 1 .. pushed[p].
inline std::string exactly_once(const std::vector<arrivals>& consumers,
                                const std::vector<std::uint64_t>& pushed) {
  std::vector<std::vector<std::uint8_t>> times;
  for (const std::uint64_t count : pushed) times.emplace_back(count, 0);
  std::ostringstream faults;
  for (const arrivals& got : consumers) {
    if (!got.fault().empty()) faults << "a consumer " << got.fault() << "; ";
    for (const std::uint64_t value : got.values()) {
      auto& of_producer = times[producer_of(value)];
      if (number_of(value) > of_producer.size()) {
        faults << value_text(value) << " came, and its push was refused; ";
      } else if (++of_producer[number_of(value) - 1] == 2) {
        faults << value_text(value) << " came twice; ";
      }
    }
  }
  std::uint64_t lost = 0;
  std::uint64_t first_lost = 0;
  for (unsigned producer = 0; producer < times.size(); ++producer) {
    for (std::uint64_t i = 0; i < times[producer].size(); ++i) {
      if (times[producer][i] == 0 && lost++ == 0) {
        first_lost = unique_value(producer, i + 1);
      }
    }
  }
  if (lost > 0) {
    faults << lost << " values were lost, the first of them "
           << value_text(first_lost) << "; ";
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
  const std::string faults =
      exactly_once(got, std::vector<std::uint64_t>(threads.producers, each));
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

// Producers push until the container is closed, which one more thread does at
// some moment; consumers pop until it is closed and nothing is left. What was
// accepted comes out, and nothing else.
template <class Container>
std::string push_and_pop_until_closed(Container& container, const crew& threads,
                                      std::uint64_t seed) {
  constexpr std::uint64_t most = 2000;
  std::vector<arrivals> got;
  for (unsigned i = 0; i < threads.consumers; ++i) {
    got.emplace_back(threads.producers, most, order::of_each_producer);
  }
  std::vector<std::uint64_t> accepted(threads.producers, 0);
  std::atomic<bool> stuck = false;
  const unsigned closer = threads.producers + threads.consumers;
  run_together(closer + 1, [&](unsigned index) {
    if (index == closer) {
      for (std::uint64_t i = random_choice(seed).below(100); i > 0; --i) {
        std::this_thread::yield();
      }
      container.close();
      return;
    }
    int refusals = 0;
    const auto wait = [&] {
      if (++refusals > 10'000'000) stuck.store(true, std::memory_order_relaxed);
      std::this_thread::yield();
      return !stuck.load(std::memory_order_relaxed);
    };
    if (index < threads.producers) {
      std::uint64_t& mine = accepted[index];
      while (mine < most) {
        payload element(unique_value(index, mine + 1));
        conqueue_status status;
        while ((status = container.try_push(std::move(element))) !=
               conqueue_status::success) {
          if (status == conqueue_status::closed || !wait()) return;
        }
        ++mine;
      }
      return;
    }
    arrivals& mine = got[index - threads.producers];
    for (;;) {
      if (auto element = container.try_pop()) {
        mine.add(element->value());
      } else if (element.error() == conqueue_status::closed || !wait()) {
        return;
      }
    }
  });
  std::string faults = exactly_once(got, accepted);
  if (stuck.load(std::memory_order_relaxed)) {
    faults += "the closed container never said so; ";
  }
  if (container.try_pop().error() != conqueue_status::closed) {
    faults += "not closed at the end; ";
  }
  return faults.empty() ? "" : text_of(threads) + ": " + faults;
}

template <class MakeContainer>
std::string stress_close(const MakeContainer& make, const crew& threads,
                         std::chrono::milliseconds time) {
  std::uint64_t seed = 0;
  for (budget left(time); left.another_round();) {
    auto container = make();
    std::string faults = push_and_pop_until_closed(*container, threads, ++seed);
    if (!faults.empty()) return faults;
  }
  return "";
}

// A container whose calls take as long as it is busy: so that it says only
// "full" and "empty", which a history is about. Busy for ever is one of these.
template <class Container>
class when_not_busy {
 public:
  template <class... Args>
  explicit when_not_busy(Args... args) : container_(args...) {}

  conqueue_status try_push(std::uint64_t value) {
    auto status = container_.try_push(value);
    for (int i = 0; status == conqueue_status::busy && again(i); ++i) {
      status = container_.try_push(value);
    }
    return status;
  }
  pop_result<std::uint64_t> try_pop() {
    auto popped = container_.try_pop();
    for (int i = 0; popped.error() == conqueue_status::busy && again(i); ++i) {
      popped = container_.try_pop();
    }
    return popped;
  }

 private:
  bool again(int times) {
    if (times > 200'000) for_ever_.store(true, std::memory_order_relaxed);
    std::this_thread::yield();
    return !for_ever_.load(std::memory_order_relaxed);
  }

  Container container_;
  std::atomic<bool> for_ever_ = false;
};

// Who calls what in a recorded history.
enum class roles {
  anyone_anything,
  one_pushes_one_pops,  // a ring: the first thread pushes, the second pops
  all_push_one_pops,    // the last thread pops, all others push
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
        const bool push = how.who == roles::anyone_anything
                              ? choice.below(2) == 0
                              : index != last;
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
