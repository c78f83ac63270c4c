// The execution graph: events, what each read reads from, and the modification
// order of each location. What exploration and consistency are about.
//
//   Source  M. Kokologiannakis, I. Marmanis, V. Gladstein and V. Vafeiadis,
//           "Truly Stateless, Optimal Dynamic Partial Order Reduction", POPL
//           2022; the views of O. Lahav et al., PLDI 2017, as vector clocks
//
// A location is a small number, the same in each execution. Position 0 of its
// modification order is the value that it was constructed with, which is no
// event; the store at position p is order[p - 1].
//
// Invariants
//   G1  Stamps grow along program order, and tell in which order events were
//       added. A read may have an older stamp than the write it reads from.
//   G2  An event's clocks depend on its po|rf prefix alone, so they remain
//       right when other events are removed.
//   G3  The write of a read-modify-write follows its read in program order, and
//       in modification order what was read.
#ifndef ACQREL_MODEL_ENGINE_GRAPH_H_
#define ACQREL_MODEL_ENGINE_GRAPH_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "acqrel/model/engine/clock.h"

namespace acqrel::model::internal {

// A value, up to 16 bytes, zero behind its end.
struct bits {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const bits&) const = default;
};

// Event `index` of `thread`, from 0.
struct event_id {
  std::int16_t thread = -1;
  std::int16_t index = -1;
  bool operator==(const event_id&) const = default;
  bool exists() const noexcept { return thread >= 0; }
};
// What a read of the constructed value reads from, and a sleep that nobody ends.
inline constexpr event_id no_event{};

enum class event_kind : std::uint8_t {
  read,
  write,
  fence,
  light_fence,
  heavy_fence,
  spawn,
  end,
  join,
  choice,  // value.low of value.high alternatives
  sleep,   // in a wait; reads from the notify that ends it
  notify,
};

// Whether a read is part of a read-modify-write.
enum class update_kind : std::uint8_t { never, always, if_expected };

struct event {
  clock hb;        // what happens before, this event included
  clock porf;      // the same for po|rf
  clock message;   // write: what an acquire that reads it gets; spawn, end: hb
  clock pending;   // what relaxed reads have seen, for an acquire fence
  clock released;  // hb at the last release fence
  bits value;
  bits expected;  // of a compare_exchange
  std::uint32_t stamp = 0;
  std::uint16_t location = 0;
  std::uint16_t place = 0;
  event_id rf;
  std::int16_t position = 0;  // write: in modification order
  event_kind what = event_kind::read;
  std::uint8_t order = 0;    // std::memory_order; of a CAS that succeeds
  std::uint8_t failure = 0;  // of one that fails
  update_kind update = update_kind::never;
  bool updates = false;    // read: a write follows. write: a read precedes
  bool all = false;        // notify: notify_all
  std::int8_t other = -1;  // spawn, join: the other thread

  int effective_order() const noexcept {
    return update == update_kind::if_expected && !updates ? failure : order;
  }
};

constexpr bool acquires(int order) noexcept {
  return order == int(std::memory_order_acquire) ||
         order == int(std::memory_order_acq_rel) ||
         order == int(std::memory_order_seq_cst);
}
constexpr bool releases(int order) noexcept {
  return order == int(std::memory_order_release) ||
         order == int(std::memory_order_acq_rel) ||
         order == int(std::memory_order_seq_cst);
}
constexpr bool sequential(int order) noexcept {
  return order == int(std::memory_order_seq_cst);
}

struct location_events {
  std::vector<event_id> order;    // the stores in modification order
  std::vector<event_id> readers;  // all reads
  std::vector<event_id> waits;    // sleeps and notifies
  bits initial;                   // what it was constructed with
  bool empty() const noexcept {
    return order.empty() && readers.empty() && waits.empty();
  }
};

class graph {
 public:
  using thread_sizes = std::array<std::int16_t, max_threads>;

  std::array<std::vector<event>, max_threads> threads;
  std::vector<location_events> locations;
  // What a thread knows before its first event, and what it depends on: the
  // spawn's hb and porf.
  std::array<clock, max_threads> start;
  std::array<clock, max_threads> start_porf;

  const event& at(event_id id) const noexcept {
    return threads[id.thread][id.index];
  }
  event& at(event_id id) noexcept { return threads[id.thread][id.index]; }
  std::uint32_t next_stamp() const noexcept { return next_stamp_; }
  void set_next_stamp(std::uint32_t stamp) noexcept { next_stamp_ = stamp; }
  int size() const noexcept;
  void clear() noexcept;

  location_events& location(int id) {
    if (static_cast<std::size_t>(id) >= locations.size()) {
      locations.resize(id + 1);
    }
    return locations[id];
  }
  // Position, and value, of what a read reads from.
  int position_of(event_id store) const noexcept {
    return store.exists() ? at(store).position : 0;
  }
  event_id store_at(int location, int position) const noexcept {
    return position == 0 ? no_event : locations[location].order[position - 1];
  }
  bits value_at(int location, event_id store) const noexcept {
    return store.exists() ? at(store).value : locations[location].initial;
  }

  // An event at the end of `thread`, with the clocks of its predecessor.
  event begin(int thread) const noexcept;
  // Appends; finishes the clocks. A write is put at `position`, where it moves
  // what is there and behind.
  event_id append_read(int thread, event e, event_id source);
  event_id append_write(int thread, event e, int position);
  event_id append(int thread, event e);  // all other kinds

  // Makes a read, the last event of its thread, read from another store.
  void redirect(event_id read, event_id source);
  // Takes a write out of the modification order, and puts it elsewhere.
  void move(event_id write, int position);

  // The oldest position that a read may read, or behind which a write may
  // stand, for a thread that knows `view`: of the stores in the view, and of
  // what the reads in it have read, the newest.
  int lower_bound(int location, const clock& view, event_id ignored = {}) const;
  // Whether an update has read the store; in `view` only, if it is given.
  bool is_updated(int location, event_id store,
                  const clock* view = nullptr) const;
  // The view that bounds what the next read of `location` by `thread`, whose
  // events before it are `count`, may read: what it knows, and what those who
  // woke it knew.
  clock read_view(int thread, int count, int location) const;

  // Removes events, so that each thread keeps its first ones.
  void truncate(const thread_sizes& keep);
  // Removes what was added after `stamp`.
  void cut(std::uint32_t stamp);

 private:
  void finish(int thread, event& e);
  void finish_read(event& e);
  std::uint32_t next_stamp_ = 1;
};

// x happens before y. Not reflexive.
inline bool happens_before(const graph& g, event_id x, event_id y) noexcept {
  return x != y && g.at(y).hb[x.thread] > x.index;
}
inline bool in(const clock& view, event_id x) noexcept {
  return view[x.thread] > x.index;
}

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_GRAPH_H_
