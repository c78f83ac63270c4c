// The file of waivers: what is read, and what is refused in which sentence.
#include "acqrel/model/gate/waivers.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

constexpr std::string_view good =
    "# Why each of these is no flaw.\n"
    "\n"
    "structures/ring.h [push.publish] release -> relaxed: W3: needs two laps.\n"
    "   # indented\n"
    "  a.h:12 load acquire -> relaxed: W6: as C++11: a data dependency would "
    "do.  \n"
    "a.h [b.take] acquire -> relaxed on failure: W2: [b.again] has it, too\n";

TEST(Waivers, AFileOfThem) {
  const std::vector<waiver> all = parse_waivers("docs/o.waivers", good);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].key, "structures/ring.h [push.publish] release -> relaxed");
  EXPECT_EQ(all[0].kind, "W3");
  EXPECT_EQ(all[0].reason, "needs two laps.");
  EXPECT_EQ(all[0].where, "docs/o.waivers:3");
  // Colons in the place and in the reason.
  EXPECT_EQ(all[1].key, "a.h:12 load acquire -> relaxed");
  EXPECT_EQ(all[1].kind, "W6");
  EXPECT_EQ(all[1].reason, "as C++11: a data dependency would do.");
  EXPECT_EQ(all[1].where, "docs/o.waivers:5");
  EXPECT_EQ(all[2].key, "a.h [b.take] acquire -> relaxed on failure");
  EXPECT_EQ(all[2].where, "docs/o.waivers:6");
}

TEST(Waivers, LinesMayEndAsOnWindows) {
  std::string text(good);
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) {
    text.insert(at, "\r");
  }
  const std::vector<waiver> all = parse_waivers("o.waivers", text);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].reason, "needs two laps.");
  EXPECT_EQ(all[2].key, "a.h [b.take] acquire -> relaxed on failure");
  EXPECT_EQ(all[2].reason, "[b.again] has it, too");
}

TEST(Waivers, NoneIsAFile) {
  EXPECT_TRUE(parse_waivers("o.waivers", "").empty());
  EXPECT_TRUE(parse_waivers("o.waivers", "# none\n\n").empty());
}

TEST(Waivers, EachClassThereIs) {
  for (const char* const kind : {"W1", "W2", "W3", "W4", "W6"}) {
    const std::vector<waiver> all = parse_waivers(
        "o.waivers",
        "a.h [x.y] release -> relaxed: " + std::string(kind) + ": so.");
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].kind, kind);
  }
}

std::string why_not(const std::string& line) {
  try {
    parse_waivers("o.waivers", "# one\n" + line + "\n");
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "it is one";
}

TEST(Waivers, WhatIsNoneIsRefused) {
  for (const char* const text :
       {"a.h [x.y]", "a.h [x.y] release -> relaxed",
        "a.h [x.y] release -> relaxed: W3", "a.h [x.y] release: W3: so.",
        "a.h [x.y] release->relaxed: W3: so.", "W3: so."}) {
    EXPECT_EQ(why_not(text),
              "o.waivers:2: a waiver is written 'FILE [label] FROM -> TO: "
              "CLASS: reason', not '" +
                  std::string(text) + "'");
  }
  for (const char* const kind : {"W5", "W0", "w3", "W33", "because", ""}) {
    EXPECT_EQ(
        why_not("a.h [x.y] release -> relaxed: " + std::string(kind) + ": so."),
        "o.waivers:2: '" + std::string(kind) +
            "' is no class of waivers: W1, W2, W3, W4 and W6 are");
  }
  for (const char* const end : {":", ": ", ":\t\r"}) {
    EXPECT_EQ(why_not("a.h [x.y] release -> relaxed: W3" + std::string(end)),
              "o.waivers:2: a waiver gives a reason");
  }
}

}  // namespace
}  // namespace acqrel::model::gate
