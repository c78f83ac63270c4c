// Waivers: mutants that no test kills, and why that is no flaw. A text file
// beside the source, with a line for each:
//
//   FILE [label] FROM -> TO: CLASS: the reason, a sentence
//
// Lines that begin with # are comments. Classes:
//
//   W1  needed by C++20's wording or by C++11, not by RC11, or the reverse
//   W2  one of two that back each other up: either may go, not both
//   W3  needs a larger client than can be explored
//   W4  load buffering, which the model does not show
//   W6  a data dependency would do, and C++ has none that can be used
//
// (W5, an ordering that no hardware needs but the model does, is no waiver: the
// checker kills its mutant.)
#ifndef ACQREL_MODEL_GATE_WAIVERS_H_
#define ACQREL_MODEL_GATE_WAIVERS_H_

#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::gate {

struct waiver {
  std::string key;   // as key_of() writes it
  std::string kind;  // "W3"
  std::string reason;
  std::string where;  // "orderings.waivers:12"
};

// Throws std::invalid_argument, with the place and a sentence.
std::vector<waiver> parse_waivers(const std::string& file,
                                  std::string_view text);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_WAIVERS_H_
