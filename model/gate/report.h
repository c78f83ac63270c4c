// What the gate tells people.
#ifndef ACQREL_MODEL_GATE_REPORT_H_
#define ACQREL_MODEL_GATE_REPORT_H_

#include <filesystem>
#include <iosfwd>
#include <string>

#include "acqrel/model/gate/gate.h"

namespace acqrel::model::gate {

// A sentence: what was weakened, and what became of it.
std::string sentence(const outcome&);
// "in the 17th execution of its 3rd check (push|pop, drain pop)".
std::string where_it_failed(const check_record&);

void print_outcomes(std::ostream&, const gate&);
// Of each mutant that was killed: runs the counterexample again, and prints
// its steps, or draws it to a file in the folder.
void print_counterexamples(std::ostream&, const gate&, bool trace,
                           const std::filesystem::path& drawings, bool draw);
void print_summary(std::ostream&, const gate&, double seconds);
void print_coverage(std::ostream&, const gate&);
// file, line, column, old text, new text, label, operation, step: what a
// program needs that makes the mutants by changing the source. Separated by
// tabs, with a head line. Calls of protect() are none: the ordering is inside.
void print_mutants(std::ostream&, const gate&);

// A file name for the mutant: "push.publish", "offer.accept.acquire". Different
// for each mutant of a file.
std::string short_name(const outcome&);
// The drawing of the counterexample, made anew.
std::string draw(const gate&, const outcome&);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_REPORT_H_
