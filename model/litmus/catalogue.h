// The litmus programs that come with the tool.
#ifndef ACQREL_MODEL_LITMUS_CATALOGUE_H_
#define ACQREL_MODEL_LITMUS_CATALOGUE_H_

#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

struct section {
  std::string title;
  std::vector<program> programs;
};

// In the order in which one would learn from them.
const std::vector<section>& catalogue();

// By name, upper or lower case; null if there is none.
const program* find_program(std::string_view name);

// Names that resemble `name`, the most alike first; at most three.
std::vector<std::string> similar_names(std::string_view name);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_CATALOGUE_H_
