#include "acqrel/model/engine/source_line.h"

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::internal {
namespace {

// What follows the first directory; empty if there is none.
std::string_view below(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == path.npos ? std::string_view() : path.substr(slash + 1);
}

// The repository that a path of Bazel names; empty for the main one.
std::string_view repository_of(std::string_view file) {
  constexpr std::string_view external = "external/";
  const std::size_t at = file.find(external);
  if (at == file.npos || (at != 0 && file[at - 1] != '/')) return {};
  const std::string_view rest = file.substr(at + external.size());
  const std::size_t slash = rest.find('/');
  return slash == rest.npos ? std::string_view() : rest.substr(0, slash);
}

// A file's lines; none if it cannot be read.
const std::vector<std::string>& lines_of(const std::string& path) {
  static std::map<std::string, std::vector<std::string>> cache;
  const auto [entry, is_new] = cache.try_emplace(path);
  if (is_new) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
      entry->second.push_back(line);
    }
  }
  return entry->second;
}

// Where the file may lie, the likeliest first.
std::vector<std::string> candidates(std::string_view file) {
  const std::string short_name(short_path(file));
  std::string runfiles = short_name;
  if (const std::string_view repository = repository_of(file);
      !repository.empty()) {
    runfiles = "../" + std::string(repository) + "/" + short_name;
  }
  std::vector<std::string> paths;
  const char* const root = std::getenv("TEST_SRCDIR");
  const char* const workspace = std::getenv("TEST_WORKSPACE");
  if (root != nullptr && workspace != nullptr) {
    paths.push_back(std::string(root) + "/" + workspace + "/" + runfiles);
  }
  paths.push_back(std::move(runfiles));  // `bazel run` starts it there
  paths.emplace_back(file);
  paths.push_back(short_name);
  return paths;
}

}  // namespace

std::string_view short_path(std::string_view file) {
  // .../PACKAGE/_virtual_includes/TARGET/PREFIX/PACKAGE/NAME. Where PACKAGE
  // begins is not marked: the longest that occurs twice is taken.
  constexpr std::string_view virtual_includes = "/_virtual_includes/";
  if (const std::size_t at = file.find(virtual_includes); at != file.npos) {
    const std::string_view included =
        below(file.substr(at + virtual_includes.size()));
    for (std::string_view package = file.substr(0, at); !package.empty();
         package = below(package)) {
      const std::string inner = "/" + std::string(package) + "/";
      if (const std::size_t found = included.find(inner);
          found != included.npos) {
        return included.substr(found + 1);
      }
      if (included.starts_with(inner.substr(1))) return included;
    }
    return included;
  }
  if (const std::string_view repository = repository_of(file);
      !repository.empty()) {
    return file.substr(static_cast<std::size_t>(
        repository.data() + repository.size() + 1 - file.data()));
  }
  constexpr std::string_view checkout = "/acqrel/";
  if (const std::size_t at = file.rfind(checkout); at != file.npos) {
    return file.substr(at + checkout.size());
  }
  while (file.starts_with("./")) file.remove_prefix(2);
  return file;
}

std::string read_source_line(std::string_view file, int line) {
  for (const std::string& path : candidates(file)) {
    const std::vector<std::string>& lines = lines_of(path);
    if (line < 1 || static_cast<std::size_t>(line) > lines.size()) continue;
    const std::string& text = lines[static_cast<std::size_t>(line) - 1];
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
  }
  return {};
}

}  // namespace acqrel::model::internal
