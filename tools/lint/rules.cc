// The findings, and all rules together.
#include "acqrel/tools/lint/rules.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {

void report::add(const source& file, int line, std::string rule,
                 std::string sentence) {
  findings_.push_back(
      {file.path(), line, std::move(rule), std::move(sentence)});
}

std::vector<finding> report::sorted() const {
  std::vector<finding> result = findings_;
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

tree make_tree(std::vector<source> sources) {
  tree all;
  all.sources = std::move(sources);
  for (const source& file : all.sources) {
    for (place& p : find_places(file)) all.places.push_back(std::move(p));
  }
  return all;
}

std::vector<finding> check(const tree& all) {
  report out;
  for (const source& file : all.sources) {
    if (file.unbalanced() != 0) {
      out.add(file, file.unbalanced(), "R0",
              "a bracket lacks the other one, so nothing here was checked");
    }
  }
  check_places(all, out);
  check_cards(all, out);
  check_code(all, out);
  return out.sorted();
}

}  // namespace acqrel::lint
