#include "acqrel/model/litmus/parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/litmus/line_reader.h"
#include "acqrel/model/litmus/orderings.h"

namespace acqrel::model::litmus {
namespace {

using internal::is_space;
using internal::line_reader;
using internal::quoted;

constexpr std::array<std::string_view, 7> keywords{
    "name", "about", "asks", "thread", "exists", "and", "fence"};

// Options of the tool, which an ordering's name must not hide.
constexpr std::array<std::string_view, 13> options{
    "list", "all",   "run",    "html",       "svg",     "file",  "model",
    "help", "color", "source", "iterations", "seconds", "width",
};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list,
              std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class parser {
 public:
  explicit parser(std::string_view file) : file_(file) {}

  program parse(std::string_view text) {
    int number = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      line_reader line(file_, ++number, text.substr(0, end));
      parse_line(line);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    if (result_.threads.empty()) {
      line_reader nothing(file_, std::max(number, 1), "");
      nothing.refuse(0, "a litmus program needs at least one `thread`");
    }
    if (result_.name.empty()) {
      const std::size_t slash = file_.rfind('/');
      result_.name = file_.substr(slash == file_.npos ? 0 : slash + 1);
      const std::size_t dot = result_.name.rfind('.');
      if (dot != std::string::npos && dot > 0) result_.name.resize(dot);
    }
    return std::move(result_);
  }

 private:
  void parse_line(line_reader& line) {
    if (line.at_end()) return;
    const std::size_t at = line.here();
    if (asked_) line.refuse(at, "`exists` must be the last line");
    const std::string_view word = line.peek();
    if (word == "name" || word == "about" || word == "asks") {
      line.take();
      parse_words(line, at, word);
    } else if (word == "thread") {
      line.take();
      begin_thread(line, at);
    } else if (word == "exists") {
      line.take();
      parse_question(line, at);
    } else if (result_.threads.empty()) {
      parse_initial_values(line);
    } else {
      parse_instructions(line);
    }
  }

  void parse_words(line_reader& line, std::size_t at, std::string_view word) {
    if (!result_.threads.empty()) {
      line.refuse(at, quoted(word) + " must stand above the threads");
    }
    const std::string text(line.rest());
    if (text.empty()) line.missing("words after " + quoted(word));
    if (word == "about") {
      if (!result_.about.empty()) result_.about += ' ';
      result_.about += text;
      return;
    }
    std::string& field = word == "name" ? result_.name : result_.question;
    if (!field.empty()) line.refuse(at, "a second " + quoted(word));
    field = text;
  }

  // x = 0, y = 0
  void parse_initial_values(line_reader& line) {
    do {
      const std::size_t at = line.here();
      const std::string name = new_name(line, "the name of a location");
      if (line.peek() == "." || line.peek() == "(") {
        line.refuse(at, "an operation before the first `thread`");
      }
      line.expect("=", "and the first value of " + quoted(name));
      if (!line.at_number()) line.missing("a number");
      if (find(result_.locations, name) >= 0) {
        line.refuse(at, quoted(name) + " was declared above");
      }
      result_.locations.push_back(name);
      result_.initial.push_back(line.take_number());
    } while (line.take_if(",") || line.take_if(";"));
    if (!line.at_end()) line.missing("`,` or the end of the line");
  }

  void begin_thread(line_reader& line, std::size_t at) {
    if (result_.threads.size() == max_threads) {
      line.refuse(at, "a litmus program has at most " +
                          std::to_string(max_threads) + " threads");
    }
    result_.threads.emplace_back();
    line.take_if(":");
    if (!line.at_end()) parse_instructions(line);
  }

  void parse_instructions(line_reader& line) {
    do {
      if (line.at_end()) return;
      result_.threads.back().push_back(parse_instruction(line));
    } while (line.take_if(";"));
    if (!line.at_end()) line.missing("`;` or the end of the line");
  }

  instruction parse_instruction(line_reader& line) {
    instruction step;
    const std::size_t at = line.here();
    step.line = line.number();
    step.column = line.column(at);
    if (!line.at_word()) {
      line.missing("an operation, such as `x.store(1, relaxed)`");
    }
    std::size_t first_at = at;
    std::string first(line.take());
    std::string reg;
    if (line.take_if("=")) {
      if (find(result_.locations, first) >= 0) {
        line.refuse(at, quoted(first) + " is a location: write to it with `" +
                            first + ".store(VALUE, ORDER)`");
      }
      check_register(line, at, first);
      reg = first;
      first_at = line.here();
      if (!line.at_word()) {
        line.missing("an operation that reads, such as `x.load(acquire)`");
      }
      first = line.take();
    }
    if (first == "fence") {
      if (!reg.empty()) line.refuse(at, "a fence reads nothing");
      step.op = opcode::fence;
      line.expect("(", "after `fence`");
      parse_order(line, step, false);
      line.expect(")", "after the ordering");
      return step;
    }
    step.location = find(result_.locations, first);
    if (step.location < 0) {
      line.refuse(first_at,
                  quoted(first) +
                      " is no location: declare it above the threads, as in `" +
                      first + " = 0`");
    }
    line.expect(".", "and an operation after " + quoted(first));
    parse_operation(line, step, reg, at);
    return step;
  }

  void parse_operation(line_reader& line, instruction& step,
                       const std::string& reg, std::size_t at) {
    const std::size_t name_at = line.here();
    const std::string name(line.take());
    static constexpr std::array<std::string_view, 5> names{
        "load", "store", "exchange", "fetch_add", "compare_exchange"};
    const auto* const known = std::find(names.begin(), names.end(), name);
    if (known == names.end()) {
      line.refuse(name_at, quoted(name) +
                               " is no operation: write load, store, "
                               "exchange, fetch_add or compare_exchange");
    }
    step.op = static_cast<opcode>(known - names.begin());
    if (step.op == opcode::store && !reg.empty()) {
      line.refuse(at,
                  "a store reads nothing that could go into " + quoted(reg));
    }
    line.expect("(", "after " + quoted(name));
    if (step.op == opcode::compare_exchange) {
      step.expected = parse_value(line);
      line.expect(",", "and the value to write");
    }
    if (step.op != opcode::load) {
      step.value = parse_value(line);
      line.expect(",", "and an ordering: none has a default");
    }
    parse_order(line, step, false);
    if (step.op == opcode::compare_exchange) {
      line.expect(",", "and the ordering of a failure");
      parse_order(line, step, true);
    }
    line.expect(")", "after the ordering");
    if (!reg.empty()) step.reg = assigned(reg);
  }

  operand parse_value(line_reader& line) {
    operand value;
    if (line.at_number()) {
      value.constant = line.take_number();
      return value;
    }
    if (!line.at_word()) line.missing("a number or a register");
    const std::size_t at = line.here();
    const std::string name(line.take());
    value.is_register = true;
    value.reg = find(result_.registers, name);
    if (find(result_.locations, name) >= 0) {
      line.refuse(
          at, quoted(name) + " is a location: load it into a register first");
    }
    if (value.reg < 0 ||
        owners_[static_cast<std::size_t>(value.reg)] != current()) {
      line.refuse(at, "no line above, in this thread, sets " + quoted(name));
    }
    return value;
  }

  // ORDER or NAME=ORDER
  void parse_order(line_reader& line, instruction& step, bool failure) {
    if (!line.at_word()) line.missing("an ordering, such as `relaxed`");
    std::size_t at = line.here();
    std::string word(line.take());
    std::string name;
    if (line.take_if("=")) {
      name = word;
      check_order_name(line, at, name);
      if (!line.at_word()) line.missing("an ordering, such as `relaxed`");
      at = line.here();
      word = line.take();
    }
    const site where = failure ? site::failure : site_of(step.op);
    const std::optional<ordering> order = to_ordering(word);
    if (!order) {
      line.refuse(at, quoted(word) + " is no ordering: write " +
                          alternatives(allowed(where)));
    }
    if (const std::string why = objection(where, *order); !why.empty()) {
      line.refuse(at, why);
    }
    if (failure && step.name == name && !name.empty() &&
        order_of(step) != *order) {
      line.refuse(at, quoted(name) + " is " +
                          std::string(to_string(order_of(step))) + " above");
    }
    for (const choice& other : choices(result_)) {
      if (other.name == name && other.value != *order) {
        line.refuse(at, quoted(name) + " is " +
                            std::string(to_string(other.value)) + " above");
      }
    }
    (failure ? step.failure_name : step.name) = name;
    failure ? set_failure_order(step, *order) : set_order(step, *order);
  }

  void check_order_name(line_reader& line, std::size_t at,
                        std::string_view name) {
    if (to_ordering(name)) {
      line.refuse(at, quoted(name) + " is an ordering, and cannot name one");
    }
    if (contains(options, name)) {
      line.refuse(at, "an ordering cannot be called " + quoted(name) +
                          ", because --" + std::string(name) +
                          " is an option of the tool");
    }
  }

  void check_register(line_reader& line, std::size_t at,
                      const std::string& name) {
    if (contains(keywords, name) || to_ordering(name)) {
      line.refuse(at, quoted(name) +
                          " is a word of this language, and names "
                          "no register");
    }
    const int known = find(result_.registers, name);
    if (known >= 0 && owners_[static_cast<std::size_t>(known)] != current()) {
      line.refuse(
          at, quoted(name) + " belongs to thread " +
                  std::to_string(owners_[static_cast<std::size_t>(known)] + 1) +
                  ": give this register another name");
    }
  }

  // The register's index; new ones become known after the whole operation, so
  // that it cannot use its own result.
  int assigned(const std::string& name) {
    if (const int known = find(result_.registers, name); known >= 0) {
      return known;
    }
    result_.registers.push_back(name);
    owners_.push_back(current());
    return static_cast<int>(result_.registers.size()) - 1;
  }

  // exists r1 == 1 and x != 2
  void parse_question(line_reader& line, std::size_t at) {
    if (result_.threads.empty()) {
      line.refuse(at, "`exists` must stand below the threads");
    }
    do {
      result_.exists.push_back(parse_term(line));
    } while (line.take_if("and") || line.take_if("&&"));
    if (!line.at_end()) line.missing("`and` or the end of the line");
    asked_ = true;
  }

  term parse_term(line_reader& line) {
    term part;
    if (!line.at_word()) line.missing("a register or a location");
    const std::size_t at = line.here();
    const std::string name(line.take());
    part.index = find(result_.registers, name);
    if (part.index < 0) {
      part.index = find(result_.locations, name);
      part.is_location = true;
    }
    if (part.index < 0) {
      line.refuse(at, quoted(name) + " is neither a register nor a location");
    }
    if (line.take_if("!=")) {
      part.negated = true;
    } else if (!line.take_if("==") && !line.take_if("=")) {
      line.missing("`==` or `!=` after " + quoted(name));
    }
    if (line.at_number()) {
      part.value = line.take_number();
      return part;
    }
    if (!line.at_word()) line.missing("a number or a register");
    const std::size_t other_at = line.here();
    const std::string other(line.take());
    part.against_register = true;
    part.other = find(result_.registers, other);
    if (part.other < 0) {
      line.refuse(other_at, quoted(other) + " is no register");
    }
    return part;
  }

  std::string new_name(line_reader& line, const std::string& what) {
    if (!line.at_word()) line.missing(what);
    const std::size_t at = line.here();
    std::string name(line.take());
    if (contains(keywords, name) || to_ordering(name)) {
      line.refuse(at, quoted(name) +
                          " is a word of this language, and names "
                          "no location");
    }
    return name;
  }

  int current() const { return static_cast<int>(result_.threads.size()) - 1; }

  static int find(const std::vector<std::string>& names,
                  const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? -1 : static_cast<int>(at - names.begin());
  }

  std::string_view file_;
  program result_;
  std::vector<int> owners_;  // the thread of each register
  bool asked_ = false;
};

// The line with a caret under a column; tabs stay tabs, so that it stands right.
std::string pointed(std::string_view source, int column) {
  while (!source.empty() && is_space(source.back())) source.remove_suffix(1);
  if (source.empty()) return "";
  std::string caret;
  int at = 1;
  for (const unsigned char byte : source) {
    if ((byte & 0xC0) == 0x80) continue;
    if (at++ == column) break;
    caret += byte == '\t' ? '\t' : ' ';
  }
  return "\n  " + std::string(source) + "\n  " + caret + "^";
}

}  // namespace

syntax_error::syntax_error(std::string_view file, int line, int column,
                           const std::string& sentence, std::string_view source)
    : std::runtime_error(std::string(file) + ":" + std::to_string(line) + ":" +
                         std::to_string(column) + ": " + sentence +
                         pointed(source, column)),
      line_(line),
      column_(column) {}

program parse(std::string_view text, std::string_view file) {
  return parser(file).parse(text);
}

}  // namespace acqrel::model::litmus
