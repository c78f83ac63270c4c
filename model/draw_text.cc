#include "acqrel/model/draw_text.h"

#include <algorithm>

namespace acqrel::model::internal::show {
namespace {

constexpr char32_t replacement = 0xfffd;

struct character {
  char32_t code = 0;
  std::size_t length = 1;  // in bytes
};

bool is_continuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t code = 0;
  char32_t least = 0;
  if ((first & 0xe0) == 0xc0) {
    length = 2, code = first & 0x1f, least = 0x80;
  } else if ((first & 0xf0) == 0xe0) {
    length = 3, code = first & 0x0f, least = 0x800;
  } else if ((first & 0xf8) == 0xf0) {
    length = 4, code = first & 0x07, least = 0x10000;
  } else {
    return {replacement, 1};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(static_cast<unsigned char>(byte(i))))
      return {replacement, 1};
    code = code << 6 | (byte(i) & 0x3f);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least || code > 0x10ffff || surrogate) return {replacement, 1};
  return {code, length};
}

// In a proportional font, as a part of the font's size: DejaVu Sans, the widest
// of those that a reader is likely to have.
double proportional_width(char32_t code) {
  constexpr std::string_view narrow = "iljI.,:;'|!()[]/ ";
  constexpr std::string_view wide = "mwMW@%";
  if (code >= 0x80) return 0.9;
  const char c = static_cast<char>(code);
  if (narrow.find(c) != narrow.npos) return 0.4;
  if (wide.find(c) != wide.npos) return 1.0;
  if (c == 'f' || c == 'r' || c == 't') return 0.45;
  if ((c >= 'A' && c <= 'Z') || c == '+' || c == '=' || c == '<' || c == '>')
    return 0.84;
  return 0.645;
}

double width_of(char32_t code, const font& f) {
  // East Asian characters and emoji are as wide as they are high.
  const bool square = code >= 0x1100 && code != replacement &&
                      !(code >= 0x2000 && code < 0x2e80);
  if (square) return 1.1 * f.size;
  const double part = f.mono ? 0.61 : proportional_width(code);
  return part * f.size * (f.bold && !f.mono ? 1.12 : 1);
}

}  // namespace

double width_of(std::string_view text, const font& f) {
  double width = 0;
  while (!text.empty()) {
    const character c = decode(text);
    width += width_of(c.code, f);
    text.remove_prefix(c.length);
  }
  return width;
}

std::string elided(std::string_view text, const font& f, double most) {
  if (width_of(text, f) <= most) return std::string(text);
  constexpr std::string_view ellipsis = "\u2026";
  double width = width_of(ellipsis, f);
  std::size_t kept = 0;
  while (kept < text.size()) {
    const character c = decode(text.substr(kept));
    width += width_of(c.code, f);
    if (width > most) break;
    kept += c.length;
  }
  std::string result(text.substr(0, kept));
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result.append(ellipsis);
}

std::vector<std::string> wrapped(std::string_view text, const font& f,
                                 double most) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string longer = line.empty() ? word : line + " " + word;
    if (width_of(longer, f) <= most) {
      line = longer;
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    // A word too long for any line is broken where the line ends.
    while (width_of(word, f) > most) {
      std::size_t kept = decode(word).length;
      while (kept < word.size()) {
        const std::size_t next = kept + decode(word.substr(kept)).length;
        if (width_of(word.substr(0, next), f) > most) break;
        kept = next;
      }
      lines.push_back(word.substr(0, kept));
      word.erase(0, kept);
    }
    line = word;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const character c = decode(text);
    const std::string_view bytes = text.substr(0, c.length);
    text.remove_prefix(c.length);
    const bool allowed = c.code != replacement && c.code != 0xfffe &&
                         c.code != 0xffff &&
                         (c.code >= 0x20 || c.code == '\n' || c.code == '\t');
    if (!allowed)
      result += "\ufffd";
    else if (c.code == '&')
      result += "&amp;";
    else if (c.code == '<')
      result += "&lt;";
    else if (c.code == '>')
      result += "&gt;";
    else if (c.code == '"')
      result += "&quot;";
    else
      result += bytes;
  }
  return result;
}

}  // namespace acqrel::model::internal::show
