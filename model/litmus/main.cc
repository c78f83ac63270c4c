// Shows what the C++ memory model lets a few threads do:
//
//   ./bazelw run //model:litmus -- mp --store=release --load=acquire
//   ./bazelw run //model:litmus -- --help

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "acqrel/model/litmus/tool.h"

int main(int argc, char** argv) {
  using namespace acqrel::model::litmus;
  style how;
  how.color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  how.width = 100;
  if (winsize size{};
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    how.width = std::max<int>(size.ws_col, 40);
  }
  // `bazel run` starts the program elsewhere, and says where it was called.
  const char* const called_in = std::getenv("BUILD_WORKING_DIRECTORY");
  std::error_code error;
  const std::filesystem::path pictures =
      std::filesystem::temp_directory_path(error) / "acqrel-litmus";
  if (!error) std::filesystem::create_directories(pictures, error);
  return run_tool(std::vector<std::string>(argv + 1, argv + argc),
                  {std::cout, std::cerr, how, called_in ? called_in : ".",
                   error ? "" : pictures.string()});
}
