// Drawings are well-formed, everything has its place, and what must be said is.
#include "acqrel/model/draw.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/tests/model/sample_executions.h"
#include "gtest/gtest.h"

namespace acqrel::testing {
namespace {

using model::draw_options;
using model::edge_kind;
using model::execution;
using model::step;
using model::step_kind;
using model::to_svg;

struct element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::vector<std::string> parents;  // their classes
};

struct document {
  std::vector<element> elements;
  std::string text;   // of all elements, entities resolved
  std::string error;  // empty if it is well-formed
};

// Of XML, what a drawing uses. Anything else is an error.
class xml_reader {
 public:
  explicit xml_reader(std::string_view source) : rest_(source) {}

  document read() {
    read_element({});
    if (doc_.error.empty() && !rest_.empty() && rest_ != "\n")
      fail("text after the end");
    return std::move(doc_);
  }

 private:
  void fail(const std::string& why) {
    if (doc_.error.empty())
      doc_.error = why + " before: " + std::string(rest_.substr(0, 60));
    rest_ = {};
  }
  bool take(std::string_view token) {
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  std::string take_name() {
    std::size_t n = 0;
    while (n < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 ||
            rest_[n] == '-' || rest_[n] == ':')) {
      ++n;
    }
    std::string name(rest_.substr(0, n));
    rest_.remove_prefix(n);
    if (name.empty()) fail("no name");
    return name;
  }
  std::string take_text(char end) {
    std::string text;
    while (!rest_.empty() && rest_[0] != end) {
      const auto c = static_cast<unsigned char>(rest_[0]);
      if (c == '<' || (c < 0x20 && c != '\n' && c != '\t')) {
        fail("a character that must not be there");
      } else if (c != '&') {
        text += rest_[0];
        rest_.remove_prefix(1);
      } else if (take("&lt;")) {
        text += '<';
      } else if (take("&gt;")) {
        text += '>';
      } else if (take("&amp;")) {
        text += '&';
      } else if (take("&quot;")) {
        text += '"';
      } else {
        fail("an unknown entity");
      }
    }
    return text;
  }

  void read_element(std::vector<std::string> parents) {
    if (!take("<")) return fail("no element");
    element e;
    e.name = take_name();
    while (take(" ")) {
      const std::string name = take_name();
      if (!take("=\"")) return fail("no value");
      if (!e.attributes.emplace(name, take_text('"')).second)
        return fail("an attribute twice");
      if (!take("\"")) return fail("no end of a value");
    }
    e.parents = parents;
    doc_.elements.push_back(e);
    parents.push_back(
        e.attributes.count("class") != 0 ? e.attributes.at("class") : "");
    if (take("/>")) return;
    if (!take(">")) return fail("no end of a tag");
    while (doc_.error.empty()) {
      doc_.text += take_text('<');
      if (take("</")) {
        if (take_name() != e.name) return fail("the wrong end of " + e.name);
        if (!take(">")) return fail("no end of an end");
        return;
      }
      read_element(parents);
    }
  }

  std::string_view rest_;
  document doc_;
};

document read(const std::string& svg) { return xml_reader(svg).read(); }

struct box {
  double x, y, width, height;
};

double value_of(const element& e, const std::string& name) {
  const auto it = e.attributes.find(name);
  return it == e.attributes.end() ? 0
                                  : std::strtod(it->second.c_str(), nullptr);
}

std::vector<box> boxes(const document& d) {
  std::vector<box> found;
  for (const element& e : d.elements) {
    const auto kind = e.attributes.find("class");
    if (e.name != "rect" || kind == e.attributes.end() || kind->second != "box")
      continue;
    found.push_back({value_of(e, "x"), value_of(e, "y"), value_of(e, "width"),
                     value_of(e, "height")});
  }
  return found;
}

int count_class(const document& d, const std::string& name) {
  return static_cast<int>(std::count_if(
      d.elements.begin(), d.elements.end(), [&](const element& e) {
        const auto it = e.attributes.find("class");
        return it != e.attributes.end() && it->second == name;
      }));
}

// The points of a path in absolute coordinates, as far as they are given so.
std::vector<std::pair<double, double>> points_of(const std::string& path) {
  std::vector<std::pair<double, double>> points;
  const char* at = path.c_str();
  double x = 0;
  double y = 0;
  char command = 'M';
  while (*at != '\0') {
    if (std::isalpha(static_cast<unsigned char>(*at)) != 0) command = *at++;
    if (command == 'Z') continue;
    if (std::islower(static_cast<unsigned char>(command)) != 0) break;
    char* end = nullptr;
    const double first = std::strtod(at, &end);
    if (end == at) break;
    at = end;
    if (command == 'V') {
      y = first;
    } else {
      x = first;
      y = std::strtod(at, &end);
      at = end;
    }
    points.emplace_back(x, y);
    while (*at == ' ') ++at;
  }
  return points;
}

class Draw
    : public ::testing::TestWithParam<std::pair<std::string, execution>> {};

TEST_P(Draw, IsWellFormed) {
  for (const bool compact : {false, true}) {
    const document d = read(to_svg(GetParam().second, {.compact = compact}));
    EXPECT_EQ(d.error, "");
    EXPECT_EQ(d.elements[0].name, "svg");
  }
}

TEST_P(Draw, ShowsEachStep) {
  const execution& run = GetParam().second;
  const document d = read(to_svg(run, {.show_all = true}));
  EXPECT_EQ(count_class(d, "step"), static_cast<int>(run.steps.size()));
  EXPECT_EQ(count_class(d, "pill"), 0);
  for (const step& s : run.steps) {
    EXPECT_NE(d.text.find(s.location), std::string::npos) << s.location;
    EXPECT_NE(d.text.find(s.order), std::string::npos) << s.order;
    EXPECT_NE(d.text.find(s.code), std::string::npos) << s.code;
    EXPECT_NE(d.text.find(s.note), std::string::npos) << s.note;
  }
}

TEST_P(Draw, BoxesDoNotOverlap) {
  for (const bool all : {false, true}) {
    const document d = read(to_svg(GetParam().second, {.show_all = all}));
    const std::vector<box> found = boxes(d);
    ASSERT_FALSE(found.empty());
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (std::size_t j = i + 1; j < found.size(); ++j) {
        const box& a = found[i];
        const box& b = found[j];
        const bool apart = a.x + a.width <= b.x || b.x + b.width <= a.x ||
                           a.y + a.height <= b.y || b.y + b.height <= a.y;
        EXPECT_TRUE(apart) << i << " and " << j;
      }
    }
  }
}

TEST_P(Draw, StaysWithinItsView) {
  const document d = read(to_svg(GetParam().second));
  const double width = value_of(d.elements[0], "width");
  const double height = value_of(d.elements[0], "height");
  const auto within = [&](double x, double y) {
    return x >= 0 && x <= width && y >= 0 && y <= height;
  };
  for (const element& e : d.elements) {
    EXPECT_TRUE(within(value_of(e, "x"), value_of(e, "y"))) << e.name;
    if (e.name == "rect") {
      EXPECT_TRUE(within(value_of(e, "x") + value_of(e, "width"),
                         value_of(e, "y") + value_of(e, "height")));
    }
    if (e.name != "path") continue;
    for (const auto& [x, y] : points_of(e.attributes.at("d")))
      EXPECT_TRUE(within(x, y)) << e.attributes.at("d");
  }
}

// Lines run between the boxes: only their ends touch one.
TEST_P(Draw, NoArrowCrossesABox) {
  const document d = read(to_svg(GetParam().second, {.legend = false}));
  const std::vector<box> found = boxes(d);
  for (const element& e : d.elements) {
    if (e.name != "path" || e.parents.size() < 2 || e.parents.back().empty() ||
        e.parents.back() == "step") {
      continue;
    }
    // A curve runs within the polygon of its points.
    const auto points = points_of(e.attributes.at("d"));
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      for (double t = 0; t <= 1; t += 0.02) {
        const double x =
            points[i].first + t * (points[i + 1].first - points[i].first);
        const double y =
            points[i].second + t * (points[i + 1].second - points[i].second);
        for (const box& b : found) {
          const bool inside = x > b.x + 0.5 && x < b.x + b.width - 0.5 &&
                              y > b.y + 0.5 && y < b.y + b.height - 0.5;
          EXPECT_FALSE(inside) << e.attributes.at("d");
        }
      }
    }
  }
}

TEST_P(Draw, TextFitsItsBox) {
  const document d = read(to_svg(GetParam().second));
  // Each text that follows a box up to the next one stands in it.
  std::optional<box> around;
  for (const element& e : d.elements) {
    const bool in_step =
        !e.parents.empty() &&
        std::count(e.parents.begin(), e.parents.end(), "step") != 0;
    if (!in_step) around.reset();
    if (!in_step) continue;
    if (e.name == "rect" && e.attributes.count("class") != 0)
      around = box{value_of(e, "x"), value_of(e, "y"), value_of(e, "width"),
                   value_of(e, "height")};
    if (e.name != "text") continue;
    ASSERT_TRUE(around.has_value());
    EXPECT_GT(value_of(e, "x"), around->x);
    EXPECT_LT(value_of(e, "x"), around->x + around->width);
    EXPECT_GT(value_of(e, "y"), around->y + 5);
    EXPECT_LT(value_of(e, "y"), around->y + around->height - 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, Draw,
                         ::testing::ValuesIn(sample_executions()),
                         [](const auto& info) { return info.param.first; });

int arrows(const execution& run, const std::string& kind) {
  return count_class(read(to_svg(run, {.legend = false})), kind);
}

TEST(DrawArrows, AreThoseOfTheExecution) {
  EXPECT_EQ(arrows(message_passing(), "synchronizes-with"), 1);
  EXPECT_EQ(arrows(message_passing(), "reads-from"), 1);
  EXPECT_EQ(arrows(message_passing(), "from-read"), 0);
  EXPECT_EQ(arrows(stale_message(), "synchronizes-with"), 0);
  EXPECT_EQ(arrows(stale_message(), "reads-from"), 1);
  EXPECT_EQ(arrows(stale_message(), "from-read"), 1);
  EXPECT_EQ(arrows(store_buffering(), "from-read"), 2);
  EXPECT_EQ(arrows(independent_reads(), "synchronizes-with"), 2);
  EXPECT_EQ(arrows(data_race(), "missing"), 1);
  EXPECT_EQ(arrows(data_race(), "conflict"), 1);
  EXPECT_EQ(arrows(hazard_pointer(), "conflict"), 1);
}

TEST(DrawArrows, AreDrawnOnce) {
  // That it reads from there is said by the step, by an edge, or by both; and
  // goes without saying where the two synchronize.
  execution run = stale_message();
  run.edges.clear();
  EXPECT_EQ(arrows(run, "reads-from"), 1);
  run.edges.push_back({1, 2, edge_kind::reads_from});
  run.edges.push_back({1, 2, edge_kind::reads_from});
  EXPECT_EQ(arrows(run, "reads-from"), 1);
  run.edges.push_back({1, 2, edge_kind::synchronizes_with});
  EXPECT_EQ(arrows(run, "reads-from"), 0);
  EXPECT_EQ(arrows(run, "synchronizes-with"), 1);
}

TEST(DrawArrows, AJoinComesFromTheLastStepThatIsSeen) {
  execution run = message_passing();
  step end;
  end.thread = 1;
  end.kind = step_kind::end;
  step join;
  join.kind = step_kind::join;
  run.steps.push_back(end);
  run.steps.push_back(join);
  run.edges.push_back({4, 5, edge_kind::synchronizes_with});
  EXPECT_EQ(arrows(run, "synchronizes-with"), 2);
}

// Both are stores, and their order follows from nothing else.
TEST(DrawArrows, ModificationOrderOnlyWhereItIsNotImplied) {
  execution run = message_passing();
  run.edges.push_back({0, 2, edge_kind::modification});
  EXPECT_EQ(arrows(run, "modification-order"), 0);
  run = store_buffering();
  run.edges.push_back({0, 2, edge_kind::modification});
  EXPECT_EQ(arrows(run, "modification-order"), 1);
}

TEST(DrawArrows, LegendHasWhatOccursAlone) {
  const document d = read(to_svg(message_passing()));
  EXPECT_NE(d.text.find("synchronizes with: "), std::string::npos);
  EXPECT_EQ(d.text.find("did not see"), std::string::npos);
  EXPECT_EQ(d.text.find("what went wrong"), std::string::npos);
  EXPECT_EQ(read(to_svg(message_passing(), {.legend = false}))
                .text.find("synchronizes with: "),
            std::string::npos);
}

TEST(DrawText, IsEscaped) {
  execution run = message_passing();
  run.title = "queue<std::pair<int, int>> & \"more\"";
  run.failure = "a < b && c > d";
  run.threads[0] = "<T1>";
  run.steps[0].location = "map<int, int>&";
  run.steps[0].code = "std::vector<T>{}.at(0) && \"text\" < 'x';";
  run.steps[1].written = std::string("a\x01") + "b\xff";
  run.steps[1].note = "\xe2\x82";  // the beginning of a character
  const document d = read(to_svg(run));
  EXPECT_EQ(d.error, "");
  for (const std::string& text : {run.title, run.failure, run.threads[0],
                                  run.steps[0].location, run.steps[0].code}) {
    EXPECT_NE(d.text.find(text), std::string::npos) << text;
  }
  EXPECT_NE(d.text.find("a\ufffd"
                        "b\ufffd"),
            std::string::npos);
}

TEST(DrawText, IsElidedAndWholeInTheTooltip) {
  execution run = message_passing();
  run.steps[0].location = std::string(200, 'x');
  const std::string svg = to_svg(run);
  EXPECT_NE(svg.find("\u2026"), std::string::npos);
  EXPECT_NE(read(svg).text.find(run.steps[0].location), std::string::npos);
  EXPECT_LT(value_of(read(svg).elements[0], "width"), 1000);
}

TEST(DrawOptions, DoWhatTheySay) {
  const execution run = data_race();
  const std::string all = read(to_svg(run)).text;
  EXPECT_NE(all.find(run.title), std::string::npos);
  EXPECT_NE(all.find("spawn "), std::string::npos);
  EXPECT_NE(all.find("body"), std::string::npos);
  EXPECT_EQ(read(to_svg(run, {.title = false})).text.find(run.title),
            std::string::npos);
  const std::string compact = read(to_svg(run, {.compact = true})).text;
  EXPECT_EQ(compact.find("spawn "), std::string::npos);
  EXPECT_EQ(compact.find("body"), std::string::npos);
  // The place stays in the tooltip; what is drawn in the box goes.
  const auto size = [&](bool source) {
    return value_of(read(to_svg(run, {.show_source = source})).elements[0],
                    "height");
  };
  EXPECT_LT(size(false), size(true));
}

TEST(DrawExplanation, LeavesOutWhatPlaysNoPart) {
  const execution run = long_run(80);
  const document d = read(to_svg(run));
  EXPECT_GT(count_class(d, "pill"), 0);
  EXPECT_LT(count_class(d, "step"), static_cast<int>(run.steps.size()));
  EXPECT_NE(d.text.find(" steps"), std::string::npos);
  EXPECT_NE(d.text.find("require"), std::string::npos);
}

TEST(DrawExplanation, NothingToDrawIsNoError) {
  EXPECT_EQ(read(to_svg(execution{})).error, "");
  execution odd;
  odd.steps.resize(2);
  odd.steps[1].thread = 3;
  odd.steps[1].reads_from = 17;
  odd.edges.push_back({5, 1, edge_kind::from_read});
  EXPECT_EQ(read(to_svg(odd, {.show_all = true})).error, "");
}

}  // namespace
}  // namespace acqrel::testing
