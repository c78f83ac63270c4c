// What threads do with an event count, for any class that has its operations. A
// wake-up that is lost shows as a wait that takes longer than the patience.
#ifndef ACQREL_TESTS_ATOMICS_EVENT_COUNT_STRESS_H_
#define ACQREL_TESTS_ATOMICS_EVENT_COUNT_STRESS_H_

#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

using patience = std::chrono::milliseconds;
inline constexpr patience long_patience{20000};

// Two threads take turns, and each sleeps for the other's. Returns how many
// waits were in vain.
template <class EventCount>
int take_turns(int rounds) {
  EventCount changed;
  atomic<int> turn{0};
  atomic<int> lost{0};
  const auto play = [&](int mine) {
    for (int round = mine; round < rounds; round += 2) {
      const bool woken = changed.await_for(
          long_patience, [&] { return turn.load(acquire) == round; });
      if (!woken) lost.fetch_add(1, relaxed);
      turn.store(round + 1, release);
      changed.notify_one();
      if (!woken) return;
    }
  };
  std::thread other([&] { play(1); });
  play(0);
  other.join();
  return lost.load(relaxed);
}

// A thread that has looked in vain as often as it looks before it sleeps is
// notified. Returns whether it was not woken.
template <class EventCount>
bool is_asleep_for_ever(patience most) {
  EventCount changed;
  atomic<int> looks{0};
  atomic<bool> happened{false};
  bool woken = false;
  std::thread sleeper([&] {
    woken = changed.await_for(most, [&] {
      looks.fetch_add(1, relaxed);
      return happened.load(acquire);
    });
  });
  await(
      looks, [](int n) { return n > tuning::spin_limit + 1; }, relaxed);
  happened.store(true, release);
  changed.notify_one();
  // Woken by the end of its patience, it sees what has happened, too.
  const auto begin = std::chrono::steady_clock::now();
  sleeper.join();
  return !woken || std::chrono::steady_clock::now() - begin >= most / 2;
}

// Producers add tokens one by one; consumers take them, and sleep when there is
// none. Returns how many were not taken.
template <class EventCount>
int hand_out_tokens(int producer_count, int consumer_count, int each) {
  EventCount changed;
  atomic<int> tokens{0};
  atomic<int> taken{0};
  const int all = producer_count * each;
  std::vector<std::thread> threads;
  for (int i = 0; i < consumer_count; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < all / consumer_count; ++n) {
        const bool got = changed.await_for(long_patience, [&] {
          int there = tokens.load(relaxed);
          while (there > 0) {
            if (tokens.compare_exchange_weak(there, there - 1, acquire,
                                             relaxed)) {
              return true;
            }
          }
          return false;
        });
        if (!got) return;
        taken.fetch_add(1, relaxed);
      }
    });
  }
  for (int i = 0; i < producer_count; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < each; ++n) {
        tokens.fetch_add(1, release);
        changed.notify_one();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  return all / consumer_count * consumer_count - taken.load(relaxed);
}

// A stop, a notification and a deadline meet a waiter; it ends by one of them.
// Returns how often it did not see what was there before the stop.
template <class EventCount>
int stop_waiters(int rounds) {
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    EventCount changed;
    atomic<bool> happened{false};
    std::stop_source stop;
    bool seen = false;
    std::thread waiter([&, token = stop.get_token()] {
      seen = changed.await_for(token, long_patience,
                               [&] { return happened.load(acquire); });
    });
    happened.store(true, release);
    if (round % 2 == 0) changed.notify_all();
    stop.request_stop();
    waiter.join();
    wrong += !seen;
  }
  return wrong;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_EVENT_COUNT_STRESS_H_
