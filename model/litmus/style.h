// How text looks on a terminal.
#ifndef ACQREL_MODEL_LITMUS_STYLE_H_
#define ACQREL_MODEL_LITMUS_STYLE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace acqrel::model::litmus {

struct style {
  bool color = false;
  int width = 80;

  std::string bold(std::string_view text) const { return in("1", text); }
  std::string dim(std::string_view text) const { return in("2", text); }
  std::string red(std::string_view text) const { return in("1;31", text); }
  std::string green(std::string_view text) const { return in("32", text); }
  std::string yellow(std::string_view text) const { return in("33", text); }
  // An ordering that the user may choose.
  std::string chosen(std::string_view text) const { return in("36", text); }

 private:
  std::string in(std::string_view code, std::string_view text) const {
    if (!color) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
};

// How many columns a text takes: characters, without codes for colours.
std::size_t columns_of(std::string_view text);

// With spaces up to a width.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);
std::string centred(std::string_view text, std::size_t width);

// Breaks a paragraph into lines that end in '\n', each after `indent` spaces.
std::string wrapped(std::string_view text, int width, int indent = 0);

// A horizontal line.
std::string rule(std::size_t width);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_STYLE_H_
