#include "acqrel/model/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/draw.h"
#include "acqrel/model/engine/engine.h"
#include "acqrel/model/gate/record.h"
#include "acqrel/model/trace.h"

namespace acqrel::model {
namespace {

// "treiber_stack: 2 | 2" becomes "treiber_stack_2_2".
std::string file_name(const std::string& title) {
  std::string name;
  for (const char c : title) {
    const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                       ('0' <= c && c <= '9') || c == '_' || c == '-';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name.empty() ? "counterexample" : name;
}

// What a test process is told by its environment, for all of its checks.
//
//   ACQREL_MODEL_REPLAY=STRING    run only this execution
//   ACQREL_MODEL_DIALECT=cxx20    whatever the check's options say; or rc11
//   ACQREL_MODEL_ONLY=N           the Nth check alone; the others do nothing
//   ACQREL_MODEL_REPORT=FILE      append a record of each (gate/record.h)
//   ACQREL_MODEL_STOP=1           end the process at the first error
//   ACQREL_MODEL_MAX_EXECUTIONS=N  a bound on each
struct instructions {
  instructions() {
    if (memory_model.empty() || memory_model == "rc11" ||
        memory_model == "cxx20") {
      return;
    }
    std::fprintf(stderr,
                 "acqrel model: the dialects are rc11 and cxx20; '%s' is "
                 "neither\n",
                 memory_model.c_str());
    std::exit(2);
  }
  static std::string text(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
  }
  static std::uint64_t number(const char* name) {
    return std::strtoull(text(name).c_str(), nullptr, 10);
  }

  const std::string replay = text("ACQREL_MODEL_REPLAY");
  const std::string memory_model = text("ACQREL_MODEL_DIALECT");
  const std::uint64_t only = number("ACQREL_MODEL_ONLY");
  const std::string report = text("ACQREL_MODEL_REPORT");
  const bool stop = !text("ACQREL_MODEL_STOP").empty();
  const std::uint64_t max_executions = number("ACQREL_MODEL_MAX_EXECUTIONS");
};

void follow(const instructions& told, options& effective) {
  if (effective.replay.empty()) effective.replay = told.replay;
  if (told.memory_model == "rc11") effective.memory_model = dialect::rc11;
  if (told.memory_model == "cxx20") effective.memory_model = dialect::cxx20;
  if (told.max_executions != 0 &&
      (effective.max_executions == 0 ||
       effective.max_executions > told.max_executions)) {
    effective.max_executions = told.max_executions;
  }
}

// The overridden steps at either end of an edge that is missing for it.
std::vector<gate::weakened_step> weakened_steps(const execution& run) {
  std::vector<gate::weakened_step> found;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const step& s = run.steps[i];
    if (!s.weakened) continue;
    const bool is_missed =
        std::any_of(run.edges.begin(), run.edges.end(), [&](const edge& e) {
          return e.kind == edge_kind::missing &&
                 (e.from == static_cast<int>(i) || e.to == static_cast<int>(i));
        });
    if (!is_missed) continue;
    gate::weakened_step w{s.place.file, s.place.line, "", 0};
    for (std::size_t next = i + 1; next < run.steps.size(); ++next) {
      const step& n = run.steps[next];
      if (n.thread != s.thread || n.place.line == 0) continue;
      if (n.place.file == s.place.file) continue;
      w.next_file = n.place.file;
      w.next_line = n.place.line;
      break;
    }
    found.push_back(std::move(w));
  }
  return found;
}

void write_record(const std::string& file, int ordinal, const options& chosen,
                  const result& r) {
  gate::check_record record;
  record.ordinal = ordinal;
  record.name = chosen.name;
  if (r.error != failure::none) record.error = to_string(r.error);
  record.message = r.message;
  record.executions = r.executions;
  record.complete = r.complete;
  record.bound = r.bound;
  record.histories = r.histories;
  record.outcomes = r.outcomes.size();
  record.steps = r.counterexample.steps.size();
  record.replay = r.counterexample.replay;
  record.drawing = r.drawing;
  record.weakened = weakened_steps(r.counterexample);
  std::ofstream(file, std::ios::app) << gate::to_line(record);
}

// Bazel shows what a test leaves there.
std::string draw_to_outputs(const execution& drawn) {
  const char* const folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (folder == nullptr) return "";
  const std::string base = std::string(folder) + "/" + file_name(drawn.title);
  std::string path = base + ".svg";
  for (int n = 2; std::ifstream(path).good(); ++n) {
    path = base + "_" + std::to_string(n) + ".svg";
  }
  std::ofstream file(path);
  file << to_svg(drawn);
  return file.good() ? path : "";
}

}  // namespace

const char* to_string(failure kind) noexcept {
  switch (kind) {
    case failure::none:
      return "no error";
    case failure::requirement:
      return "requirement failed";
    case failure::data_race:
      return "data race";
    case failure::uninitialized:
      return "uninitialized read";
    case failure::use_after_free:
      return "use after free";
    case failure::double_free:
      return "double free";
    case failure::leak:
      return "leak";
    case failure::deadlock:
      return "deadlock";
    case failure::livelock:
      return "livelock";
    case failure::linearizability:
      return "not linearizable";
    case failure::exception:
      return "exception";
    case failure::misuse:
      return "misuse of the checker";
  }
  return "";
}

result check(const options& chosen, const std::function<void()>& body) {
  if (internal::engine::active != nullptr) {
    throw std::logic_error("acqrel model: a check within a check");
  }
  static int checks = 0;  // of this process
  const int ordinal = ++checks;
  const instructions told;
  if (told.only != 0 && told.only != static_cast<std::uint64_t>(ordinal)) {
    result nothing;
    nothing.complete = true;
    return nothing;
  }
  options effective = chosen;
  follow(told, effective);
  result r = internal::run_check(effective, body);
  if (r.error != failure::none) r.drawing = draw_to_outputs(r.counterexample);
  if (!told.report.empty()) write_record(told.report, ordinal, effective, r);
  if (told.stop && r.error != failure::none) std::_Exit(1);
  return r;
}

std::ostream& operator<<(std::ostream& out, const result& r) {
  out << r.executions << (r.executions == 1 ? " execution" : " executions");
  if (r.blocked > 0) out << ", " << r.blocked << " blocked";
  out << (r.complete ? ", complete" : "");
  if (!r.bound.empty()) out << ", bounded by " << r.bound;
  if (r.bound_hits > 0) out << " (" << r.bound_hits << " cut off)";
  char seconds[32];
  std::snprintf(seconds, sizeof(seconds), ", %.3g s", r.seconds);
  out << seconds;
  if (r.histories > 0) {
    out << ", " << r.histories
        << (r.histories == 1 ? " history" : " histories");
  }
  out << '\n';
  for (const load_buffering_pair& pair : r.load_buffering) {
    out << "load buffering is not explored: the load at " << pair.load.file
        << ':' << pair.load.line << " and the store at " << pair.store.file
        << ':' << pair.store.line << '\n';
  }
  if (r.error != failure::none) {
    out << to_text(r.counterexample);
    if (!r.drawing.empty()) out << "drawn in " << r.drawing << '\n';
  }
  return out;
}

thread::thread(std::function<void()> run, const char* file, int line) {
  if (!internal::in_checked_code()) {
    throw std::logic_error(
        "acqrel model: a model::thread outside of the body of a check");
  }
  internal::engine_code inside;
  id_ = internal::engine::active->spawn(
      std::move(run), {file, static_cast<std::uint32_t>(line), 0});
}

thread::~thread() {
  if (id_ < 0 || !internal::in_checked_code()) return;
  internal::engine_code inside;
  internal::engine::active->check_joined(id_);
}

void thread::join(const char* file, int line) {
  if (id_ < 0) {
    internal::misuse("a model::thread is joined that was moved from");
  }
  internal::engine_code inside;
  internal::engine::active->join(id_,
                                 {file, static_cast<std::uint32_t>(line), 0});
}

void require(bool condition, std::string_view what, const char* file,
             int line) {
  if (!condition) fail(what, file, line);
}

void fail(std::string_view what, const char* file, int line) {
  internal::outside here;
  if (internal::engine::active == nullptr) {
    throw std::logic_error("acqrel model: a requirement outside of a check: " +
                           std::string(what));
  }
  internal::engine::active->fail_requirement(
      std::string(what), {file, static_cast<std::uint32_t>(line), 0});
}

void observe(std::string_view name, std::string_view value) {
  if (!internal::in_checked_code()) return;
  internal::engine_code inside;
  internal::engine::active->observe(name, value);
}

}  // namespace acqrel::model
