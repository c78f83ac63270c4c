// What tests of the checker expect of a result, in one line each.
#ifndef ACQREL_TESTS_MODEL_VERDICTS_H_
#define ACQREL_TESTS_MODEL_VERDICTS_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "acqrel/model/check.h"
#include "gtest/gtest.h"

namespace acqrel::model {

inline void expect_passes(const result& r, int line = __builtin_LINE()) {
  const ::testing::ScopedTrace caller("expect_passes", line, "called here");
  EXPECT_TRUE(r) << r;
  EXPECT_TRUE(r.complete) << r;
  EXPECT_GT(r.executions, 0u);
  EXPECT_EQ(r.message, "");
}

// `says`: parts of the message.
inline void expect_fails(const result& r, failure error,
                         std::initializer_list<std::string_view> says,
                         int line = __builtin_LINE()) {
  const ::testing::ScopedTrace caller("expect_fails", line, "called here");
  EXPECT_EQ(to_string(r.error), std::string(to_string(error))) << r;
  EXPECT_FALSE(r.complete);
  for (const std::string_view part : says) {
    EXPECT_NE(r.message.find(part), std::string::npos)
        << "'" << part << "' is not in the message:\n"
        << r.message;
  }
}

// Two threads and where each stands: the message names both, and the picture
// marks both.
inline void expect_names_both(const result& r, int line = __builtin_LINE()) {
  const ::testing::ScopedTrace caller("expect_names_both", line, "called here");
  int marked = 0;
  int thread = -1;
  for (const step& s : r.counterexample.steps) {
    if (!s.culprit) continue;
    ++marked;
    EXPECT_NE(s.thread, thread) << "both are the same thread's";
    thread = s.thread;
    const std::string name = "T" + std::to_string(s.thread) + " (";
    const std::string place =
        s.place.file + ":" + std::to_string(s.place.line) + ")";
    EXPECT_TRUE(r.message.find(name + place) != std::string::npos ||
                r.message.find(name + "near " + place) != std::string::npos)
        << "'" << name << place << "' is not in the message:\n"
        << r.message;
  }
  EXPECT_EQ(marked, 2) << r;
}

}  // namespace acqrel::model

#endif  // ACQREL_TESTS_MODEL_VERDICTS_H_
