// The values of a program's flags. Each function returns what is wrong with the
// text, in a sentence, or "" when nothing is and the result is set.

#ifndef ACQREL_EXAMPLES_FLAG_VALUES_H_
#define ACQREL_EXAMPLES_FLAG_VALUES_H_

#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace examples {

template <class Number>
std::string set_number(std::string_view name, std::string_view text, Number min,
                       Number max, Number& result) {
  Number number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < min || number > max) {
    return absl::StrCat(name, " takes a number from ", min, " to ", max,
                        ", not '", text, "'");
  }
  result = number;
  return "";
}

template <class Choice>
std::string set_choice(std::string_view name, std::string_view text,
                       std::string_view first_name, Choice first,
                       std::string_view second_name, Choice second,
                       Choice& result) {
  if (text != first_name && text != second_name) {
    return absl::StrCat(name, " is ", first_name, " or ", second_name,
                        ", not '", text, "'");
  }
  result = text == first_name ? first : second;
  return "";
}

}  // namespace examples

#endif  // ACQREL_EXAMPLES_FLAG_VALUES_H_
