// Tokens, brackets and comments.
#include "acqrel/tools/lint/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acqrel::lint {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string room_of(const std::string& path) {
  std::string room;
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       begin = slash + 1, slash = path.find('/', begin)) {
    const std::string folder = path.substr(begin, slash - begin);
    if (folder == "atomics" || folder == "reclaim" || folder == "structures" ||
        folder == "examples") {
      room = folder;
    } else if (folder == "native" && room == "atomics") {
      room = "atomics/native";
    }
  }
  return room;
}

// `>` is always a token of its own, so that template arguments can be matched.
constexpr std::array<std::string_view, 21> operators = {
    "<=>", "...", "->*", "<<=", "::", "->", "++", "--", "&&", "||", "==",
    "!=",  "<=",  "+=",  "-=",  "*=", "/=", "|=", "&=", "^=", "<<"};

}  // namespace

source::source(std::string path, std::string_view text)
    : path_(std::move(path)),
      file_name_(path_.substr(path_.rfind('/') + 1)),
      room_(room_of(path_)) {
  const auto lines =
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 2;
  comments_.resize(lines);
  has_comment_.resize(lines);
  has_code_.resize(lines);
  tokenize(text);
  match_brackets();
}

bool source::only_comment(int line) const {
  return line >= 1 && line <= lines() && has_comment_[line] && !has_code_[line];
}

void source::tokenize(std::string_view text) {
  int line = 1;
  std::size_t line_begin = 0;
  std::size_t at = 0;
  const auto starts = [&](std::string_view with) {
    return text.substr(at, with.size()) == with;
  };
  // Moves to `end`, over the lines in between.
  const auto skip_to = [&](std::size_t end) {
    for (end = std::min(end, text.size()); at < end; ++at) {
      if (text[at] == '\n') {
        ++line;
        line_begin = at + 1;
      }
    }
  };
  const auto find = [&](std::string_view what, std::size_t from) {
    return std::min(text.find(what, from), text.size());
  };
  const auto add = [&](std::size_t length, bool word) {
    token t;
    t.text = text.substr(at, length);
    t.line = line;
    t.column = static_cast<int>(at - line_begin) + 1;
    t.word = word;
    tokens_.push_back(std::move(t));
    has_code_[line] = true;
    skip_to(at + length);
    has_code_[line] = true;
  };
  const auto string_end = [&](std::size_t from, char quote) {
    while (from < text.size() && text[from] != quote) {
      from += text[from] == '\\' ? 2 : 1;
    }
    return from + 1;
  };

  while (at < text.size()) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      skip_to(at + 1);
    } else if (starts("//")) {
      const std::size_t end = find("\n", at);
      comments_[line] += text.substr(at + 2, end - at - 2);
      has_comment_[line] = true;
      skip_to(end);
    } else if (starts("/*")) {
      const std::size_t end = find("*/", at + 2);
      for (at += 2; at < end;) {
        const std::size_t line_end = std::min(find("\n", at), end);
        comments_[line] += text.substr(at, line_end - at);
        has_comment_[line] = true;
        skip_to(std::min(line_end + 1, end));
      }
      has_comment_[line] = true;
      skip_to(end + 2);
    } else if (c == '#' && !has_code_[line]) {
      const int first = line;
      std::size_t end = find("\n", at);
      while (end < text.size() && text[end - 1] == '\\') {
        end = find("\n", end + 1);
      }
      end = std::min(end, find("//", at));
      directives_.push_back({first, std::string(text.substr(at, end - at))});
      has_code_[line] = true;
      skip_to(end);
      has_code_[line] = true;
    } else if (starts("R\"")) {
      const std::size_t open = find("(", at);
      const std::string close =
          ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
      add(find(close, open) + close.size() - at, false);
    } else if (c == '"' || c == '\'') {
      add(string_end(at + 1, c) - at, false);
    } else if (is_word(c)) {
      const bool number = std::isdigit(static_cast<unsigned char>(c)) != 0;
      std::size_t end = at;
      while (end < text.size() &&
             (is_word(text[end]) ||
              (number && (text[end] == '\'' || text[end] == '.')))) {
        ++end;
      }
      add(end - at, !number);
    } else {
      const auto* const found =
          std::find_if(operators.begin(), operators.end(), starts);
      add(found == operators.end() ? 1 : found->size(), false);
    }
  }
}

void source::match_brackets() {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    token& t = tokens_[i];
    if (t.text == ")" || t.text == "]" || t.text == "}") {
      const char* const opening = t.text == ")"   ? "("
                                  : t.text == "]" ? "["
                                                  : "{";
      if (open.empty() || !is(open.back(), opening)) return give_up(t.line);
      t.match = open.back();
      tokens_[open.back()].match = i;
      open.pop_back();
    }
    t.parent = open.empty() ? none : open.back();
    if (t.text == "{") t.opens = classify(i);
    if (t.text == "(" || t.text == "[" || t.text == "{") open.push_back(i);
  }
  if (!open.empty()) give_up(tokens_[open.back()].line);
}

// What follows relies on the brackets.
void source::give_up(int line) {
  unbalanced_ = line;
  tokens_.clear();
  comments_.assign(1, "");
}

// By what stands before the brace in its declaration.
scope source::classify(std::size_t open) const {
  if (open == 0) return scope::code;
  const token& before = tokens_[open - 1];
  if (before.text == "=" || before.text == "," || before.text == "(" ||
      before.text == "return" || before.text == "[") {
    return scope::initializer;
  }
  bool parameters = false;
  bool constructor_initializers = false;
  std::size_t i = statement(open);
  if (is(i, "template") && is(i + 1, "<")) {
    int depth = 0;
    for (++i; i < open; ++i) {
      if (is(i, "<")) ++depth;
      if (is(i, ">") && --depth == 0) break;
    }
  }
  for (; i < open; ++i) {
    const std::string& text = tokens_[i].text;
    if (text == "(" || text == "[") {
      parameters |= text == "(" && !is(i - 1, "alignas");
      // Not closed yet: the brace is inside, as a lambda's may be.
      if (tokens_[i].match != none) i = tokens_[i].match;
    } else if (text == "namespace" || text == "extern") {
      return scope::name_space;
    } else if (text == "enum") {
      return scope::enumeration;
    } else if (!parameters &&
               (text == "class" || text == "struct" || text == "union")) {
      return scope::type;
    } else if (text == ":" && parameters) {
      constructor_initializers = true;
    }
  }
  // `name{`: a value, unless the name ends a function's head.
  const bool after_value =
      (before.word && before.text != "noexcept" && before.text != "const" &&
       before.text != "override" && before.text != "final" &&
       before.text != "mutable" && before.text != "else" &&
       before.text != "do" && before.text != "try") ||
      before.text == ">";
  if (!after_value) return scope::code;
  const std::size_t outside = tokens_[open].parent;
  const bool in_code = outside != none && tokens_[outside].text == "{" &&
                       tokens_[outside].opens == scope::code;
  return in_code || constructor_initializers || !parameters ? scope::initializer
                                                            : scope::code;
}

std::size_t source::statement(std::size_t index) const {
  while (index > 0) {
    const token& before = tokens_[index - 1];
    if (before.text == ")" || before.text == "]") {
      if (before.match == none) return index;
      index = before.match;
    } else if (before.text == "}") {
      if (before.match == none ||
          tokens_[before.match].opens != scope::initializer) {
        return index;
      }
      index = before.match;
    } else if (before.text == "{") {
      if (before.opens != scope::initializer) return index;
      --index;
    } else if (before.text == ";") {
      if (before.parent == none || !is(before.parent, "(")) return index;
      --index;
    } else {
      --index;
    }
  }
  return index;
}

std::size_t source::enclosing_scope(std::size_t index) const {
  std::size_t i = tokens_[index].parent;
  while (i != none && !(is(i, "{") && tokens_[i].opens != scope::initializer)) {
    i = tokens_[i].parent;
  }
  return i;
}

std::vector<range> source::declarations(std::size_t open) const {
  std::vector<range> found;
  std::size_t i = open == none ? 0 : open + 1;
  const std::size_t end = open == none ? tokens_.size() : tokens_[open].match;
  for (std::size_t begin = i; i < end; ++i) {
    const token& t = tokens_[i];
    if (i == begin && is(i + 1, ":") &&
        (t.text == "public" || t.text == "protected" || t.text == "private")) {
      begin = ++i + 1;
    } else if (t.text == "(" || t.text == "[") {
      i = t.match;
    } else if (t.text == "{") {
      i = t.match;
      if (t.opens == scope::code || t.opens == scope::name_space) {
        found.push_back({begin, i + 1});
        begin = i + 1;
      }
    } else if (t.text == ";") {
      if (i > begin) found.push_back({begin, i});
      begin = i + 1;
    }
  }
  return found;
}

std::vector<note> source::comment_above(int line) const {
  int first = line;
  while (only_comment(first - 1)) --first;
  std::vector<note> found;
  for (; first < line; ++first) found.push_back({first, comments_[first]});
  return found;
}

std::vector<note> source::comment_at(int first, int last) const {
  std::vector<note> found = comment_above(first);
  for (; first <= last; ++first) {
    if (has_comment_[first]) found.push_back({first, comments_[first]});
  }
  return found;
}

}  // namespace acqrel::lint
