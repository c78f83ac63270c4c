#include "acqrel/model/engine/graph.h"

#include <algorithm>

#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {
int graph::size() const noexcept {
  std::size_t sum = 0;
  for (const auto& events : threads) sum += events.size();
  return static_cast<int>(sum);
}

void graph::clear() noexcept {
  for (auto& events : threads) events.clear();
  for (location_events& l : locations) {
    l.order.clear();
    l.readers.clear();
    l.waits.clear();
  }
  start.fill(clock());
  start_porf.fill(clock());
  next_stamp_ = 1;
}

event graph::begin(int thread) const noexcept {
  event e;
  if (threads[thread].empty()) {
    e.hb = start[thread];
    e.porf = start_porf[thread];
    return e;
  }
  const event& before = threads[thread].back();
  e.hb = before.hb;
  e.porf = before.porf;
  e.pending = before.pending;
  e.released = before.released;
  return e;
}

// The thread's own component, and the stamp.
void graph::finish(int thread, event& e) {
  const int count = static_cast<int>(threads[thread].size()) + 1;
  e.hb.set(thread, count);
  e.porf.set(thread, count);
  e.stamp = next_stamp_++;
}

// What a read learns from the store that it reads. Its clocks are those of its
// predecessor.
void graph::finish_read(event& e) {
  e.updates = false;
  e.value = value_at(e.location, e.rf);
  e.updates = e.update == update_kind::always ||
              (e.update == update_kind::if_expected && e.value == e.expected);
  if (!e.rf.exists()) return;
  const event& source = at(e.rf);
  e.porf.join(source.porf);
  int order = e.effective_order();
  if (e.update == update_kind::if_expected && !e.updates) {
    if (has(bug::failed_cas_uses_success_order)) order = e.order;
    if (has(bug::failed_cas_is_relaxed)) order = 0;
  }
  const bool acquire =
      acquires(order) || has(bug::relaxed_load_acquires) ||
      (has(bug::release_update_acquires) && e.updates && releases(order));
  (acquire ? e.hb : e.pending).join(source.message);
}

event_id graph::append_read(int thread, event e, event_id source) {
  e.rf = source;
  finish_read(e);
  finish(thread, e);
  const event_id id{static_cast<std::int16_t>(thread),
                    static_cast<std::int16_t>(threads[thread].size())};
  threads[thread].push_back(e);
  location(e.location).readers.push_back(id);
  return id;
}

event_id graph::append_write(int thread, event e, int position) {
  finish(thread, e);
  const event_id id{static_cast<std::int16_t>(thread),
                    static_cast<std::int16_t>(threads[thread].size())};
  location_events& where = location(e.location);
  if (releases(e.order) || has(bug::relaxed_store_releases)) {
    e.message = e.hb;
  } else {
    e.message = has(bug::release_fence_carries_nothing) ? clock() : e.released;
  }
  event_id continued = no_event;
  if (e.updates && !has(bug::update_breaks_release_sequence)) {
    continued = threads[thread].back().rf;  // its read
  } else if (!e.updates && position > 1) {
    const event_id before = where.order[position - 2];
    if (has(bug::any_store_continues_release_sequence) ||
        (has(bug::own_store_continues_release_sequence) &&
         before.thread == thread)) {
      continued = before;
    }
  }
  if (continued.exists()) e.message.join(at(continued).message);
  threads[thread].push_back(e);
  where.order.insert(where.order.begin() + (position - 1), id);
  for (std::size_t i = position - 1; i < where.order.size(); ++i) {
    at(where.order[i]).position = static_cast<std::int16_t>(i + 1);
  }
  return id;
}

event_id graph::append(int thread, event e) {
  const event_id id{static_cast<std::int16_t>(thread),
                    static_cast<std::int16_t>(threads[thread].size())};
  switch (e.what) {
    case event_kind::fence:
    case event_kind::heavy_fence: {
      const int order = e.what == event_kind::heavy_fence
                            ? int(std::memory_order_seq_cst)
                            : e.order;
      if ((acquires(order) && !has(bug::acquire_fence_does_nothing)) ||
          (releases(order) && has(bug::release_fence_acquires))) {
        e.hb.join(e.pending);
      }
      if (sequential(order) && has(bug::seq_cst_fence_joins_earlier_ones)) {
        for (const auto& events : threads) {
          for (const event& other : events) {
            if (other.what == event_kind::fence && sequential(other.order)) {
              e.hb.join(other.hb);
              e.porf.join(other.porf);
            }
          }
        }
      }
      finish(thread, e);
      if (releases(order) ||
          (acquires(order) && has(bug::acquire_fence_releases))) {
        e.released = e.hb;
      }
      break;
    }
    case event_kind::join: {
      const event& end = threads[e.other].back();
      e.hb.join(end.hb);
      e.porf.join(end.porf);
      finish(thread, e);
      break;
    }
    case event_kind::spawn:
      finish(thread, e);
      start[e.other] = e.hb;
      start_porf[e.other] = e.porf;
      break;
    case event_kind::sleep:
      if (e.rf.exists()) e.porf.join(at(e.rf).porf);
      finish(thread, e);
      location(e.location).waits.push_back(id);
      break;
    case event_kind::notify:
      finish(thread, e);
      location(e.location).waits.push_back(id);
      break;
    default:
      finish(thread, e);
  }
  threads[thread].push_back(e);
  return id;
}

void graph::redirect(event_id read, event_id source) {
  event e = at(read);
  threads[read.thread].pop_back();
  const event before = begin(read.thread);
  e.hb = before.hb;
  e.porf = before.porf;
  e.pending = before.pending;
  e.released = before.released;
  e.rf = source;
  if (e.what == event_kind::read) {
    finish_read(e);
  } else if (source.exists()) {
    e.porf.join(at(source).porf);
  }
  e.hb.set(read.thread, read.index + 1);
  e.porf.set(read.thread, read.index + 1);
  threads[read.thread].push_back(e);
}

void graph::move(event_id write, int position) {
  std::vector<event_id>& order = locations[at(write).location].order;
  order.erase(std::find(order.begin(), order.end(), write));
  order.insert(order.begin() + (position - 1), write);
  for (std::size_t i = 0; i < order.size(); ++i) {
    at(order[i]).position = static_cast<std::int16_t>(i + 1);
  }
}

int graph::lower_bound(int location, const clock& view,
                       event_id ignored) const {
  const location_events& where = locations[location];
  int bound = 0;
  if (!has(bug::bound_ignores_stores)) {
    for (std::size_t i = where.order.size(); i > 0; --i) {
      if (in(view, where.order[i - 1]) && where.order[i - 1] != ignored) {
        bound = static_cast<int>(i);
        break;
      }
    }
  }
  if (has(bug::bound_ignores_reads)) return bound;
  for (const event_id reader : where.readers) {
    if (reader != ignored && in(view, reader)) {
      bound = std::max(bound, position_of(at(reader).rf));
    }
  }
  return bound;
}

bool graph::is_updated(int location, event_id store, const clock* view) const {
  for (const event_id reader : locations[location].readers) {
    const event& read = at(reader);
    if (read.rf == store && read.updates &&
        (view == nullptr || in(*view, reader))) {
      return true;
    }
  }
  return false;
}

clock graph::read_view(int thread, int count, int location) const {
  const std::vector<event>& events = threads[thread];
  clock view = count == 0 ? start[thread] : events[count - 1].hb;
  if (has(bug::bound_uses_po_rf) && count > 0) view = events[count - 1].porf;
  for (const event_id wait : locations[location].waits) {
    if (wait.thread != thread || wait.index >= count) continue;
    const event& e = at(wait);
    if (e.what == event_kind::sleep && e.rf.exists()) view.join(at(e.rf).hb);
  }
  return view;
}

void graph::truncate(const thread_sizes& keep) {
  bool changed = false;
  for (int t = 0; t < max_threads; ++t) {
    if (static_cast<int>(threads[t].size()) > keep[t]) {
      threads[t].resize(keep[t]);
      changed = true;
    }
  }
  if (!changed) return;
  const auto gone = [&](event_id id) { return id.index >= keep[id.thread]; };
  for (location_events& where : locations) {
    if (where.empty()) continue;
    std::erase_if(where.readers, gone);
    std::erase_if(where.waits, gone);
    if (std::erase_if(where.order, gone) > 0) {
      for (std::size_t i = 0; i < where.order.size(); ++i) {
        at(where.order[i]).position = static_cast<std::int16_t>(i + 1);
      }
    }
  }
}

void graph::cut(std::uint32_t stamp) {
  thread_sizes keep;
  for (int t = 0; t < max_threads; ++t) {
    std::size_t count = threads[t].size();
    while (count > 0 && threads[t][count - 1].stamp > stamp) --count;
    keep[t] = static_cast<std::int16_t>(count);
  }
  truncate(keep);
  next_stamp_ = stamp + 1;
}

}  // namespace acqrel::model::internal
