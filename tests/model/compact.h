// Litmus programs in one line, as the table of litmus rows writes them:
//
//   W x 1 rel; F sc; R a y acq || U b x 2 ar; A c y 1 rlx; C d x 0 1 ar rlx
//
//   W store       location, value, ordering
//   R load        register, location, ordering
//   U exchange    register, location, value, ordering
//   A fetch_add   register, location, value, ordering
//   C strong CAS  register, location, expected, desired, success, failure
//   F fence       ordering, or `light` or `heavy` (asymmetric)
//
// Orderings are rlx, acq, rel, ar and sc; a value is a number, or `=a` for the
// content of register a of the same thread. `||` may be written `‖`. Locations
// and registers start at 0 and are numbered as they appear.
//
// An outcome is `a=1 and b!=c and m_x=2`: registers, and final values.
#ifndef ACQREL_TESTS_MODEL_COMPACT_H_
#define ACQREL_TESTS_MODEL_COMPACT_H_

#include <string>
#include <string_view>

#include "acqrel/model/litmus/program.h"

namespace acqrel::testing {

// Throws std::invalid_argument, which names the column, for what is no program.
model::litmus::program parse_compact(std::string_view program,
                                     std::string_view exists = "");

// The program's text, without `exists`.
std::string to_compact(const model::litmus::program&);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_COMPACT_H_
