// The page of all orderings (docs/orderings.md): prose by hand, and tables that
// the gate makes. A block between
//
//   <!-- gate: places structures/treiber_stack.h -->
//   <!-- gate end -->
//
// is made anew each time. There are
//
//   summary          how many places, mutants, kills
//   places FILE      each ordering: partner, what breaks without it, which test
//   relaxed FILE     each relaxed operation, and why it may be
//   symmetric FILE...  the same mutants where both asymmetric fences are
//                    seq_cst fences
//   peers FILE       how others order the same steps
//   native           the same mutants under stress and ThreadSanitizer
//
// `peers` takes its table from a file of its own, which has a row for each
// step: "| [push.publish] | release | ... |". The gate adds what is ours, from
// the source. `native` is counted from what tools/native_mutants has written.
#ifndef ACQREL_MODEL_GATE_PAGE_H_
#define ACQREL_MODEL_GATE_PAGE_H_

#include <map>
#include <string>
#include <string_view>

#include "acqrel/model/gate/gate.h"

namespace acqrel::model::gate {

// What the page is made of, by path below the page's folder.
struct page_input {
  std::string page;  // as it is
  // "orderings/peers/treiber_stack.md", "orderings/native.tsv"
  std::map<std::string, std::string> files;
};

struct page_output {
  std::string page;
  std::map<std::string, std::string> drawings;
};

// Throws std::invalid_argument, with a sentence, for a block that is not
// known, a step of the peers that is none of ours, or a source without a block.
page_output regenerate(const gate&, const page_input&, int jobs = 1);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_PAGE_H_
