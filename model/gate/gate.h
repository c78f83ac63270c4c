// The ordering gate: weakens each ordering of some sources by one step, one at
// a time, and runs the model tests that execute it until one fails.
//
// Nothing is compiled anew: the checker's backend knows the place of each
// operation, and takes another ordering for it when a test process begins.
#ifndef ACQREL_MODEL_GATE_GATE_H_
#define ACQREL_MODEL_GATE_GATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "acqrel/model/gate/model_tests.h"
#include "acqrel/model/gate/mutant.h"
#include "acqrel/model/gate/waivers.h"

namespace acqrel::model::gate {

struct source_file {
  std::string path;  // below its workspace
  std::string text;
};

struct settings {
  std::vector<source_file> sources;
  std::vector<std::string> programs;  // of acqrel_model_test
  std::vector<waiver> waivers;
  int jobs = 1;
  // Called now and then, from one thread at a time, with what is done and what
  // there is to do.
  std::function<void(const char* what, std::size_t done, std::size_t all)>
      progress = [](const char*, std::size_t, std::size_t) {};
};

enum class verdict {
  killed,
  survived,   // every test that executes it passes, completely explored
  undecided,  // so far as was explored; outcome::why names the bound
};

struct kill {
  std::string program;
  std::string test;
  std::string dialect;  // of a seq_cst access: the one it was asked for
  check_record check;   // its error, its counterexample
};

struct outcome {
  const place* where = nullptr;
  const mutant* what = nullptr;
  verdict is = verdict::undecided;
  // One; of a mutant of a seq_cst access one under each dialect.
  std::vector<kill> kills;
  std::string why;
  int tests = 0;                 // that were run
  std::uint64_t executions = 0;  // of those that passed
  const waiver* waived = nullptr;

  std::string key() const { return key_of(*where, *what); }
};

class gate {
 public:
  explicit gate(settings with);

  // Runs each test as the source stands. Throws std::runtime_error if a program
  // cannot be run.
  void run_tests();
  // Runs each mutant.
  void run_mutants();
  // All mutants that survive, at once.
  void run_survivors_together();

  const std::vector<place>& places() const { return places_; }
  const std::vector<model_test>& tests() const { return tests_; }
  const std::vector<outcome>& outcomes() const { return outcomes_; }
  // What is wrong, a sentence each. The gate is passed if there is nothing.
  const std::vector<std::string>& findings() const { return findings_; }
  // What may be wrong with the tests.
  const std::vector<std::string>& alarms() const { return alarms_; }

  // Sums over the tests that expect no errors; null if nobody executes it.
  const coverage* covered(const place&) const;
  // What ACQREL_MODEL_OVERRIDE takes, or "" for a place that nobody executes.
  std::string override_for(const place&, const mutant&) const;
  std::string override_for(const place&, bool on_failure,
                           const std::string& order) const;
  // Those that execute that half of the place, the cheapest first.
  std::vector<const model_test*> tests_of(const place&, bool on_failure) const;
  // Whether a test fails with these overrides; of the cheap ones that do, which
  // shows it in the fewest steps. With `called_from`, an error counts only if
  // it was reached through a call in the function of that place.
  outcome try_overrides(const std::string& overrides,
                        const std::vector<const model_test*>& tests,
                        const std::string& dialect,
                        const place* called_from = nullptr) const;

 private:
  site site_of(const place&) const;
  outcome try_mutant(const place&, const mutant&) const;
  void check_coverage();
  void check_histories();
  void judge();

  settings with_;
  std::vector<place> places_;
  std::vector<model_test> tests_;
  std::map<site, coverage> covered_;
  std::vector<outcome> outcomes_;
  std::vector<std::string> findings_;
  std::vector<std::string> alarms_;
};

}  // namespace acqrel::model::gate

#endif  // ACQREL_MODEL_GATE_GATE_H_
