// The generated parts of docs/orderings-explained.md: programs with verdicts,
// tables over orderings, and pictures. In the page each stands between two
// comments, of which the first says what to generate:
//
//   <!-- litmus program: mp --store=relaxed -->          program and verdict
//   <!-- litmus table: mp -->                            over all orderings
//   <!-- litmus program and table: mp -->
//   <!-- litmus picture: NAME: mp --store=release; r1 = 1, r2 = 1 -->
//                                      orderings/NAME.svg, of that outcome
//   <!-- litmus end -->
#ifndef ACQREL_MODEL_LITMUS_DOCUMENTATION_H_
#define ACQREL_MODEL_LITMUS_DOCUMENTATION_H_

#include <map>
#include <string>
#include <string_view>

namespace acqrel::model::litmus {

struct documentation {
  std::string page;                             // with its parts made anew
  std::map<std::string, std::string> pictures;  // by file name
};

// Throws std::runtime_error with a sentence that names the line.
documentation regenerate(std::string_view page);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_DOCUMENTATION_H_
