// Random programs: the model checker and the enumerator, which share no code,
// find the same executions. Sixty seconds of the same programs in the same
// order; ACQREL_FUZZ_SECONDS and ACQREL_FUZZ_SEED in the environment make it
// longer, and begin elsewhere.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/axioms.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/enumerate.h"
#include "acqrel/tests/model/random_program.h"
#include "acqrel/tests/model/run_program.h"

namespace acqrel::testing {
namespace {

using model::litmus::instruction;
using model::litmus::operand;
using model::litmus::program;

constexpr std::array profiles{profile::mixed, profile::fences, profile::seq_cst,
                              profile::updates};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string name_of(axioms which) {
  return which == axioms::rc11 ? "RC11" : "C++20";
}

model::options options_for(axioms which, const behaviours& expected) {
  model::options options;
  if (which == axioms::cxx20) options.memory_model = model::dialect::cxx20;
  // Of a checker that never ends, some is enough.
  options.max_executions = 2 * expected.graphs + 1000;
  return options;
}

// What the checker and the enumerator say of a program.
struct comparison {
  comparison(const program& p, axioms which)
      : expected(enumerate(p, which)),
        result(run_program(p, options_for(which, expected))),
        found(behaviours_of(result)) {}

  bool differs() const {
    return !result || !result.complete || found != expected;
  }

  behaviours expected;
  model::result result;
  behaviours found;
};

// The program without one instruction; a register that nothing is read into
// any more is replaced by its value, 0.
program without(const program& p, std::size_t thread, std::size_t position) {
  program shorter = p;
  std::vector<instruction>& code = shorter.threads[thread];
  const int lost = code[position].reg;
  code.erase(code.begin() + static_cast<std::ptrdiff_t>(position));
  for (instruction& i : code) {
    for (operand* o : {&i.value, &i.expected}) {
      if (o->is_register && o->reg == lost) *o = operand{};
    }
  }
  return shorter;
}

// Takes instructions away for as long as the comparison fails.
program smallest_that_differs(program p, axioms which) {
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t t = 0; t < p.threads.size(); ++t) {
      for (std::size_t i = 0; i < p.threads[t].size();) {
        program shorter = without(p, t, i);
        if (comparison(shorter, which).differs()) {
          p = std::move(shorter);
          progress = true;
        } else {
          ++i;
        }
      }
    }
  }
  std::erase_if(p.threads, [](const auto& code) { return code.empty(); });
  return p;
}

std::string explain(const program& p, axioms which) {
  const comparison c(p, which);
  std::ostringstream text;
  text << to_compact(p) << "\nunder " << name_of(which) << ": "
       << c.found.graphs << " executions, expected " << c.expected.graphs
       << "\n";
  if (!c.result || !c.result.complete) text << c.result << "\n";
  std::set<model::litmus::outcome> all;
  for (const auto& [o, count] : c.found.outcomes) all.insert(o);
  for (const auto& [o, count] : c.expected.outcomes) all.insert(o);
  const auto count_in = [](const behaviours& b, const auto& o) {
    const auto found = b.outcomes.find(o);
    return found == b.outcomes.end() ? 0 : found->second;
  };
  for (const model::litmus::outcome& o : all) {
    const std::uint64_t found = count_in(c.found, o);
    const std::uint64_t expected = count_in(c.expected, o);
    if (found == expected) continue;
    for (std::size_t i = 0; i < o.size(); ++i) {
      text << (i < p.registers.size() ? p.registers[i]
                                      : p.locations[i - p.registers.size()])
           << "=" << o[i] << " ";
    }
    text << ": " << found << " times, expected " << expected << "\n";
  }
  return text.str();
}

TEST(fuzz, CheckerAndAxiomsAgree) {
  const auto end =
      std::chrono::steady_clock::now() +
      std::chrono::seconds(from_environment("ACQREL_FUZZ_SECONDS", 60));
  std::uint64_t programs = 0;
  std::uint64_t graphs = 0;
  int mismatches = 0;
  for (std::uint64_t seed = from_environment("ACQREL_FUZZ_SEED", 0);
       std::chrono::steady_clock::now() < end; ++seed) {
    for (const profile what : profiles) {
      const program p = random_program(seed, what);
      for (const axioms which : {axioms::rc11, axioms::cxx20}) {
        const comparison c(p, which);
        graphs += c.expected.graphs;
        if (!c.differs()) continue;
        ADD_FAILURE() << "seed " << seed << ": " << to_compact(p)
                      << "\nThe smallest part of it that shows the same:\n"
                      << explain(smallest_that_differs(p, which), which);
        if (++mismatches == 5) return;
      }
      ++programs;
    }
  }
  std::cout << programs << " programs, " << graphs << " graphs\n";
  EXPECT_GT(programs, 100u);  // or the minute was spent on something else
}

// What the fuzzing is worth depends on what the programs hold.
TEST(fuzz, ProgramsHoldEveryInstruction) {
  std::set<std::pair<model::litmus::opcode, std::memory_order>> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const profile what : profiles) {
      for (const auto& thread : random_program(seed, what).threads) {
        for (const instruction& i : thread) seen.emplace(i.op, i.order);
      }
    }
  }
  // Loads and stores with 3 orderings, three updates with 5, fences with 4,
  // and the two asymmetric ones.
  EXPECT_EQ(seen.size(), 2u * 3 + 3 * 5 + 4 + 2);
}

TEST(fuzz, ProgramsAreTheSameOnEveryMachine) {
  EXPECT_EQ(to_compact(random_program(3, profile::mixed)),
            "R r0 z rlx; W z =r0 rlx; A r1 x 2 acq || R r2 x acq; R r3 x acq; "
            "R r4 x acq || U r5 y 3 rel || R r6 z sc");
}

}  // namespace
}  // namespace acqrel::testing
