#include "acqrel/model/litmus/style.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace acqrel::model::litmus {
namespace {

std::string spaces(std::size_t width, std::size_t used) {
  return std::string(width - std::min(width, used), ' ');
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = std::min(text.find('m', i), text.size());
    } else {
      columns += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 ? 1 : 0;
    }
  }
  return columns;
}

std::string left(std::string_view text, std::size_t width) {
  return std::string(text) + spaces(width, columns_of(text));
}

std::string right(std::string_view text, std::size_t width) {
  return spaces(width, columns_of(text)) + std::string(text);
}

std::string centred(std::string_view text, std::size_t width) {
  const std::string before = spaces(width, columns_of(text));
  return left(
      before.substr(before.size() - before.size() / 2) + std::string(text),
      width);
}

std::string wrapped(std::string_view text, int width, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  const auto limit = static_cast<std::size_t>(std::max(width - indent, 20));
  std::string lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > limit) {
      lines += margin + line + "\n";
      line.clear();
    }
    if (!word.empty()) {
      if (!line.empty()) line += ' ';
      line += word;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!line.empty()) lines += margin + line + "\n";
  return lines;
}

std::string rule(std::size_t width) {
  std::string line;
  for (std::size_t i = 0; i < width; ++i) line += "─";
  return line;
}

}  // namespace acqrel::model::litmus
