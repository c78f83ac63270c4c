// The rules of the lint; README.md has them in a table, with an example each.
#ifndef ACQREL_TOOLS_LINT_RULES_H_
#define ACQREL_TOOLS_LINT_RULES_H_

#include <string>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {

struct finding {
  std::string path;
  int line = 0;
  std::string rule;  // "R4"
  std::string sentence;

  auto operator<=>(const finding&) const = default;
};

class report {
 public:
  void add(const source& file, int line, std::string rule,
           std::string sentence);
  // By file and line, each once.
  std::vector<finding> sorted() const;

 private:
  std::vector<finding> findings_;
};

tree make_tree(std::vector<source> sources);

// All rules.
std::vector<finding> check(const tree& all);

void check_places(const tree& all, report& out);  // R1 to R4, R10, R11
void check_cards(const tree& all, report& out);   // R5, R8
void check_code(const tree& all, report& out);    // R6, R7, R9

}  // namespace acqrel::lint

#endif  // ACQREL_TOOLS_LINT_RULES_H_
