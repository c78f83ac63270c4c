#include "acqrel/model/gate/record.h"

#include <charconv>
#include <cstddef>
#include <stdexcept>

namespace acqrel::model::gate {
namespace {

// Fields are separated by tabs, and hold neither tabs nor ends of lines.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("no number: '" + std::string(text) + "'");
  }
  return value;
}

}  // namespace

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields;
  if (line.ends_with('\n')) line.remove_suffix(1);
  for (;;) {
    const std::size_t end = line.find(separator);
    fields.emplace_back(line.substr(0, end));
    if (end == line.npos) return fields;
    line.remove_prefix(end + 1);
  }
}

std::string to_line(const check_record& r) {
  std::string line;
  const auto add = [&line](std::string_view field) {
    line += escaped(field) + '\t';
  };
  add(std::to_string(r.ordinal));
  add(r.name);
  add(r.error);
  add(r.message);
  add(std::to_string(r.executions));
  add(r.complete ? "complete" : "bounded");
  add(r.bound);
  add(std::to_string(r.histories));
  add(std::to_string(r.outcomes));
  add(std::to_string(r.steps));
  add(r.replay);
  add(r.drawing);
  for (const weakened_step& w : r.weakened) {
    add(w.file);
    add(std::to_string(w.line));
    add(w.next_file);
    add(std::to_string(w.next_line));
  }
  line.back() = '\n';
  return line;
}

check_record parse_record(std::string_view line) {
  std::vector<std::string> fields = split(line, '\t');
  if (fields.size() < 12 || (fields.size() - 12) % 4 != 0) {
    throw std::invalid_argument("no record of a check: '" + std::string(line) +
                                "'");
  }
  for (std::string& field : fields) field = unescaped(field);
  check_record r;
  r.ordinal = static_cast<int>(number(fields[0]));
  r.name = fields[1];
  r.error = fields[2];
  r.message = fields[3];
  r.executions = number(fields[4]);
  r.complete = fields[5] == "complete";
  if (!r.complete && fields[5] != "bounded") {
    throw std::invalid_argument("neither complete nor bounded: '" + fields[5] +
                                "'");
  }
  r.bound = fields[6];
  r.histories = number(fields[7]);
  r.outcomes = number(fields[8]);
  r.steps = number(fields[9]);
  r.replay = fields[10];
  r.drawing = fields[11];
  for (std::size_t i = 12; i < fields.size(); i += 4) {
    r.weakened.push_back({fields[i], static_cast<int>(number(fields[i + 1])),
                          fields[i + 2],
                          static_cast<int>(number(fields[i + 3]))});
  }
  return r;
}

}  // namespace acqrel::model::gate
