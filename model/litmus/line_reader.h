// Reads one line of a litmus program from left to right.
#ifndef ACQREL_MODEL_LITMUS_LINE_READER_H_
#define ACQREL_MODEL_LITMUS_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace acqrel::model::litmus::internal {

std::string quoted(std::string_view text);
bool is_space(char) noexcept;

class line_reader {
 public:
  line_reader(std::string_view file, int number, std::string_view line)
      : file_(file), number_(number), line_(line) {}

  // Throws syntax_error for what stands at `at`.
  [[noreturn]] void refuse(std::size_t at, const std::string& sentence) const;
  // "expected WHAT, found ..."
  [[noreturn]] void missing(const std::string& what);

  int number() const { return number_; }
  int column(std::size_t at) const;

  // Where the next word or mark begins.
  std::size_t here();
  bool at_end() { return here() == line_.size(); }
  bool at_word();
  bool at_number();

  // The next word, number or mark; empty at the end.
  std::string_view peek();
  std::string_view take();
  bool take_if(std::string_view text);
  void expect(std::string_view mark, std::string_view where);
  std::int64_t take_number();
  // All that is left, without the spaces around it.
  std::string_view rest();

 private:
  std::string_view file_;
  int number_;
  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace acqrel::model::litmus::internal

#endif  // ACQREL_MODEL_LITMUS_LINE_READER_H_
