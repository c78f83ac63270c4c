// Small things whose orderings are all needed. The gate weakens each.
#ifndef ACQREL_TESTS_MODEL_GATE_FIXTURE_H_
#define ACQREL_TESTS_MODEL_GATE_FIXTURE_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::fixture {

// Message passing.
class mailbox {
 public:
  void send(int value) {
    data_.set(value);
    // [send.publish] release: pairs with [receive.take]. The value comes
    // before the flag.
    full_.store(1, release);
  }
  // 0 if nothing is there.
  int receive() const {
    // [receive.take] acquire: pairs with [send.publish].
    return full_.load(acquire) == 1 ? data_.get() : 0;
  }
  bool has_hint() const {
    return full_.load(relaxed) == 1;  // relaxed: guess
  }

 private:
  plain<int> data_{0};
  atomic<int> full_{0};
};

// Who is first decides; who is second sees what the first one said.
class election {
 public:
  int decide(int who, int says) {
    said_[who].set(says);
    int winner = nobody;
    // [decide.win] release, acquire on failure: pairs with [decide.win].
    if (winner_.compare_exchange_strong(winner, who, release, acquire)) {
      return says;
    }
    return said_[winner].get();
  }

 private:
  static constexpr int nobody = -1;
  plain<int> said_[2];
  atomic<int> winner_{nobody};
};

// Who comes second takes what the first one left.
class handover {
 public:
  int arrive(int who, int brings) {
    left_[who].set(brings);
    // [arrive.count] acq_rel: pairs with [arrive.count].
    const int before = count_.fetch_add(1, acq_rel);
    return before == 0 ? 0 : left_[1 - who].get();
  }

 private:
  plain<int> left_[2];
  atomic<int> count_{0};
};

// Store buffering: of two that enter, one at least sees the other.
class two_doors {
 public:
  bool enter_sees_other(int who) {
    // [enter.announce] seq_cst: SB with [enter.look].
    inside_[who].store(1, seq_cst);
    // [enter.look] seq_cst: SB with [enter.announce].
    return inside_[1 - who].load(seq_cst) == 1;
  }

 private:
  atomic<int> inside_[2] = {{0}, {0}};
};

// The same, where one side is free and the other pays.
class fenced_doors {
 public:
  bool often_sees_other() {
    often_.store(1, relaxed);  // relaxed: ordered by [often.fence]
    // [often.fence] light: SB with [seldom.fence].
    asymmetric_thread_fence_light(seq_cst);
    return seldom_.load(relaxed) == 1;  // relaxed: ordered by [often.fence]
  }
  bool seldom_sees_other() {
    seldom_.store(1, relaxed);  // relaxed: ordered by [seldom.fence]
    // [seldom.fence] heavy: SB with [often.fence].
    asymmetric_thread_fence_heavy(seq_cst);
    return often_.load(relaxed) == 1;  // relaxed: ordered by [seldom.fence]
  }

 private:
  atomic<int> often_{0};
  atomic<int> seldom_{0};
};

}  // namespace acqrel::fixture

#endif  // ACQREL_TESTS_MODEL_GATE_FIXTURE_H_
