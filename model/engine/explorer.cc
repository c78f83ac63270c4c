// What is left to explore. After TruSt (Kokologiannakis et al., POPL 2022),
// each consistent execution graph is reached exactly once.
//
// The work is a stack. Alternatives of events (another store to read, another
// place in modification order, another choice) name the stamp of their event:
// what was added before it is still there when they come up, so the level's
// graph is cut to it. A backward revisit, in which an earlier read reads a
// later write, makes a graph of its own, one level up.
#include <algorithm>

#include "acqrel/model/engine/consistency.h"
#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

// For each read that might have read the new write, or sleep that might have
// been ended by the new notify: everything added after it, that the new event
// does not depend on, is undone; provided that it would be redone in the same
// way if the read had not been there (or another graph leads to this one, too).
void engine::push_revisits(event_id added) {
  if (has(bug::no_backward_revisits)) return;
  graph& g = now();
  const event& a = g.at(added);
  const location_events& where = g.locations[a.location];
  const bool is_write = a.what == event_kind::write;
  if (!is_write && has(bug::notifies_do_not_revisit)) return;
  for (const event_id r : is_write ? where.readers : where.waits) {
    const event& read = g.at(r);
    if (in(a.porf, r)) continue;
    if (!is_write && (read.what != event_kind::sleep || read.rf.exists())) {
      continue;
    }
    graph::thread_sizes keep;
    bool maximal = has(bug::no_maximality_test) || is_maximal(r, added);
    for (int t = 0; t < max_threads && maximal; ++t) {
      const std::vector<event>& events = g.threads[t];
      int kept = a.porf[t];
      while (kept < static_cast<int>(events.size()) &&
             events[kept].stamp <= read.stamp) {
        ++kept;
      }
      keep[t] = static_cast<std::int16_t>(kept);
      if (has(bug::no_maximality_test)) continue;
      for (std::size_t i = kept; i < events.size() && maximal; ++i) {
        maximal = is_maximal(
            {static_cast<std::int16_t>(t), static_cast<std::int16_t>(i)},
            added);
      }
    }
    if (!maximal) continue;
    left_.push_back({.what = alternative::kind::revisit,
                     .level = level_,
                     .stamp = a.stamp,
                     .subject = r,
                     .source = added,
                     .keep = keep});
  }
}

// Whether an event is as its addition would make it first, in a graph of what
// was there before it and what `added` depends on.
bool engine::is_maximal(event_id id, event_id added) const {
  const graph& g = *graph_;
  const event& e = g.at(id);
  const clock& porf = g.at(added).porf;
  const auto is_before = [&](event_id x) {
    return g.at(x).stamp <= e.stamp || (x != added && in(porf, x));
  };
  switch (e.what) {
    case event_kind::read: {
      if (e.rf.exists() && !is_before(e.rf)) return false;
      const std::vector<event_id>& order = g.locations[e.location].order;
      for (std::size_t p = g.position_of(e.rf); p < order.size(); ++p) {
        if (order[p] != added && is_before(order[p])) return false;
      }
      return true;
    }
    case event_kind::write: {
      const location_events& where = g.locations[e.location];
      for (const event_id r : where.readers) {
        if (g.at(r).rf == id && g.at(r).stamp <= e.stamp) return false;
      }
      for (std::size_t p = e.position; p < where.order.size(); ++p) {
        if (where.order[p] != added && is_before(where.order[p])) return false;
      }
      return true;
    }
    case event_kind::choice:
      return e.value.low == 0;
    case event_kind::sleep:
      return !e.rf.exists();
    case event_kind::notify:
      for (const event_id s : g.locations[e.location].waits) {
        if (g.at(s).what == event_kind::sleep && g.at(s).rf == id &&
            g.at(s).stamp <= e.stamp) {
          return false;
        }
      }
      return true;
    default:
      return true;
  }
}

void engine::materialize(int level, const graph& from) {
  if (static_cast<std::size_t>(level) == levels_.size()) {
    levels_.push_back(std::make_unique<graph>());
  }
  *levels_[level] = from;
  level_ = level;
  graph_ = levels_[level].get();
}

// Makes the graph in which item.subject reads from item.source. A plain store
// may stand in several places: one for each item.number.
bool engine::apply_revisit(alternative item) {
  levels_[item.level]->cut(item.stamp);
  materialize(item.level + 1, *levels_[item.level]);
  graph& g = now();
  g.truncate(item.keep);
  if (g.at(item.source).what == event_kind::notify) {
    g.redirect(item.subject, item.source);
    return true;
  }
  const event a = g.at(item.source);
  const int count = static_cast<int>(g.locations[a.location].order.size());
  g.move(item.source, count);  // the others are now as without it
  const clock view =
      g.read_view(item.subject.thread, item.subject.index, a.location);
  const int below_read = g.lower_bound(a.location, view, item.subject);
  int position = 0;
  if (a.updates) {
    const event_id read{item.source.thread,
                        static_cast<std::int16_t>(item.source.index - 1)};
    position = g.position_of(g.at(read).rf) + 1;
    if (position <= below_read) return false;
    if (position < count && g.at(g.store_at(a.location, position)).updates &&
        !has(bug::update_not_atomic)) {
      return false;
    }
  } else {
    const int below_write = g.lower_bound(a.location, a.hb, item.source);
    int legal = 0;
    bool more = false;
    for (int p = std::max(below_read, below_write) + 1; p <= count; ++p) {
      if (p < count) {
        if (has(bug::append_only_modification_order)) continue;
        if (g.at(g.store_at(a.location, p)).updates &&
            !has(bug::update_not_atomic)) {
          continue;
        }
      }
      if (legal == item.number) position = p;
      more = legal++ > item.number;
    }
    if (position == 0) return false;
    if (more) {
      ++item.number;
      left_.push_back(item);
    }
  }
  g.move(item.source, position);
  g.redirect(item.subject, item.source);
  return is_consistent(g, options_.memory_model);
}

// Turns the top of the stack into the graph to run next. False: inconsistent.
bool engine::take_alternative() {
  const alternative item = left_.back();
  left_.pop_back();
  if (item.what == alternative::kind::revisit) return apply_revisit(item);
  level_ = item.level;
  graph_ = levels_[level_].get();
  graph& g = now();
  g.cut(item.stamp);
  switch (item.what) {
    case alternative::kind::read:
      g.redirect(item.subject, item.source);
      return g.at(item.subject).what == event_kind::sleep ||
             is_consistent(g, options_.memory_model);
    case alternative::kind::write:
      g.move(item.subject, item.number);
      return is_consistent(g, options_.memory_model);
    default:
      g.at(item.subject).value.low = item.number;
      return true;
  }
}

bool engine::out_of_budget() {
  if (workers_ != nullptr && workers_->is_stopped()) return true;
  if (options_.max_executions != 0 &&
      result_.executions + shared_executions_ >= options_.max_executions) {
    result_.bound = "max_executions";
    return true;
  }
  const std::uint64_t runs = result_.executions + result_.blocked;
  if (options_.time_limit.count() != 0 && runs % 256 == 0 &&
      std::chrono::steady_clock::now() - started_ >= options_.time_limit) {
    result_.bound = "time_limit";
    return true;
  }
  return false;
}

void engine::explore() {
  now().clear();
  for (;;) {
    switch (run()) {
      case ending::complete: {
        ++result_.executions;
        note_load_buffering();
        note_stale_reads();
        const auto [it, is_new] = result_.outcomes.try_emplace(outcome_, 0);
        if (it->second++ == 0) result_.witnesses[it->first] = script_of_run();
        break;
      }
      case ending::blocked:
        ++result_.blocked;
        break;
      case ending::bound:
        ++result_.bound_hits;
        break;
      case ending::dropped:
        break;
      case ending::failed:
        return;
    }
    if (out_of_budget()) return;
    share_work();
    if (!next_graph()) return;
  }
}

bool engine::next_graph() {
  for (;;) {
    if (left_.empty()) {
      if (workers_ != nullptr && take_work()) return true;
      if (workers_ == nullptr || !workers_->is_stopped()) {
        result_.complete = true;  // of its share
      }
      return false;
    }
    if (take_alternative()) return true;
  }
}

// Pairs that hardware may swap: see load_buffering_pair in check.h.
void engine::note_load_buffering() {
  const graph& g = now();
  for (int t = 0; t < known_threads_; ++t) {
    std::vector<event_id> loads;
    for (std::size_t i = 0; i < g.threads[t].size(); ++i) {
      const event& e = g.threads[t][i];
      const int order = e.effective_order();
      const bool is_access =
          e.what == event_kind::read || e.what == event_kind::write;
      if (!is_access || acquires(order) || releases(order)) {
        if (e.what != event_kind::choice) loads.clear();
        continue;
      }
      const event_id id{static_cast<std::int16_t>(t),
                        static_cast<std::int16_t>(i)};
      if (e.what == event_kind::read) {
        loads.push_back(id);
        continue;
      }
      bool is_seen = false;
      for (const event_id r : g.locations[e.location].readers) {
        is_seen |= g.at(r).rf == id && r.thread != t;
      }
      if (!is_seen) continue;
      for (const event_id load : loads) {
        const event& l = g.at(load);
        if (l.location == e.location) continue;
        if (load_buffering_.insert(l.place << 16 | e.place).second) {
          const known_place& from = place_table::get()[l.place];
          const known_place& to = place_table::get()[e.place];
          result_.load_buffering.push_back(
              {{from.file, static_cast<int>(from.line),
                static_cast<int>(from.column)},
               {to.file, static_cast<int>(to.line),
                static_cast<int>(to.column)}});
        }
      }
    }
  }
}

// Reads for which there was a newer store, one that does not happen after them.
void engine::note_stale_reads() {
  const graph& g = now();
  for (const location_events& where : g.locations) {
    for (const event_id r : where.readers) {
      const event& read = g.at(r);
      const event_id own{r.thread, static_cast<std::int16_t>(r.index + 1)};
      for (std::size_t p = g.position_of(read.rf); p < where.order.size();
           ++p) {
        const event_id store = where.order[p];
        if (happens_before(g, r, store) || (read.updates && store == own)) {
          continue;
        }
        ++places_[read.place].stale;
        break;
      }
    }
  }
}

result engine::check() {
  active = this;
  started_ = std::chrono::steady_clock::now();
  if (!options_.replay.empty()) {
    run_script();
  } else if (options_.samples != 0) {
    sample();
  } else {
    explore();
    if (workers_ != nullptr) finish_sharing();
    if (result_.complete && result_.bound_hits > 0) {
      result_.complete = false;
      result_.bound = is_crowded_ ? "64 seq_cst operations" : "max_events";
    }
  }
  if (result_.error != failure::none || !options_.replay.empty()) {
    trace_run();
    result_.counterexample = describe_execution();
  }
  result_.histories = histories_.size();
  result_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_)
          .count();
  active = nullptr;
  return std::move(result_);
}

}  // namespace acqrel::model::internal
