// Makes the generated parts of docs/orderings-explained.md and its pictures
// anew:
//
//   ./bazelw run //model/litmus:update_docs

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "acqrel/model/litmus/documentation.h"

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

void update(const std::filesystem::path& docs) {
  const std::filesystem::path page = docs / "orderings-explained.md";
  std::ifstream file(page);
  if (!file) throw std::runtime_error("cannot read " + page.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const acqrel::model::litmus::documentation made =
      acqrel::model::litmus::regenerate(text);
  write(page, made.page);
  const std::filesystem::path folder = docs / "orderings";
  std::filesystem::create_directories(folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".svg") {
      std::filesystem::remove(entry.path());
    }
  }
  for (const auto& [name, picture] : made.pictures) {
    write(folder / name, picture);
  }
  std::cout << "wrote " << page.string() << " and " << made.pictures.size()
            << " pictures\n";
}

}  // namespace

int main() {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  try {
    update(std::filesystem::path(workspace ? workspace : ".") / "docs");
  } catch (const std::exception& error) {
    std::cerr << "update_docs: " << error.what() << "\n";
    return 1;
  }
}
