// lint [--labels] FILE...: checks acqrel's rules (README.md), or prints all
// places.
//
// --labels prints a line for each operation that names an ordering, and its
// fields with tabs between them: file, line, column, operation, orderings,
// label (or the reason for relaxed), partners.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/rules.h"
#include "acqrel/tools/lint/source.h"

namespace {

namespace lint = acqrel::lint;

void print_places(const lint::tree& all) {
  std::cout << "file\tline\tcolumn\toperation\torderings\tlabel\tpartners\n";
  for (const lint::place& p : all.places) {
    std::string orderings;
    for (const std::string& ordering : p.orderings) {
      orderings += (orderings.empty() ? "" : ", ") + ordering;
    }
    std::string label;
    std::string partners;
    if (!p.labels.empty()) {
      label = "[" + p.labels.front().label + "]";
      for (const lint::reference& partner : p.labels.front().partners) {
        partners += (partners.empty() ? "" : ", ") + to_string(partner);
      }
    } else if (!p.reasons.empty()) {
      label = p.reasons.front().reason;
    }
    std::cout << p.file->path() << '\t' << p.line() << '\t'
              << p.file->tokens()[p.token].column << '\t' << p.operation << '\t'
              << orderings << '\t' << label << '\t' << partners << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Under `bazel run`, paths are relative to where the user stands.
  if (const char* const directory = std::getenv("BUILD_WORKING_DIRECTORY")) {
    std::error_code ignored;  // then the files are not found, and named
    std::filesystem::current_path(directory, ignored);
  }
  bool labels = false;
  std::vector<lint::source> sources;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--labels") {
      labels = true;
      continue;
    }
    std::error_code unreadable;
    const bool regular = std::filesystem::is_regular_file(argv[i], unreadable);
    std::ifstream file(argv[i], std::ios::binary);
    if (!regular || !file.is_open()) {
      std::cerr << "lint: cannot read " << argv[i] << '\n';
      return 2;
    }
    sources.emplace_back(argv[i],
                         std::string(std::istreambuf_iterator<char>(file), {}));
  }
  if (sources.empty()) {
    std::cerr << "usage: lint [--labels] FILE...\n";
    return 2;
  }
  const lint::tree all = lint::make_tree(std::move(sources));
  if (labels) {
    print_places(all);
    return 0;
  }
  const std::vector<lint::finding> findings = check(all);
  for (const lint::finding& f : findings) {
    std::cout << f.path << ':' << f.line << ": [" << f.rule << "] "
              << f.sentence << '\n';
  }
  std::cout << all.sources.size() << " files, " << all.places.size()
            << " places, " << findings.size() << " findings\n";
  return findings.empty() ? 0 : 1;
}
