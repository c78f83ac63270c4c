// R1 to R4, R10 and R11: what the comment at an operation has to say.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/rules.h"
#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {
namespace {

std::string text_of(const place& p) {
  std::string text = p.operation + '(';
  for (const std::string& ordering : p.orderings) {
    if (text.back() != '(') text += ", ";
    text += ordering;
  }
  return text + ')';
}

// The words of the text that are orderings.
std::set<std::string> orderings_in(const std::string& text) {
  static const std::regex pattern(
      R"(\b(acquire|release|acq_rel|seq_cst|light|heavy)\b)");
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end;
       ++i) {
    found.insert(i->str());
  }
  return found;
}

void check_label(const place& p, report& out) {
  const source& file = *p.file;
  if (!p.is_ordered()) return;
  if (p.labels.empty()) {
    out.add(file, p.line(), "R1",
            text_of(p) +
                " has no label directly above its statement: // "
                "[what.it_does] " +
                p.orderings.front() + ": pairs with [its.partner]. ...");
    return;
  }
  const label_entry& entry = p.labels.front();
  if (p.labels.size() > 1) {
    out.add(file, p.labels[1].line, "R1",
            "two labels, [" + entry.label + "] and [" + p.labels[1].label +
                "], for the one " + text_of(p));
  }
  if (entry.orderings.empty()) {
    out.add(file, entry.line, "R1",
            "[" + entry.label +
                "] is followed by the ordering, a colon and the reason");
    return;
  }
  std::set<std::string> said = orderings_in(entry.orderings);
  std::set<std::string> done(p.orderings.begin(), p.orderings.end());
  done.erase("relaxed");
  // The tag of an asymmetric fence is always seq_cst.
  if (done.count("light") + done.count("heavy") != 0) said.erase("seq_cst");
  if (said != done) {
    out.add(file, entry.line, "R1",
            "[" + entry.label + "] speaks of \"" + entry.orderings +
                "\", the code does " + text_of(p));
  }
  // The ordering of a failure is written out unless it is relaxed.
  static const std::regex on_failure(R"((\w+) on failure)");
  std::smatch match;
  const bool says = std::regex_search(entry.orderings, match, on_failure);
  const std::string failure =
      p.orderings.size() > 1 ? p.orderings.back() : "relaxed";
  if (says ? match.str(1) != failure : failure != "relaxed") {
    out.add(file, entry.line, "R1",
            "[" + entry.label + "] does not say \"" + failure +
                " on failure\", the code does " + text_of(p));
  }
  if (p.is_exclusion()) {
    static const std::regex shape(
        R"(\b(SB|MP|LB|S|R|2\+2W|IRIW|WRC|RWC|ISA2)\b)");
    static const std::regex outcomes(R"(\beither\b.*\bor\b)");
    if (!std::regex_search(entry.text, shape) ||
        !std::regex_search(entry.text, outcomes)) {
      out.add(file, entry.line, "R3",
              "[" + entry.label +
                  "] names a litmus shape and both outcomes: seq_cst, SB with "
                  "[its.partner]: either ... or ...");
    }
  }
}

// Two that pair: one releases and the other acquires, or both exclude.
bool can_pair(const place& a, const place& b) {
  if (a.is_exclusion() && b.is_exclusion()) {
    return a.orderings.front() != "light" || b.orderings.front() != "light";
  }
  return (a.releases() && b.acquires()) || (b.releases() && a.acquires());
}

void check_partner(const tree& all, const place& p, const label_entry& entry,
                   const reference& partner, report& out) {
  const source& file = *p.file;
  if (partner.is_caller()) return;
  const std::string mine = "[" + entry.label + "] pairs with ";
  const std::vector<const place*> others = resolve(all, partner, file);
  if (others.empty()) {
    out.add(file, entry.line, "R2",
            mine + to_string(partner) + ", which labels no operation");
    return;
  }
  if (others.size() > 1) {
    out.add(file, entry.line, "R2",
            mine + to_string(partner) + ", which labels " +
                std::to_string(others.size()) +
                " operations; write [file.h: label]");
    return;
  }
  const place& other = *others.front();
  const std::vector<reference>& back = other.labels.front().partners;
  if (std::none_of(back.begin(), back.end(), [&](const reference& r) {
        // To a lower room, a structure is the caller.
        if (r.is_caller()) return other.file->room() != file.room();
        const std::vector<const place*> named = resolve(all, r, *other.file);
        return std::find(named.begin(), named.end(), &p) != named.end();
      })) {
    out.add(file, entry.line, "R2",
            mine + to_string(partner) + ", which does not name it back");
  }
  if (!can_pair(p, other)) {
    out.add(file, entry.line, "R2",
            mine + to_string(partner) + ", but " + text_of(p) + " and " +
                text_of(other) + " do not synchronize");
  }
}

void check_partners(const tree& all, const place& p, report& out) {
  if (!p.is_ordered() || p.labels.empty()) return;
  const label_entry& entry = p.labels.front();
  if (entry.partners.empty() && !entry.orderings.empty()) {
    out.add(*p.file, entry.line, "R2",
            "[" + entry.label + "] names no partner: pairs with [...]");
  }
  for (const reference& partner : entry.partners) {
    check_partner(all, p, entry, partner, out);
  }
}

void check_reason(const tree& all, const place& p, report& out) {
  const source& file = *p.file;
  constexpr auto list =
      "guess, owner-only, exclusive, counter, continues [x], ordered by [x]";
  // A single ordering: that of the failure, where the success is a parameter.
  const bool forwarded =
      p.orderings.size() == 1 && p.operation.rfind("compare_exchange", 0) == 0;
  const bool success = !forwarded && p.orderings.front() == "relaxed";
  const bool failure = !success && p.orderings.back() == "relaxed";
  if (!success && !failure) return;
  const auto reason =
      std::find_if(p.reasons.begin(), p.reasons.end(),
                   [&](const auto& r) { return r.on_failure == failure; });
  if (reason == p.reasons.end()) {
    out.add(file, p.line(), "R4",
            text_of(p) + " gives no reason: // relaxed" +
                (failure ? " on failure" : "") + ": " + list);
    return;
  }
  const bool native = file.room() == "atomics/native";
  if (!reason->known || (reason->reason == "ordered by the mutex" && !native)) {
    out.add(file, p.line(), "R4",
            "\"relaxed: " + reason->reason + "\" is none of " + list);
  }
  for (const reference& r : reason->references) {
    if (!r.is_caller() && resolve(all, r, file).empty()) {
      out.add(file, p.line(), "R4",
              "\"relaxed: " + reason->reason + "\": " + to_string(r) +
                  " labels no operation");
    }
  }
}

void check_fence(const place& p, report& out) {
  if (p.operation.find("thread_fence") != std::string::npos &&
      !p.is_exclusion()) {
    out.add(*p.file, p.line(), "R11",
            text_of(p) +
                " publishes by a fence, which ThreadSanitizer does not see; "
                "use release and acquire on the location");
  }
}

void check_mentions(const tree& all, const source& file, report& out) {
  std::set<std::pair<int, std::string>> used;
  std::map<std::string, std::set<int>> lines;
  for (const place& p : all.places) {
    if (p.file != &file) continue;
    for (const label_entry& entry : p.labels) {
      used.insert({entry.line, entry.label});
      lines[entry.label].insert(entry.line);
    }
  }
  for (int line = 1; line <= file.lines(); ++line) {
    const bool commented =
        file.only_comment(line) || !file.comment(line).empty();
    if (!commented || file.only_comment(line - 1)) continue;
    std::vector<note> block;
    for (int i = line;; ++i) {
      block.push_back({i, file.comment(i)});
      if (!file.only_comment(i + 1)) break;
    }
    for (const note& n : block) {
      for (const reference& r : find_references(n.text)) {
        if (!r.is_caller() && resolve(all, r, file).empty()) {
          out.add(file, n.line, "R2", to_string(r) + " labels no operation");
        }
      }
    }
    for (const label_entry& entry : find_labels(block)) {
      if (used.count({entry.line, entry.label}) == 0) {
        out.add(file, entry.line, "R1",
                "[" + entry.label + "] stands at no operation");
      }
    }
  }
  for (const auto& [label, at] : lines) {
    if (at.size() > 1) {
      out.add(file, *std::next(at.begin()), "R2",
              "[" + label + "] is taken: line " + std::to_string(*at.begin()));
    }
  }
}

void check_one_each(const tree& all, const source& file, report& out) {
  const place* previous = nullptr;
  for (const place& p : all.places) {
    if (p.file != &file || !p.is_ordered()) continue;
    if (previous != nullptr &&
        (previous->line() == p.line() || previous->statement == p.statement)) {
      out.add(file, p.line(), "R10",
              text_of(*previous) + " and " + text_of(p) +
                  " share a statement or a line; give each its own");
    }
    previous = &p;
  }
}

// An ordering is one tag, as an argument of its own, and no other thing bears
// a tag's name.
void check_tags(const source& file, report& out) {
  const std::vector<token>& tokens = file.tokens();
  if (file.file_name() != "memory_order.h") {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (!is_ordering_tag(tokens[i].text)) continue;
      if (i > 0 && (file.is(i - 1, ".") || file.is(i - 1, "->"))) continue;
      const bool begins =
          i > 0 &&
          (file.is(i - 1, "(") || file.is(i - 1, ",") || file.is(i - 1, "::"));
      const bool ends = file.is(i + 1, ")") || file.is(i + 1, ",") ||
                        (file.is(i + 1, ";") && file.is(i - 1, "::"));
      if (!begins || !ends) {
        out.add(file, tokens[i].line, "R10",
                "`" + tokens[i].text +
                    "` is an ordering tag: an operation's argument, by "
                    "itself, and the name of nothing else");
      }
    }
  }
  static const std::regex macro(
      R"(#\s*define\b[^]*\b(memory_order\w*|relaxed|acquire|release|acq_rel|seq_cst)\b[^]*)");
  for (const note& directive : file.directives()) {
    if (std::regex_match(directive.text, macro)) {
      out.add(file, directive.line, "R10",
              "an operation inside a macro has no place of its own; write a "
              "function");
    }
  }
}

}  // namespace

void check_places(const tree& all, report& out) {
  for (const place& p : all.places) {
    check_label(p, out);
    check_partners(all, p, out);
    check_reason(all, p, out);
    check_fence(p, out);
  }
  for (const source& file : all.sources) {
    check_mentions(all, file, out);
    check_one_each(all, file, out);
    check_tags(file, out);
  }
}

}  // namespace acqrel::lint
