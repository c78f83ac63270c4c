// Runs the build's compiler from a test. The script comes from compiler.bzl;
// the test names it in the environment variable ACQREL_TEST_COMPILER.
#ifndef ACQREL_TESTS_ATOMICS_COMPILER_H_
#define ACQREL_TESTS_ATOMICS_COMPILER_H_

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

namespace acqrel::testing {

struct outcome {
  int status;  // the exit status; -1 when a signal ended it
  std::string output;
};

// `arguments` begin with the script's mode and are split by the shell.
inline outcome run_compiler(const std::string& arguments) {
  const char* const script = std::getenv("ACQREL_TEST_COMPILER");
  if (script == nullptr) throw std::runtime_error("no ACQREL_TEST_COMPILER");
  std::FILE* const pipe =
      ::popen((std::string(script) + " " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen failed");
  std::string output;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    output.append(buffer, n);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

// A path for a file of this test alone.
inline std::string scratch_path(const std::string& name) {
  const char* const directory = std::getenv("TEST_TMPDIR");
  return std::string(directory != nullptr ? directory : "/tmp") + "/" + name;
}

inline std::string write_scratch(const std::string& name,
                                 const std::string& text) {
  const std::string path = scratch_path(name);
  std::ofstream(path) << text;
  return path;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_COMPILER_H_
