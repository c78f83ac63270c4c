// Orderings that are overridden at a place of the source, and what the table of
// places counts.
#include "acqrel/model/engine/places.h"

#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/tests/model/verdicts.h"
#include "gtest/gtest.h"

namespace acqrel::model {
namespace {

using internal::place_table;

// Where the body below has its operations.
int store_line = 0;
int load_line = 0;
int writer_fence_line = 0;
int reader_fence_line = 0;

void message_passing() {
  plain<int> data{0};
  atomic<int> ready{0};
  thread writer([&] {
    data.set(1);
    store_line = __LINE__ + 1;
    ready.store(1, release);
  });
  load_line = __LINE__ + 1;
  if (ready.load(acquire) == 1) (void)data.get();
  writer.join();
}

void store_buffering() {
  atomic<int> x{0};
  atomic<int> y{0};
  int a = 0;
  thread other([&] {
    x.store(1, relaxed);
    writer_fence_line = __LINE__ + 1;
    asymmetric_thread_fence_heavy(seq_cst);
    a = y.load(relaxed);
  });
  y.store(1, relaxed);
  reader_fence_line = __LINE__ + 1;
  asymmetric_thread_fence_light(seq_cst);
  const int b = x.load(relaxed);
  other.join();
  require(a + b > 0, "one sees the other");
}

// "tests/model/places_test.cc:12:3", as the table writes it.
std::string key_of(int line, const std::string& operation) {
  place_table& table = place_table::get();
  for (int i = 0; i < table.size(); ++i) {
    const internal::known_place& p = table[i];
    if (p.file == "tests/model/places_test.cc" &&
        p.line == static_cast<std::uint32_t>(line) &&
        p.operation == operation) {
      return p.file + ":" + std::to_string(p.line) + ":" +
             std::to_string(p.column);
    }
  }
  return "no such place";
}

class Places : public testing::Test {
 protected:
  ~Places() override { place_table::get().override_orders(""); }
  static void override_with(const std::string& list) {
    place_table::get().override_orders(list);
  }
};

TEST_F(Places, AnOverrideChangesTheVerdict) {
  expect_passes(check(message_passing));
  const std::string store = key_of(store_line, "store");
  const std::string load = key_of(load_line, "load");
  for (const std::string& weaker : {store + "=relaxed", load + "=relaxed",
                                    store + "=relaxed," + load + "=relaxed"}) {
    SCOPED_TRACE(weaker);
    override_with(weaker);
    const result r = check(message_passing);
    expect_fails(r, failure::data_race, {});
    bool marked = false;
    for (const step& s : r.counterexample.steps) marked |= s.weakened;
    EXPECT_TRUE(marked);
  }
  override_with(store + "=seq_cst");
  expect_passes(check(message_passing));
  override_with("");
  expect_passes(check(message_passing));
}

TEST_F(Places, AFenceIsMadeLightOrNone) {
  expect_passes(check(store_buffering));
  const std::string heavy =
      key_of(writer_fence_line, "asymmetric_thread_fence_heavy");
  const std::string light =
      key_of(reader_fence_line, "asymmetric_thread_fence_light");
  for (const std::string& weaker :
       {heavy + "=none", heavy + "=light", light + "=none"}) {
    SCOPED_TRACE(weaker);
    override_with(weaker);
    expect_fails(check(store_buffering), failure::requirement,
                 {"one sees the other"});
  }
  override_with("");
  expect_passes(check(store_buffering));
}

int cas_line = 0;

void failed_exchange() {
  plain<int> data{0};
  atomic<int> word{0};
  thread writer([&] {
    data.set(1);
    word.store(1, release);
  });
  int expected = 7;
  cas_line = __LINE__ + 1;
  word.compare_exchange_strong(expected, 8, relaxed, acquire);
  if (expected == 1) (void)data.get();
  writer.join();
}

TEST_F(Places, ACompareExchangeHasTwoOrders) {
  expect_passes(check(failed_exchange));
  const std::string cas = key_of(cas_line, "compare_exchange_strong");
  override_with(cas + ":success=seq_cst");
  expect_passes(check(failed_exchange));
  override_with(cas + ":failure=relaxed");
  expect_fails(check(failed_exchange), failure::data_race, {});
}

TEST_F(Places, AWrongOverrideIsNamed) {
  for (const char* const wrong : {"a.h:1:2=strong", "a.h:1=relaxed",
                                  "a.h:x:2=relaxed", "a.h:1:2", "a.h"}) {
    EXPECT_THROW(override_with(wrong), std::invalid_argument) << wrong;
  }
  try {
    override_with("a.h:1:2=strong");
  } catch (const std::invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find("'strong' is no ordering"),
              std::string::npos)
        << e.what();
  }
}

// By the environment, as the ordering gate does it: read as a process begins.
using PlacesDeathTest = Places;
TEST_F(PlacesDeathTest, TheEnvironmentOverrides) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  expect_passes(check(message_passing));
  const std::string weaker = key_of(store_line, "store") + "=relaxed";
  const auto verdict = [] {
    std::_Exit(check(message_passing).error == failure::data_race ? 3 : 4);
  };
  EXPECT_EXIT(verdict(), testing::ExitedWithCode(4), "");
  setenv("ACQREL_MODEL_OVERRIDE", weaker.c_str(), 1);
  // The child process comes here from its beginning, with that environment.
  EXPECT_EXIT(verdict(), testing::ExitedWithCode(3), "");
  unsetenv("ACQREL_MODEL_OVERRIDE");
}

// Coverage.

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '\t');) {
    fields.push_back(field);
  }
  return fields;
}

// The lines of coverage() for a place.
std::vector<std::vector<std::string>> covered(const std::string& key) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream in(place_table::get().coverage());
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields = fields_of(line);
    EXPECT_EQ(fields.size(), 8u) << line;
    if (fields[0] == key) lines.push_back(std::move(fields));
  }
  return lines;
}

int counted_cas_line = 0;
int counted_load_line = 0;

TEST_F(Places, CoverageCounts) {
  const result r = check([] {
    atomic<int> word{0};
    thread other([&] { word.store(1, release); });
    counted_load_line = __LINE__ + 1;
    (void)word.load(acquire);
    int expected = 0;
    counted_cas_line = __LINE__ + 1;
    word.compare_exchange_strong(expected, 2, acq_rel, relaxed);
    other.join();
  });
  expect_passes(r);
  const auto load = covered(key_of(counted_load_line, "load"));
  ASSERT_EQ(load.size(), 1u);
  EXPECT_EQ(load[0][1], "load");
  EXPECT_EQ(load[0][2], "success");
  EXPECT_EQ(load[0][3], "acquire");
  EXPECT_GE(std::stoi(load[0][4]), 3);  // executed
  EXPECT_GE(std::stoi(load[0][7]), 1);  // read something old
  const auto cas = covered(key_of(counted_cas_line, "compare_exchange_strong"));
  ASSERT_EQ(cas.size(), 2u);
  EXPECT_EQ(cas[0][2], "success");
  EXPECT_EQ(cas[0][3], "acq_rel");
  EXPECT_EQ(cas[1][2], "failure");
  EXPECT_EQ(cas[1][3], "relaxed");
  for (const auto& half : cas) {
    EXPECT_GE(std::stoi(half[4]), 3);
    EXPECT_GE(std::stoi(half[5]), 1);  // succeeded
    EXPECT_GE(std::stoi(half[6]), 1);  // failed
  }
}

int unseen_line = 0;

TEST_F(Places, CoverageKnowsOnlyWhatRan) {
  const bool never = place_table::get().size() < 0;
  expect_passes(check([=] {
    atomic<int> word{0};
    unseen_line = __LINE__ + 1;
    if (never) word.store(1, release);
  }));
  EXPECT_EQ(key_of(unseen_line, "store"), "no such place");
}

}  // namespace
}  // namespace acqrel::model
