// Finding the places, and reading what their comments say.
#include "acqrel/tools/lint/place.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {
namespace {

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

constexpr std::array<std::string_view, 5> tags = {
    "relaxed", "acquire", "release", "acq_rel", "seq_cst"};

// Parentheses after these are no call that an ordering is passed to. A signal
// fence orders nothing between threads.
constexpr std::array<std::string_view, 12> not_operations = {
    "static_assert", "if",       "while",    "switch",
    "for",           "return",   "decltype", "noexcept",
    "sizeof",        "requires", "catch",    "atomic_signal_fence"};

// The ordering that the argument is: relaxed, acqrel::relaxed,
// std::memory_order_relaxed, std::memory_order::relaxed. Or "".
std::string ordering_argument(const std::vector<token>& tokens, range of) {
  constexpr std::string_view prefix = "memory_order_";
  for (std::size_t i = of.begin; i + 1 < of.end; ++i) {
    const std::string& text = tokens[i].text;
    if (text != "::" && text != "acqrel" && text != "std" &&
        text != "memory_order") {
      return "";
    }
  }
  if (of.begin == of.end) return "";
  std::string last = tokens[of.end - 1].text;
  if (last.rfind(prefix, 0) == 0) last.erase(0, prefix.size());
  return is_ordering_tag(last) ? last : "";
}

void find_orderings(const source& file, std::size_t open, place& to) {
  const std::vector<token>& tokens = file.tokens();
  for (std::size_t i = open + 1, begin = i; i <= tokens[open].match; ++i) {
    if (i == tokens[open].match || tokens[i].text == ",") {
      std::string ordering = ordering_argument(tokens, {begin, i});
      if (!ordering.empty()) {
        to.orderings.push_back(std::move(ordering));
        to.ordering_tokens.push_back(i - 1);
      }
      begin = i + 1;
    } else if (tokens[i].match != none && tokens[i].match > i) {
      i = tokens[i].match;
    }
  }
}

// What is declared: the name in front of the first parenthesis that is neither
// an attribute's nor a requirement's. "~node", "operator=".
std::string declared_name(const source& file, range declaration) {
  const std::vector<token>& tokens = file.tokens();
  std::size_t i = declaration.begin;
  if (file.is(i, "template") && file.is(i + 1, "<")) {
    int depth = 0;
    for (++i; i < declaration.end; ++i) {
      if (file.is(i, "<")) ++depth;
      if (file.is(i, ">") && --depth == 0) break;
    }
  }
  for (; i < declaration.end; ++i) {
    if (file.is(i, "[") && tokens[i].match != none) i = tokens[i].match;
    if (file.is(i, "operator")) {
      std::string name = "operator";
      while (++i < declaration.end && !file.is(i, "(")) {
        name += (tokens[i].word ? " " : "") + tokens[i].text;
      }
      return name == "operator" ? "operator()" : name;
    }
    if (!file.is(i, "(") || i == declaration.begin) continue;
    const token& before = tokens[i - 1];
    constexpr std::array<std::string_view, 5> no_names = {
        "alignas", "decltype", "explicit", "noexcept", "requires"};
    if (before.word && !contains(no_names, before.text)) {
      return (i >= 2 && file.is(i - 2, "~") ? "~" : "") + before.text;
    }
    if (tokens[i].match != none) i = tokens[i].match;
  }
  return "";
}

const std::string reference_pattern =
    R"(\[(?:([\w/]+\.(?:h|cc)): ?)?([a-z]\w*(?:\.\w+)+|caller)\])";

bool starts_label(const std::string& line) {
  static const std::regex pattern(
      R"(\[[a-z]\w*(?:\.\w+)+\] )"
      R"((?:acquire|release|acq_rel|seq_cst|relaxed|light|heavy|)"
      R"(SB|MP|LB|S|R|2\+2W|IRIW|WRC|RWC)\b.*)");
  return std::regex_match(line, pattern);
}

// The line's text goes on in the next one with a label.
bool expects_label(const std::string& line) {
  static const std::regex pattern(R"(.*(?:\bwith|\band|\bor|\bby|,|->))");
  return std::regex_match(line, pattern);
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Splits the text after a label; [file.h: label] holds no such colon.
void read_partners(label_entry& entry) {
  int depth = 0;
  for (std::size_t i = 0; i < entry.text.size(); ++i) {
    const char c = entry.text[i];
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == ':' && depth == 0) {
      entry.orderings = entry.text.substr(0, i);
      break;
    }
  }
  static const std::regex list("\\bwith (" + reference_pattern +
                               "(?:(?:, and |, | and | or )" +
                               reference_pattern + ")*)");
  for (std::sregex_iterator i(entry.text.begin(), entry.text.end(), list), end;
       i != end; ++i) {
    for (reference& partner : find_references(i->str(1))) {
      entry.partners.push_back(std::move(partner));
    }
  }
}

std::vector<relaxed_reason> find_reasons(const std::string& text) {
  static const std::regex pattern(
      R"(\brelaxed( on failure)?: )"
      R"((?:(guess|owner-only|exclusive|counter)\b|)"
      R"((continues|ordered by) ((?:\[[^\]]*\](?:, and |, | and )?)+|the mutex\b))"
      R"(|([^.,;:]*)))");
  std::vector<relaxed_reason> found;
  for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end;
       ++i) {
    const std::smatch& match = *i;
    relaxed_reason reason;
    reason.on_failure = match[1].matched;
    reason.known = !match[5].matched;
    reason.reason = match[2].matched   ? match.str(2)
                    : match[3].matched ? match.str(3) + " " + match.str(4)
                                       : match.str(5);
    reason.reason = trimmed(reason.reason);
    reason.references = find_references(reason.reason);
    if (match[3].matched && reason.references.empty() &&
        match.str(4) != "the mutex") {
      reason.known = false;
    }
    found.push_back(std::move(reason));
  }
  return found;
}

}  // namespace

bool is_ordering_tag(std::string_view word) { return contains(tags, word); }

std::string to_string(const reference& what) {
  return "[" + (what.file.empty() ? "" : what.file + ": ") + what.label + "]";
}

bool place::is_ordered() const {
  return std::any_of(orderings.begin(), orderings.end(),
                     [](const std::string& o) { return o != "relaxed"; });
}
bool place::is_exclusion() const {
  return contains(orderings, "seq_cst") || contains(orderings, "light") ||
         contains(orderings, "heavy");
}
bool place::releases() const {
  return is_exclusion() || contains(orderings, "release") ||
         contains(orderings, "acq_rel");
}
bool place::acquires() const {
  return is_exclusion() || contains(orderings, "acquire") ||
         contains(orderings, "acq_rel");
}

place::function place::enclosing_function() const {
  const std::vector<lint::token>& tokens = file->tokens();
  std::size_t outside = file->enclosing_scope(token);
  while (outside != none && tokens[outside].opens != scope::type &&
         tokens[outside].opens != scope::name_space) {
    outside = file->enclosing_scope(outside);
  }
  for (const range declaration : file->declarations(outside)) {
    if (token < declaration.begin || token >= declaration.end) continue;
    return {declared_name(*file, declaration), tokens[declaration.begin].line,
            tokens[declaration.end - 1].line};
  }
  return {"", line(), line()};
}

std::string joined(const std::vector<note>& comment) {
  std::string text;
  for (const note& line : comment) {
    if (!text.empty()) text += ' ';
    text += trimmed(line.text);
  }
  return text;
}

std::vector<reference> find_references(const std::string& text) {
  static const std::regex pattern(reference_pattern);
  std::vector<reference> found;
  for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end;
       ++i) {
    found.push_back({i->str(1), i->str(2)});
  }
  return found;
}

std::vector<label_entry> find_labels(const std::vector<note>& comment) {
  static const std::regex other(R"((?:LP\(|relaxed\b|Bounded:|Waits for\b).*)");
  std::vector<label_entry> found;
  std::string previous;
  bool inside = false;
  for (const note& line : comment) {
    const std::string text = trimmed(line.text);
    if (starts_label(text) && !expects_label(previous)) {
      const std::size_t close = text.find(']');
      inside = true;
      found.push_back({line.line,
                       text.substr(1, close - 1),
                       "",
                       text.substr(close + 2),
                       {}});
    } else if (text.empty() || std::regex_match(text, other)) {
      inside = false;
    } else if (inside) {
      found.back().text += ' ' + text;
    }
    previous = text;
  }
  for (label_entry& entry : found) read_partners(entry);
  return found;
}

std::vector<place> find_places(const source& file) {
  const std::vector<token>& tokens = file.tokens();
  std::vector<place> found;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].text != "(" || tokens[i].match == none ||
        tokens[i].match >= tokens.size()) {
      continue;
    }
    const token& name = tokens[i - 1];
    if (contains(not_operations, name.text)) continue;
    place p;
    p.file = &file;
    p.token = i - 1;
    p.operation = name.text;
    find_orderings(file, i, p);
    p.is_fence = name.text.find("thread_fence") != std::string::npos;
    p.is_protect = (name.text == "protect" || name.text == "try_protect") &&
                   i >= 2 && (file.is(i - 2, ".") || file.is(i - 2, "->"));
    if (p.is_protect) p.orderings = {"acquire"};
    if (p.orderings.empty()) continue;
    // The fences of the native backend are the operations, not their use.
    if (p.is_fence && file.room() == "atomics/native") continue;
    if (name.text == "asymmetric_thread_fence_light") p.orderings = {"light"};
    if (name.text == "asymmetric_thread_fence_heavy") p.orderings = {"heavy"};
    p.statement = file.statement(p.token);
    p.comment =
        file.comment_at(tokens[p.statement].line, tokens[tokens[i].match].line);
    p.labels = find_labels(p.comment);
    p.reasons = find_reasons(joined(p.comment));
    found.push_back(std::move(p));
  }
  return found;
}

std::vector<const place*> resolve(const tree& all, const reference& what,
                                  const source& from) {
  std::vector<const place*> here;
  std::vector<const place*> elsewhere;
  for (const place& p : all.places) {
    for (const label_entry& entry : p.labels) {
      if (entry.label != what.label) continue;
      if (what.file.empty() ? p.file == &from
                            : p.file->file_name() == what.file) {
        here.push_back(&p);
      } else if (what.file.empty()) {
        elsewhere.push_back(&p);
      }
    }
  }
  return here.empty() ? elsewhere : here;
}

}  // namespace acqrel::lint
