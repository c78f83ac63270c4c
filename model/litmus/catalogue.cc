#include "acqrel/model/litmus/catalogue.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/litmus/catalogue_text.h"
#include "acqrel/model/litmus/parser.h"

namespace acqrel::model::litmus {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::vector<section> parse_catalogue() {
  std::vector<section> sections;
  std::string source;
  const auto end_program = [&] {
    if (source.find_first_not_of('\n') != std::string::npos) {
      sections.back().programs.push_back(parse(source, "catalogue"));
    }
    source.clear();
  };
  std::string_view text(internal::catalogue_text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    constexpr std::string_view begin = "section ";
    if (line.substr(0, begin.size()) == begin) {
      end_program();
      sections.push_back({std::string(line.substr(begin.size())), {}});
    } else if (line == "---") {
      end_program();
    } else {
      source += line;
      source += '\n';
    }
  }
  end_program();
  return sections;
}

// How many letters must be changed, added or dropped (V. I. Levenshtein, 1966).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const std::vector<section>& catalogue() {
  static const std::vector<section> sections = parse_catalogue();
  return sections;
}

const program* find_program(std::string_view name) {
  const std::string wanted = lower(name);
  for (const section& part : catalogue()) {
    for (const program& p : part.programs) {
      if (lower(p.name) == wanted) return &p;
    }
  }
  return nullptr;
}

std::vector<std::string> similar_names(std::string_view name) {
  const std::string wanted = lower(name);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const section& part : catalogue()) {
    for (const program& p : part.programs) {
      const std::string known = lower(p.name);
      if (known.find(wanted) != std::string::npos) {
        found.emplace_back(0, p.name);
      } else if (const std::size_t apart = distance(known, wanted);
                 apart <= 2 && apart < known.size()) {
        found.emplace_back(apart, p.name);
      }
    }
  }
  std::stable_sort(
      found.begin(), found.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [apart, known] : found) {
    if (names.size() < 3) names.push_back(std::move(known));
  }
  return names;
}

}  // namespace acqrel::model::litmus
