// The places of a source whose ordering can be weakened, and the ways to do it
// by one step:
//
//   load, wait, await, a CAS's failure   seq_cst -> acquire -> relaxed
//   store                                seq_cst -> release -> relaxed
//   read-modify-write, a CAS's success   seq_cst -> acq_rel -> acquire, release
//                                        -> relaxed
//   fence                                seq_cst -> acq_rel -> acquire, release
//                                        -> none; heavy -> light -> none
//
// The two orderings of a compare_exchange are weakened one at a time; so are
// the two halves of acq_rel.
#ifndef ACQREL_MODEL_GATE_MUTANT_H_
#define ACQREL_MODEL_GATE_MUTANT_H_

#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::gate {

// What a mutant changes in the text of its line.
struct edit {
  int line = 0;
  int column = 0;  // from 1
  std::string old_text;
  std::string new_text;
};

struct place;

struct mutant {
  bool on_failure = false;  // the failure ordering of a compare_exchange
  std::string from;
  std::string to;
  edit change;
};

// An operation that names an ordering, as the source and its comments have it.
struct place {
  std::string file;
  int line = 0;
  std::string operation;
  std::vector<std::string> orderings;  // of a compare_exchange: both
  std::string label;                   // "push.publish"; may be empty
  std::vector<std::string> partners;   // labels
  std::string reason;                  // for relaxed: "guess"
  std::string function;
  int function_first = 0;  // lines
  int function_last = 0;
  // A call of hazard_pointer::protect(): the acquire is inside.
  bool is_protect = false;
  std::vector<mutant> mutants;  // none for relaxed

  // "[push.publish]", or "compare_exchange_weak" where there is no label.
  std::string name() const;
  std::string position() const;  // "structures/treiber_stack.h:157"
  bool is_fence() const;
};

// All places of the text, in its order. `file` is the path below the workspace.
std::vector<place> find_places(const std::string& file, std::string_view text);

// "release -> relaxed", "acquire -> relaxed on failure".
std::string step_of(const mutant&);
// "structures/treiber_stack.h [push.publish] release -> relaxed". What a waiver
// calls it: the line is no part of it, unless there is no label.
std::string key_of(const place&, const mutant&);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_MUTANT_H_
