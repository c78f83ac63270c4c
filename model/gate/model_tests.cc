#include "acqrel/model/gate/model_tests.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace acqrel::model::gate {
namespace {

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs the program to its end, with this environment and no other: what the
// test runner tells the gate is not for the tests that the gate runs.
int run_process(const std::vector<std::string>& arguments,
                std::vector<std::string> environment,
                const std::string& output) {
  for (const char* const kept : {"PATH", "HOME", "TMPDIR", "TEST_TMPDIR"}) {
    if (const char* const value = std::getenv(kept)) {
      environment.push_back(std::string(kept) + "=" + value);
    }
  }
  const auto pointers = [](const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const std::string& t : texts) {
      out.push_back(const_cast<char*>(t.c_str()));
    }
    out.push_back(nullptr);
    return out;
  };
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, arguments[0].c_str(), &files, nullptr,
                  pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    throw std::runtime_error("cannot run " + arguments[0] + ": " +
                             std::strerror(error));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error("waitpid failed");
  }
  return status;
}

std::map<site, coverage> parse_coverage(const std::string& text) {
  std::map<site, coverage> found;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> f = split(line, '\t');
    if (f.size() != 8) continue;
    // file:line:column
    const std::size_t column = f[0].rfind(':');
    const std::size_t number = f[0].rfind(':', column - 1);
    coverage& c = found[{f[0].substr(0, number),
                         std::stoi(f[0].substr(number + 1)), f[1]}];
    if (f[2] == "failure") {
      c.failure = f[3];
      continue;
    }
    coverage more;
    more.column = std::stoi(f[0].substr(column + 1));
    more.order = f[3];
    more.executed = std::stoull(f[4]);
    more.succeeded = std::stoull(f[5]);
    more.failed = std::stoull(f[6]);
    more.stale = std::stoull(f[7]);
    c.add(more);
  }
  return found;
}

}  // namespace

scratch_folder::scratch_folder() {
  const char* const base = std::getenv("TEST_TMPDIR");
  path_ = std::string(base == nullptr ? "/tmp" : base) + "/gate.XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder: " + path_);
  }
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void coverage::add(const coverage& more) {
  column = more.column;
  order = more.order;
  if (!more.failure.empty()) failure = more.failure;
  executed += more.executed;
  succeeded += more.succeeded;
  failed += more.failed;
  stale += more.stale;
}

bool model_test::expects_errors() const {
  return std::any_of(checks.begin(), checks.end(),
                     [](const check_record& c) { return !c.error.empty(); });
}

bool model_test::is_complete() const {
  return std::all_of(checks.begin(), checks.end(),
                     [](const check_record& c) { return c.complete; });
}

std::uint64_t model_test::executions() const {
  std::uint64_t sum = 0;
  for (const check_record& c : checks) sum += c.executions;
  return sum;
}

std::vector<std::string> list_tests(const std::string& program) {
  const scratch_folder scratch;
  const std::string output = scratch.file("list");
  const int status = run_process({program, "--gtest_list_tests"}, {}, output);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(program + " does not list its tests:\n" +
                             contents(output));
  }
  // "Suite." and, indented, "Name", each perhaps with "  # a parameter".
  std::vector<std::string> found;
  std::string suite;
  for (std::string line : split(contents(output), '\n')) {
    line.erase(std::min(line.find("  #"), line.size()));
    if (line.starts_with("  ")) {
      found.push_back(suite + line.substr(2));
    } else if (line.ends_with('.')) {
      suite = line;
    }
  }
  return found;
}

test_run run_test(const std::string& program, const std::string& name,
                  const run_settings& how) {
  const scratch_folder scratch;
  std::vector<std::string> environment = {
      "ACQREL_MODEL_REPORT=" + scratch.file("report"),
      "ACQREL_MODEL_COVERAGE=" + scratch.file("coverage"),
      "ACQREL_MODEL_OVERRIDE=" + how.overrides};
  const auto tell = [&environment](const char* what, const std::string& value) {
    if (!value.empty()) environment.push_back(what + ("=" + value));
  };
  tell("ACQREL_MODEL_DIALECT", how.dialect);
  tell("ACQREL_MODEL_REPLAY", how.replay);
  tell("TEST_UNDECLARED_OUTPUTS_DIR", how.drawings.string());
  if (how.stop_at_error) tell("ACQREL_MODEL_STOP", "1");
  if (how.only != 0) tell("ACQREL_MODEL_ONLY", std::to_string(how.only));
  if (how.max_executions != 0) {
    tell("ACQREL_MODEL_MAX_EXECUTIONS", std::to_string(how.max_executions));
  }
  const int status =
      run_process({program, "--gtest_filter=" + name}, std::move(environment),
                  scratch.file("output"));
  test_run r;
  r.passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  r.crashed = !WIFEXITED(status);
  r.output = contents(scratch.file("output"));
  r.covered = parse_coverage(contents(scratch.file("coverage")));
  for (const std::string& line :
       split(contents(scratch.file("report")), '\n')) {
    if (!line.empty()) r.checks.push_back(parse_record(line));
  }
  return r;
}

void in_parallel(int jobs, std::size_t count,
                 const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr error;
  std::mutex guards_error;
  const auto worker = [&] {
    for (std::size_t i; (i = next.fetch_add(1)) < count;) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(guards_error);
        if (error == nullptr) error = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < jobs; ++i) threads.emplace_back(worker);
  worker();
  for (std::thread& t : threads) t.join();
  if (error != nullptr) std::rethrow_exception(error);
}

}  // namespace acqrel::model::gate
