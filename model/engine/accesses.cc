// Atomic operations: each finds its event in the graph, or appends it and
// leaves what else it might have been for later.
#include <algorithm>

#include "acqrel/model/engine/consistency.h"
#include "acqrel/model/engine/decisions.h"
#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

// Adds a read by the current thread: of the newest store it may read, which is
// always consistent; the others are left for later. With a predicate, an older
// store is only worth reading if the predicate holds for it.
event_id engine::add_read(event e, predicate holds, const void* context) {
  graph& g = now();
  const location_events& where = g.location(e.location);
  const int count = static_cast<int>(g.threads[current_].size());
  const int newest = static_cast<int>(where.order.size());
  const clock view = g.read_view(current_, count, e.location);
  const int oldest = g.lower_bound(e.location, view);
  const auto may_read = [&](int position) {
    const event_id store = g.store_at(e.location, position);
    const bits value = g.value_at(e.location, store);
    if (position < newest && holds != nullptr && !holds(context, value)) {
      return false;
    }
    const bool updates =
        e.update == update_kind::always ||
        (e.update == update_kind::if_expected && value == e.expected);
    if (position < newest) {
      if (has(bug::failed_cas_reads_newest) &&
          e.update == update_kind::if_expected && !updates) {
        return false;
      }
      if (has(bug::update_attempt_reads_newest) &&
          e.update != update_kind::never) {
        return false;
      }
    }
    // Another update has read it already: the two cannot both follow it
    // directly. One that this thread does not know of may still be changed.
    if (!updates || has(bug::update_not_atomic)) return true;
    return !g.is_updated(e.location, store,
                         mode_ == mode::explore ? &e.porf : nullptr);
  };
  if (mode_ != mode::explore) {
    const bits last = g.value_at(e.location, g.store_at(e.location, newest));
    const bool waits = holds != nullptr && !holds(context, last);
    bool others = false;
    for (int p = oldest; p < newest; ++p) others |= may_read(p);
    if (mode_ == mode::sample && waits && !others &&
        await_news(e.location, thread_status::waiting)) {
      return add_read(e, holds, context);
    }
    return add_chosen_read(e, oldest, newest, may_read, waits && others);
  }
  for (int position = oldest; position < newest; ++position) {
    if (!may_read(position)) continue;
    left_.push_back({.what = alternative::kind::read,
                     .level = level_,
                     .stamp = g.next_stamp(),
                     .subject = {static_cast<std::int16_t>(current_),
                                 static_cast<std::int16_t>(count)},
                     .source = g.store_at(e.location, position)});
  }
  return g.append_read(current_, e, g.store_at(e.location, newest));
}

// Adds a write by the current thread: as the newest, if it is no update's; the
// other places are left for later, and so are older reads that could read it.
void engine::add_write(event e, bool updates) {
  graph& g = now();
  const location_events& where = g.location(e.location);
  const int count = static_cast<int>(where.order.size());
  e.updates = updates;
  if (!updates) {
    const int bound = g.lower_bound(e.location, e.hb);
    int position = count + 1;
    const auto may_stand = [&](int p) {  // not between an update's two
      return p > count || !g.at(where.order[p - 1]).updates ||
             has(bug::update_not_atomic);
    };
    if (mode_ != mode::explore) {
      add_chosen_write(e, bound, count, may_stand);
      return;
    }
    const event_id added = g.append_write(current_, e, position);
    push_revisits(added);
    if (has(bug::append_only_modification_order)) return;
    for (position = bound + 1; position <= count; ++position) {
      if (!may_stand(position)) continue;
      left_.push_back({.what = alternative::kind::write,
                       .level = level_,
                       .stamp = g.at(added).stamp,
                       .subject = added,
                       .source = no_event,
                       .number = position});
    }
    return;
  }
  const event& read = g.threads[current_].back();
  const int position = g.position_of(read.rf) + 1;
  const bool conflict =
      position <= count && g.at(where.order[position - 1]).updates;
  const event_id added = g.append_write(current_, e, position);
  if (mode_ == mode::explore && !has(bug::updates_do_not_revisit)) {
    push_revisits(added);
  }
  if ((conflict && !has(bug::update_not_atomic)) ||
      (position <= count && !is_consistent(g, options_.memory_model))) {
    ++unreplayed_;
    advance();
    abandon(ending::dropped);
  }
}

// Stops the current thread if there would be more seq_cst operations than can be
// ordered.
void engine::leave_room(const event& e) {
  const graph& g = now();
  if (g.size() + 2 <= max_sequential) return;
  const auto counts = [](const event& x) {
    return x.what == event_kind::light_fence ||
           x.what == event_kind::heavy_fence || sequential(x.order) ||
           sequential(x.failure);
  };
  if (!counts(e)) return;
  std::ptrdiff_t there = 0;
  for (const std::vector<event>& events : g.threads) {
    there += std::count_if(events.begin(), events.end(), counts);
  }
  if (there + 2 <= max_sequential) return;  // an update has two
  is_crowded_ = true;
  me().status = thread_status::cut;
  for (;;) yield();
}

// The read of an operation: from the graph, or new.
event_id engine::read_event(const location& at, event e, predicate holds,
                            const void* context) {
  const cell& object = cells_[at.number];
  e.location = static_cast<std::uint16_t>(object.graph_location);
  if (const event* old = next_event(event_kind::read)) {
    if (old->location != e.location || old->update != e.update ||
        !(old->expected == e.expected)) {
      not_deterministic("another read came up");
    }
  } else {
    // While it waited for its turn, the thread's clocks did not change.
    leave_room(e);
    add_read(e, holds, context);
    ++unreplayed_;
    advance();
  }
  return last();
}

void engine::write_event(const cell& object, bits value, int order, int place,
                         bool updates) {
  const int location = object.graph_location;
  if (const event* old = next_event(event_kind::write)) {
    if (old->location != location || !(old->value == value)) {
      not_deterministic("another value was written");
    }
  } else {
    event e = prototype(event_kind::write, place);
    e.location = static_cast<std::uint16_t>(location);
    e.value = value;
    e.order = static_cast<std::uint8_t>(order);
    if (!updates) leave_room(e);
    add_write(e, updates);
    ++unreplayed_;
    advance();
  }
  if (object.by_address) {
    // Memory holds the newest of the values written so far.
    const event& e = now().threads[current_][me().replayed - 1];
    const std::vector<event_id>& all = now().locations[location].order;
    for (std::size_t p = e.position; p < all.size(); ++p) {
      if (threads_[all[p].thread].replayed > all[p].index) return;
    }
    std::memcpy(const_cast<void*>(object.address), &value,
                static_cast<std::size_t>(object.size));
  }
}

bits engine::do_load(const location& at, int order, place where,
                     const char* operation, predicate holds,
                     const void* context) {
  const int id = place_of(where, operation, order);
  check_access(find(at, where), false, id);
  event e = prototype(event_kind::read, id);
  e.order = static_cast<std::uint8_t>(places_[id].order);
  const event_id read = read_event(at, e, holds, context);
  const bits value = now().at(read).value;
  trace({.thread = current_,
         .kind = step_kind::load,
         .operation = operation,
         .place = id,
         .cell = static_cast<int>(at.number),
         .event = read,
         .read = value});
  if (holds != nullptr && !holds(context, value)) {
    me().status = thread_status::waiting;
    for (;;) yield();
  }
  return value;
}

void engine::do_store(location& at, bits value, int order, place where) {
  const int id = place_of(where, "store", order);
  check_access(find(at, where), false, id);
  write_event(cells_[at.number], value, places_[id].order, id, false);
  trace({.thread = current_,
         .kind = step_kind::store,
         .operation = "store",
         .place = id,
         .cell = static_cast<int>(at.number),
         .write = last(),
         .written = value});
}

bits engine::do_update(location& at, compute change, const void* context,
                       int order, place where, const char* operation) {
  const int id = place_of(where, operation, order);
  check_access(find(at, where), false, id);
  event e = prototype(event_kind::read, id);
  e.order = static_cast<std::uint8_t>(places_[id].order);
  e.update = update_kind::always;
  const event_id read = read_event(at, e, nullptr, nullptr);
  const bits old = now().at(read).value;
  const bits fresh = change(context, old);
  write_event(cells_[at.number], fresh, places_[id].order, id, true);
  trace({.thread = current_,
         .kind = step_kind::update,
         .operation = operation,
         .place = id,
         .cell = static_cast<int>(at.number),
         .event = read,
         .write = {read.thread, static_cast<std::int16_t>(read.index + 1)},
         .read = old,
         .written = fresh});
  return old;
}

bool engine::do_compare_exchange(location& at, bits& expected, bits desired,
                                 int success, int failure, bool weak,
                                 place where) {
  const char* const operation =
      weak ? "compare_exchange_weak" : "compare_exchange_strong";
  const int id = place_of(where, operation, success, failure);
  known_place& known = places_[id];
  check_access(find(at, where), false, id);
  event e = prototype(event_kind::read, id);
  e.order = static_cast<std::uint8_t>(known.order);
  e.failure = static_cast<std::uint8_t>(known.failure);
  e.update = update_kind::if_expected;
  e.expected = expected;
  if (weak && options_.spurious_failures > 0 &&
      !has(bug::never_fails_spuriously) &&
      do_choice(2, where, "compare_exchange_weak fails spuriously", true) ==
          1) {
    e = prototype(event_kind::read, id);
    e.order = static_cast<std::uint8_t>(known.failure);
    const event_id read = read_event(at, e, nullptr, nullptr);
    expected = now().at(read).value;
    trace({.thread = current_,
           .kind = step_kind::load,
           .operation = operation,
           .place = id,
           .cell = static_cast<int>(at.number),
           .event = read,
           .read = expected,
           .text = "fails spuriously"});
    return false;
  }
  const event fresh = prototype(event_kind::read, id);
  e.hb = fresh.hb;  // the choice is an event, too
  e.porf = fresh.porf;
  const event_id read = read_event(at, e, nullptr, nullptr);
  const bits old = now().at(read).value;
  const bool updates = now().at(read).updates;
  if (!updates) {
    ++known.failed;
    expected = old;
    trace({.thread = current_,
           .kind = step_kind::load,
           .operation = operation,
           .place = id,
           .cell = static_cast<int>(at.number),
           .event = read,
           .read = old,
           .text = "fails"});
    return false;
  }
  ++known.succeeded;
  write_event(cells_[at.number], desired, known.order, id, true);
  trace({.thread = current_,
         .kind = step_kind::update,
         .operation = operation,
         .place = id,
         .cell = static_cast<int>(at.number),
         .event = read,
         .write = {read.thread, static_cast<std::int16_t>(read.index + 1)},
         .read = old,
         .written = desired});
  return true;
}

void engine::do_fence(event_kind kind, int order, place where,
                      const char* operation) {
  const int id = place_of(where, operation, order);
  const int actual = places_[id].order;
  event_kind what = kind;
  if (actual == made_light) what = event_kind::light_fence;
  if (actual != order && actual < removed_fence) what = event_kind::fence;
  if (const event* old =
          next_event(actual == removed_fence ? event_kind::fence : what)) {
    static_cast<void>(old);
  } else {
    // A removed fence stays in the graph, as one that orders nothing.
    event e = prototype(actual == removed_fence ? event_kind::fence : what, id);
    e.order = static_cast<std::uint8_t>(
        actual >= removed_fence ? int(std::memory_order_relaxed) : actual);
    leave_room(e);
    append_simple(e);
  }
  trace({.thread = current_,
         .kind = step_kind::fence,
         .operation = operation,
         .place = id,
         .event = last()});
}

// One of n alternatives. Of the limited ones, only so many in an execution are
// anything but 0.
std::uint64_t engine::do_choice(std::uint64_t n, place where, const char* what,
                                bool limited) {
  if (n <= 1) return 0;
  const int id = place_of(where, what);
  std::uint64_t chosen = 0;
  if (const event* old = next_event(event_kind::choice)) {
    if (old->value.high != n) not_deterministic("another choice came up");
    chosen = old->value.low;
  } else {
    graph& g = now();
    const bool free = !limited || count_spurious() < options_.spurious_failures;
    event e = prototype(event_kind::choice, id);
    e.all = limited;
    e.value.high = n;
    if (mode_ != mode::explore) {
      e.value.low = free ? decide(static_cast<int>(n)) : 0;
    } else if (free) {
      for (std::uint64_t other = n; --other > 0;) {
        left_.push_back(
            {.what = alternative::kind::choice,
             .level = level_,
             .stamp = g.next_stamp(),
             .subject = {static_cast<std::int16_t>(current_),
                         static_cast<std::int16_t>(g.threads[current_].size())},
             .source = no_event,
             .number = static_cast<int>(other)});
      }
    }
    chosen = e.value.low;
    append_simple(e);
  }
  if (!limited || chosen != 0) {
    trace({.thread = current_,
           .kind = step_kind::choice,
           .operation = what,
           .place = id,
           .event = last(),
           .read = {chosen, 0}});
  }
  return chosen;
}

int engine::count_spurious() const {
  int count = 0;
  for (const auto& events : graph_->threads) {
    for (const event& e : events) {
      count += e.what == event_kind::choice && e.all && e.value.low != 0;
    }
  }
  return count;
}

}  // namespace acqrel::model::internal
