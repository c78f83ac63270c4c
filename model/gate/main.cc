// The program that acqrel_ordering_gate (model/defs.bzl) runs; see --help.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/model/gate/gate.h"
#include "acqrel/model/gate/minimise.h"
#include "acqrel/model/gate/page.h"
#include "acqrel/model/gate/report.h"
#include "acqrel/model/gate/waivers.h"

namespace {

namespace gate = acqrel::model::gate;
namespace fs = std::filesystem;

constexpr std::string_view help =
    R"(Weakens each ordering by one step, and looks which model test fails.

  gate                             all sources
  gate structures/spsc_ring.h      one file: each mutant in a sentence
  gate FILE... --draw[=DIRECTORY]  also draws what breaks
  gate FILE... --trace             also prints it, step by step
  gate --list                      only lists the mutants, tab-separated
  gate --coverage                  what the tests see at each place
  gate FILE... --minimise          finds orderings by itself, from seq_cst down
  gate --update                    writes the page of all orderings anew
  gate --jobs=N                    processes at a time; one for each processor
  gate --help                      this text

Exits with 0 if every mutant is killed, or waived with a reason that still
holds, every place is executed, and the page, if there is one, is up to date.
)";

struct command_line {
  std::vector<std::string> sources;
  std::vector<std::string> programs;
  std::vector<std::string> waivers;
  std::vector<std::string> page;        // one, or none
  std::vector<std::string> page_files;  // what it is made of, and its drawings
  std::vector<std::string> files;       // that the user asked for
  bool draw = false;
  fs::path drawings;
  bool trace = false;
  bool list = false;
  bool coverage = false;
  bool update = false;
  bool minimise = false;
  int jobs = 0;
};

// "--name=value", if it is that.
bool takes(std::string_view argument, std::string_view name,
           std::string_view& value) {
  if (!argument.starts_with(name)) return false;
  value = argument.substr(name.size());
  return true;
}

command_line parse(int argc, char** argv) {
  command_line c;
  // What the rule passes: --sources ... --tests ... and so on, --files last.
  std::vector<std::string>* names = &c.files;
  for (int i = 1; i < argc; ++i) {
    const std::string_view a = argv[i];
    std::string_view value;
    if (a == "--help") {
      std::cout << help;
      std::exit(0);
    } else if (a == "--sources") {
      names = &c.sources;
    } else if (a == "--tests") {
      names = &c.programs;
    } else if (a == "--waivers") {
      names = &c.waivers;
    } else if (a == "--page") {
      names = &c.page;
    } else if (a == "--page-files") {
      names = &c.page_files;
    } else if (a == "--files") {
      names = &c.files;
    } else if (takes(a, "--jobs=", value)) {
      c.jobs = std::atoi(std::string(value).c_str());
      if (c.jobs < 1) throw std::invalid_argument("--jobs=N: a number from 1");
    } else if (a == "--draw") {
      c.draw = true;
    } else if (takes(a, "--draw=", value)) {
      c.draw = true;
      c.drawings = value;
    } else if (a == "--trace") {
      c.trace = true;
    } else if (a == "--list") {
      c.list = true;
    } else if (a == "--coverage") {
      c.coverage = true;
    } else if (a == "--minimise") {
      c.minimise = true;
    } else if (a == "--update") {
      c.update = true;
    } else if (a.starts_with("-")) {
      throw std::invalid_argument("unknown argument '" + std::string(a) +
                                  "'; --help lists what there is");
    } else {
      names->emplace_back(a);
    }
  }
  if (c.jobs == 0) {
    c.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  return c;
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The path as the checker names it, without the workspace: Bazel's are
// "./x.h", "structures/x.h" and "../acqrel/structures/x.h".
std::string below_workspace(const std::string& path) {
  std::string name = fs::path(path).lexically_normal().generic_string();
  if (name.starts_with("../") || name.starts_with("external/")) {
    name.erase(0, name.find('/') + 1);
    name.erase(0, name.find('/') + 1);
  }
  return name;
}

gate::settings settings_for(const command_line& c) {
  gate::settings with;
  with.programs = c.programs;
  with.jobs = c.jobs;
  std::vector<bool> found(c.files.size());
  for (const std::string& path : c.sources) {
    const std::string name = below_workspace(path);
    bool wanted = c.files.empty();
    for (std::size_t i = 0; i < c.files.size(); ++i) {
      if (name != c.files[i] && !name.ends_with("/" + c.files[i])) continue;
      found[i] = true;
      wanted = true;
    }
    if (wanted) with.sources.push_back({name, read(path)});
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i]) continue;
    std::string known;
    for (const std::string& s : c.sources) known += "\n  " + below_workspace(s);
    throw std::invalid_argument(c.files[i] +
                                " is none of this gate's sources:" + known);
  }
  for (const std::string& path : c.waivers) {
    for (gate::waiver& w :
         gate::parse_waivers(below_workspace(path), read(path))) {
      const bool wanted = std::any_of(
          with.sources.begin(), with.sources.end(), [&](const auto& s) {
            return w.key.starts_with(s.path + " ") ||
                   w.key.starts_with(s.path + ":");
          });
      // A waiver for a file that there is not is told of by the whole gate.
      if (wanted || c.files.empty()) with.waivers.push_back(std::move(w));
    }
  }
  return with;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

// Writes the page and its drawings, or looks whether they are as they would be
// written: then returns what is wrong.
std::vector<std::string> make_page(const command_line& c,
                                   const gate::gate& all) {
  const fs::path page = c.page.front();
  const fs::path folder = page.parent_path();
  gate::page_input input{read(page), {}};
  for (const std::string& path : c.page_files) {
    input.files[fs::path(path).lexically_relative(folder).generic_string()] =
        read(path);
  }
  const gate::page_output made = gate::regenerate(all, input, c.jobs);
  if (c.update) {
    const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
    const fs::path to = fs::path(workspace == nullptr ? "." : workspace);
    write(to / page, made.page);
    for (const auto& [name, text] : input.files) {
      if (name.ends_with(".svg") && !made.drawings.contains(name)) {
        fs::remove(to / folder / name);
      }
    }
    for (const auto& [name, text] : made.drawings) {
      write(to / folder / name, text);
    }
    std::cout << "wrote " << page.string() << " and " << made.drawings.size()
              << " drawings\n";
    return {};
  }
  std::vector<std::string> stale;
  if (made.page != input.page) stale.push_back(page.string());
  for (const auto& [name, text] : made.drawings) {
    // Not what is in it: which column a call has, and so what a drawing calls
    // an object, differs from one compiler to the next.
    if (!input.files.contains(name)) {
      stale.push_back((folder / name).generic_string());
    }
  }
  for (const auto& [name, text] : input.files) {
    if (name.ends_with(".svg") && !made.drawings.contains(name)) {
      stale.push_back((folder / name).generic_string());
    }
  }
  if (stale.empty()) return {};
  return {stale.front() + (stale.size() > 1 ? " and others are" : " is") +
          " stale: run the gate with --update, and look at what changes"};
}

// On a terminal, a line that changes; otherwise nothing.
void show_progress(const char* what, std::size_t done, std::size_t all) {
  if (isatty(2) == 0) return;
  std::cerr << '\r' << "  " << done << " of " << all << ' ' << what << "   ";
  if (done == all) std::cerr << '\r' << std::string(40, ' ') << '\r';
  std::cerr.flush();
}

// Prints each ordering as it is found, and compares.
int minimise(const command_line& c, const gate::gate& all) {
  std::size_t same = 0;
  std::vector<std::string> findings;
  const auto show = [&](const gate::minimised& m) {
    const std::string what =
        m.where->position() + ": " +
        (m.where->label.empty() ? m.where->operation : m.where->name()) +
        (m.on_failure ? " on failure" : "") + ": " + m.found;
    std::cout << what << (m.found == m.ours ? "" : " (ours: " + m.ours + ")")
              << (m.stopped_by.empty() ? "" : ", for " + m.stopped_by)
              << std::endl;
    if (m.found == m.ours) {
      ++same;
    } else {
      findings.push_back(what + ", and ours is " + m.ours);
    }
  };
  const gate::minimisation result = gate::minimise(all, c.jobs, show);
  if (!result.wrong_anyway.empty()) {
    findings.push_back(result.wrong_anyway +
                       " fails with seq_cst everywhere: no ordering helps");
  }
  if (!result.doubt.empty()) findings.push_back(result.doubt);
  for (const std::string& f : findings) std::cout << "finding: " << f << '\n';
  std::cout << same << " of " << result.orderings.size()
            << " orderings as in the source\n";
  return findings.empty() ? 0 : 1;
}

int run(const command_line& c) {
  const auto begin = std::chrono::steady_clock::now();
  if (c.update && c.page.empty()) {
    throw std::invalid_argument("--update: this gate has no page");
  }
  if (c.update && !c.files.empty()) {
    throw std::invalid_argument(
        "--update writes the page of all sources: name none");
  }
  gate::settings with = settings_for(c);
  with.progress = show_progress;
  gate::gate all(std::move(with));
  if (c.list) {
    gate::print_mutants(std::cout, all);
    return 0;
  }
  all.run_tests();
  if (c.coverage) {
    gate::print_coverage(std::cout, all);
    return all.findings().empty() ? 0 : 1;
  }
  if (c.minimise) return minimise(c, all);
  all.run_mutants();
  all.run_survivors_together();
  const bool in_detail = !c.files.empty();
  if (in_detail) gate::print_outcomes(std::cout, all);
  if (c.draw || c.trace) {
    gate::print_counterexamples(std::cout, all, c.trace,
                                c.draw ? c.drawings : fs::path(), c.draw);
  }
  std::vector<std::string> stale;
  if (!c.page.empty() && !in_detail && all.findings().empty()) {
    stale = make_page(c, all);
  } else if (c.update) {
    std::cout << "the page is not written while there are findings\n";
  }
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - begin;
  gate::print_summary(std::cout, all, took.count());
  for (const std::string& s : stale) std::cout << "finding: " << s << '\n';
  return all.findings().empty() && stale.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    command_line c = parse(argc, argv);
    if (c.draw) {
      // Under `bazel run` the user stands elsewhere.
      const char* const here = std::getenv("BUILD_WORKING_DIRECTORY");
      if (c.drawings.empty()) c.drawings = "gate-drawings";
      c.drawings =
          (here == nullptr ? fs::current_path() : fs::path(here)) / c.drawings;
      fs::create_directories(c.drawings);
    }
    return run(c);
  } catch (const std::exception& error) {
    std::cerr << "gate: " << error.what() << '\n';
    return 2;
  }
}
