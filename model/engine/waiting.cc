// Waiting: sleeps and what ends them, and loops that repeat for ever.
#include <algorithm>

#include "acqrel/model/engine/decisions.h"
#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

// Whether a notify ends each sleep that begins with this read, whichever comes
// first: a store that the read has not seen happens before the notify
// ([atomics.wait], "eligible to be unblocked").
bool engine::must_wake(event_id notify, event_id read) const {
  const graph& g = *graph_;
  const event& r = g.at(read);
  const std::vector<event_id>& order = g.locations[r.location].order;
  for (std::size_t p = g.position_of(r.rf); p < order.size(); ++p) {
    if (in(g.at(notify).hb, order[p])) return true;
  }
  return false;
}

// Sleeps until a notify. Returns at once in the graph, or never in this run.
void engine::do_sleep(const location& at, place where) {
  const int id = place_of(where, "sleep");
  const int location = cells_[at.number].graph_location;
  graph& g = now();
  if (next_event(event_kind::sleep) == nullptr) {
    event e = prototype(event_kind::sleep, id);
    e.location = static_cast<std::uint16_t>(location);
    event_id source = no_event;
    std::vector<event_id> notifies;
    for (const event_id other : g.location(location).waits) {
      const event& notify = g.at(other);
      if (notify.what != event_kind::notify) continue;
      // One that the thread has only heard of wakes it if it must.
      if (in(e.porf, other) && !must_wake(other, last())) continue;
      const bool used =
          !notify.all && !has(bug::notify_one_wakes_many) &&
          std::any_of(g.location(location).waits.begin(),
                      g.location(location).waits.end(), [&](event_id s) {
                        return g.at(s).what == event_kind::sleep &&
                               g.at(s).rf == other;
                      });
      if (!used) notifies.push_back(other);
    }
    if (mode_ == mode::explore) {
      for (const event_id notify : notifies) {
        left_.push_back(
            {.what = alternative::kind::read,
             .level = level_,
             .stamp = g.next_stamp(),
             .subject = {static_cast<std::int16_t>(current_),
                         static_cast<std::int16_t>(g.threads[current_].size())},
             .source = notify});
      }
    } else if (mode_ == mode::sample) {
      if (notifies.empty() && await_news(location, thread_status::sleeping)) {
        return do_sleep(at, where);
      }
      if (!notifies.empty()) source = notifies.front();
    } else if (const int chosen = decide(0)) {
      if (static_cast<std::size_t>(chosen) > notifies.size()) bad_script();
      source = notifies[chosen - 1];
    }
    e.rf = source;
    append_simple(e);
  }
  const event_id id_of = last();
  trace({.thread = current_,
         .kind = step_kind::sleep,
         .operation = "sleep",
         .place = id,
         .cell = static_cast<int>(at.number),
         .event = id_of});
  if (!g.at(id_of).rf.exists()) {
    me().status = thread_status::sleeping;
    for (;;) yield();
  }
}

// With a deadline either may happen: it is woken in time, or it is not.
bool engine::do_timed_sleep(const location& at, bits old,
                            const std::int64_t* deadline, place where) {
  if (deadline != nullptr &&
      (me().time >= *deadline || (!has(bug::deadline_never_passes) &&
                                  do_choice(2, where, "times out") == 1))) {
    me().time = std::max(me().time, *deadline);
    return false;
  }
  if (!(do_load(at, int(std::memory_order_relaxed), where, "wait_on_address") ==
        old)) {
    return true;
  }
  me().timed = deadline != nullptr;
  do_sleep(at, where);
  me().timed = false;
  return true;
}

void engine::do_notify(const location& at, bool all, place where, bool wake) {
  const int id = place_of(where, all ? "notify_all" : "notify_one");
  if (!wake) check_access(find(at, where), false, id);
  if (next_event(event_kind::notify) == nullptr) {
    event e = prototype(event_kind::notify, id);
    e.location = static_cast<std::uint16_t>(cells_[at.number].graph_location);
    e.all = all;
    append_simple(e);
    if (mode_ == mode::explore) {
      push_revisits(last());
    }
  }
  trace({.thread = current_,
         .kind = step_kind::notify,
         .operation = all ? "notify_all" : "notify_one",
         .place = id,
         .cell = static_cast<int>(at.number),
         .event = last()});
}

// retry(): an iteration that changed nothing, and that saw what the one before
// it saw, would be repeated for ever; so the thread stops here until one of its
// reads is made to read something else.
void engine::do_end_iteration(place where) {
  place_of(where, "retry");
  checked_thread& thread = me();
  const int begin = thread.last_iteration;
  const int middle = thread.iteration;
  const int end = thread.replayed;
  const bool changed = thread.changes != thread.iteration_changes &&
                       !has(bug::retry_ignores_changes);
  thread.last_iteration = middle;
  thread.iteration = end;
  thread.iteration_changes = thread.changes;
  if (changed) thread.last_iteration = -1;
  if (mode_ == mode::sample) priority_[current_] = -steps_taken_;
  // In a replay the thread stops where the string has no more for it.
  const bool goes_on =
      mode_ == mode::sample ||
      (mode_ == mode::script &&
       ((script_at_ < script_.size() && !is_thread(script_[script_at_])) ||
        script_.find(static_cast<char>('A' + current_), script_at_) !=
            script_.npos));
  if (changed || begin < 0 || goes_on || middle - begin != end - middle ||
      middle == end) {
    return;
  }
  const std::vector<event>& events = now().threads[current_];
  for (int i = 0; i < end - middle; ++i) {
    const event& a = events[begin + i];
    const event& b = events[middle + i];
    if (a.what != b.what || a.place != b.place || a.location != b.location) {
      return;
    }
    switch (b.what) {
      case event_kind::read:
        if (b.updates ? !(a.value == b.value) || !a.updates : !(a.rf == b.rf)) {
          return;
        }
        break;
      case event_kind::write:  // of an update that changes nothing
        if (!b.updates || !(events[middle + i - 1].value == b.value) ||
            !(events[begin + i - 1].value == a.value)) {
          return;
        }
        break;
      case event_kind::choice:
        if (!(a.value == b.value)) return;
        // A spurious failure is used up: the next iteration is another one.
        if (b.all && b.value.low != 0) return;
        break;
      case event_kind::fence:
      case event_kind::light_fence:
      case event_kind::heavy_fence:
        break;
      default:
        return;
    }
  }
  thread.last_iteration = middle;
  thread.status = thread_status::spinning;
  for (;;) yield();
}

}  // namespace acqrel::model::internal
