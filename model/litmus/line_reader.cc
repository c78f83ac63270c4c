#include "acqrel/model/litmus/line_reader.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "acqrel/model/litmus/parser.h"

namespace acqrel::model::litmus::internal {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
// Letters beyond ASCII too, so that messages quote whole words.
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Not the first byte of a character in UTF-8.
bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

void line_reader::refuse(std::size_t at, const std::string& sentence) const {
  throw syntax_error(file_, number_, column(at), sentence, line_);
}

void line_reader::missing(const std::string& what) {
  const std::size_t at = here();
  const std::string_view found = peek();
  refuse(at, "expected " + what + ", found " +
                 (found.empty() ? "the end of the line" : quoted(found)));
}

int line_reader::column(std::size_t at) const {
  const std::string_view before = line_.substr(0, at);
  return 1 + static_cast<int>(before.size()) -
         static_cast<int>(
             std::count_if(before.begin(), before.end(), continues));
}

std::size_t line_reader::here() {
  while (at_ < line_.size() && is_space(line_[at_])) ++at_;
  if (at_ < line_.size() && line_[at_] == '#') at_ = line_.size();
  return at_;
}

bool line_reader::at_word() { return !at_end() && is_letter(line_[at_]); }

bool line_reader::at_number() {
  return !at_end() && (is_digit(line_[at_]) || line_[at_] == '-');
}

std::string_view line_reader::peek() {
  const std::size_t from = here();
  if (from == line_.size()) return {};
  std::size_t to = from;
  if (is_word(line_[to])) {
    while (to < line_.size() && is_word(line_[to])) ++to;
  } else {
    const std::string_view two = line_.substr(from, 2);
    to += two == "==" || two == "!=" || two == "&&" ? 2 : 1;
    while (to < line_.size() && continues(line_[to])) ++to;
  }
  return line_.substr(from, to - from);
}

std::string_view line_reader::take() {
  const std::string_view next = peek();
  at_ += next.size();
  return next;
}

bool line_reader::take_if(std::string_view text) {
  if (peek() != text) return false;
  take();
  return true;
}

void line_reader::expect(std::string_view mark, std::string_view where) {
  if (!take_if(mark)) missing(quoted(mark) + " " + std::string(where));
}

std::int64_t line_reader::take_number() {
  const std::size_t from = here();
  std::size_t to = from + (line_[from] == '-' ? 1 : 0);
  while (to < line_.size() && is_word(line_[to])) ++to;
  const std::string_view digits = line_.substr(from, to - from);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    refuse(from, quoted(digits) + " does not fit into 64 bits");
  }
  if (error != std::errc() || end != digits.data() + digits.size()) {
    refuse(from, quoted(digits) + " is no number");
  }
  at_ = to;
  return value;
}

std::string_view line_reader::rest() {
  std::string_view text = line_.substr(here());
  text = text.substr(0, text.find('#'));
  at_ = line_.size();
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace acqrel::model::litmus::internal
