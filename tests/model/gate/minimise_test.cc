// Orderings that are found from seq_cst down: those of the source where all are
// needed, and weaker ones where not.
#include "acqrel/model/gate/minimise.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/gate/gate.h"
#include "acqrel/tests/model/gate/fixtures.h"
#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

gate tested(settings with) {
  gate all(std::move(with));
  all.run_tests();
  return all;
}

// "[send.publish] release", "load relaxed", "[decide.win] acquire on failure";
// with what is found, and how often.
std::map<std::string, int> orderings_of(const minimisation& m) {
  std::map<std::string, int> found;
  for (const minimised& o : m.orderings) {
    ++found[o.where->name() + " " + o.found +
            (o.on_failure ? " on failure" : "")];
  }
  return found;
}

minimisation minimise(const gate& all) {
  return minimise(all, 2, [](const minimised&) {});
}

TEST(Minimise, FindsTheOrderingsThatAreAllNeeded) {
  const gate all = tested(settings_for("fixture"));
  const minimisation m = minimise(all);
  EXPECT_EQ(m.wrong_anyway, "");
  EXPECT_EQ(m.doubt, "");
  ASSERT_FALSE(m.orderings.empty());
  for (const minimised& o : m.orderings) {
    EXPECT_EQ(o.found, o.ours) << o.where->name();
    // Where a weaker one is possible, some test stands in its way.
    const bool weakest = o.found == "relaxed";
    EXPECT_EQ(o.stopped_by.empty(), weakest) << o.where->name();
  }
}

// Nobody needs the tickets' release; of a fence and a store that back each
// other up, the first goes.
TEST(Minimise, TakesAwayWhatNobodyNeeds) {
  const gate all = tested(settings_for("fixture_flaws"));
  const minimisation m = minimise(all);
  EXPECT_EQ(m.wrong_anyway, "");
  const std::map<std::string, int> found = orderings_of(m);
  EXPECT_EQ(found.count("[next.count] relaxed"), 1u);
  EXPECT_EQ(found.count("[send.fence] none"), 1u);
  EXPECT_EQ(found.count("[send.publish] release"), 1u);
  EXPECT_EQ(found.count("[receive.take] acquire"), 1u);
}

TEST(Minimise, TellsOfEachAsItIsFound) {
  settings with = settings_for("fixture");
  const gate all = tested(std::move(with));
  std::vector<std::string> told;
  const minimisation m =
      minimise(all, 1, [&](const minimised& o) { told.push_back(o.found); });
  ASSERT_EQ(told.size(), m.orderings.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i], m.orderings[i].found);
  }
}

}  // namespace
}  // namespace acqrel::model::gate
