// Litmus programs as text files.
//
//   name   MP
//   about  One thread writes data and then raises a flag.
//   asks   Can the flag be seen and the data missed?
//
//   x = 0, y = 0                      # the locations, and their first values
//
//   thread
//     x.store(1, relaxed)
//     y.store(1, store=release)       # an ordering called `store`, so that
//   thread                            # --store=relaxed changes it
//     r1 = y.load(load=acquire)
//     r2 = x.load(relaxed)
//
//   exists r1 == 1 and r2 == 0
//
// Operations, with the names of std::atomic; each may stand without `r =`:
//
//   x.store(VALUE, ORDER)
//   r = x.load(ORDER)
//   r = x.exchange(VALUE, ORDER)                     r is the old value
//   r = x.fetch_add(VALUE, ORDER)                    r is the old value
//   r = x.compare_exchange(EXPECTED, VALUE, ORDER, FAILURE_ORDER)
//                           strong; r is what was read: it succeeded if that is
//                           EXPECTED
//   fence(ORDER)            fence(light) and fence(heavy) are asymmetric
//
// A VALUE is a number, or a register of the same thread. An ORDER is relaxed,
// acquire, release, acq_rel or seq_cst, or NAME=DEFAULT. `exists` compares
// registers, and the final values of locations, with == and !=; `and` joins.
// `about` lines may be repeated. A semicolon separates operations on one line,
// and # begins a comment. `name`, `about`, `asks` and `exists` may be left out.
#ifndef ACQREL_MODEL_LITMUS_PARSER_H_
#define ACQREL_MODEL_LITMUS_PARSER_H_

#include <stdexcept>
#include <string>
#include <string_view>

#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

inline constexpr int max_threads = 6;

// what() is "FILE:LINE:COLUMN: a sentence", then the line with a caret below.
class syntax_error : public std::runtime_error {
 public:
  syntax_error(std::string_view file, int line, int column,
               const std::string& sentence, std::string_view source);
  int line() const noexcept { return line_; }
  int column() const noexcept { return column_; }  // from 1, in characters

 private:
  int line_;
  int column_;
};

// `file` is for messages, and names the program if no line does. Throws
// syntax_error.
program parse(std::string_view text, std::string_view file);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_PARSER_H_
