#include "acqrel/model/engine/consistency.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {
namespace {

// The events that the order S is about, or that psc relates. At most 64.
using mask = std::uint64_t;

bool is_fence(const event& e) {
  return e.what == event_kind::light_fence ||
         e.what == event_kind::heavy_fence ||
         (e.what == event_kind::fence && sequential(e.order));
}
bool is_access(const event& e) {
  if (e.what == event_kind::write) return sequential(e.order);
  if (e.what != event_kind::read) return false;
  return sequential(e.effective_order()) && !has(bug::seq_cst_loads_left_out);
}

// Two asymmetric fences order only with each other's kind: a light one with a
// heavy one, and not with another light one or an ordinary one (P1202).
bool ordered(const event& a, const event& b) {
  const bool light_a = a.what == event_kind::light_fence;
  const bool light_b = b.what == event_kind::light_fence;
  if (light_a && light_b) return has(bug::light_fence_is_free_with_light);
  if (light_a) return b.what == event_kind::heavy_fence;
  if (light_b) return a.what == event_kind::heavy_fence;
  return true;
}

// Whether the relation has no cycle: removes what has no predecessor, as long
// as there is such a one.
bool is_acyclic(std::array<mask, max_sequential>& next, int count) {
  mask left = count == 64 ? ~mask{0} : (mask{1} << count) - 1;
  for (;;) {
    mask reached = 0;
    for (mask rest = left; rest != 0; rest &= rest - 1) {
      reached |= next[std::countr_zero(rest)];
    }
    const mask sources = left & ~reached;
    if (left == 0) return true;
    if (sources == 0) return false;
    left &= ~sources;
  }
}

class nodes {
 public:
  explicit nodes(const graph& g) {
    for (int t = 0; t < max_threads; ++t) {
      for (std::size_t i = 0; i < g.threads[t].size(); ++i) {
        const event& e = g.threads[t][i];
        const bool access = is_access(e);
        if (!access && !is_fence(e)) continue;
        if (count_ == max_sequential) std::abort();  // engine::leave_room
        accesses_ |= access;
        only_light_ &= e.what == event_kind::light_fence;
        all_[count_++] = {static_cast<std::int16_t>(t),
                          static_cast<std::int16_t>(i)};
      }
    }
  }
  bool only_fences() const { return !accesses_; }
  // Light fences order with no other light one.
  bool only_light() const {
    return only_light_ && !has(bug::light_fence_is_free_with_light);
  }
  std::span<const event_id> all() const { return {all_.data(), count_}; }

 private:
  std::array<event_id, max_sequential> all_;
  std::size_t count_ = 0;
  bool accesses_ = false;
  bool only_light_ = true;
};

// Whether accesses of the location can be ordered other than by happens-before.
bool is_shared(const location_events& where) {
  if (where.order.empty()) return false;  // nothing but the first value
  const std::int16_t thread = where.order.front().thread;
  const auto is_other = [&](event_id e) { return e.thread != thread; };
  return std::any_of(where.order.begin(), where.order.end(), is_other) ||
         std::any_of(where.readers.begin(), where.readers.end(), is_other);
}

// Only fences are seq_cst: psc relates F to G if F happens before G, or before
// an access that comes in a location's extended coherence order before one
// that happens before G. Positions in modification order tell.
bool fences_are_consistent(const graph& g, std::span<const event_id> fences) {
  const int count = static_cast<int>(fences.size());
  std::array<mask, max_sequential> next{};
  std::array<mask, max_sequential> partners{};  // that a fence can order with
  std::array<clock, max_sequential> known;
  for (int a = 0; a < count; ++a) {
    known[a] = g.at(fences[a]).hb;
    for (int b = 0; b < count; ++b) {
      if (a == b || !ordered(g.at(fences[a]), g.at(fences[b]))) continue;
      partners[a] |= mask{1} << b;
      if (happens_before(g, fences[a], fences[b])) next[a] |= mask{1} << b;
    }
  }
  struct extent {
    int write_before, read_before;
    int write_after, read_after;
  };
  std::array<extent, max_sequential> at;
  for (const location_events& where : g.locations) {
    if (!is_shared(where)) continue;
    std::fill_n(at.begin(), count, extent{-1, -1, INT_MAX, INT_MAX});
    for (const event_id write : where.order) {
      const event& e = g.at(write);
      for (int f = 0; f < count; ++f) {
        extent& x = at[f];
        if (in(known[f], write)) {
          x.write_before = std::max<int>(x.write_before, e.position);
        }
        if (in(e.hb, fences[f])) {
          x.write_after = std::min<int>(x.write_after, e.position);
        }
      }
    }
    for (const event_id read : where.readers) {
      const event& e = g.at(read);
      const int position = g.position_of(e.rf);
      for (int f = 0; f < count; ++f) {
        extent& x = at[f];
        if (in(known[f], read)) {
          x.read_before = std::max(x.read_before, position);
        }
        if (in(e.hb, fences[f])) {
          x.read_after = std::min(x.read_after, position);
        }
      }
    }
    for (int a = 0; a < count; ++a) {
      const int write = at[a].write_after;
      const int read = at[a].read_after;
      if (write == INT_MAX && read == INT_MAX) continue;
      for (mask rest = partners[a] & ~next[a]; rest != 0; rest &= rest - 1) {
        const int b = std::countr_zero(rest);
        if (write <= at[b].read_before ||
            std::min(write, read) < at[b].write_before ||
            read < at[b].read_before) {
          next[a] |= mask{1} << b;
        }
      }
    }
  }
  return is_acyclic(next, count);
}

// All events in one row, for the general rules.
class general {
 public:
  general(const graph& g, std::span<const event_id> chosen)
      : g_(g), chosen_(chosen) {
    for (int t = 0; t < max_threads; ++t) {
      for (std::size_t i = 0; i < g.threads[t].size(); ++i) {
        all_.push_back(
            {static_cast<std::int16_t>(t), static_cast<std::int16_t>(i)});
      }
    }
    for (std::size_t a = 0; a < chosen.size(); ++a) {
      if (is_fence(g.at(chosen[a]))) fences_ |= mask{1} << a;
      for (std::size_t b = 0; b < chosen.size(); ++b) {
        if (ordered(g.at(chosen[a]), g.at(chosen[b]))) {
          partners_[a] |= mask{1} << b;
        }
      }
    }
  }

  bool rc11() {
    const std::size_t n = all_.size();
    // For each event x the nodes that start, or end, a psc step at x:
    // [Esc] u [Fsc];hb? and [Esc] u hb?;[Fsc].
    sources_.assign(n, 0);
    targets_.assign(n, 0);
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t s = 0; s < chosen_.size(); ++s) {
        const mask bit = mask{1} << s;
        if (chosen_[s] == all_[x]) {
          sources_[x] |= bit;
          targets_[x] |= bit;
        } else if (is_fence(g_.at(chosen_[s]))) {
          if (happens_before(g_, chosen_[s], all_[x])) sources_[x] |= bit;
          if (happens_before(g_, all_[x], chosen_[s])) targets_[x] |= bit;
        }
      }
    }
    if (!has(bug::no_psc_base)) add_base();
    if (!has(bug::no_psc_fence)) add_fences();
    return !loop_ && is_acyclic(next_, static_cast<int>(chosen_.size()));
  }

  bool cxx20() {
    merge_updates();
    const std::size_t n = all_.size();
    // L = [SC] u [Fsc];hb? and R = [SC] u hb?;[Fsc], as in rc11().
    sources_.assign(n, 0);
    targets_.assign(n, 0);
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t s = 0; s < chosen_.size(); ++s) {
        const mask bit = mask{1} << node_[s];
        if (chosen_[s] == all_[x]) {
          sources_[x] |= bit;
          targets_[x] |= bit;
        } else if (is_fence(g_.at(chosen_[s]))) {
          if (happens_before(g_, chosen_[s], all_[x])) sources_[x] |= bit;
          if (happens_before(g_, all_[x], chosen_[s])) targets_[x] |= bit;
        }
      }
    }
    extended_coherence([&](std::size_t x, std::size_t y) { link(x, y); });
    add_strong_happens_before();
    return !loop_ && is_acyclic(next_, static_cast<int>(chosen_.size()));
  }

 private:
  const event& at(std::size_t x) const { return g_.at(all_[x]); }
  bool hb(std::size_t x, std::size_t y) const {
    return happens_before(g_, all_[x], all_[y]);
  }
  bool is_memory(std::size_t x) const {
    return at(x).what == event_kind::read || at(x).what == event_kind::write;
  }
  bool same_location(std::size_t x, std::size_t y) const {
    return is_memory(x) && is_memory(y) && at(x).location == at(y).location;
  }
  int position(std::size_t x) const {
    return at(x).what == event_kind::write ? at(x).position
                                           : g_.position_of(at(x).rf);
  }
  // A psc step from what may start at x to what may end at y.
  void link(std::size_t x, std::size_t y) { relate(sources_[x], targets_[y]); }
  void relate(mask from, mask to) {
    for (; from != 0; from &= from - 1) {
      const int source = std::countr_zero(from);
      const mask own = mask{1} << source;
      // A fence before itself is a cycle. (An access is not: the two events of
      // one read-modify-write may be one node.)
      loop_ |= (to & own & fences_) != 0;
      next_[source] |= to & partners_[source] & ~own;
    }
  }

  // scb = sb u sb!=loc;hb;sb!=loc u hb|loc u mo u rb
  void add_base() {
    const std::size_t n = all_.size();
    std::vector<mask> before(n), after(n);  // one step of sb!=loc away
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = x + 1; y < n && all_[y].thread == all_[x].thread;
           ++y) {
        link(x, y);  // sb
        if (!same_location(x, y)) {
          before[y] |= sources_[x];
          after[x] |= targets_[y];
        }
      }
    }
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        if (x == y) continue;
        const bool ordered = hb(x, y);
        if (ordered && before[x] != 0 && after[y] != 0) {
          relate(before[x], after[y]);
        }
        if (ordered && has(bug::scb_uses_whole_hb)) link(x, y);
        if (!same_location(x, y)) continue;
        const bool writes = at(y).what == event_kind::write;
        if (ordered || (writes && position(x) < position(y))) link(x, y);
      }
    }
  }

  // [Fsc];(hb u hb;eco;hb);[Fsc]
  void add_fences() {
    for (std::size_t a = 0; a < chosen_.size(); ++a) {
      for (std::size_t b = 0; b < chosen_.size(); ++b) {
        if (a != b && is_fence(g_.at(chosen_[a])) &&
            is_fence(g_.at(chosen_[b])) &&
            happens_before(g_, chosen_[a], chosen_[b])) {
          relate(mask{1} << a, mask{1} << b);
        }
      }
    }
    extended_coherence([&](std::size_t x, std::size_t y) {
      relate(sources_[x] & fences_, targets_[y] & fences_);
    });
  }

  // eco = (rf u mo u rb)+, by positions.
  template <class Step>
  void extended_coherence(Step step) {
    for (std::size_t x = 0; x < all_.size(); ++x) {
      if (!is_memory(x)) continue;
      for (std::size_t y = 0; y < all_.size(); ++y) {
        if (x == y || !same_location(x, y)) continue;
        const int from = position(x), to = position(y);
        const bool reads = at(x).what == event_kind::write &&
                           at(y).what == event_kind::read && from == to;
        if (from < to || reads) step(x, y);
      }
    }
  }

  // In C++20 a read-modify-write is one operation: its two events, one node.
  void merge_updates() {
    node_.resize(chosen_.size());
    for (std::size_t s = 0; s < chosen_.size(); ++s) {
      node_[s] = static_cast<int>(s);
      const event& e = g_.at(chosen_[s]);
      if (e.what == event_kind::write && e.updates && s > 0 &&
          chosen_[s - 1].thread == chosen_[s].thread &&
          chosen_[s - 1].index + 1 == chosen_[s].index) {
        node_[s] = node_[s - 1];
      }
    }
  }

  // Whether x is the read, or the write, of a read-modify-write.
  bool is_update_part(std::size_t x, bool read) const {
    return at(x).updates &&
           at(x).what == (read ? event_kind::read : event_kind::write);
  }

  // [SC];shb;[SC], where shb = (sb u [SC];sw;[SC] u sb;hb;sb)+. A step of shb
  // that leaves an event by sb may go by any hb and end in sb.
  void add_strong_happens_before() {
    const std::size_t n = all_.size();
    std::vector<std::vector<bool>> strong(n, std::vector<bool>(n));
    std::vector<int> node_of(n, -1);
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t s = 0; s < chosen_.size(); ++s) {
        if (chosen_[s] == all_[x]) node_of[x] = node_[s];
      }
    }
    const auto sb = [&](std::size_t x, std::size_t y) {
      return all_[x].thread == all_[y].thread && all_[x].index < all_[y].index;
    };
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        if (x == y) continue;
        if (has(bug::cxx20_strong_happens_before_is_program_order)) {
          strong[x][y] = sb(x, y);
          continue;
        }
        strong[x][y] = sb(x, y) ||
                       (node_of[x] >= 0 && node_of[y] >= 0 &&
                        all_[x].thread != all_[y].thread && synchronizes(x, y));
        // sb;hb;sb: what comes next in x's thread, and last before y, or the
        // start of y's thread.
        const std::size_t next = x + (is_update_part(x, true) ? 2 : 1);
        if (strong[x][y] || next >= n || !sb(x, next)) continue;
        const int before = is_update_part(y, false) ? 2 : 1;
        strong[x][y] = all_[y].index >= before
                           ? next == y - before || hb(next, y - before)
                           : in(g_.start[all_[y].thread], all_[next]);
      }
    }
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t x = 0; x < n; ++x) {
        if (!strong[x][k]) continue;
        for (std::size_t y = 0; y < n; ++y) {
          if (strong[k][y]) strong[x][y] = true;
        }
      }
    }
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        if (strong[x][y] && node_of[x] >= 0 && node_of[y] >= 0 &&
            node_of[x] != node_of[y]) {
          relate(mask{1} << node_of[x], mask{1} << node_of[y]);
        }
      }
    }
  }

  // Whether y gets its happens-before from x directly: x releases what y, or
  // what a fence y comes behind, has read.
  bool synchronizes(std::size_t x, std::size_t y) const {
    const event& from = at(x);
    const event& to = at(y);
    const bool release_side =
        (from.what == event_kind::write && releases(from.order)) ||
        (from.what == event_kind::fence && releases(from.order));
    if (!release_side) return false;
    const auto carries = [&](event_id read) {
      // The release sequence that the read's source is part of, backwards.
      for (event_id w = g_.at(read).rf; w.exists();) {
        if (from.what == event_kind::write
                ? w == all_[x]
                : w.thread == all_[x].thread && w.index > all_[x].index) {
          return true;
        }
        if (!g_.at(w).updates) return false;
        w = g_.threads[w.thread][w.index - 1].rf;
      }
      return false;
    };
    if (to.what == event_kind::read) {
      return acquires(to.effective_order()) && carries(all_[y]);
    }
    if (to.what == event_kind::fence && acquires(to.order)) {
      for (std::int16_t i = 0; i < all_[y].index; ++i) {
        const event_id read{all_[y].thread, i};
        if (g_.at(read).what == event_kind::read && carries(read)) return true;
      }
    }
    return false;
  }

  const graph& g_;
  const std::span<const event_id> chosen_;
  std::vector<event_id> all_;
  std::vector<mask> sources_, targets_;
  std::vector<int> node_;
  std::array<mask, max_sequential> next_{};
  std::array<mask, max_sequential> partners_{};  // that a node can order with
  mask fences_ = 0;
  bool loop_ = false;
};

}  // namespace

bool is_consistent(const graph& g, dialect model) {
  if (has(bug::no_psc)) return true;
  const nodes chosen(g);
  if (chosen.all().size() < 2 || chosen.only_light()) return true;
  if (chosen.only_fences()) {
    return has(bug::no_psc_fence) || fences_are_consistent(g, chosen.all());
  }
  general rules(g, chosen.all());
  const bool is_rc11 = model == dialect::rc11 || has(bug::cxx20_is_rc11);
  return is_rc11 ? rules.rc11() : rules.cxx20();
}

}  // namespace acqrel::model::internal
