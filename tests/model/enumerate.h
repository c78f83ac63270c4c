// Every execution of a litmus program that the axioms allow, by brute force:
// all choices of reads-from and of modification order are tried.
#ifndef ACQREL_TESTS_MODEL_ENUMERATE_H_
#define ACQREL_TESTS_MODEL_ENUMERATE_H_

#include <cstdint>
#include <map>

#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/axioms.h"

namespace acqrel::testing {

struct behaviours {
  std::uint64_t graphs = 0;  // consistent ones: rf or mo differs
  // The number of graphs that end so.
  std::map<model::litmus::outcome, std::uint64_t> outcomes;

  bool operator==(const behaviours&) const = default;
};

behaviours enumerate(const model::litmus::program&, axioms);

// Whether the program's weak outcome is among them.
bool weak_outcome_happens(const model::litmus::program&, const behaviours&);

// About how many graphs enumerate() has to look at.
double enumeration_cost(const model::litmus::program&);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_ENUMERATE_H_
