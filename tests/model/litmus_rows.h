// The litmus programs that the model checker must judge rightly, with exactly
// the number of execution graphs that the axioms of RC11 allow.
#ifndef ACQREL_TESTS_MODEL_LITMUS_ROWS_H_
#define ACQREL_TESTS_MODEL_LITMUS_ROWS_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace acqrel::testing {

struct litmus_row {
  int number;
  std::string_view name;
  std::string_view program;       // for parse_compact
  std::string_view weak_outcome;  // for parse_compact
  bool rc11;                      // whether RC11 allows the weak outcome
  bool cxx20;                     // whether C++20 does
  // Consistent complete graphs, a graph for each modification order, in RC11.
  std::uint64_t graphs;
};

std::span<const litmus_row> litmus_rows();

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_LITMUS_ROWS_H_
