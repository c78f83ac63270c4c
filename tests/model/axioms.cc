#include "acqrel/tests/model/axioms.h"

#include <atomic>

#include "acqrel/tests/model/relation.h"

namespace acqrel::testing {
namespace {

template <class Predicate>
event_set events_where(const graph& g, Predicate holds) {
  event_set result = 0;
  for (int e = 0; e < g.size(); ++e) {
    if (holds(g.events[static_cast<std::size_t>(e)])) {
      result |= event_set{1} << e;
    }
  }
  return result;
}

// [S], for the events that the predicate holds for.
template <class Predicate>
relation where(const graph& g, Predicate holds) {
  return identity(g.size(), events_where(g, holds));
}

bool is_read(const event& e) { return e.kind == event_kind::read; }
bool is_write(const event& e) { return e.kind == event_kind::write; }
bool is_access(const event& e) { return is_read(e) || is_write(e); }

// A heavy fence is a seq_cst fence that light fences know. A light fence alone
// does nothing: it neither acquires nor releases.
bool is_light(const event& e) { return e.kind == event_kind::light_fence; }
bool is_heavy(const event& e) { return e.kind == event_kind::heavy_fence; }
bool is_fence(const event& e) {
  return e.kind == event_kind::fence || is_heavy(e);
}

bool is_seq_cst(const event& e) {
  return !is_light(e) && e.order == std::memory_order_seq_cst;
}
bool acquires(const event& e) {
  return (is_read(e) || is_fence(e)) &&
         (e.order == std::memory_order_acquire ||
          e.order == std::memory_order_acq_rel || is_seq_cst(e));
}
bool releases(const event& e) {
  return (is_write(e) || is_fence(e)) &&
         (e.order == std::memory_order_release ||
          e.order == std::memory_order_acq_rel || is_seq_cst(e));
}
bool is_seq_cst_access(const event& e) { return is_access(e) && is_seq_cst(e); }
bool is_seq_cst_fence(const event& e) { return is_fence(e) && is_seq_cst(e); }

// Pairs of accesses of one location.
relation same_location(const graph& g) {
  relation result(g.size());
  for (int e = 0; e < g.size(); ++e) {
    const event& a = g.events[static_cast<std::size_t>(e)];
    if (!is_access(a)) continue;
    result.add_all(e, events_where(g, [&](const event& b) {
                     return is_access(b) && a.location == b.location;
                   }));
  }
  return result;
}

// Reads before: a read to every write that is mo-after the one that it read.
relation reads_before(const graph& g) {
  // rf and rf⁻¹ meet only in the identity: a read-modify-write is two events.
  return sequence(inverse(g.rf), g.mo);
}

// Extended coherence order.
relation extended_coherence(const graph& g) {
  return closure(g.rf | g.mo | reads_before(g));
}

// The order that RC11 and C++20 give to light fences: between a light and a
// heavy fence, whatever orders two seq_cst fences. There is none between two
// light ones, nor between a light and a seq_cst one.
relation asymmetric_order(const graph& g, const relation& fence_order) {
  const relation light = where(g, is_light);
  const relation heavy = where(g, is_heavy);
  return sequence(light, fence_order, heavy) |
         sequence(heavy, fence_order, light);
}

bool rc11_sequential_consistency(const graph& g, const relation& hb) {
  const relation rb = reads_before(g);
  const relation eco = extended_coherence(g);
  const relation same_loc = same_location(g);
  const relation sb_neq_loc = g.sb - same_loc;
  const relation esc = where(g, is_seq_cst_access);
  const relation fsc = where(g, is_seq_cst_fence);

  const relation scb =
      g.sb | sequence(sb_neq_loc, hb, sb_neq_loc) | (hb & same_loc) | g.mo | rb;
  const relation psc_base = sequence(esc | sequence(fsc, optional(hb)), scb,
                                     esc | sequence(optional(hb), fsc));
  const relation fence_order = hb | sequence(hb, eco, hb);
  const relation psc_fence = sequence(fsc, fence_order, fsc);
  return is_acyclic(psc_base | psc_fence | asymmetric_order(g, fence_order));
}

// The standard orders operations, and a read-modify-write is one: what holds
// of its write is said of its read, and the write is left alone.
class operations {
 public:
  explicit operations(const graph& g) : representative_(g.size()) {
    event_set writes_of_rmw = 0;
    for (int e = 0; e < g.size(); ++e) writes_of_rmw |= g.rmw.after(e);
    representative_ = identity(g.size(), ~writes_of_rmw) | inverse(g.rmw);
    halves_ = representative_ - identity(g.size(), ~event_set{0});
    halves_ = halves_ | inverse(halves_);
  }

  relation lift(const relation& r) const {
    return sequence(inverse(representative_), r - halves_, representative_);
  }

 private:
  relation representative_;  // each event to the operation that it is part of
  relation halves_{0};       // between the two events of a read-modify-write
};

// C++20 [atomics.order]: there is a total order S on seq_cst operations that
// agrees with "strongly happens before" and, through seq_cst accesses or fences
// around them, with the coherence order of any two accesses. There is one if
// the orders that are demanded have no cycle.
bool cxx20_sequential_consistency(const graph& g, const relation& event_hb) {
  const operations ops(g);
  const relation sb = ops.lift(g.sb);
  const relation sw = ops.lift(synchronizes_with(g));
  const relation hb = ops.lift(event_hb);
  const relation eco = ops.lift(extended_coherence(g));
  const relation esc = where(g, is_seq_cst_access);
  const relation fsc = where(g, is_seq_cst_fence);
  const relation sc = esc | fsc;

  const relation strongly_happens_before =
      closure(sb | sequence(sc, sw, sc) | sequence(sb, hb, sb));
  const relation order =
      sequence(sc, strongly_happens_before, sc) |
      sequence(esc | sequence(fsc, hb), eco, esc | sequence(hb, fsc));
  const relation fence_order = strongly_happens_before | sequence(hb, eco, hb);
  return is_acyclic(order | asymmetric_order(g, fence_order));
}

}  // namespace

relation synchronizes_with(const graph& g) {
  const relation write = where(g, is_write);
  const relation read = where(g, is_read);
  const relation fence = where(g, is_fence);
  // [F];sb before the write that a fence releases, sb;[F] after the read that
  // it acquires, or neither.
  const relation fence_before = optional(sequence(fence, g.sb));
  const relation fence_after = optional(sequence(g.sb, fence));
  const relation release_sequence =
      sequence(write, optional(closure(sequence(g.rf, g.rmw))));
  return sequence(where(g, releases), fence_before, release_sequence, g.rf,
                  read, fence_after, where(g, acquires));
}

relation happens_before(const graph& g) {
  return closure(g.sb | synchronizes_with(g));
}

bool is_coherent(const graph& g, const relation& hb) {
  const relation eco = extended_coherence(g);
  const bool coherence = is_irreflexive(sequence(hb, optional(eco)));
  const bool atomicity = is_empty(g.rmw & sequence(reads_before(g), g.mo));
  return coherence && atomicity;
}

bool is_sequentially_consistent(const graph& g, const relation& hb,
                                axioms which) {
  return which == axioms::rc11 ? rc11_sequential_consistency(g, hb)
                               : cxx20_sequential_consistency(g, hb);
}

}  // namespace acqrel::testing
