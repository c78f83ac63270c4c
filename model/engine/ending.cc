// How a run ends when no thread can go on: all have ended, or some wait for what
// will come in another execution, or for what will never come.
#include <algorithm>

#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

const event* engine::last_event(int thread) const {
  const std::vector<event>& events = graph_->threads[thread];
  return events.empty() ? nullptr : &events.back();
}

// Whether a thread that goes on no more would do so under any fair scheduler:
// what it reads is the newest there is, and no notify had to wake it.
bool engine::is_stuck_fairly(int t) const {
  const checked_thread& thread = threads_[t];
  const graph& g = *graph_;
  const auto is_newest = [&](const event& read) {
    return g.position_of(read.rf) ==
           static_cast<int>(g.locations[read.location].order.size());
  };
  switch (thread.status) {
    case thread_status::waiting:
      return is_newest(*last_event(t));
    case thread_status::spinning: {
      // Updates that change no value may stand behind: its own, and those of
      // others that spin, too. It would see the same again.
      for (int i = thread.last_iteration; i < thread.replayed; ++i) {
        const event& e = g.threads[t][i];
        // Nobody chooses the same for ever.
        if (e.what == event_kind::choice && !e.all) return false;
        if (e.what != event_kind::read) continue;
        const std::vector<event_id>& order = g.locations[e.location].order;
        for (std::size_t p = g.position_of(e.rf); p < order.size(); ++p) {
          const event& write = g.at(order[p]);
          if (!write.updates || !(write.value == e.value)) return false;
        }
      }
      return true;
    }
    case thread_status::sleeping: {
      if (thread.timed) return false;
      const event& sleep = *last_event(t);
      const event_id read{static_cast<std::int16_t>(t),
                          static_cast<std::int16_t>(g.threads[t].size() - 2)};
      const location_events& where = g.locations[sleep.location];
      for (const event_id id : where.waits) {
        const event& notify = g.at(id);
        if (notify.what != event_kind::notify) continue;
        const bool used =
            !notify.all && !has(bug::notify_one_wakes_many) &&
            std::any_of(where.waits.begin(), where.waits.end(),
                        [&](event_id other) {
                          return g.at(other).what == event_kind::sleep &&
                                 g.at(other).rf == id;
                        });
        if (used) continue;
        if (has(bug::notify_wakes_always) && !in(sleep.porf, id)) return false;
        if (must_wake(id, read)) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

std::string engine::describe_stuck(failure& kind) {
  std::string text;
  kind = failure::livelock;
  for (int t = 0; t < known_threads_; ++t) {
    const thread_status s = threads_[t].status;
    const char* what = nullptr;
    if (s == thread_status::waiting) what = " waits for ever for a value";
    if (s == thread_status::sleeping) what = " sleeps, and nobody will wake it";
    if (s == thread_status::spinning)
      what = " repeats the same iteration for ever";
    if (s == thread_status::joining) continue;
    if (what == nullptr) continue;
    if (s != thread_status::spinning) kind = failure::deadlock;
    if (!text.empty()) text += "; ";
    text += "T" + std::to_string(t) + what;
    if (const event* e = last_event(t)) text += " (" + where(e->place) + ")";
  }
  return text;
}

engine::ending engine::finish_run() {
  bool all = true;
  for (int t = 0; t < known_threads_; ++t) {
    if (threads_[t].status == thread_status::cut) return ending::bound;
  }
  for (int t = 0; t < known_threads_; ++t) {
    const thread_status s = threads_[t].status;
    if (s == thread_status::unused || s == thread_status::ended) continue;
    all = false;
    if ((!is_stuck_fairly(t) && !has(bug::stuck_is_always_fair)) ||
        has(bug::stuck_is_always_unfair)) {
      return ending::blocked;
    }
  }
  if (!all) {
    if (tracing_) {
      for (int t = 0; t < known_threads_; ++t) {
        const thread_status s = threads_[t].status;
        if (s == thread_status::waiting || s == thread_status::sleeping ||
            s == thread_status::spinning) {
          const event* const e = last_event(t);
          culprits_.push_back(static_cast<int>(steps_.size()));
          trace({.thread = t,
                 .kind = step_kind::blocked,
                 .operation = s == thread_status::waiting    ? "waits for ever"
                              : s == thread_status::sleeping ? "sleeps for ever"
                                                             : "spins for ever",
                 .place = e->place});
        }
      }
    }
    result_.message = describe_stuck(result_.error);
    return ending::failed;
  }
  if (options_.leaks && !has(bug::no_leak_check)) {
    for (const block& b : blocks_) {
      if (b.freed) continue;
      result_.error = failure::leak;
      result_.message = "a leak: " + std::to_string(b.size) + " bytes that " +
                        thread_at(b.thread, b.place) +
                        " allocated were not freed when all ended";
      for (const cell& c : cells_) {
        const char* const at = static_cast<const char*>(c.address);
        if (at >= b.address && at < b.address + b.size) {
          result_.message += "; they hold " + describe(c);
          break;
        }
      }
      return ending::failed;
    }
  }
  return ending::complete;
}

}  // namespace acqrel::model::internal
