#include "acqrel/model/check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include "acqrel/model/draw.h"
#include "acqrel/model/engine/engine.h"
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
  options effective = chosen;
  if (effective.replay.empty()) {
    if (const char* replay = std::getenv("ACQREL_MODEL_REPLAY")) {
      effective.replay = replay;
    }
  }
  result r = internal::run_check(effective, body);
  if (r.error != failure::none) r.drawing = draw_to_outputs(r.counterexample);
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
