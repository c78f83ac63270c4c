#include "acqrel/model/gate/report.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <vector>

namespace acqrel::model::gate {
namespace {

std::string ordinal(std::uint64_t n) {
  const std::uint64_t tens = n / 10 % 10;
  const char* const end = tens == 1     ? "th"
                          : n % 10 == 1 ? "st"
                          : n % 10 == 2 ? "nd"
                          : n % 10 == 3 ? "rd"
                                        : "th";
  return std::to_string(n) + end;
}

std::string counted(std::uint64_t n, const char* what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

// Runs the one execution that killed the mutant again.
test_run replay(const gate& all, const outcome& o,
                const std::filesystem::path& drawings) {
  const kill& k = o.kills.front();
  run_settings how;
  how.overrides = all.override_for(*o.where, *o.what);
  how.dialect = k.dialect;
  how.stop_at_error = false;
  how.only = k.check.ordinal;
  how.replay = k.check.replay;
  how.drawings = drawings;
  return run_test(k.program, k.test, how);
}

}  // namespace

std::string where_it_failed(const check_record& c) {
  return "in the " + ordinal(c.executions + 1) + " execution" +
         (c.name.empty() ? " of its " + ordinal(c.ordinal) + " check"
                         : " of the client \"" + c.name + "\"");
}

std::string sentence(const outcome& o) {
  const place& p = *o.where;
  std::string text = p.position() + ": " + p.name();
  if (!p.label.empty()) text += " " + p.operation;
  text += ", " + step_of(*o.what) + ": ";
  switch (o.is) {
    case verdict::killed:
      for (const kill& k : o.kills) {
        if (&k != &o.kills.front()) text += "; and ";
        text += "killed by " + k.test + ", " + where_it_failed(k.check) +
                (k.dialect.empty() ? "" : ", under " + k.dialect) + ": " +
                k.check.message;
      }
      break;
    case verdict::survived:
      text += "SURVIVES " + counted(o.tests, "test") + " with " +
              counted(o.executions, "execution");
      break;
    case verdict::undecided:
      text += "UNDECIDED after " + counted(o.tests, "test");
      break;
  }
  if (o.is != verdict::killed && !o.why.empty()) text += ": " + o.why;
  if (o.waived != nullptr) {
    text += ". Waived (" + o.waived->kind + "): " + o.waived->reason;
  }
  return text;
}

void print_outcomes(std::ostream& out, const gate& all) {
  for (const outcome& o : all.outcomes()) out << sentence(o) << "\n\n";
}

std::string short_name(const outcome& o) {
  std::string name = o.where->label;
  if (name.empty()) {
    name = "line" + std::to_string(o.where->line) + "." + o.where->operation;
  }
  if (o.what->on_failure) return name + ".failure";
  return o.where->mutants.size() > 1 && !o.where->mutants[1].on_failure
             ? name + "." + o.what->to
             : name;
}

std::string draw(const gate& all, const outcome& o) {
  const scratch_folder folder;
  const test_run r = replay(all, o, folder.path());
  std::string drawing;
  for (const check_record& c : r.checks) {
    if (c.drawing.empty()) continue;
    std::ifstream file(c.drawing);
    drawing.assign(std::istreambuf_iterator<char>(file), {});
  }
  if (drawing.empty()) {
    throw std::runtime_error("the counterexample of " + o.key() +
                             " did not come back when it was run again:\n" +
                             r.output);
  }
  return drawing;
}

void print_counterexamples(std::ostream& out, const gate& all, bool trace,
                           const std::filesystem::path& drawings,
                           bool with_drawing) {
  for (const outcome& o : all.outcomes()) {
    if (o.is != verdict::killed) continue;
    if (with_drawing) {
      const std::filesystem::path file =
          drawings / (std::filesystem::path(o.where->file).stem().string() +
                      "." + short_name(o) + ".svg");
      std::ofstream(file) << draw(all, o);
      out << o.key() << ": drawn in " << file.string() << '\n';
    }
    if (trace) {
      out << o.key() << ":\n" << replay(all, o, {}).output << '\n';
    }
  }
}

void print_summary(std::ostream& out, const gate& all, double seconds) {
  std::size_t ordered = 0;
  for (const place& p : all.places()) ordered += p.mutants.empty() ? 0 : 1;
  std::size_t killed = 0;
  std::size_t survived = 0;
  std::size_t waived = 0;
  for (const outcome& o : all.outcomes()) {
    if (o.is == verdict::killed) ++killed;
    if (o.is == verdict::survived) ++survived;
    if (o.waived != nullptr) ++waived;
  }
  std::uint64_t executions = 0;
  for (const model_test& t : all.tests()) executions += t.executions();
  for (const std::string& alarm : all.alarms()) {
    out << "alarm: " << alarm << '\n';
  }
  for (const std::string& finding : all.findings()) {
    out << "finding: " << finding << '\n';
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f s", seconds);
  out << all.places().size() << " places, " << ordered
      << " with an ordering stronger than relaxed; "
      << counted(all.outcomes().size(), "mutant") << ": " << killed
      << " killed, " << survived << " survived, "
      << all.outcomes().size() - killed - survived << " undecided, " << waived
      << " waived; " << counted(all.tests().size(), "test") << ", "
      << counted(executions, "execution") << ", "
      << counted(all.findings().size(), "finding") << ", " << text << '\n';
}

void print_coverage(std::ostream& out, const gate& all) {
  out << "file\tline\toperation\torderings\tlabel\texecuted\tsucceeded\t"
         "failed\tstale\n";
  for (const place& p : all.places()) {
    out << p.file << '\t' << p.line << '\t' << p.operation << '\t';
    for (const std::string& o : p.orderings) {
      out << (&o == &p.orderings.front() ? "" : ", ") << o;
    }
    out << '\t' << (p.label.empty() ? p.reason : p.name());
    const coverage* const c = all.covered(p);
    const coverage nothing;
    const coverage& seen = c == nullptr ? nothing : *c;
    out << '\t' << seen.executed << '\t' << seen.succeeded << '\t'
        << seen.failed << '\t' << seen.stale << '\n';
  }
  for (const std::string& finding : all.findings()) {
    out << "finding: " << finding << '\n';
  }
}

void print_mutants(std::ostream& out, const gate& all) {
  out << "file\tline\tcolumn\told\tnew\tlabel\toperation\tstep\n";
  for (const place& p : all.places()) {
    if (p.is_protect) continue;
    for (const mutant& m : p.mutants) {
      out << p.file << '\t' << m.change.line << '\t' << m.change.column << '\t'
          << m.change.old_text << '\t' << m.change.new_text << '\t' << p.name()
          << '\t' << p.operation << '\t' << step_of(m) << '\n';
    }
  }
}

}  // namespace acqrel::model::gate
