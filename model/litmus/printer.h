// Litmus programs as text: as source, and in columns, as papers print them.
#ifndef ACQREL_MODEL_LITMUS_PRINTER_H_
#define ACQREL_MODEL_LITMUS_PRINTER_H_

#include <string>

#include "acqrel/model/litmus/program.h"
#include "acqrel/model/litmus/style.h"

namespace acqrel::model::litmus {

// "r1 = y.load(acquire)"; with names, "r1 = y.load(load=acquire)".
std::string to_text(const program&, const instruction&, bool names = false);

// "r1 == 1 and x != 2"; empty if the program asks nothing.
std::string condition(const program&);

// "x = 0, y = 0"
std::string initial_values(const program&);

// A column for each thread, as many side by side as the width allows.
std::string in_columns(const program&, const style&);

// What parse() reads.
std::string to_source(const program&);

// "--store=release --load=acquire"
std::string chosen_flags(const program&);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_PRINTER_H_
