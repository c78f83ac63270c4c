// What of an execution explains its failure, for the trace and the drawing:
// which steps to show, and what the failing step could know.
#ifndef ACQREL_MODEL_EXPLANATION_H_
#define ACQREL_MODEL_EXPLANATION_H_

#include <string>
#include <vector>

#include "acqrel/model/execution.h"

// A namespace of its own: the engine has cells and edges, too.
namespace acqrel::model::internal::show {

// Which steps come before which, through the order of each thread and through
// some of the edges between threads.
class precedence {
 public:
  // Through synchronizes-with alone this is happens-before; through reads-from
  // too, it is what a step can have been influenced by.
  precedence(const execution&, const std::vector<edge>&, bool through_reads);

  // Whether `first` is `second`, or comes before it.
  bool leads_to(int first, int second) const;

 private:
  std::vector<int> lane_;
  std::vector<int> position_;           // in its lane, from 0
  std::vector<std::vector<int>> seen_;  // of each lane: how many steps
};

// What a step has to do with what went wrong.
enum class weight {
  hidden,  // nothing, or it is of one thread alone and there are many such
  minor,   // it is needed to follow what happens
  major,   // an access to what the failure is about, a fence, a stale read
};

struct explanation {
  int failing = no_step;        // the last culprit
  std::vector<weight> weights;  // of the steps
  std::vector<bool> known;      // happens-before the failing step, or is it
};
explanation explain(const execution&);

// The edges, each once and between steps that exist, with those that only
// step::reads_from tells. Where two steps synchronize, that one reads from the
// other goes without saying.
std::vector<edge> edges_of(const execution&);

int count_lanes(const execution&);
std::string thread_name(const execution&, int thread);
std::string operation_name(const step&);
// The name of the file without its folder, and the line: "push.h:31". Empty
// if the place is unknown.
std::string short_place(const source_place&);
// Whether this is a compare_exchange that did not exchange.
bool failed_exchange(const step&);
// Whether the words for such a step tell all that its note does.
bool says_so_already(const step&);

}  // namespace acqrel::model::internal::show

#endif  // ACQREL_MODEL_EXPLANATION_H_
