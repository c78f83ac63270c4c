// What a test process tells of each check that it made, and how it is told: a
// line of text, appended to the file that ACQREL_MODEL_REPORT names. The
// ordering gate runs model tests as processes of their own, and reads it.
#ifndef ACQREL_MODEL_GATE_RECORD_H_
#define ACQREL_MODEL_GATE_RECORD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::gate {

// A step of the counterexample whose ordering was overridden, and which would
// have synchronized with another thread but for that.
struct weakened_step {
  std::string file;
  int line = 0;
  // Where the same thread goes on in another file: the code that called.
  std::string next_file;
  int next_line = 0;

  bool operator==(const weakened_step&) const = default;
};

struct check_record {
  int ordinal = 0;    // the how-manieth check of its process, from 1
  std::string name;   // options::name
  std::string error;  // to_string(failure); empty: none
  std::string message;
  std::uint64_t executions = 0;
  bool complete = false;
  std::string bound;            // why it is not complete
  std::uint64_t histories = 0;  // different ones
  std::uint64_t outcomes = 0;   // of model::observe, different ones
  std::uint64_t steps = 0;      // of the counterexample
  std::string replay;
  std::string drawing;  // a file
  std::vector<weakened_step> weakened;

  bool operator==(const check_record&) const = default;
};

// One line, with its end.
std::string to_line(const check_record&);
// Throws std::invalid_argument for what to_line() does not write.
check_record parse_record(std::string_view line);

// The fields of a line of tab-separated text.
std::vector<std::string> split(std::string_view line, char separator);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_RECORD_H_
