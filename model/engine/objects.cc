// Objects of an execution: which threads touched them and when, so that each
// access is checked against those that do not happen before it. An execution
// runs in an order that respects happens-before, so a race shows at the later
// of its two accesses, and each pair is looked at.
#include <algorithm>
#include <cstring>

#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

// What the current thread knows, up to its last operation.
const clock& engine::known() const {
  const std::vector<event>& events = graph_->threads[current_];
  const int replayed = threads_[current_].replayed;
  return replayed == 0 ? graph_->start[current_] : events[replayed - 1].hb;
}

// Another thread's clock holds this much if it knows the current thread's next
// operation, and so everything that it did before.
int engine::epoch() const { return threads_[current_].replayed + 1; }

std::string engine::where(int id) const {
  const known_place& p = place_table::get()[id];
  if (p.line == 0) return "an unknown place";
  return p.file + ":" + std::to_string(p.line);
}

std::string engine::thread_at(int thread, int place) const {
  const bool near = place_table::get()[place].borrowed;
  return "T" + std::to_string(thread) + (near ? " (near " : " (") +
         where(place) + ")";
}

std::string engine::describe(const cell& c) const {
  if (c.name >= 0) return names_[c.name];
  std::string text = c.what == cell::kind::atomic ? "the atomic" : "the object";
  if (place_table::get()[c.constructed_at].line != 0) {
    text += " constructed at " + where(c.constructed_at);
  }
  return text;
}

cell& engine::find(const location& at, place where_used) {
  if (at.number < cells_.size()) {
    cell& found = cells_[at.number];
    if (found.address == &at || found.by_address) return found;
  }
  // Freed memory keeps its numbers, so this is no object of this execution.
  const int id = place_of(where_used, "use");
  fail(failure::misuse,
       "T" + std::to_string(current_) + " uses at " + where(id) +
           " an object that this execution did not construct: the body must "
           "make all that its threads share anew (no globals, no objects from "
           "outside), or the object is used through a pointer to garbage");
}

void engine::note_culprit(const cell& c, int place, step_kind kind,
                          const char* operation) {
  if (!tracing_) return;
  culprits_.push_back(static_cast<int>(steps_.size()));
  trace({.thread = current_,
         .kind = kind,
         .operation = operation,
         .place = place,
         .cell = static_cast<int>(&c - cells_.data())});
}

void engine::report_gone(const cell& c, int place) {
  note_culprit(c, place, step_kind::plain_read, "use after the end");
  int by = 0;
  for (int t = 0; t < max_threads; ++t) {
    if (c.writes[t] > c.writes[by]) by = t;
  }
  for (int t = 0; t < max_threads; ++t) {
    if (c.write_place[t] != 0 && c.writes[t] > 0 &&
        c.write_place[t] != c.constructed_at) {
      by = t;
    }
  }
  failed_other_ = by;
  failed_other_place_ = c.write_place[by];
  const bool freed = c.now == cell::state::freed;
  fail(failure::use_after_free,
       std::string("use after ") + (freed ? "free: " : "destruction: ") +
           thread_at(current_, place) + " uses " + describe(c) + ", and " +
           thread_at(by, c.write_place[by]) + " has " +
           (freed ? "freed" : "destroyed") + " it");
}

void engine::report_race(const cell& c, bool write, int place,
                         const char* operation, int other, bool other_writes) {
  note_culprit(c, place, write ? step_kind::plain_write : step_kind::plain_read,
               operation);
  failed_other_ = other;
  const int other_place =
      other_writes ? c.write_place[other] : c.read_place[other];
  failed_other_place_ = other_place;
  const std::string me_at = thread_at(current_, place);
  const std::string other_at = thread_at(other, other_place);
  if (other_writes && other_place == c.constructed_at) {
    fail(failure::data_race,
         me_at + " uses " + describe(c) + ", which " + other_at +
             " constructed, and the construction does not happen before the "
             "use");
  }
  // Of the object, or of the element in a slot?
  const std::string_view what = operation;
  if (what == "destroy" || what == "operator delete") {
    fail(failure::use_after_free, me_at + " destroys " + describe(c) +
                                      ", and the use by " + other_at +
                                      " does not happen before that");
  }
  fail(failure::data_race, "a data race on " + describe(c) + ": " + other_at +
                               (other_writes ? " writes" : " reads") + " and " +
                               me_at + (write ? " writes" : " reads") +
                               ", and neither happens before the "
                               "other");
}

// An atomic's operations are reads here; construction and destruction, writes.
void engine::check_access(cell& c, bool write, int place,
                          const char* operation) {
  const int t = current_;
  if (c.now != cell::state::alive && !has(bug::no_use_after_free)) {
    report_gone(c, place);
  }
  const clock& before = known();
  const bool checks_writes = c.what == cell::kind::atomic && !write
                                 ? !has(bug::no_construction_check)
                                 : write || !has(bug::no_write_read_race);
  if (!before.covers_but(t, c.writes) && checks_writes) {
    for (int u = 0; u < max_threads; ++u) {
      if (u != t && c.writes[u] > before[u]) {
        report_race(c, write, place, operation, u, true);
      }
    }
  }
  if (write && !before.covers_but(t, c.reads) &&
      !has(bug::no_read_write_race)) {
    for (int u = 0; u < max_threads; ++u) {
      if (u != t && c.reads[u] > before[u]) {
        report_race(c, write, place, operation, u, false);
      }
    }
  }
  if (write) {
    c.writes.set(t, epoch());
    c.write_place[t] = static_cast<std::uint16_t>(place);
  } else {
    c.reads.set(t, epoch());
    c.read_place[t] = static_cast<std::uint16_t>(place);
  }
}

void engine::construct(location& at, cell&& fresh, bits initial,
                       place where_made) {
  const int id = place_of(where_made, "construct");
  at.number = static_cast<std::uint32_t>(cells_.size());
  fresh.constructed_at = static_cast<std::uint16_t>(id);
  fresh.constructed_by = static_cast<std::int8_t>(current_);
  if (!fresh.by_address) fresh.address = &at;
  fresh.writes.set(current_, epoch());
  fresh.write_place[current_] = static_cast<std::uint16_t>(id);
  if (fresh.what == cell::kind::atomic && !fresh.by_address) {
    fresh.graph_location = location_number(current_, me().constructed++);
    now().location(fresh.graph_location).initial = initial;
  }
  // Which thread is the first to refer to an object differs between replays.
  if (!fresh.by_address) ++me().changes;
  cells_.push_back(std::move(fresh));
  const cell& c = cells_.back();
  if (tracing_ && (c.what == cell::kind::atomic || c.initialized)) {
    trace({.thread = current_,
           .kind = step_kind::construct,
           .operation = "construct",
           .place = id,
           .cell = static_cast<int>(at.number),
           .written = initial});
  }
}

void engine::destroy(location& at, place where_ended) {
  const int id = place_of(where_ended, "destroy");
  cell& c = find(at, where_ended);
  check_access(c, true, id, "destroy");
  c.now = cell::state::destroyed;
  ++me().changes;
  if (c.what == cell::kind::atomic) {
    trace({.thread = current_,
           .kind = step_kind::destroy,
           .operation = "destroy",
           .place = id,
           .cell = static_cast<int>(at.number)});
  }
}

location& engine::by_address(void* memory, bits initial, int size,
                             value_format format, place where_made) {
  static location found;  // the caller copies it
  for (auto it = referred_.rbegin(); it != referred_.rend(); ++it) {
    const cell& other = cells_[it->second];
    if (other.now != cell::state::alive) continue;
    const char* const mine = static_cast<const char*>(memory);
    const char* const its = static_cast<const char*>(it->first);
    if (mine + size > its && its + other.size > mine &&
        (mine != its || size != other.size)) {
      const int id = place_of(where_made, "construct");
      fail(failure::misuse,
           thread_at(current_, id) + " makes an atomic_ref of " +
               std::to_string(size) + " bytes, where " + describe(other) +
               " has " + std::to_string(other.size) +
               ": atomics of mixed sizes are not modelled");
    }
    if (mine == its) {
      found.number = it->second;
      return found;
    }
  }
  const int number = location_number(memory);
  cell c;
  c.what = cell::kind::atomic;
  c.by_address = true;
  c.address = memory;
  c.format = format;
  c.size = static_cast<std::int8_t>(size);
  c.graph_location = number;
  c.initialized = true;
  // Another thread may come first in another execution: the object was there
  // before, so nobody's construction has to happen before a use.
  construct(found, std::move(c), initial, where_made);
  cells_.back().writes = clock();
  now().location(number).initial = initial;
  referred_.push_back({memory, found.number});
  return found;
}

void engine::access_plain(const location& at, bool write, place where_used,
                          const char* operation, bool clears,
                          bool must_be_empty) {
  const int id = place_of(where_used, operation);
  cell& c = find(at, where_used);
  check_access(c, write, id, clears ? "write" : operation);
  if (!write && !c.initialized && !has(bug::no_uninitialized_check)) {
    note_culprit(c, id, step_kind::plain_read, operation);
    fail(failure::uninitialized, "T" + std::to_string(current_) + " reads " +
                                     describe(c) + " at " + where(id) +
                                     ", where nothing was written");
  }
  if (must_be_empty && c.initialized) {
    note_culprit(c, id, step_kind::plain_write, operation);
    fail(failure::leak, thread_at(current_, id) + " constructs an element in " +
                            describe(c) +
                            ", where one is already, whose destructor will "
                            "never run");
  }
  if (write) {
    c.initialized = !clears;
    ++me().changes;
  }
  trace({.thread = current_,
         .kind = write ? step_kind::plain_write : step_kind::plain_read,
         .operation = operation,
         .place = id,
         .cell = static_cast<int>(at.number)});
}

void engine::check_empty(const location& at) {
  const cell& c = find(at, place());
  if (!c.initialized) return;
  const int id = place_of(place(), "destroy");
  note_culprit(c, id, step_kind::destroy, "destroy");
  fail(failure::leak, "an element was left in " + describe(c) +
                          ", whose end T" + std::to_string(current_) +
                          " comes to at " + where(id) +
                          ": the element's destructor did not run");
}

void* engine::allocate(std::size_t size, std::size_t alignment) {
  ++me().changes;
  block fresh;
  fresh.size = size;
  fresh.alignment = alignment;
  fresh.thread = current_;
  fresh.epoch = epoch();
  fresh.place = place_of(place(), "operator new");
  std::vector<block*> reusable;
  if (options_.reuse_addresses) {
    // What there is to choose from follows from what the thread knows, so that
    // it is the same in each replay of this graph.
    const clock before = known();
    for (block& b : blocks_) {
      const bool is_known_reused =
          b.reused &&
          (b.reused_by == current_ || before[b.reused_by] >= b.reused_epoch);
      if (b.freed && b.shared && !is_known_reused && b.size == size &&
          b.alignment == alignment &&
          (b.freed_by == current_ || before[b.freed_by] >= b.freed_epoch ||
           has(bug::reuse_ignores_happens_before))) {
        reusable.push_back(&b);
      }
    }
    std::sort(
        reusable.begin(), reusable.end(),
        [](const block* a, const block* b) { return a->address < b->address; });
  }
  const std::uint64_t chosen =
      do_choice(reusable.size() + 1, place(), "new reuses freed memory");
  if (chosen == 0) {
    fresh.address =
        static_cast<char*>(memory::get().allocate(current_, size, alignment));
    if (fresh.address == nullptr) {
      fail(failure::misuse,
           "out of memory: a thread of a checked program may "
           "allocate 4 MiB in one execution");
    }
  } else {
    block& old = *reusable[chosen - 1];
    if (old.reused) abandon(ending::dropped);  // one of two that cannot both be
    old.reused = true;
    old.reused_by = current_;
    old.reused_epoch = epoch();
    fresh.address = old.address;
    std::memset(fresh.address, 0xcd, size);
  }
  blocks_.push_back(fresh);
  trace({.thread = current_,
         .kind = step_kind::allocate,
         .operation = "new",
         .written = {reinterpret_cast<std::uintptr_t>(fresh.address), 0},
         .text = tracing_ ? std::to_string(size) + " bytes" : ""});
  return fresh.address;
}

void engine::deallocate(void* address) {
  auto found =
      std::find_if(blocks_.rbegin(), blocks_.rend(),
                   [&](const block& b) { return b.address == address; });
  if (found == blocks_.rend()) {
    fail(failure::misuse, "delete of an address that new did not return");
  }
  block& b = *found;
  const int id = place_of(place(), "operator delete");
  if (b.freed && !has(bug::no_double_free_check)) {
    fail(failure::double_free,
         "a double free: " + thread_at(current_, id) + " frees " +
             std::to_string(b.size) + " bytes that " +
             thread_at(b.freed_by, b.freed_place) + " has freed before");
  }
  ++me().changes;
  for (cell& c : cells_) {
    const char* const at = static_cast<const char*>(c.address);
    if (at < b.address || at >= b.address + b.size) continue;
    b.shared = true;
    if (c.now == cell::state::alive) {
      check_access(c, true, id, "operator delete");
    }
    c.now = cell::state::freed;
  }
  if (b.thread != current_ && known()[b.thread] < b.epoch) {
    fail(failure::data_race,
         thread_at(current_, id) + " frees memory that " +
             thread_at(b.thread, b.place) +
             " allocated, and the allocation does not happen before that");
  }
  b.freed = true;
  b.freed_by = current_;
  b.freed_place = id;
  b.freed_epoch = epoch();
  trace({.thread = current_,
         .kind = step_kind::deallocate,
         .operation = "delete",
         .place = id,
         .written = {reinterpret_cast<std::uintptr_t>(address), 0},
         .text = tracing_ ? std::to_string(b.size) + " bytes" : ""});
}

void* engine::instance(const instance_type& type) {
  {
    engine_code inside;
    for (const auto& [known, object] : me().instances) {
      if (known == &type) return object;
    }
  }
  void* const object = type.make();
  engine_code inside;
  me().instances.push_back({&type, object});
  return object;
}

void* engine::process_instance(const instance_type& type) {
  engine_code inside;
  for (const auto& [known, object] : process_instances_) {
    if (known == &type) return object;
  }
  fail(failure::misuse,
       "a per_process instance is used by the constructor of "
       "one that was registered before it");
}

void engine::name(const location& at, std::string_view text) {
  cell& c = find(at, place());
  c.name = static_cast<std::int16_t>(names_.size());
  names_.push_back(std::string(text));
}

void* engine_allocate(std::size_t size, std::size_t alignment) noexcept {
  engine_code inside;
  return engine::active->allocate(size, alignment);
}

bool engine_owns(const void* address) noexcept {
  return engine::active != nullptr && memory::get().owns(address);
}

void engine_deallocate(void* address) noexcept {
  if (!checked_code) return;  // of an execution that is over
  engine_code inside;
  engine::active->deallocate(address);
}

}  // namespace acqrel::model::internal
