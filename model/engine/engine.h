// One check in progress: runs the body against an execution graph, event by
// event, and then beyond it; and keeps the list of what is left to explore.
//
// A run has two phases. In the first, each operation finds its event in the
// graph, waits until the event that it depends on has been replayed, and
// returns what stands there. When all events have been replayed, the leftmost
// thread that can run goes on: each operation appends its event, and what else
// it might have been (an older store to read, a place further up in
// modification order, an earlier read that could have read this store) is left
// for later runs.
//
//   engine.h/.cc    the run: threads, replay, extension (this class)
//   accesses.cc     atomic operations
//   waiting.cc      sleeps, notifies, loops
//   ending.cc       how a run ends
//   objects.cc      construction, races, memory, instances
//   explorer.cc     what is left to explore; TruSt's revisits
//   sharing.cc      work for several processes
//   decisions.h/.cc replay strings, and random executions instead of all
//   report.cc       an execution for people
#ifndef ACQREL_MODEL_ENGINE_ENGINE_H_
#define ACQREL_MODEL_ENGINE_ENGINE_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/engine/fiber.h"
#include "acqrel/model/engine/graph.h"
#include "acqrel/model/engine/memory.h"
#include "acqrel/model/engine/places.h"
#include "acqrel/model/engine/runtime.h"
#include "acqrel/model/engine/workers.h"
#include "acqrel/model/execution.h"

namespace acqrel::model::internal {

// An object of this execution that threads may share.
struct cell {
  const void* address = nullptr;
  enum class kind : std::uint8_t { atomic, plain } what = kind::plain;
  enum class state : std::uint8_t {
    alive,
    destroyed,
    freed
  } now = state::alive;
  value_format format = value_format::none;
  bool initialized = false;
  bool by_address = false;  // an atomic_ref's
  std::int8_t size = 0;
  int graph_location = -1;
  std::uint16_t constructed_at = 0;  // a place
  std::int8_t constructed_by = 0;
  std::int16_t name = -1;
  // The last accesses of each thread, as epochs. For an atomic, `writes` are
  // construction and destruction, and `reads` all its operations.
  clock reads;
  clock writes;
  std::array<std::uint16_t, max_threads> read_place{};
  std::array<std::uint16_t, max_threads> write_place{};
};

// What operator new gave to checked code.
struct block {
  char* address = nullptr;
  std::size_t size = 0;
  std::size_t alignment = 0;
  int thread = 0;
  int epoch = 0;
  int place = 0;
  bool freed = false;
  bool reused = false;
  bool shared = false;  // something in it was a cell
  int reused_by = 0;
  int reused_epoch = 0;
  int freed_by = 0;
  int freed_epoch = 0;
  int freed_place = 0;
};

enum class thread_status : std::uint8_t {
  unused,
  unstarted,
  running,
  frontier,  // at an operation that the graph does not have yet
  needs,     // until `need` has been replayed
  joining,   // until `need.thread` has ended
  waiting,   // for a value, in await
  sleeping,  // until a notify
  spinning,  // its loop repeats for ever
  cut,       // at the most events that it may have
  ended,
};

// Of tls or of per_process; null once destroyed.
using instance_list = std::vector<std::pair<const instance_type*, void*>>;

struct checked_thread {
  fiber context;
  thread_status status = thread_status::unused;
  event_id need;
  int parent = -1;
  int replayed = 0;     // events
  int spawned = 0;      // threads
  int constructed = 0;  // atomics
  int sequence = 0;     // of moments
  place last_place;
  bool joined = false;
  int spawned_at = 0;  // a place
  bool timed = false;  // a deadline ends its sleep
  // Sampling: whether it runs again when something comes to a location.
  bool waits_for_news = false;
  int waiting_location = 0;
  std::size_t news_seen = 0;
  std::int64_t time = 0;
  // Loops: where the last iteration began, and the one before; and how often
  // memory was changed in each.
  int iteration = 0;
  int last_iteration = -1;
  std::uint64_t changes = 0;
  std::uint64_t iteration_changes = 0;
  instance_list instances;
  alignas(std::function<void()>) char run[sizeof(std::function<void()>)];
};

// Something left to explore, from a graph that a prefix of a level's graph
// gives.
struct alternative {
  enum class kind : std::uint8_t { read, write, choice, revisit } what;
  int level;
  std::uint32_t stamp;
  event_id subject;
  event_id source;  // read: what it reads. revisit: the write
  int number = 0;   // write: position. choice: value. revisit: which place
  graph::thread_sizes keep{};  // revisit
};

// One line of a trace, before names are found.
struct raw_step {
  int thread = 0;
  step_kind kind = step_kind::note;
  const char* operation = "";
  int place = -1;
  int cell = -1;
  event_id event = {};  // the read of an update
  event_id write = {};
  bits read = {};
  bits written = {};
  std::string text = {};
};

class engine {
 public:
  engine(const options&, const std::function<void()>& body);
  ~engine();
  static engine* active;

  result check();

  // Operations, called on a fiber (accesses.cc).
  bits do_load(const location&, int order, place, const char* operation,
               predicate = nullptr, const void* context = nullptr);
  void do_store(location&, bits value, int order, place);
  bits do_update(location&, compute, const void* context, int order, place,
                 const char* operation);
  bool do_compare_exchange(location&, bits& expected, bits desired, int success,
                           int failure, bool weak, place);
  void do_fence(event_kind, int order, place, const char* operation);
  void do_sleep(const location&, place);
  bool do_timed_sleep(const location&, bits old, const std::int64_t* deadline,
                      place);
  std::int64_t time() { return me().time; }
  void do_notify(const location&, bool all, place, bool wake);
  std::uint64_t do_choice(std::uint64_t n, place, const char* what,
                          bool limited = false);
  void do_end_iteration(place);

  // Threads (engine.cc).
  int spawn(std::function<void()>&& run, place);
  void join(int thread, place);
  void check_joined(int thread);

  // Objects (objects.cc).
  void construct(location&, cell&&, bits initial, place);
  void destroy(location&, place);
  location& by_address(void* memory, bits initial, int size, value_format,
                       place);
  void access_plain(const location&, bool write, place, const char* operation,
                    bool clears = false, bool must_be_empty = false);
  void check_empty(const location&);
  void* allocate(std::size_t size, std::size_t alignment);
  void deallocate(void* address);
  void* instance(const instance_type&);
  void* process_instance(const instance_type&);
  void name(const location&, std::string_view);

  [[noreturn]] void fail(failure, std::string message);
  [[noreturn]] void fail_requirement(std::string what, const place&);
  void observe(std::string_view name, std::string_view value);
  void note(std::string_view text);
  moment mark();
  int current() const noexcept { return current_; }
  bool tracing() const noexcept { return tracing_; }
  void count_history(std::uint64_t key) { histories_.insert(key); }

 private:
  enum class ending { complete, blocked, dropped, bound, failed };
  enum class mode { explore, sample, script };

  // The run (engine.cc).
  ending run();
  void begin_run();
  void replay();
  void extend();
  void resume(int thread);
  void yield();
  [[noreturn]] void abandon(ending);
  bool can_replay(const checked_thread&) const;
  int next_thread();
  event* next_event(event_kind);
  void await_replay(event_id);
  void await_turn();
  void advance();
  event prototype(event_kind, int place);
  void append_simple(event);
  static void thread_main(void*);
  void run_thread();
  void run_body();
  static void destroy_instances(instance_list&);
  ending finish_run();
  std::string describe_stuck(failure&);
  bool must_wake(event_id notify, event_id read) const;
  bool is_stuck_fairly(int thread) const;
  const event* last_event(int thread) const;
  int place_of(place, const char* operation, int order = no_ordering,
               int failure = no_ordering);
  checked_thread& me() { return threads_[current_]; }
  event_id last() {  // event of the current thread
    return {static_cast<std::int16_t>(current_),
            static_cast<std::int16_t>(me().replayed - 1)};
  }
  graph& now() { return *graph_; }
  [[noreturn]] void not_deterministic(std::string what);

  // Accesses.
  event_id add_read(event, predicate, const void* context);
  void add_write(event, bool updates);
  template <class MayRead>
  event_id add_chosen_read(event, int oldest, int newest, MayRead, bool waits);
  template <class MayStand>
  void add_chosen_write(event, int bound, int count, MayStand);
  void leave_room(const event&);
  event_id read_event(const location&, event, predicate, const void* context);
  void write_event(const cell&, bits value, int order, int place, bool updates);
  void check_access(cell&, bool write, int place, const char* operation = "");
  [[noreturn]] void report_race(const cell&, bool write, int place,
                                const char* operation, int other,
                                bool other_writes);
  [[noreturn]] void report_gone(const cell&, int place);
  void note_culprit(const cell&, int place, step_kind, const char* operation);
  cell& find(const location&, place);
  const clock& known() const;
  int epoch() const;
  std::string describe(const cell&) const;
  std::string where(int place) const;
  std::string thread_at(int thread, int place) const;

  // Exploration (explorer.cc).
  void explore();
  bool next_graph();
  bool take_alternative();
  bool apply_revisit(alternative);
  void push_revisits(event_id added);
  bool is_maximal(event_id, event_id added) const;
  void materialize(int level, const graph& from);
  int count_spurious() const;
  void note_load_buffering();
  void note_stale_reads();
  bool out_of_budget();

  // With several processes (sharing.cc).
  void share_work();
  bool take_work();
  std::string pack(const graph&) const;
  void unpack(const std::string&, graph&);
  std::string pack_result();
  void add_result(const std::string&);
  void finish_sharing();
  int location_number(int thread, int nth);
  int location_number(const void* address);

  // Other modes (decisions.h, decisions.cc).
  void sample();
  void run_script();
  int pick_scripted();
  int decide(int alternatives);
  void next_decision();
  [[noreturn]] void bad_script();
  std::uint64_t random();
  std::size_t news_of(int location) const;
  bool await_news(int location, thread_status);

  // People (report.cc).
  void trace_run();
  execution describe_execution();
  void trace(raw_step step) {
    if (tracing_) steps_.push_back(std::move(step));
  }
  std::string script_of_run() const;

  place_table& places_ = place_table::get();
  const options options_;
  const std::function<void()>& body_;
  result result_;
  mode mode_ = mode::explore;
  std::chrono::steady_clock::time_point started_;

  // Exploration.
  std::vector<std::unique_ptr<graph>> levels_;
  int level_ = 0;
  graph* graph_ = nullptr;
  std::vector<alternative> left_;
  std::unordered_set<std::uint64_t> histories_;
  std::unordered_set<std::uint32_t> load_buffering_;

  // The run.
  fiber scheduler_;
  std::array<checked_thread, max_threads> threads_;
  int current_ = 0;
  int unreplayed_ = 0;
  bool is_crowded_ = false;  // there were too many seq_cst operations
  bool extending_ = false;
  std::optional<ending> ended_;
  std::vector<cell> cells_;
  std::vector<std::pair<void*, std::uint32_t>> referred_;  // atomic_refs
  std::vector<block> blocks_;
  instance_list process_instances_;
  std::string outcome_;
  bool tracing_ = false;
  std::vector<raw_step> steps_;
  std::vector<int> culprits_;  // steps
  std::vector<event_id> replay_order_;
  std::vector<std::string> names_;
  // For messages of a failure: the cell, and the other thread's access.
  int failed_cell_ = -1;
  int failed_other_ = -1;
  int failed_other_place_ = -1;

  // The same in all runs: numbers of threads and of locations.
  std::array<std::vector<int>, max_threads> children_;
  int known_threads_ = 1;
  std::array<std::vector<int>, max_threads> location_numbers_;
  struct location_key {  // the nth atomic of a thread, or an atomic_ref's
    int thread = -1;
    int nth = 0;
    const void* address = nullptr;
  };
  std::vector<location_key> location_keys_;

  std::unique_ptr<workers> workers_;
  std::uint64_t runs_ = 0;
  std::uint64_t reported_executions_ = 0;
  std::uint64_t shared_executions_ = 0;
  std::string failed_script_;      // a worker's error
  std::vector<std::string> mine_;  // packed, and then not given away

  // Sampling and scripts.
  std::string script_;
  std::size_t script_at_ = 0;
  std::uint64_t random_ = 0;
  std::array<int, max_threads> priority_{};
  std::vector<int> change_points_;
  int steps_taken_ = 0;
  int scripted_thread_ = 0;
};

// operator new and delete.
void* engine_allocate(std::size_t size, std::size_t alignment) noexcept;
bool engine_owns(const void* address) noexcept;
void engine_deallocate(void* address) noexcept;

extern bool checked_code;  // whether the body or a thread of it runs

// Within: the engine's own code, on a fiber.
struct engine_code {
  engine_code() noexcept { checked_code = false; }
  ~engine_code() { checked_code = true; }
};

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_ENGINE_H_
