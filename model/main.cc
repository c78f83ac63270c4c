// main() of an acqrel_model_test: GoogleTest's, and five flags of the checker.
//
//   --model_override=PLACE=ORDER  another ordering at a place of the source; may
//                                 be given again (engine/places.h)
//   --model_coverage=FILE         adds the places that were executed to a file
//   --model_replay=STRING         runs only the execution of a counterexample
//   --model_only=N                runs the Nth check alone
//   --model_dialect=cxx20         by the standard's own rules; or rc11
//
// The engine reads them from the environment, so that a program with a main()
// of its own can be told the same.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace {

struct flag {
  std::string_view name;
  const char* variable;
  bool adds_up;  // separated by commas
};
constexpr flag flags[] = {
    {"--model_override=", "ACQREL_MODEL_OVERRIDE", true},
    {"--model_coverage=", "ACQREL_MODEL_COVERAGE", false},
    {"--model_replay=", "ACQREL_MODEL_REPLAY", false},
    {"--model_only=", "ACQREL_MODEL_ONLY", false},
    {"--model_dialect=", "ACQREL_MODEL_DIALECT", false},
};

bool take(std::string_view argument) {
  for (const flag& f : flags) {
    if (!argument.starts_with(f.name)) continue;
    std::string value(argument.substr(f.name.size()));
    const char* const before = std::getenv(f.variable);
    if (f.adds_up && before != nullptr && *before != '\0') {
      value = std::string(before) + "," + value;
    }
    setenv(f.variable, value.c_str(), 1);
    return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  bool understood = true;
  for (int i = 1; i < argc; ++i) {
    if (take(argv[i])) continue;
    std::cerr << "unknown argument '" << argv[i]
              << "': --model_override=PLACE=ORDER, --model_coverage=FILE, "
                 "--model_replay=STRING, --model_only=N, "
                 "--model_dialect=rc11|cxx20 and GoogleTest's flags are "
                 "known\n";
    understood = false;
  }
  return understood ? RUN_ALL_TESTS() : 2;
}
