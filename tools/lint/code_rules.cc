// R6, R7 and R9: loops, what may be used, and data members.
#include <algorithm>
#include <array>
#include <cstddef>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/rules.h"
#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {
namespace {

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

// ---- R6: loops

struct loop {
  std::size_t begin = 0;     // for, while, do
  std::size_t repeated = 0;  // past what runs once: the first part of a for
  std::size_t body = 0;      // its first token: `{`, or a statement's
  std::size_t body_end = 0;
  std::size_t end = 0;  // past the last token
  std::size_t header_end = 0;
  bool is_traversal = false;      // for each element, for each number
  bool tests_after_body = false;  // do ... while
  bool covers(std::size_t token) const { return begin <= token && token < end; }
};

// What is between the parentheses of a for or a while.
void read_header(const source& file, std::size_t open, loop& l) {
  std::vector<std::size_t> parts;
  bool colon = false;
  for (std::size_t i = open + 1; i < file.tokens()[open].match; ++i) {
    if (file.tokens()[i].parent != open) continue;
    if (file.is(i, ";")) parts.push_back(i);
    if (file.is(i, "?")) return;
    colon |= file.is(i, ":");
  }
  l.repeated = parts.empty() ? open : parts[0];
  // A condition and a step.
  l.is_traversal = colon || (parts.size() == 2 && parts[1] > parts[0] + 1 &&
                             parts[1] + 1 < file.tokens()[open].match);
  l.header_end = file.tokens()[open].match;
}

// Past the statement that starts at `i`: a block, or up to its semicolon.
std::size_t statement_end(const source& file, std::size_t i) {
  const std::vector<token>& tokens = file.tokens();
  for (; i < tokens.size(); ++i) {
    if (tokens[i].text == ";") return i + 1;
    if (tokens[i].match == none || tokens[i].match < i) continue;
    const bool block = tokens[i].text == "{" && tokens[i].opens == scope::code;
    i = tokens[i].match;
    if (block) return std::min(i + 1, tokens.size());
  }
  return i;
}

std::vector<loop> find_loops(const source& file) {
  const std::vector<token>& tokens = file.tokens();
  std::vector<loop> loops;
  std::set<std::size_t> ends_of_do;  // the `while` of do ... while
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    loop l;
    l.begin = i;
    if (tokens[i].text == "do") {
      l.body = i + 1;
      l.body_end = statement_end(file, l.body);
      l.tests_after_body = true;
      l.repeated = i;
      l.end = statement_end(file, l.body_end);
      ends_of_do.insert(l.body_end);
    } else if ((tokens[i].text == "while" && ends_of_do.count(i) == 0) ||
               tokens[i].text == "for") {
      if (!file.is(i + 1, "(")) continue;
      const std::size_t close = tokens[i + 1].match;
      read_header(file, i + 1, l);
      l.body = close + 1;
      l.body_end = l.end = statement_end(file, l.body);
    } else {
      continue;
    }
    loops.push_back(l);
  }
  return loops;
}

const loop* innermost(const std::vector<loop>& loops, std::size_t token) {
  const loop* found = nullptr;
  for (const loop& l : loops) {
    if (l.covers(token)) found = &l;  // they are in the order of the text
  }
  return found;
}

// The comments above the loop and inside, without those of loops within.
std::vector<note> comments_of(const source& file,
                              const std::vector<loop>& loops, const loop& l) {
  const auto line = [&](std::size_t i) {
    return file.tokens()[std::min(i, file.tokens().size() - 1)].line;
  };
  std::vector<note> found =
      file.comment_at(line(file.statement(l.begin)), line(l.end - 1));
  for (const loop& inner : loops) {
    if (inner.begin <= l.begin || inner.begin >= l.end) continue;
    const std::vector<note> its =
        file.comment_at(line(inner.begin), line(inner.end - 1));
    if (its.empty()) continue;
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const note& n) {
                                 return its.front().line <= n.line &&
                                        n.line <= its.back().line;
                               }),
                found.end());
  }
  return found;
}

// retry(); stands before the token.
bool retried_before(const source& file, std::size_t i) {
  return i >= 4 && file.is(i - 1, ";") && file.is(i - 2, ")") &&
         file.is(i - 3, "(") && file.is(i - 4, "retry");
}

bool ends_in_retry(const source& file, const std::vector<loop>& loops,
                   const loop& l) {
  const std::vector<token>& tokens = file.tokens();
  for (std::size_t i = l.body; i < l.body_end; ++i) {
    if (tokens[i].text == "continue" && innermost(loops, i) == &l &&
        !retried_before(file, i)) {
      return false;
    }
  }
  const bool block = file.is(l.body, "{");
  const std::size_t end = block ? l.body_end - 1 : l.body_end;
  if (retried_before(file, end)) return true;
  // An iteration that never gets to its end ends at a continue.
  if (!block || !file.is(end - 1, ";")) return false;
  const std::string& last = tokens[file.statement(end - 1)].text;
  return last == "return" || last == "break" || last == "throw" ||
         last == "continue";
}

bool contains_await(const source& file, const loop& l) {
  for (std::size_t i = l.begin; i < l.end; ++i) {
    if (file.is(i, "await") && file.is(i + 1, "(")) return true;
  }
  return false;
}

void check_awaited_labels(const tree& all, const source& file, int line,
                          const std::vector<note>& comment, report& out) {
  static const std::regex waits(
      R"(\bWaits for ((?:\[[^\]]*\](?:, or |, and |, | or | and )?)+))");
  const std::string text = joined(comment);
  for (std::sregex_iterator i(text.begin(), text.end(), waits), end; i != end;
       ++i) {
    for (const reference& r : find_references(i->str(1))) {
      if (!r.is_caller() && resolve(all, r, file).empty()) {
        out.add(file, line, "R6",
                "waits for " + to_string(r) + ", which labels no operation");
      }
    }
  }
}

void check_loops(const tree& all, const source& file, report& out) {
  static const std::regex bounded(R"(\bBounded: \S)");
  static const std::regex waits(R"(\bWaits for \[)");
  const std::vector<loop> loops = find_loops(file);
  for (const loop& l : loops) {
    const int line = file.tokens()[l.begin].line;
    const std::vector<note> comment = comments_of(file, loops, l);
    const std::string text = joined(comment);
    check_awaited_labels(all, file, line, comment, out);
    const auto has_place = [&](std::size_t begin, std::size_t end) {
      return std::any_of(
          all.places.begin(), all.places.end(), [&](const place& p) {
            return p.file == &file && begin <= p.token && p.token < end;
          });
    };
    if (!has_place(l.repeated, l.end)) continue;
    // A list or a range has an end, unless its header asks others.
    if (l.is_traversal && !has_place(l.repeated, l.header_end)) continue;
    // Nobody else is there to make an iteration fail.
    if (std::all_of(all.places.begin(), all.places.end(), [&](const place& p) {
          return p.file != &file || p.token < l.repeated || p.token >= l.end ||
                 (!p.is_ordered() && !p.reasons.empty() &&
                  (p.reasons.front().reason == "exclusive" ||
                   p.reasons.front().reason == "owner-only"));
        })) {
      continue;
    }
    if (std::regex_search(text, bounded)) continue;
    if (std::regex_search(text, waits) || contains_await(file, l)) continue;
    if (l.tests_after_body) {
      out.add(file, line, "R6",
              "a do loop cannot end its failed iterations with retry(); write "
              "while (...) { ...; retry(); }, or say // Bounded: why it ends");
    } else if (!ends_in_retry(file, loops, l)) {
      out.add(file, line, "R6",
              "each failed iteration ends with retry();, or the loop says "
              "// Bounded: why it ends, or // Waits for [x].");
    }
  }
  for (const place& p : all.places) {
    if (p.file != &file || p.operation != "await") continue;
    check_awaited_labels(all, file, p.line(), p.comment, out);
    if (!std::regex_search(joined(p.comment), waits)) {
      out.add(file, p.line(), "R6",
              "await says whom it waits for: // Waits for [x].");
    }
  }
}

// ---- R7: what may be used

void check_directives(const source& file, report& out) {
  static const std::regex guard(R"(#\s*ifndef\s+\w+_H_\s*)");
  static const std::regex conditional(R"(#\s*(if|ifdef|ifndef|elif)\b[^]*)");
  static const std::regex include(R"(#\s*include\s*<(\w+)>\s*)");
  constexpr std::array<std::string_view, 8> banned = {
      "atomic", "barrier",   "condition_variable", "latch",
      "mutex",  "semaphore", "shared_mutex",       "thread"};
  bool guarded = false;
  for (const note& directive : file.directives()) {
    std::smatch match;
    if (!guarded && std::regex_match(directive.text, guard)) {
      guarded = true;
    } else if (std::regex_match(directive.text, conditional) &&
               file.room() != "examples") {
      out.add(file, directive.line, "R7",
              "no conditional compilation but the include guard: what ships "
              "is what was checked");
    } else if (std::regex_match(directive.text, match, include) &&
               contains(banned, match.str(1)) &&
               !(match.str(1) == "atomic" &&
                 file.file_name() == "memory_order.h")) {
      out.add(file, directive.line, "R7",
              "<" + match.str(1) + "> is for atomics/native/ only");
    }
  }
}

void check_names(const source& file, report& out) {
  constexpr std::array<std::string_view, 12> banned = {
      "mutex",       "recursive_mutex",    "shared_mutex", "timed_mutex",
      "lock_guard",  "unique_lock",        "scoped_lock",  "shared_lock",
      "this_thread", "condition_variable", "call_once",    "once_flag"};
  const std::vector<token>& tokens = file.tokens();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text == "thread_local") {
      out.add(file, tokens[i].line, "R7",
              "thread_local is for atomics/native/ only; use tls<T>");
    }
    if (i < 2 || !file.is(i - 1, "::") || !file.is(i - 2, "std")) continue;
    const std::string& name = tokens[i].text;
    if (name.rfind("atomic", 0) == 0) {
      out.add(
          file, tokens[i].line, "R7",
          "std::" + name + " is for atomics/native/ only; use acqrel::" + name);
    } else if (contains(banned, name)) {
      out.add(file, tokens[i].line, "R7",
              "std::" + name +
                  " is not for what ships outside "
                  "atomics/native/");
    }
  }
}

// Past attributes, alignas and specifiers that say nothing about the type.
std::size_t skip_specifiers(const source& file, std::size_t i) {
  constexpr std::array<std::string_view, 8> words = {
      "mutable",  "inline", "constinit", "static",
      "typename", "acqrel", "internal",  "::"};
  for (;; ++i) {
    if (file.is(i, "[")) {
      i = file.tokens()[i].match;
    } else if (file.is(i, "alignas")) {
      i = file.tokens()[i + 1].match;
    } else if (i >= file.tokens().size() ||
               !contains(words, file.tokens()[i].text)) {
      return i;
    }
  }
}

// Past the template arguments that `<` opens.
std::size_t skip_angles(const source& file, std::size_t i) {
  int depth = 0;
  for (; i < file.tokens().size(); ++i) {
    if (file.is(i, "<")) ++depth;
    if (file.is(i, ">") && --depth == 0) return i + 1;
    if (file.is(i, "(")) i = file.tokens()[i].match;
  }
  return i;
}

// An object's declaration, as far as its initializer. Empty for functions,
// types, aliases and so on.
range object_declaration(const source& file, range declaration) {
  constexpr std::array<std::string_view, 10> others = {
      "using",    "typedef", "friend", "static_assert", "namespace",
      "template", "concept", "enum",   "extern",        "operator"};
  const std::vector<token>& tokens = file.tokens();
  const std::size_t first = skip_specifiers(file, declaration.begin);
  if (first >= declaration.end || contains(others, tokens[first].text)) {
    return {};
  }
  const bool names_type = tokens[first].text == "class" ||
                          tokens[first].text == "struct" ||
                          tokens[first].text == "union";
  bool declarator = !names_type;
  std::size_t i = first;
  while (i < declaration.end) {
    const std::string& text = tokens[i].text;
    if (text == "=" || text == "operator") break;
    if (text == "(") {
      // A pointer to a function is an object, and a function is none.
      if (!file.is(i + 1, "*") && !file.is(i - 1, "alignas")) return {};
      i = tokens[i].match + 1;
    } else if (text == "[") {
      i = tokens[i].match + 1;
    } else if (text == "<" && i > first) {
      i = skip_angles(file, i);
    } else if (text == "{") {
      if (tokens[i].opens == scope::initializer) break;
      if (tokens[i].opens == scope::code ||
          tokens[i].opens == scope::name_space) {
        return {};
      }
      i = tokens[i].match + 1;
      declarator = i < declaration.end;
    } else {
      ++i;
    }
  }
  if (file.is(i, "operator") || !declarator) return {};
  return {first, i};
}

// The object cannot change: const, constexpr, a reference.
bool is_constant(const source& file, range object) {
  bool constant = false;
  for (std::size_t i = object.begin; i < object.end;) {
    const std::string& text = file.tokens()[i].text;
    if (text == "<") {
      i = skip_angles(file, i);
      continue;
    }
    if (text == "constexpr" || text == "&") return true;
    if (text == "const") constant = true;
    if (text == "*") constant = false;
    ++i;
  }
  return constant;
}

bool is_static(const source& file, range declaration) {
  for (std::size_t i = declaration.begin; i < declaration.end; ++i) {
    if (file.is(i, "static")) return true;
    if (file.is(i, "(") || file.is(i, "=") || file.is(i, "{")) return false;
  }
  return false;
}

void check_objects(const source& file, std::size_t open, report& out) {
  const scope kind =
      open == none ? scope::name_space : file.tokens()[open].opens;
  if (kind != scope::name_space && kind != scope::type && kind != scope::code) {
    return;
  }
  for (const range& declaration : file.declarations(open)) {
    const int line = file.tokens()[declaration.begin].line;
    if (kind == scope::code) {
      if (file.is(declaration.begin, "static") &&
          !is_constant(file, {declaration.begin, declaration.begin + 2})) {
        out.add(file, line, "R7",
                "a static object in a function is for atomics/native/ only; "
                "use per_process<T> or constexpr");
      }
      continue;
    }
    if (kind == scope::type && !is_static(file, declaration)) continue;
    const range object = object_declaration(file, declaration);
    if (object.begin != object.end && !is_constant(file, object)) {
      out.add(file, line, "R7",
              "an object that all share and that can change is for "
              "atomics/native/ only; use per_process<T>");
    }
  }
}

// ---- R9: data members

bool is_seam_type(const std::string& name) {
  constexpr std::array<std::string_view, 8> seam = {
      "atomic",  "atomic_ref", "plain",     "slot",
      "counter", "flag",       "ref_count", "event_count"};
  return contains(seam, name) || name.rfind("atomic_", 0) == 0;
}

// The types of structures/ and reclaim/, whose members R9 looks at anyway.
std::set<std::string> checked_types(const tree& all) {
  std::set<std::string> names;
  for (const source& file : all.sources) {
    if (file.room() != "structures" && file.room() != "reclaim") continue;
    for (std::size_t i = 0; i + 1 < file.tokens().size(); ++i) {
      // using cell = atomic<...>;
      if (file.is(i, "using") && file.is(i + 2, "=") &&
          is_seam_type(file.tokens()[skip_specifiers(file, i + 3)].text)) {
        names.insert(file.tokens()[i + 1].text);
      }
      if (!file.is(i, "{") || file.tokens()[i].opens != scope::type) continue;
      for (std::size_t j = file.statement(i); j < i; ++j) {
        if (!file.is(j, "class") && !file.is(j, "struct")) continue;
        const std::size_t name = skip_specifiers(file, j + 1);
        if (name < i) names.insert(file.tokens()[name].text);
      }
    }
  }
  return names;
}

bool is_checked_type(const source& file, range object,
                     const std::set<std::string>& types) {
  const std::size_t first = skip_specifiers(file, object.begin);
  if (first >= object.end) return false;
  const std::string& name = file.tokens()[first].text;
  if (name == "struct" || name == "union" || name == "class") return true;
  std::size_t after = first + 1;
  if (file.is(after, "<")) after = skip_angles(file, after);
  for (std::size_t i = after; i < object.end; ++i) {
    if (file.is(i, "*")) return false;
  }
  if (name == "cache_aligned") {
    return is_checked_type(file, {first + 2, after - 1}, types);
  }
  return is_seam_type(name) || types.count(name) != 0;
}

bool is_marked(const std::vector<note>& comment) {
  static const std::regex mark(
      R"(\b(owner-only: \S|exclusive: \S|immutable after \S))");
  return std::regex_search(joined(comment), mark);
}

void check_members(const source& file, std::size_t open,
                   const std::set<std::string>& types, report& out) {
  const std::vector<token>& tokens = file.tokens();
  if (is_marked(file.comment_above(tokens[file.statement(open)].line))) return;
  for (const range& declaration : file.declarations(open)) {
    if (is_static(file, declaration)) continue;
    const range object = object_declaration(file, declaration);
    if (object.begin == object.end || is_constant(file, object) ||
        is_checked_type(file, object, types) ||
        is_marked(file.comment_at(tokens[declaration.begin].line,
                                  tokens[declaration.end].line))) {
      continue;
    }
    std::size_t name = object.end - 1;
    if (file.is(name, "]")) name = tokens[name].match - 1;
    out.add(file, tokens[name].line, "R9",
            "`" + tokens[name].text +
                "` is no atomic, plain or slot; say // owner-only: whose, "
                "// exclusive: why, or // immutable after what");
  }
}

}  // namespace

void check_code(const tree& all, report& out) {
  const std::set<std::string> types = checked_types(all);
  for (const source& file : all.sources) {
    if (file.room() == "atomics/native") continue;
    check_loops(all, file, out);
    check_directives(file, out);
    check_names(file, out);
    if (file.file_name() != "memory_order.h") check_objects(file, none, out);
    const bool members =
        file.room() == "structures" || file.room() == "reclaim";
    for (std::size_t i = 0; i < file.tokens().size(); ++i) {
      if (!file.is(i, "{")) continue;
      check_objects(file, i, out);
      if (!members || file.tokens()[i].opens != scope::type) continue;
      const std::size_t outside = file.enclosing_scope(i);
      // A local type is a thread's own.
      if (outside == none || file.tokens()[outside].opens != scope::code) {
        check_members(file, i, types, out);
      }
    }
  }
}

}  // namespace acqrel::lint
