#include "acqrel/tests/model/compact.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace acqrel::testing {
namespace {

using model::litmus::instruction;
using model::litmus::opcode;
using model::litmus::operand;
using model::litmus::program;
using model::litmus::term;

constexpr std::array<std::pair<std::string_view, std::memory_order>, 5> orders{
    {{"rlx", std::memory_order_relaxed},
     {"acq", std::memory_order_acquire},
     {"rel", std::memory_order_release},
     {"ar", std::memory_order_acq_rel},
     {"sc", std::memory_order_seq_cst}}};

bool reads(opcode op) {
  return op == opcode::load || op == opcode::exchange ||
         op == opcode::fetch_add || op == opcode::compare_exchange;
}

// A piece of a text that knows where it stands in it.
struct piece {
  std::string_view whole;
  std::string_view text;

  // From 1, in characters, of which UTF-8 may spend several bytes on one.
  int column() const {
    const std::string_view before =
        whole.substr(0, static_cast<std::size_t>(text.data() - whole.data()));
    return 1 + static_cast<int>(
                   std::count_if(before.begin(), before.end(), [](char byte) {
                     return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
                   }));
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw std::invalid_argument("column " + std::to_string(column()) + ": " +
                                why);
  }

  piece part(std::size_t from, std::size_t length) const {
    return {whole, text.substr(from, length)};
  }

  piece trimmed() const {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return part(0, 0);
    return part(first, text.find_last_not_of(' ') - first + 1);
  }

  std::vector<piece> split(std::string_view separator) const {
    std::vector<piece> parts;
    std::size_t from = 0;
    for (;;) {
      const std::size_t to = text.find(separator, from);
      parts.push_back(part(from, to - from).trimmed());
      if (to == std::string_view::npos) return parts;
      from = to + separator.size();
    }
  }

  std::vector<piece> words() const {
    std::vector<piece> words = split(" ");
    std::erase_if(words, [](const piece& word) { return word.text.empty(); });
    return words;
  }
};

class parser {
 public:
  program parse(std::string_view text, std::string_view exists) {
    const piece all{text, text};
    for (const piece& side : all.split("‖")) {
      for (const piece& thread : side.split("||")) parse_thread(thread);
    }
    if (!exists.empty()) parse_exists({exists, exists});
    return std::move(result_);
  }

 private:
  void parse_thread(const piece& text) {
    result_.threads.emplace_back();
    for (const piece& statement : text.split(";")) {
      result_.threads.back().push_back(parse_instruction(statement));
    }
  }

  instruction parse_instruction(const piece& statement) {
    const std::vector<piece> words = statement.words();
    if (words.empty()) statement.refuse("an instruction is missing");
    instruction i;
    i.line = 1;
    i.column = statement.column();
    const auto expect = [&](std::size_t count) {
      if (words.size() == count) return;
      words[0].refuse("'" + std::string(words[0].text) + "' takes " +
                      std::to_string(count - 1) + " words");
    };
    switch (words[0].text.size() == 1 ? words[0].text[0] : '?') {
      case 'W':
        expect(4);
        i.op = opcode::store;
        i.location = location(words[1]);
        i.value = value(words[2]);
        i.order = order(words[3], i.op);
        break;
      case 'R':
        expect(4);
        i.op = opcode::load;
        i.location = location(words[2]);
        i.order = order(words[3], i.op);
        break;
      case 'U':
      case 'A':
        expect(5);
        i.op = words[0].text == "U" ? opcode::exchange : opcode::fetch_add;
        i.location = location(words[2]);
        i.value = value(words[3]);
        i.order = order(words[4], i.op);
        break;
      case 'C':
        expect(7);
        i.op = opcode::compare_exchange;
        i.location = location(words[2]);
        i.expected = value(words[3]);
        i.value = value(words[4]);
        i.order = order(words[5], i.op);
        i.failure = order(words[6], opcode::load);
        break;
      case 'F':
        expect(2);
        i.op = words[1].text == "light"   ? opcode::light_fence
               : words[1].text == "heavy" ? opcode::heavy_fence
                                          : opcode::fence;
        i.order = i.op == opcode::fence ? order(words[1], i.op)
                                        : std::memory_order_seq_cst;
        break;
      default:
        words[0].refuse("'" + std::string(words[0].text) +
                        "' is no instruction (W, R, U, A, C or F)");
    }
    // Last, so that `=a` in the instruction means a register written before.
    if (reads(i.op)) i.reg = written_register(words[1]);
    return i;
  }

  static int find(const std::vector<std::string>& names, const piece& name) {
    const auto found = std::find(names.begin(), names.end(), name.text);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
  }

  static void check_name(const piece& name) {
    const auto is_letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const bool good =
        is_letter(name.text[0]) &&
        std::all_of(name.text.begin(), name.text.end(), [&](char c) {
          return is_letter(c) || (c >= '0' && c <= '9');
        });
    if (!good) name.refuse("'" + std::string(name.text) + "' is no name");
  }

  int location(const piece& name) {
    check_name(name);
    if (find(result_.registers, name) >= 0) {
      name.refuse("'" + std::string(name.text) + "' is a register");
    }
    const int known = find(result_.locations, name);
    if (known >= 0) return known;
    result_.locations.emplace_back(name.text);
    result_.initial.push_back(0);
    return static_cast<int>(result_.locations.size()) - 1;
  }

  int written_register(const piece& name) {
    check_name(name);
    if (find(result_.locations, name) >= 0) {
      name.refuse("'" + std::string(name.text) + "' is a location");
    }
    const int thread = static_cast<int>(result_.threads.size()) - 1;
    const int known = find(result_.registers, name);
    if (known < 0) {
      result_.registers.emplace_back(name.text);
      owner_.push_back(thread);
      return static_cast<int>(result_.registers.size()) - 1;
    }
    check_owner(name, known);
    return known;
  }

  void check_owner(const piece& name, int reg) const {
    const std::size_t thread = result_.threads.size() - 1;
    if (owner_[static_cast<std::size_t>(reg)] == static_cast<int>(thread)) {
      return;
    }
    name.refuse("'" + std::string(name.text) +
                "' is a register of another thread");
  }

  operand value(const piece& word) const {
    if (word.text[0] != '=') return {.constant = number(word)};
    const piece name = word.part(1, std::string_view::npos);
    const int reg = find(result_.registers, name);
    if (reg < 0) {
      name.refuse("no register '" + std::string(name.text) +
                  "' was read into before");
    }
    check_owner(name, reg);
    return {.is_register = true, .reg = reg};
  }

  static std::int64_t number(const piece& word) {
    std::int64_t result = 0;
    const char* const end = word.text.data() + word.text.size();
    const auto [stopped, error] =
        std::from_chars(word.text.data(), end, result);
    if (error != std::errc() || stopped != end) {
      word.refuse("'" + std::string(word.text) + "' is no number");
    }
    return result;
  }

  static std::memory_order order(const piece& word, opcode op) {
    for (const auto& [name, order] : orders) {
      if (name != word.text) continue;
      const bool releases = order == std::memory_order_release ||
                            order == std::memory_order_acq_rel;
      const bool acquires = order == std::memory_order_acquire ||
                            order == std::memory_order_acq_rel;
      if ((op == opcode::load && releases) ||
          (op == opcode::store && acquires) ||
          (op == opcode::fence && order == std::memory_order_relaxed)) {
        word.refuse("'" + std::string(name) + "' is not allowed here");
      }
      return order;
    }
    word.refuse("'" + std::string(word.text) +
                "' is no ordering (rlx, acq, rel, ar or sc)");
  }

  void parse_exists(const piece& text) {
    for (const piece& comparison : text.split(" and ")) {
      const std::size_t sign = comparison.text.find('=');
      if (sign == std::string_view::npos || sign == 0 ||
          sign + 1 == comparison.text.size()) {
        comparison.refuse("of the outcome: not of the form a=1");
      }
      term t;
      t.negated = comparison.text[sign - 1] == '!';
      const piece left =
          comparison.part(0, sign - (t.negated ? 1 : 0)).trimmed();
      const piece right =
          comparison.part(sign + 1, std::string_view::npos).trimmed();
      t.is_location = left.text.starts_with("m_");
      t.index = t.is_location ? find(result_.locations,
                                     left.part(2, std::string_view::npos))
                              : find(result_.registers, left);
      if (t.index < 0) unknown(left);
      t.other = find(result_.registers, right);
      t.against_register = t.other >= 0;
      if (!t.against_register) t.value = number(right);
      result_.exists.push_back(t);
    }
  }

  [[noreturn]] static void unknown(const piece& name) {
    name.refuse("of the outcome: the program has no '" +
                std::string(name.text) + "'");
  }

  program result_;
  std::vector<int> owner_;  // the thread of each register
};

std::string name_of(std::memory_order wanted) {
  for (const auto& [name, order] : orders) {
    if (order == wanted) return std::string(name);
  }
  return "?";
}

std::string text_of(const instruction& i, const program& p) {
  const auto text = [&](const operand& o) {
    return o.is_register ? "=" + p.registers[static_cast<std::size_t>(o.reg)]
                         : std::to_string(o.constant);
  };
  const auto location = [&] {
    return p.locations[static_cast<std::size_t>(i.location)];
  };
  const std::string to =
      i.reg < 0 ? "?" : p.registers[static_cast<std::size_t>(i.reg)];
  const std::string order = name_of(i.order);
  switch (i.op) {
    case opcode::load:
      return "R " + to + " " + location() + " " + order;
    case opcode::store:
      return "W " + location() + " " + text(i.value) + " " + order;
    case opcode::exchange:
    case opcode::fetch_add:
      return (i.op == opcode::exchange ? "U " : "A ") + to + " " + location() +
             " " + text(i.value) + " " + order;
    case opcode::compare_exchange:
      return "C " + to + " " + location() + " " + text(i.expected) + " " +
             text(i.value) + " " + order + " " + name_of(i.failure);
    case opcode::fence:
      return "F " + order;
    case opcode::light_fence:
      return "F light";
    case opcode::heavy_fence:
      return "F heavy";
  }
  return "?";
}

}  // namespace

program parse_compact(std::string_view program, std::string_view exists) {
  return parser().parse(program, exists);
}

std::string to_compact(const program& p) {
  std::string text;
  for (const std::vector<instruction>& thread : p.threads) {
    if (!text.empty()) text += " || ";
    for (std::size_t i = 0; i < thread.size(); ++i) {
      if (i > 0) text += "; ";
      text += text_of(thread[i], p);
    }
  }
  return text;
}

}  // namespace acqrel::testing
