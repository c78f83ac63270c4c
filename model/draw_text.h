// Text in a drawing: how wide it is, and what XML allows of it.
#ifndef ACQREL_MODEL_DRAW_TEXT_H_
#define ACQREL_MODEL_DRAW_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::internal::show {

struct font {
  bool mono = true;
  double size = 13;
  bool bold = false;
};

// At least as wide as the text is in any of the usual fonts: nobody knows which
// one the reader's machine takes.
double width_of(std::string_view text, const font&);

// The text, or its beginning and an ellipsis, at most `most` wide.
std::string elided(std::string_view text, const font&, double most);

// Lines at most `most` wide, broken between words where that is possible.
std::vector<std::string> wrapped(std::string_view text, const font&,
                                 double most);

// As the text of an XML element, or in an attribute's double quotes. What is
// not UTF-8, or no character of XML, comes out as U+FFFD.
std::string escaped(std::string_view text);

}  // namespace acqrel::model::internal::show

#endif  // ACQREL_MODEL_DRAW_TEXT_H_
