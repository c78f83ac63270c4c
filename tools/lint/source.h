// A C++ source file as the lint sees it: tokens with their brackets, and the
// comments, line by line. No preprocessor, no types, no names looked up.
#ifndef ACQREL_TOOLS_LINT_SOURCE_H_
#define ACQREL_TOOLS_LINT_SOURCE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace acqrel::lint {

inline constexpr std::size_t none = static_cast<std::size_t>(-1);

// What a `{` opens.
enum class scope { name_space, type, enumeration, code, initializer };

struct token {
  std::string text;
  int line = 0;
  int column = 0;
  bool word = false;          // an identifier or a keyword
  std::size_t match = none;   // of a bracket: the other one
  std::size_t parent = none;  // the innermost bracket around the token
  scope opens = scope::code;  // of a `{`
};

struct note {
  int line = 0;
  std::string text;  // of a comment, without `//`
};

// Tokens [begin, end) of a source.
struct range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class source {
 public:
  // The path says which rules apply: the rooms are atomics/, reclaim/,
  // structures/ and examples/.
  source(std::string path, std::string_view text);

  const std::string& path() const { return path_; }
  const std::string& file_name() const { return file_name_; }
  // "structures", "atomics/native", ... or "" outside the rooms.
  const std::string& room() const { return room_; }

  const std::vector<token>& tokens() const { return tokens_; }
  const std::vector<note>& directives() const { return directives_; }
  int lines() const { return static_cast<int>(comments_.size()) - 1; }
  const std::string& comment(int line) const { return comments_[line]; }
  // The line of a bracket without its other one, or 0. Such a source is empty.
  int unbalanced() const { return unbalanced_; }
  // True for a line that holds a comment and nothing else.
  bool only_comment(int line) const;

  bool is(std::size_t index, std::string_view text) const {
    return index < tokens_.size() && tokens_[index].text == text;
  }
  // The first token of the statement, or of the declaration, that holds
  // `index`. A `for` header belongs to its statement; a block does not.
  std::size_t statement(std::size_t index) const;
  // The innermost `{` of a block, type or namespace around the token.
  std::size_t enclosing_scope(std::size_t index) const;
  // The declarations in the scope that `open` opens (none: the whole file), a
  // function's or a type's with its body.
  std::vector<range> declarations(std::size_t open) const;
  // The comment that ends on the line above `line`.
  std::vector<note> comment_above(int line) const;
  // That comment, and those on the lines from `first` to `last`.
  std::vector<note> comment_at(int first, int last) const;

 private:
  void tokenize(std::string_view text);
  void match_brackets();
  void give_up(int line);
  scope classify(std::size_t open) const;

  std::string path_;
  std::string file_name_;
  std::string room_;
  std::vector<token> tokens_;
  std::vector<note> directives_;       // "#include <atomic>", joined
  std::vector<std::string> comments_;  // by line, from 1
  std::vector<bool> has_comment_;
  std::vector<bool> has_code_;
  int unbalanced_ = 0;
};

}  // namespace acqrel::lint

#endif  // ACQREL_TOOLS_LINT_SOURCE_H_
