#include "acqrel/model/engine/engine.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "acqrel/model/engine/consistency.h"
#include "acqrel/model/engine/seeded_bugs.h"

namespace acqrel::model::internal {

#ifdef ACQREL_MODEL_SEEDED_BUGS
bug seeded_bug = bug::none;
#endif

bool checked_code = false;
engine* engine::active = nullptr;

namespace {

std::vector<const instance_type*>& registered_process_instances() {
  static std::vector<const instance_type*> all;
  return all;
}

}  // namespace

bool register_process_instance(const instance_type& type) {
  registered_process_instances().push_back(&type);
  return true;
}

engine::engine(const options& chosen, const std::function<void()>& body)
    : options_(chosen), body_(body) {
  levels_.push_back(std::make_unique<graph>());
  graph_ = levels_[0].get();
  // Checked code must not be the first to use a static of ours.
  memory::get();
  registered_process_instances();
}
engine::~engine() = default;

engine::ending engine::run() {
  begin_run();
  replay();
  if (!ended_) {
    extending_ = true;
    extend();
  }
  return ended_ ? *ended_ : finish_run();
}

void engine::begin_run() {
  memory::get().reset();
  cells_.clear();
  blocks_.clear();
  referred_.clear();
  process_instances_.clear();
  outcome_.clear();
  names_.clear();
  steps_.clear();
  culprits_.clear();
  replay_order_.clear();
  failed_cell_ = failed_other_ = failed_other_place_ = -1;
  ended_.reset();
  extending_ = false;
  unreplayed_ = now().size();
  for (int t = 0; t < known_threads_; ++t) {
    checked_thread& thread = threads_[t];
    thread.status = thread_status::unused;
    thread.parent = -1;
    thread.replayed = thread.spawned = thread.constructed = 0;
    thread.sequence = 0;
    thread.last_place = place();
    thread.joined = thread.timed = thread.waits_for_news = false;
    thread.time = 0;
    thread.iteration = 0;
    thread.last_iteration = -1;
    thread.changes = thread.iteration_changes = 0;
    thread.instances.clear();
  }
  threads_[0].status = thread_status::unstarted;
  steps_taken_ = 0;
}

bool engine::can_replay(const checked_thread& thread) const {
  const auto index = static_cast<std::size_t>(&thread - threads_.data());
  switch (thread.status) {
    case thread_status::unstarted:
      return !graph_->threads[index].empty();
    case thread_status::needs:
      return threads_[thread.need.thread].replayed > thread.need.index;
    default:
      return false;
  }
}

void engine::replay() {
  while (unreplayed_ > 0 && !ended_) {
    bool moved = false;
    for (int t = 0; t < known_threads_ && unreplayed_ > 0 && !ended_; ++t) {
      if (!can_replay(threads_[t])) continue;
      resume(t);
      moved = true;
    }
    if (!moved && !ended_) {
      // The events are there, and nobody comes to them.
      result_.error = failure::misuse;
      result_.message =
          "the body is not deterministic: it does not repeat what it did in an "
          "earlier execution. It may use no time, no random numbers, no state "
          "from outside, and no hash or order of addresses";
      ended_ = ending::failed;
    }
  }
}

// A thread between the read and the write of an update goes first.
int engine::next_thread() {
  for (int t = 0; t < known_threads_; ++t) {
    if (threads_[t].status != thread_status::frontier) continue;
    const std::vector<event>& events = now().threads[t];
    if (!events.empty() && events.back().what == event_kind::read &&
        events.back().updates) {
      return t;
    }
  }
  if (mode_ != mode::explore) return pick_scripted();
  for (int t = 0; t < known_threads_; ++t) {
    const thread_status s = threads_[t].status;
    if (s == thread_status::unstarted || s == thread_status::frontier ||
        (s == thread_status::joining &&
         threads_[threads_[t].need.thread].status == thread_status::ended)) {
      return t;
    }
  }
  return -1;
}

void engine::extend() {
  while (!ended_) {
    const int thread = next_thread();
    if (thread < 0) return;
    resume(thread);
  }
}

void engine::resume(int thread) {
  checked_thread& next = threads_[thread];
  if (next.status == thread_status::unstarted) {
    next.context.start(memory::get().stack_of(thread), memory::stack_size,
                       &engine::thread_main, this);
  }
  next.status = thread_status::running;
  current_ = thread;
  switch_fiber(scheduler_, next.context);
}

// Called on a fiber, within the engine's code.
void engine::yield() { switch_fiber(me().context, scheduler_); }

void engine::abandon(ending how) {
  if (!ended_) ended_ = how;
  for (;;) yield();
}

void engine::thread_main(void* argument) {
  auto* const self = static_cast<engine*>(argument);
  self->run_thread();
}

void engine::run_thread() {
  const int thread = current_;
  try {
    checked_code = true;
    if (thread == 0) {
      run_body();
    } else {
      auto* const run =
          reinterpret_cast<std::function<void()>*>(threads_[thread].run);
      (*run)();
      run->~function();
    }
  } catch (const std::exception& e) {
    checked_code = false;
    fail(failure::exception, std::string("an exception left ") +
                                 (thread == 0 ? "the body: " : "a thread: ") +
                                 e.what());
  } catch (...) {
    checked_code = false;
    fail(failure::exception, std::string("an exception left ") +
                                 (thread == 0 ? "the body" : "a thread"));
  }
  checked_code = false;
  if (thread == 0) {
    for (int t = 1; t < known_threads_; ++t) {
      if (threads_[t].status != thread_status::unused) check_joined(t);
    }
  }
  destroy_instances(me().instances);
  if (thread == 0) destroy_instances(process_instances_);
  if (next_event(event_kind::end) == nullptr) {
    append_simple(prototype(event_kind::end, 0));
  }
  trace({.thread = thread,
         .kind = step_kind::end,
         .operation = "end",
         .event = {static_cast<std::int16_t>(thread),
                   static_cast<std::int16_t>(me().replayed - 1)}});
  me().status = thread_status::ended;
  for (;;) yield();
}

// In the opposite order of their making; a destructor may make more. What was
// destroyed stays in the list, as null.
void engine::destroy_instances(instance_list& list) {
  for (std::size_t i = list.size(); i-- > 0; i = std::min(i, list.size())) {
    const auto [type, object] = list[i];
    if (object == nullptr) continue;
    checked_code = true;
    type->destroy(object);
    checked_code = false;
    list[i].second = nullptr;
    i = list.size();
  }
}

void engine::run_body() {
  for (const instance_type* type : registered_process_instances()) {
    void* const object = type->make();
    engine_code inside;
    process_instances_.push_back({type, object});
  }
  body_();
}

// The next event of the current thread, if the graph has one; it must be of
// that kind. Otherwise returns null when it is the thread's turn to append one.
event* engine::next_event(event_kind kind) {
  std::vector<event>& events = now().threads[current_];
  if (static_cast<std::size_t>(me().replayed) < events.size()) {
    event& e = events[me().replayed];
    if (e.what != kind) {
      not_deterministic("another kind of operation came up");
    }
    if (e.rf.exists()) await_replay(e.rf);
    if (kind == event_kind::join) {
      await_replay(
          {static_cast<std::int16_t>(e.other),
           static_cast<std::int16_t>(now().threads[e.other].size() - 1)});
    }
    advance();
    return &e;
  }
  await_turn();
  return nullptr;
}

void engine::await_replay(event_id id) {
  while (threads_[id.thread].replayed <= id.index) {
    me().status = thread_status::needs;
    me().need = id;
    yield();
  }
}

void engine::advance() {
  replay_order_.push_back({static_cast<std::int16_t>(current_),
                           static_cast<std::int16_t>(me().replayed)});
  if (extending_ && mode_ != mode::explore) {
    const event& e = now().threads[current_][me().replayed];
    if (e.what != event_kind::write || !e.updates) next_decision();
  }
  ++me().replayed;
  --unreplayed_;
}

void engine::await_turn() {
  const std::vector<event>& events = now().threads[current_];
  const bool in_update = !events.empty() &&
                         events.back().what == event_kind::read &&
                         events.back().updates;
  // The others go on: what they write may be what this thread spins for.
  if (static_cast<int>(events.size()) >= options_.max_events && !in_update) {
    me().status = thread_status::cut;
    for (;;) yield();
  }
  if (extending_ && (mode_ == mode::explore || in_update)) return;
  me().status = thread_status::frontier;
  yield();
}

event engine::prototype(event_kind kind, int place) {
  event e = now().begin(current_);
  e.what = kind;
  e.place = static_cast<std::uint16_t>(place);
  return e;
}

// Appends an event that is not a read or a write, and passes it.
void engine::append_simple(event e) {
  now().append(current_, e);
  ++unreplayed_;
  advance();
}

int engine::spawn(std::function<void()>&& run, place where_made) {
  const int id = place_of(where_made, "spawn");
  const int nth = me().spawned++;
  std::vector<int>& known = children_[current_];
  if (static_cast<std::size_t>(nth) == known.size()) {
    if (known_threads_ == max_threads) {
      fail(failure::misuse, "too many threads: a body may have " +
                                std::to_string(max_threads - 1) +
                                " beside itself");
    }
    if (workers_ == nullptr) {
      known.push_back(known_threads_++);
    } else {
      known.push_back(workers_->child_number(current_, nth, known_threads_));
    }
  }
  const int child = known[nth];
  if (const event* e = next_event(event_kind::spawn)) {
    if (e->other != child) not_deterministic("another thread was spawned");
  } else {
    event fresh = prototype(event_kind::spawn, id);
    fresh.other = static_cast<std::int8_t>(child);
    append_simple(fresh);
  }
  checked_thread& thread = threads_[child];
  thread.parent = current_;
  thread.spawned_at = id;
  thread.last_place = where_made;
  new (thread.run) std::function<void()>(std::move(run));
  thread.status = thread_status::unstarted;
  trace({.thread = current_,
         .kind = step_kind::spawn,
         .operation = "spawn",
         .place = id,
         .event = last(),
         .text = tracing_ ? "T" + std::to_string(child) : ""});
  return child;
}

void engine::join(int child, place where_joined) {
  const int id = place_of(where_joined, "join");
  if (threads_[child].joined) {
    fail(failure::misuse,
         "T" + std::to_string(child) + " is joined twice, at " + where(id));
  }
  std::vector<event>& events = now().threads[current_];
  if (static_cast<std::size_t>(me().replayed) < events.size()) {
    next_event(event_kind::join);
  } else {
    while (threads_[child].status != thread_status::ended) {
      me().status = thread_status::joining;
      me().need = {static_cast<std::int16_t>(child), 0};
      yield();
    }
    await_turn();
    event e = prototype(event_kind::join, id);
    e.other = static_cast<std::int8_t>(child);
    append_simple(e);
  }
  threads_[child].joined = true;
  trace({.thread = current_,
         .kind = step_kind::join,
         .operation = "join",
         .place = id,
         .event = last(),
         .text = tracing_ ? "T" + std::to_string(child) : ""});
}

void engine::check_joined(int child) {
  if (threads_[child].joined) return;
  if (std::uncaught_exceptions() > 0) {
    fail(failure::exception, "an exception left the scope of " +
                                 thread_at(child, threads_[child].spawned_at) +
                                 " before it was joined");
  }
  fail(failure::misuse, thread_at(child, threads_[child].spawned_at) +
                            " was not joined: join each model::thread before "
                            "it goes out of scope");
}

void engine::fail(failure kind, std::string message) {
  checked_code = false;
  result_.error = kind;
  result_.message = std::move(message);
  abandon(ending::failed);
}

void engine::fail_requirement(std::string what, const place& where_stated) {
  checked_code = false;
  const int id = place_of(where_stated, "require");
  culprits_.push_back(static_cast<int>(steps_.size()));
  trace({.thread = current_,
         .kind = step_kind::note,
         .operation = "require",
         .place = id,
         .text = "does not hold: " + what});
  fail(failure::requirement, std::move(what));
}

void engine::not_deterministic(std::string what) {
  fail(failure::misuse,
       "the body is not deterministic: " + what +
           " where an earlier execution did something else. It may use no "
           "time, no random numbers, no state from outside, and no hash or "
           "order of addresses");
}

// What does not know its place is near the thread's last operation.
int engine::place_of(place where, const char* operation, int order,
                     int failure) {
  if (where.line != 0) me().last_place = where;
  const int id = places_.find(where.line != 0 ? where : me().last_place,
                              operation, order, failure);
  ++places_[id].executed;
  places_[id].borrowed = where.line == 0;
  return id;
}

moment engine::mark() {
  moment m;
  m.thread = current_;
  m.epoch = epoch();
  m.sequence = me().sequence++;
  m.known = known();
  return m;
}

void engine::observe(std::string_view name, std::string_view value) {
  if (!outcome_.empty()) outcome_ += ' ';
  outcome_ += name;
  outcome_ += '=';
  outcome_ += value;
  if (tracing_) {
    trace({.thread = current_,
           .kind = step_kind::note,
           .operation = "observe",
           .text = std::string(name) + " = " + std::string(value)});
  }
}

void engine::note(std::string_view text) {
  trace({.thread = current_,
         .kind = step_kind::note,
         .operation = "note",
         .text = std::string(text)});
}

}  // namespace acqrel::model::internal
