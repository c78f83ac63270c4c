// One execution of a checked program, as a person wants to see it: what each
// thread did, where each value came from, and what went wrong. The checker
// makes one for a counterexample; trace.h prints it, draw.h draws it.
#ifndef ACQREL_MODEL_EXECUTION_H_
#define ACQREL_MODEL_EXECUTION_H_

#include <string>
#include <vector>

namespace acqrel::model {

enum class step_kind {
  load,  // also of a compare_exchange that failed
  store,
  update,      // a read-modify-write
  fence,       // `order` says which; "light" and "heavy" for asymmetric ones
  plain_read,  // of a plain<T> or slot<T>
  plain_write,
  construct,  // of an atomic, a plain, an element: the first write
  destroy,
  allocate,    // operator new
  deallocate,  // operator delete
  spawn,       // model::thread
  join,
  end,    // of a thread
  sleep,  // in a wait; `reads_from` is the notify that ended it
  notify,
  choice,   // choose(n), a spurious failure, a timeout: `read` says which
  blocked,  // the last step of a thread that waits for ever
  note,     // model::observe, and calls recorded by a history
};

// A place in the source: a path that begins below the workspace.
struct source_place {
  std::string file;
  int line = 0;
  int column = 0;
};

inline constexpr int no_step = -1;

struct step {
  int thread = 0;  // the lane
  step_kind kind = step_kind::note;
  std::string operation;  // "load", "compare_exchange_weak", "new (24 bytes)"
  source_place place;     // line 0: unknown
  std::string code;       // the source at `place`, if it can be read
  std::string order;      // "acquire"; empty if there is none
  std::string location;   // "head_", "next#2"; empty if there is none
  std::string read;       // the value read, as text
  std::string written;    // the value written
  int reads_from = no_step;    // index of the step whose value was read
  bool reads_initial = false;  // it read what the constructor wrote
  bool stale = false;          // a newer value was there to be read
  bool weakened = false;       // its ordering was overridden
  bool culprit = false;        // part of what went wrong
  std::string note;            // more about it, a sentence
};

enum class edge_kind {
  reads_from,         // without synchronization
  synchronizes_with,  // also spawn to first step, and last step to join
  from_read,          // a load, and the store that it did not see
  modification,       // a store, and the next one of its location
  missing,            // a synchronization that the code would have with the
                      // orderings in its source, and lacks with overridden ones
};

struct edge {
  int from = no_step;  // indices of steps
  int to = no_step;
  edge_kind kind = edge_kind::reads_from;
};

struct execution {
  std::string title;    // which check this was
  std::string failure;  // what went wrong, a sentence; empty if nothing did
  std::vector<std::string> threads;  // names of the lanes: "body", "T1", ...
  // In an order in which each step follows those that it depends on: a read
  // comes after the write that it read from.
  std::vector<step> steps;
  std::vector<edge> edges;
  std::string replay;  // the string that makes the checker run just this one
};

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_EXECUTION_H_
