// Random litmus programs: up to four threads of up to four instructions on up
// to three locations, with every kind of instruction and ordering.
#ifndef ACQREL_TESTS_MODEL_RANDOM_PROGRAM_H_
#define ACQREL_TESTS_MODEL_RANDOM_PROGRAM_H_

#include <cstdint>

#include "acqrel/model/litmus/program.h"

namespace acqrel::testing {

// What there is more of than of other things.
enum class profile { mixed, fences, seq_cst, updates };

// The same on every machine. Small enough for enumerate() to take some tens of
// milliseconds at most.
model::litmus::program random_program(std::uint64_t seed, profile);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_RANDOM_PROGRAM_H_
