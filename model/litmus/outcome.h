// How a litmus program can end, and what its question says of that.
#ifndef ACQREL_MODEL_LITMUS_OUTCOME_H_
#define ACQREL_MODEL_LITMUS_OUTCOME_H_

#include <string>
#include <vector>

#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

// What an outcome tells: the registers, and those locations whose final values
// the program asks about or, if it asks nothing, that are written more than
// once. An `outcome` holds their values in this order.
struct variable {
  bool is_location = false;
  int index = -1;
};
std::vector<variable> variables(const program&);
std::string name_of(const program&, const variable&);
// "r1 = 1, r2 = 0"
std::string to_text(const program&, const outcome&);

// Whether it is the weak outcome: what `exists` says.
bool is_weak(const program&, const outcome&);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_OUTCOME_H_
