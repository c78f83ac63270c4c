// The command line of //model:litmus.
#ifndef ACQREL_MODEL_LITMUS_TOOL_H_
#define ACQREL_MODEL_LITMUS_TOOL_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "acqrel/model/litmus/style.h"

namespace acqrel::model::litmus {

struct surroundings {
  std::ostream& out;
  std::ostream& err;
  style how;
  std::string directory;  // that relative paths start from
  // Where pictures go that nobody gave a place; empty: nowhere.
  std::string pictures = {};
};

// Returns the exit status: 0; 1 if this machine did what the model forbids; 2
// for a command line or a program that makes no sense.
int run_tool(const std::vector<std::string>& arguments, surroundings);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_TOOL_H_
