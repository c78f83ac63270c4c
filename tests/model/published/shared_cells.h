// A pointer that one thread replaces while another reads through it, without a
// lock: the replaced object is deleted when no reader is left.
#ifndef ACQREL_TESTS_MODEL_PUBLISHED_SHARED_CELLS_H_
#define ACQREL_TESTS_MODEL_PUBLISHED_SHARED_CELLS_H_

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

// Counted objects. The cell holds one reference.
struct counted {
  atomic<int> references{1};
  plain<int> value{7};
};
inline void drop(counted* object) {
  if (object->references.fetch_sub(1, acq_rel) == 1) delete object;
}

// Readers count themselves while they take a reference; the writer waits until
// there is none (the shape of basedrop's SharedCell).
struct reader_count_rules {
  // Between the count and the pointer, on both sides: store buffering.
  static void read() { thread_fence(seq_cst); }
  static void replace() { thread_fence(seq_cst); }
};

template <class Rules = reader_count_rules>
class reader_count_cell {
 public:
  ~reader_count_cell() { drop(current_.load(relaxed)); }

  // The caller owns a reference.
  counted* get() {
    readers_.fetch_add(1, acq_rel);
    Rules::read();
    counted* const object = current_.load(acquire);
    object->references.fetch_add(1, relaxed);
    readers_.fetch_sub(1, release);
    return object;
  }
  void replace(counted* fresh) {
    counted* const old = current_.exchange(fresh, acq_rel);
    Rules::replace();
    await(
        readers_, [](int n) { return n == 0; }, acquire);
    drop(old);
  }

 private:
  atomic<int> readers_{0};
  atomic<counted*> current_{new counted};
};

// A reader notes which object it owes a reference, and takes none; the writer
// pays the debt if it meets it (the shape of arc-swap). One reader.
struct debt_rules {
  static void read() { thread_fence(seq_cst); }
  static void replace() { thread_fence(seq_cst); }
};

template <class Rules = debt_rules>
class debt_cell {
 public:
  ~debt_cell() { drop(current_.load(relaxed)); }

  // Calls use(object), unless a writer was faster.
  template <class Use>
  void read(Use use) {
    counted* const object = current_.load(relaxed);
    debt_.store(object, release);
    Rules::read();
    if (current_.load(acquire) == object) use(*object);
    counted* expected = object;
    // Who has paid it gave its reference.
    if (!debt_.compare_exchange_strong(expected, nullptr, release, acquire)) {
      drop(object);
    }
  }
  void replace(counted* fresh) {
    counted* const old = current_.exchange(fresh, acq_rel);
    Rules::replace();
    counted* expected = old;
    if (debt_.load(acquire) == old) {
      old->references.fetch_add(1, relaxed);
      if (!debt_.compare_exchange_strong(expected, nullptr, acq_rel, acquire)) {
        drop(old);
      }
    }
    drop(old);
  }

 private:
  atomic<counted*> debt_{nullptr};
  atomic<counted*> current_{new counted};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_PUBLISHED_SHARED_CELLS_H_
