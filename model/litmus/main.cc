// Shows what the C++ memory model lets a few threads do:
//
//   ./bazelw run //model:litmus -- mp --store=release --load=acquire
//   ./bazelw run //model:litmus -- --help

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
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
  return run_tool(std::vector<std::string>(argv + 1, argv + argc),
                  {std::cout, std::cerr, how, called_in ? called_in : "."});
}
