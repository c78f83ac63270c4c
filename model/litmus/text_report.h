// Reports as text for a terminal.
#ifndef ACQREL_MODEL_LITMUS_TEXT_REPORT_H_
#define ACQREL_MODEL_LITMUS_TEXT_REPORT_H_

#include <string>

#include "acqrel/model/execution.h"
#include "acqrel/model/litmus/report.h"
#include "acqrel/model/litmus/style.h"

namespace acqrel::model::litmus {

std::string to_text(const report&, const style&);
// The program, its question and the answer, and no more.
std::string to_brief_text(const report&, const style&);

// Of an execution that replay() made: a line for each step, with what each load
// read and where from.
std::string to_text(const execution&, const style&);

// Whether the weak outcome is possible, for each combination of the orderings
// that can be chosen.
std::string combinations_text(const program&, const style&);
// The same without the description, and without the program.
std::string combinations_brief_text(const program&, const style&);
std::string combinations_table(const program&, const style&);

// The names of the catalogue, with what each asks.
std::string catalogue_list(const style&);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_TEXT_REPORT_H_
