// What threads do with a flag, for any class that has flag's operations. Each
// returns how often a thread saw what it must not see; under ThreadSanitizer
// the plain data in between is checked as well.
#ifndef ACQREL_TESTS_ATOMICS_FLAG_STRESS_H_
#define ACQREL_TESTS_ATOMICS_FLAG_STRESS_H_

#include <thread>
#include <vector>

#include "acqrel/atomics/backoff.h"

namespace acqrel::testing {

// Two threads hand a plain integer to and fro. A flag announces each turn.
template <class Flag>
int hand_to_and_fro(int rounds) {
  Flag ping;
  Flag pong;
  int payload = 0;
  int wrong = 0;  // the first thread's, until the join
  int wrong_there = 0;
  std::thread other([&] {
    for (int i = 0; i < rounds; ++i) {
      ping.wait();
      ping.clear();
      wrong_there += payload != 2 * i + 1;
      payload = 2 * i + 2;
      pong.set();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    wrong += payload != 2 * i;
    payload = 2 * i + 1;
    ping.set();
    pong.wait();
    pong.clear();
  }
  other.join();
  return wrong + wrong_there;
}

// One thread publishes an integer by `publish`; another polls with test().
template <class Flag, class Publish>
int publish_and_poll(int rounds, Publish publish) {
  int wrong = 0;
  for (int i = 1; i <= rounds; ++i) {
    Flag published;
    int payload = 0;
    std::thread reader([&] {
      for (backoff b; !published.test();) b.wait();
      wrong += payload != i;
    });
    payload = i;
    publish(published);
    reader.join();
  }
  return wrong;
}

template <class Flag>
int set_and_poll(int rounds) {
  return publish_and_poll<Flag>(rounds, [](Flag& f) { f.set(); });
}

template <class Flag>
int test_and_set_and_poll(int rounds) {
  return publish_and_poll<Flag>(rounds, [](Flag& f) { f.test_and_set(); });
}

// test_and_set and clear as a lock around a plain integer.
template <class Flag>
int lock_and_count(int thread_count, int rounds) {
  Flag locked;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        for (backoff b; locked.test_and_set();) b.wait();
        ++count;
        locked.clear();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  return thread_count * rounds - count;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_FLAG_STRESS_H_
