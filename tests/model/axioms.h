// The axioms of RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer, "Repairing
// Sequential Consistency in C/C++11", PLDI 2017), and of the C++20 standard for
// seq_cst, evaluated on one execution graph. Slow and simple: it is what the
// model checker is compared with, and shares nothing with it.
//
// Where this departs from the paper:
//   A release sequence is continued by read-modify-writes only, as in C++20.
//   Light and heavy fences are there (Goldblatt, P1202).
//   All accesses are atomic.
#ifndef ACQREL_TESTS_MODEL_AXIOMS_H_
#define ACQREL_TESTS_MODEL_AXIOMS_H_

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "acqrel/tests/model/relation.h"

namespace acqrel::testing {

enum class axioms { rc11, cxx20 };

enum class event_kind { read, write, fence, light_fence, heavy_fence };

// A read-modify-write is two events, a read and right after it a write.
struct event {
  event_kind kind = event_kind::fence;
  int location = -1;  // of a read or write
  std::memory_order order = std::memory_order_relaxed;
};

struct graph {
  explicit graph(std::vector<event> all)
      : events(std::move(all)),
        sb(size()),
        rf(size()),
        rmw(size()),
        mo(size()) {}
  int size() const { return static_cast<int>(events.size()); }

  std::vector<event> events;
  relation sb;   // sequenced before; the initial writes before everything
  relation rf;   // reads from: write to read
  relation rmw;  // the read of a read-modify-write to its write
  relation mo;   // modification order: write to every later write
};

// Neither depends on mo.
relation synchronizes_with(const graph&);
relation happens_before(const graph&);

// Coherence and the atomicity of read-modify-writes. A graph whose mo is not
// complete is refused only if no completion of it would pass.
bool is_coherent(const graph&, const relation& hb);

// The axioms that are about seq_cst.
bool is_sequentially_consistent(const graph&, const relation& hb, axioms);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_AXIOMS_H_
