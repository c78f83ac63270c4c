#include "acqrel/model/litmus/tool.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "acqrel/model/draw.h"
#include "acqrel/model/litmus/catalogue.h"
#include "acqrel/model/litmus/html_report.h"
#include "acqrel/model/litmus/native.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/parser.h"
#include "acqrel/model/litmus/printer.h"
#include "acqrel/model/litmus/report.h"
#include "acqrel/model/litmus/run.h"
#include "acqrel/model/litmus/text_report.h"

namespace acqrel::model::litmus {
namespace {

constexpr std::string_view help =
    R"(What the C++ memory model lets a few threads do.

  litmus mp --store=release --load=acquire   what can happen, and what cannot
  litmus mp --all-orderings                  the same for every combination
  litmus mp --run                            also on this machine
  litmus mp --html=mp.html                   a page with pictures
  litmus --list                              all programs
  litmus --file=mine.txt                     a program of your own

  --NAME=ORDER        sets an ordering that the program calls NAME: relaxed,
                      acquire, release, acq_rel or seq_cst; for a fence also
                      light or heavy, the asymmetric fences
  --all-orderings     goes through the values of all orderings that are not set
  --model=rc11|cxx20  the rules for seq_cst: those of RC11, which differ from
                      C++20's only where one location is accessed both with
                      seq_cst and with less, or those of C++20 by its wording
  --run               runs the program with std::atomic on real threads, and
                      fails if an outcome shows up that the model forbids
  --iterations=N      of --run; 3000000
  --seconds=N         a limit for --run, and for the search; 10
  --html=FILE         writes a page: program, outcomes, a picture of each
  --svg=DIRECTORY     writes the pictures alone; without either they go to the
                      folder for temporary files
  --source            prints the program as text, to begin a file of your own
  --color=yes|no      colours on the terminal
  --width=N           of the terminal
  --help              this text

A file looks like this:

  x = 0, y = 0
  thread
    x.store(1, relaxed)
    y.store(1, store=release)     # an ordering called `store`
  thread
    r1 = y.load(load=acquire)
    r2 = x.load(relaxed)
  exists r1 == 1 and r2 == 0

Operations are load, store, exchange, fetch_add and compare_exchange (expected,
desired, success, failure; its register gets what was read), and fence(ORDER).
model/litmus/parser.h has the whole notation.
)";

// A sentence for whoever typed the command line.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct command {
  std::string name;
  std::string file;
  std::vector<std::pair<std::string, std::string>> orderings;
  bool list = false;
  bool help = false;
  bool all_orderings = false;
  bool run = false;
  bool source = false;
  dialect model = dialect::rc11;
  std::uint64_t iterations = 3'000'000;
  std::chrono::milliseconds limit{10'000};
  std::string html;
  std::string svg;
};

std::int64_t positive(std::string_view option, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    throw usage_error("--" + std::string(option) + "=" + std::string(text) +
                      ": write a positive number");
  }
  return value;
}

bool set_switch(command& c, std::string_view option) {
  bool* const found = option == "list"            ? &c.list
                      : option == "help"          ? &c.help
                      : option == "all-orderings" ? &c.all_orderings
                      : option == "run"           ? &c.run
                      : option == "source"        ? &c.source
                                                  : nullptr;
  if (found != nullptr) *found = true;
  return found != nullptr;
}

bool one_of(std::string_view option, const std::string& value,
            std::string_view yes, std::string_view no) {
  if (value != yes && value != no) {
    throw usage_error("--" + std::string(option) + "=" + value + ": write " +
                      std::string(yes) + " or " + std::string(no));
  }
  return value == yes;
}

void set_value(command& c, style& how, const std::string& option,
               const std::string& value) {
  if (option == "file") {
    c.file = value;
  } else if (option == "html") {
    c.html = value;
  } else if (option == "svg") {
    c.svg = value;
  } else if (option == "iterations") {
    c.iterations = static_cast<std::uint64_t>(positive(option, value));
  } else if (option == "seconds") {
    c.limit = std::chrono::seconds(
        std::min<std::int64_t>(positive(option, value), 1'000'000));
  } else if (option == "width") {
    how.width = static_cast<int>(
        std::clamp<std::int64_t>(positive(option, value), 40, 1000));
  } else if (option == "color") {
    how.color = one_of(option, value, "yes", "no");
  } else if (option == "model") {
    c.model =
        one_of(option, value, "rc11", "cxx20") ? dialect::rc11 : dialect::cxx20;
  } else {
    c.orderings.emplace_back(option, value);
  }
}

command parse_command(const std::vector<std::string>& arguments, style& how) {
  command c;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-h") {
      c.help = true;
    } else if (argument.rfind("--", 0) != 0) {
      if (!c.name.empty()) {
        throw usage_error("one program at a time: " + c.name + " or " +
                          argument);
      }
      c.name = argument;
    } else {
      const std::size_t equals = argument.find('=');
      const std::string option = argument.substr(2, equals - 2);
      if (equals != std::string::npos) {
        bool ignored = false;
        command scratch;
        ignored = set_switch(scratch, option);
        if (ignored) throw usage_error("--" + option + " takes no value");
        set_value(c, how, option, argument.substr(equals + 1));
      } else if (!set_switch(c, option)) {
        if (i + 1 == arguments.size() || arguments[i + 1].rfind("--", 0) == 0) {
          throw usage_error(argument + " needs a value: " + argument + "=...");
        }
        set_value(c, how, option, arguments[++i]);
      }
    }
  }
  return c;
}

std::filesystem::path resolved(const surroundings& s, const std::string& file) {
  return (std::filesystem::path(s.directory) / file)  // or an absolute `file`
      .lexically_normal();
}

program load_program(const command& c, const surroundings& s) {
  if (!c.file.empty()) {
    if (!c.name.empty()) {
      throw usage_error("either " + c.name + " or --file=" + c.file);
    }
    std::ifstream file(resolved(s, c.file));
    if (!file) throw usage_error("cannot read " + c.file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return parse(text, c.file);
  }
  if (c.name.empty()) {
    throw usage_error(
        "name a program, such as mp; --list shows all, --help "
        "how to use them");
  }
  if (const program* const found = find_program(c.name)) return *found;
  std::string similar;
  for (const std::string& name : similar_names(c.name)) {
    similar += (similar.empty() ? "; did you mean " : " or ") + name;
  }
  throw usage_error("there is no program called " + c.name + similar +
                    (similar.empty() ? "; " : "? ") + "--list shows all");
}

void write(const std::filesystem::path& path, const std::string& text,
           const surroundings& s) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw usage_error("cannot write " + path.string());
  s.out << "  wrote " << path.string() << "\n";
}

// "mp-r1-1-r2-0"
std::string file_name(const report& r, const report_row& row) {
  std::string name;
  const std::string text = r.what.name + " " + to_text(r.what, row.values);
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) != 0 || c == '.' || c == '+';
    if (plain) {
      name += static_cast<char>(std::tolower(c));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  return name + ".svg";
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::string text = "./bazelw run //model:litmus --";
  for (const std::string& argument : arguments) text += " " + argument;
  return text;
}

// What --all-orderings leaves as it is.
void forget_choice(program& p, std::string_view name) {
  for (auto& thread : p.threads) {
    for (instruction& step : thread) {
      for (std::string* const own : {&step.name, &step.failure_name}) {
        const std::string stem = own->substr(0, name.size());
        if (stem == name &&
            std::all_of(own->begin() + static_cast<std::ptrdiff_t>(stem.size()),
                        own->end(),
                        [](unsigned char c) { return std::isdigit(c) != 0; })) {
          own->clear();
        }
      }
    }
  }
}

int print_combinations(const program& p, const command& c, surroundings& s) {
  constexpr std::size_t most = 1000;
  program open = p;
  for (const auto& [name, order] : c.orderings) forget_choice(open, name);
  if (open.exists.empty()) {
    throw usage_error(open.name +
                      " asks nothing: --all-orderings needs a line "
                      "such as `exists r1 == 1`");
  }
  if (choices(open).empty()) {
    throw usage_error(open.name +
                      " leaves no ordering to choose: give one a "
                      "name, as in `x.store(1, store=release)`");
  }
  if (const std::size_t count = count_combinations(open); count > most) {
    throw usage_error(std::to_string(count) +
                      " combinations are too many: set some orderings, as in "
                      "--" +
                      choices(open).front().name + "=relaxed");
  }
  s.out << combinations_text(open, s.how);
  return 0;
}

int print_report(const program& p, const command& c, surroundings& s,
                 const std::vector<std::string>& arguments) {
  report r = make_report(p, c.model, c.limit);
  if (c.run) add_native(r, run_natively(p, c.iterations, c.limit));
  s.out << to_text(r, s.how);
  for (const report_row& row : r.rows) {
    if (!row.weak || row.witness.empty()) continue;
    s.out << "\n  One execution that ends with " << to_text(p, row.values)
          << ":\n\n"
          << to_text(replay(p, row.witness, c.model), s.how);
    break;
  }
  if (!c.html.empty() || !c.svg.empty()) s.out << "\n";
  if (!c.svg.empty()) {
    const std::filesystem::path folder = resolved(s, c.svg);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    for (const example& e : examples(r)) {
      write(folder / file_name(r, *e.row), to_svg(e.what), s);
    }
  }
  if (!c.html.empty()) {
    write(resolved(s, c.html), to_html(r, command_line(arguments)), s);
  }
  if (c.html.empty() && c.svg.empty() && !s.pictures.empty()) {
    for (const example& e : examples(r)) {
      std::ofstream(std::filesystem::path(s.pictures) / file_name(r, *e.row))
          << to_svg(e.what);
    }
    s.out << "\n  Drawn in " << s.pictures << ", a picture for each outcome.\n";
  }
  return r.forbidden_but_seen().empty() ? 0 : 1;
}

int run(const std::vector<std::string>& arguments, surroundings& s) {
  const command c = parse_command(arguments, s.how);
  if (c.help) {
    s.out << help;
    return 0;
  }
  if (c.list) {
    s.out << catalogue_list(s.how);
    return 0;
  }
  program p = load_program(c, s);
  for (const auto& [name, order] : c.orderings) choose(p, name, order);
  if (c.source) {
    s.out << to_source(p);
    return 0;
  }
  return c.all_orderings ? print_combinations(p, c, s)
                         : print_report(p, c, s, arguments);
}

}  // namespace

int run_tool(const std::vector<std::string>& arguments, surroundings s) {
  try {
    return run(arguments, s);
  } catch (const syntax_error& error) {
    s.err << error.what() << "\n";
  } catch (const std::exception& error) {
    s.err << "litmus: " << error.what() << "\n";
  }
  return 2;
}

}  // namespace acqrel::model::litmus
