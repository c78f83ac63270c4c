// Runs a litmus program in the model checker.
#ifndef ACQREL_TESTS_MODEL_RUN_PROGRAM_H_
#define ACQREL_TESTS_MODEL_RUN_PROGRAM_H_

#include "acqrel/model/check.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/enumerate.h"

namespace acqrel::testing {

model::result run_program(const model::litmus::program&, model::options);

// What the checker found, in the enumerator's terms.
behaviours behaviours_of(const model::result&);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_RUN_PROGRAM_H_
