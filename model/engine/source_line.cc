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

// What follows external/ in a path of Bazel, a repository's name first; empty
// in the main repository.
std::string_view outside_of_main(std::string_view file) {
  constexpr std::string_view external = "external/";
  const std::size_t at = file.find(external);
  if (at == file.npos || (at != 0 && file[at - 1] != '/')) return {};
  return file.substr(at + external.size());
}

// The path in its repository, if that is not the main one.
std::string_view in_repository(std::string_view file) {
  return below(outside_of_main(file));
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
  if (const std::string_view outside = outside_of_main(file);
      !outside.empty()) {
    const std::string_view repository = outside.substr(0, outside.find('/'));
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
  // bazel-out/CONFIGURATION/bin/ROOM/_virtual_includes/TARGET/PREFIX/ROOM/NAME
  constexpr std::string_view virtual_includes = "/_virtual_includes/";
  if (const std::size_t at = file.find(virtual_includes); at != file.npos) {
    const std::string_view included =
        below(file.substr(at + virtual_includes.size()));
    std::string_view room = file.substr(0, at);
    if (const std::string_view outside = in_repository(room);
        !outside.empty()) {
      room = outside;
    } else if (const std::size_t bin = room.find("/bin/"); bin != room.npos) {
      room = room.substr(bin + 5);
    }
    const std::size_t again = included.find("/" + std::string(room) + "/");
    return again == included.npos ? included : included.substr(again + 1);
  }
  if (const std::string_view outside = in_repository(file); !outside.empty()) {
    return outside;
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
