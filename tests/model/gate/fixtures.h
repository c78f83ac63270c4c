// The fixtures of this folder as a gate takes them.
#ifndef ACQREL_TESTS_MODEL_GATE_FIXTURES_H_
#define ACQREL_TESTS_MODEL_GATE_FIXTURES_H_

#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/gate/gate.h"
#include "acqrel/model/gate/waivers.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::string folder = "tests/model/gate/";

// Of "fixture": fixture.h, and fixture_model_test.
inline settings settings_for(const std::string& name,
                             std::string_view waivers = "") {
  settings with;
  const std::string source = folder + name + ".h";
  with.sources = {{source, contents(source)}};
  with.programs = {folder + name + "_model_test"};
  with.waivers = parse_waivers("the.waivers", waivers);
  with.jobs = 2;
  return with;
}

// "tests/model/gate/fixture.h:16: ", where that text is.
inline std::string at(const std::string& file, std::string_view text) {
  const std::string all = contents(folder + file);
  const std::size_t found = all.find(text);
  EXPECT_NE(found, all.npos) << text;
  int line = 1;
  for (std::size_t i = 0; i < found && i < all.size(); ++i) {
    line += all[i] == '\n' ? 1 : 0;
  }
  return folder + file + ":" + std::to_string(line) + ": ";
}

inline gate run_gate(settings with) {
  gate all(std::move(with));
  all.run_tests();
  all.run_mutants();
  all.run_survivors_together();
  return all;
}

// "[send.publish] release -> relaxed"
inline const outcome& outcome_of(const gate& all, std::string_view mutant) {
  for (const outcome& o : all.outcomes()) {
    if (o.where->name() + " " + step_of(*o.what) == mutant) return o;
  }
  throw std::runtime_error("no mutant " + std::string(mutant));
}

inline std::size_t count(const std::vector<std::string>& sentences,
                         std::string_view part) {
  std::size_t found = 0;
  for (const std::string& s : sentences) {
    found += s.find(part) != s.npos ? 1 : 0;
  }
  return found;
}

inline std::string all_of(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& s : sentences) text += s + "\n";
  return text;
}

// One of the sentences ends or begins so, or has it inside.
inline void expect_says(const std::vector<std::string>& sentences,
                        std::string_view part, std::size_t times = 1,
                        int line = __builtin_LINE()) {
  const testing::ScopedTrace caller("expect_says", line, "called here");
  EXPECT_EQ(count(sentences, part), times) << "'" << part << "' in\n"
                                           << all_of(sentences);
}

}  // namespace acqrel::model::gate

#endif  // ACQREL_TESTS_MODEL_GATE_FIXTURES_H_
