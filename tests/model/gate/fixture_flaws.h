// Small things that the gate must find something about: an ordering too much,
// one that no test executes, one that the places do not show.
#ifndef ACQREL_TESTS_MODEL_GATE_FIXTURE_FLAWS_H_
#define ACQREL_TESTS_MODEL_GATE_FIXTURE_FLAWS_H_

#include "acqrel/atomics/atomic.h"
#include "acqrel/reclaim/hazard_pointer.h"

namespace acqrel::fixture {

// Release for nothing.
class tickets {
 public:
  int next() {
    // [next.count] release: pairs with [caller].
    return count_.fetch_add(1, release);
  }

 private:
  atomic<int> count_{0};
};

// A fence and a store that back each other up: either may go, not both.
class belt_and_braces {
 public:
  void send(int value) {
    data_.set(value);
    // [send.fence] release: pairs with [receive.take].
    thread_fence(release);
    // [send.publish] release: pairs with [receive.take].
    full_.store(1, release);
  }
  int receive() const {
    // [receive.take] acquire: pairs with [send.fence] and [send.publish].
    return full_.load(acquire) == 1 ? data_.get() : 0;
  }

 private:
  plain<int> data_{0};
  atomic<int> full_{0};
};

// Independent reads of independent writes: two readers agree which of two
// writes came first. Without seq_cst at the writes they do under C++20, whose
// order S has the reads; not under RC11.
class two_bells {
 public:
  void ring(int which) {
    // [ring.store] seq_cst: IRIW with [heard.first] and [heard.second].
    rung_[which].store(1, seq_cst);
  }
  bool heard_only(int which) const {
    // [heard.first] seq_cst: IRIW with [ring.store].
    const int first = rung_[which].load(seq_cst);
    // [heard.second] seq_cst: IRIW with [ring.store].
    return first == 1 && rung_[1 - which].load(seq_cst) == 0;
  }

 private:
  atomic<int> rung_[2] = {{0}, {0}};
};

// What one thread alone uses.
class quiet {
 public:
  int take() {
    // [take.read] acquire: pairs with [caller].
    int seen = word_.load(acquire);
    // [take.swap] acquire, acquire on failure: pairs with [caller].
    word_.compare_exchange_strong(seen, seen + 1, acquire, acquire);
    return seen;
  }
  bool never() {
    int expected = 77;
    // [never.swap] acquire: pairs with [caller].
    return word_.compare_exchange_strong(expected, 0, acquire, relaxed);
  }
  void forgotten() {
    // [forgotten.store] release: pairs with [caller].
    word_.store(0, release);
  }

 private:
  atomic<int> word_{0};
};

// Its test fails only if both halves of acq_rel are missing.
inline int pass_on(atomic<int>& word) {
  // [pass.count] acq_rel: pairs with [caller].
  return word.fetch_add(1, acq_rel);
}

// Only a test that means to fail does it.
inline void do_wrong(atomic<int>& word) {
  // [wrong.store] release: pairs with [caller].
  word.store(1, release);
}

// The operation is in the macro, and the places do not show it.
#define ACQREL_FIXTURE_READ(word) word.load(acquire)
inline int hidden(const atomic<int>& word) { return ACQREL_FIXTURE_READ(word); }

// A value that is published once. Its address may come before it, by protect().
class notice {
 public:
  struct text : hazard_pointer_obj_base<text> {
    explicit text(int from) { value.set(from); }
    plain<int> value;
  };

  void publish(int value) {
    // [publish.store] release: pairs with [read.protect].
    head_.store(new text(value), release);
  }
  // This and is_missing() look at nothing but the address.
  bool is_there() const {
    hazard_pointer hazard = make_hazard_pointer();
    // [look.protect] acquire, in protect(): pairs with [publish.store].
    return hazard.protect(head_) != nullptr;
  }
  int read() const {
    hazard_pointer hazard = make_hazard_pointer();
    // [read.protect] acquire, in protect(): pairs with [publish.store].
    const text* const found = hazard.protect(head_);
    return found == nullptr ? 0 : found->value.get();
  }
  bool is_missing() const {
    hazard_pointer hazard = make_hazard_pointer();
    // [miss.protect] acquire, in protect(): pairs with [publish.store].
    return hazard.protect(head_) == nullptr;
  }
  ~notice() {
    delete head_.load(relaxed);  // relaxed: exclusive
  }

 private:
  atomic<text*> head_{nullptr};
};

}  // namespace acqrel::fixture

#endif  // ACQREL_TESTS_MODEL_GATE_FIXTURE_FLAWS_H_
