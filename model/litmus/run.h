// Runs litmus programs through the checker.
#ifndef ACQREL_MODEL_LITMUS_RUN_H_
#define ACQREL_MODEL_LITMUS_RUN_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/execution.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/outcome.h"
#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

// What the program can do.
struct exploration {
  struct reached {
    std::uint64_t executions = 0;
    std::string witness;  // replays the first execution that ended so
  };
  std::map<outcome, reached> outcomes;
  std::uint64_t executions = 0;
  bool complete = false;
  double seconds = 0;
  // Pairs of a relaxed load and a later relaxed store that hardware may swap,
  // which the checker does not (load buffering).
  std::vector<std::pair<instruction, instruction>> load_buffering;

  bool is_weak_possible(const program&) const;
};

inline constexpr std::chrono::milliseconds no_limit{0};

// Throws std::runtime_error, with a sentence, for what the checker refuses.
exploration explore(const program&, dialect = dialect::rc11,
                    std::chrono::milliseconds limit = no_limit);

// The outcomes to list as possible or impossible: those that weaker orderings
// would allow, and while there are few, everything that can be made of the
// values stored.
std::set<outcome> conceivable(const program&,
                              std::chrono::milliseconds limit = no_limit);

// The execution that a witness replays: the program's threads alone, with its
// lines as their code.
execution replay(const program&, const std::string& witness,
                 dialect = dialect::rc11);

// Where a combination of orderings turns the weak outcome on or off.
struct combination {
  std::vector<ordering> values;  // of combination_axes()
  bool possible = false;         // the weak outcome, in RC11
  bool possible_in_cxx20 = false;
  bool load_buffering = false;  // more may be possible
};
std::vector<combination> all_combinations(const program&);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_RUN_H_
