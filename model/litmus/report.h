// What the tool says of one program: what can happen and what cannot.
#ifndef ACQREL_MODEL_LITMUS_REPORT_H_
#define ACQREL_MODEL_LITMUS_REPORT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/litmus/native.h"
#include "acqrel/model/litmus/outcome.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/model/litmus/run.h"

namespace acqrel::model::litmus {

struct report_row {
  outcome values;
  bool possible = false;
  bool possible_in_other_dialect = false;
  bool weak = false;
  std::uint64_t executions = 0;
  std::string witness;     // replays one of them; empty if impossible
  std::uint64_t seen = 0;  // natively
};

struct report {
  program what;  // with its orderings as chosen
  dialect model = dialect::rc11;
  exploration explored;
  std::vector<report_row> rows;  // what is possible first
  std::optional<native_counts> native;

  // Sentences on the weak outcome.
  std::string answer;  // "No, with --store=release --load=acquire."
  std::vector<std::string> advice;
  // If it is impossible: one step weaker, where it is possible.
  std::optional<program> weakened;

  bool is_weak_possible() const;
  // What was seen natively and the model says is impossible.
  std::vector<const report_row*> forbidden_but_seen() const;
};

report make_report(const program&, dialect,
                   std::chrono::milliseconds limit = no_limit);
// Adds the rows' `seen`.
void add_native(report&, native_counts);

// "RC11", "C++20"
std::string to_string(dialect);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_REPORT_H_
