// Model tests as processes: which there are, what each of them executes as the
// source stands, and what it says of a mutant.
#ifndef ACQREL_MODEL_GATE_MODEL_TESTS_H_
#define ACQREL_MODEL_GATE_MODEL_TESTS_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "acqrel/model/gate/record.h"

namespace acqrel::model::gate {

// An operation in a running test.
struct site {
  std::string file;
  int line = 0;
  std::string operation;
  auto operator<=>(const site&) const = default;
};
struct coverage {
  int column = 0;  // the compiler's
  std::string order;
  std::string failure;  // of a compare_exchange
  std::uint64_t executed = 0;
  std::uint64_t succeeded = 0;  // of a compare_exchange
  std::uint64_t failed = 0;
  std::uint64_t stale = 0;  // reads that might have read a newer value

  void add(const coverage& more);
};

// One TEST of one program.
struct model_test {
  std::string program = {};
  std::string name = {};  // "TreiberStack.IsRightInEachSmallClient"
  std::map<site, coverage> covered = {};
  std::vector<check_record> checks = {};
  std::string failure = {};  // what it printed, if it does not pass

  // It means some check to fail; what it says of a mutant is not clear.
  bool expects_errors() const;
  bool is_complete() const;
  std::uint64_t executions() const;
};

// A folder that goes with its object.
class scratch_folder {
 public:
  scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder();
  const std::string& path() const { return path_; }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// No more in a whole test, as the source stands: some tenths of a second.
inline constexpr std::uint64_t cheap_executions = 5000;

// How a test is run.
struct run_settings {
  std::string overrides = {};  // FILE:LINE:COLUMN[:half]=ORDER, by commas
  std::string dialect = {};    // "": the test's own
  std::uint64_t max_executions = 0;
  bool stop_at_error = true;
  int only = 0;                         // the check with this number
  std::string replay = {};              // of that check
  std::filesystem::path drawings = {};  // a folder; empty: none are made
};

struct test_run {
  std::vector<check_record> checks;
  std::map<site, coverage> covered;  // if the process came to its end
  bool passed = false;               // the process ended with 0
  bool crashed = false;
  std::string output;
};

// The TESTs of a program, and how they run as the source stands. Throws
// std::runtime_error for a program that cannot be run.
std::vector<std::string> list_tests(const std::string& program);
test_run run_test(const std::string& program, const std::string& name,
                  const run_settings&);

// Calls work(0) ... work(count - 1) on so many threads; rethrows what one threw.
void in_parallel(int jobs, std::size_t count,
                 const std::function<void(std::size_t)>& work);

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_MODEL_TESTS_H_
