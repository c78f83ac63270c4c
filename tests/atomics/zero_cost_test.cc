// The layer costs nothing: every operation of zero_cost_table.cc compiles to
// the instructions that std::atomic compiles to, at -O2.
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/atomics/compiler.h"

namespace acqrel::testing {
namespace {

// A function's name -> its instructions with their relocations. Each function
// has its own section, so the addresses in it do not depend on its neighbours.
using listing = std::map<std::string, std::string>;

listing parse(const std::string& disassembly) {
  listing functions;
  std::string* body = nullptr;
  std::istringstream lines(disassembly);
  for (std::string line; std::getline(lines, line);) {
    const auto open = line.find(" <");
    if (open != std::string::npos && line.size() > 2 &&
        line.compare(line.size() - 2, 2, ">:") == 0) {
      body = &functions[line.substr(open + 2, line.size() - open - 4)];
    } else if (line.compare(0, 11, "Disassembly") == 0) {
      body = nullptr;
    } else if (body != nullptr && !line.empty()) {
      *body += line + "\n";
    }
  }
  return functions;
}

listing compile_table(const std::string& which) {
  const std::string object = scratch_path(which + ".o");
  const outcome compiled =
      run_compiler("compile -w -O2 -ffunction-sections -DZERO_COST_" + which +
                   " -c tests/atomics/zero_cost_table.cc -o " + object);
  EXPECT_EQ(compiled.status, 0) << compiled.output;
  const outcome disassembled =
      run_compiler("disassemble -d -r --no-show-raw-insn " + object);
  EXPECT_EQ(disassembled.status, 0) << disassembled.output;
  return parse(disassembled.output);
}

class ZeroCost : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ours = new listing(compile_table("ACQREL"));
    standard = new listing(compile_table("STD"));
  }
  static void TearDownTestSuite() {
    delete ours;
    delete standard;
  }

  static listing* ours;
  static listing* standard;
};

listing* ZeroCost::ours = nullptr;
listing* ZeroCost::standard = nullptr;

bool is_control(const std::string& name) {
  return name.compare(0, 8, "control_") == 0;
}

TEST_F(ZeroCost, EveryFunctionEqualsStdAtomics) {
  // The number is a floor: an empty table would pass everything.
  EXPECT_GT(standard->size(), 500u);
  for (const auto& [name, instructions] : *standard) {
    if (is_control(name)) continue;
    const auto found = ours->find(name);
    if (found == ours->end()) {
      ADD_FAILURE() << name << " is missing";
      continue;
    }
    EXPECT_FALSE(instructions.empty()) << name;
    EXPECT_EQ(found->second, instructions) << name;
  }
}

TEST_F(ZeroCost, NoFunctionIsOurs) {
  // A call that did not inline would leave a function of acqrel's behind.
  for (const auto& [name, instructions] : *ours) {
    EXPECT_EQ(standard->count(name), 1u) << name << "\n" << instructions;
  }
}

TEST_F(ZeroCost, TheComparisonSeesADifference) {
  for (const char* name : {"control_store", "control_call"}) {
    ASSERT_EQ(ours->count(name), 1u) << name;
    ASSERT_EQ(standard->count(name), 1u) << name;
    EXPECT_NE(ours->at(name), standard->at(name)) << name;
  }
}

}  // namespace
}  // namespace acqrel::testing
