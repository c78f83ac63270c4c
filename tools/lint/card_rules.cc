// R5 and R8: the card above a structure, and its linearization points.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
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

struct entry {
  int line = 0;
  std::string text;
};

struct card {
  int first = 0;
  int last = 0;
  std::map<std::string, entry> fields;  // "Progress", "Algorithm", ...
  std::vector<entry> invariants;
  std::vector<entry> not_invariants;
  std::vector<entry> edges;
};

// A comment is a card if it has the line "Concurrency  ...".
bool read_card(const std::vector<note>& comment, card& out) {
  static const std::regex field(R"((\s+)([A-Z][a-z]+)\s{2,}(\S.*))");
  static const std::regex section(R"(\s*(Invariants|Not invariants|Edges):?)");
  static const std::regex invariant(R"(\s+[A-Z]\d+\s.*)");
  static const std::regex edge(R"(\s+\[.*)");
  out = {};
  entry* current = nullptr;
  std::size_t indent = 0;
  std::string in;
  std::smatch match;
  for (const note& line : comment) {
    const std::size_t text = line.text.find_first_not_of(' ');
    if (std::regex_match(line.text, match, section)) {
      in = match[1];
      current = nullptr;
    } else if (text == std::string::npos || (text <= 1 && !in.empty())) {
      in.clear();
      current = nullptr;
    } else if (in.empty() && std::regex_match(line.text, match, field)) {
      indent = static_cast<std::size_t>(match.length(1));
      current = &(out.fields[match[2]] = {line.line, match[3]});
    } else if (in == "Invariants" && std::regex_match(line.text, invariant)) {
      out.invariants.push_back({line.line, line.text.substr(text)});
      current = &out.invariants.back();
    } else if (in == "Edges" && std::regex_match(line.text, edge) &&
               (current == nullptr ||
                current->text.find(" -> [") != std::string::npos ||
                current->text.find(" <-> [") != std::string::npos)) {
      out.edges.push_back({line.line, line.text.substr(text)});
      current = &out.edges.back();
    } else if (in == "Not invariants") {
      out.not_invariants.push_back({line.line, line.text.substr(text)});
    } else if (current != nullptr && (!in.empty() || text > indent)) {
      current->text += ' ' + line.text.substr(text);
    }
  }
  out.first = comment.front().line;
  out.last = comment.back().line;
  return out.fields.count("Concurrency") != 0;
}

std::vector<card> find_cards(const source& file) {
  std::vector<card> cards;
  for (int line = 1; line <= file.lines(); ++line) {
    if (!file.only_comment(line)) continue;
    int end = line;
    while (file.only_comment(end)) ++end;
    card found;
    if (read_card(file.comment_above(end), found)) cards.push_back(found);
    line = end;
  }
  return cards;
}

// "push" for push, try_push_n, emplace ...; "pop" for pop, try_pop ...; or "".
std::string family(const std::string& function) {
  static const std::regex pattern(
      R"((?:try_)?(?:(push|emplace)|pop)(?:_n|_for|_until)?)");
  std::smatch match;
  if (!std::regex_match(function, match, pattern)) return "";
  return match[1].matched ? "push" : "pop";
}

struct container {
  std::string name;
  int line = 0;
  std::set<std::string> families;
};

// The types at namespace scope with a member function to push or to pop.
std::vector<container> find_containers(const source& file) {
  const std::vector<token>& tokens = file.tokens();
  std::vector<container> found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != "{" || tokens[i].opens != scope::type) continue;
    const std::size_t outside = file.enclosing_scope(i);
    if (outside != none && tokens[outside].opens != scope::name_space) continue;
    container c;
    for (std::size_t j = file.statement(i); j < i; ++j) {
      if (tokens[j].text == "class" || tokens[j].text == "struct") {
        std::size_t name = j + 1;
        while (file.is(name, "[")) name = tokens[name].match + 1;
        c.name = tokens[name].text;
        c.line = tokens[j].line;
      }
    }
    for (const range& member : file.declarations(i)) {
      for (std::size_t j = member.begin; j + 1 < member.end; ++j) {
        if (tokens[j].parent == i && tokens[j].word && file.is(j + 1, "(")) {
          c.families.insert(family(tokens[j].text));
          break;
        }
      }
    }
    c.families.erase("");
    if (!c.families.empty()) found.push_back(std::move(c));
  }
  return found;
}

// "push, try_pop: lock-free; size_hint: wait-free" names three operations.
std::vector<std::string> operations_in(const std::string& progress) {
  static const std::regex list(
      R"((\w+(?:\(\))?(?:(?:, and |, | and )\w+(?:\(\))?)*):(?!:))");
  static const std::regex name(R"(\w+)");
  std::vector<std::string> found;
  for (std::sregex_iterator i(progress.begin(), progress.end(), list), end;
       i != end; ++i) {
    const std::string names = i->str(1);
    for (std::sregex_iterator j(names.begin(), names.end(), name); j != end;
         ++j) {
      if (j->str() != "and") found.push_back(j->str());
    }
  }
  return found;
}

// All LP(operation) and LP(operation, outcome): "push", "try_pop, empty", with
// the line.
std::map<std::string, int> find_linearization_points(const source& file) {
  static const std::regex pattern(R"(\bLP\((\w+(?:, \w+)?)\))");
  std::map<std::string, int> found;
  for (int line = 1; line <= file.lines(); ++line) {
    const std::string& text = file.comment(line);
    for (std::sregex_iterator i(text.begin(), text.end(), pattern), end;
         i != end; ++i) {
      found.insert({i->str(1), line});
    }
  }
  return found;
}

bool is_function(const source& file, const std::string& name) {
  for (std::size_t i = 0; i < file.tokens().size(); ++i) {
    if (file.is(i, name) && file.is(i + 1, "(")) return true;
  }
  return false;
}

// conqueue_status::empty, say, stands somewhere.
bool refuses(const source& file, std::string_view with) {
  for (std::size_t i = 2; i < file.tokens().size(); ++i) {
    if (file.is(i, with) && file.is(i - 2, "conqueue_status")) return true;
  }
  return false;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

void check_linearization_points(const source& file, const card& c,
                                const std::vector<container>& containers,
                                report& out) {
  const std::map<std::string, int> points = find_linearization_points(file);
  for (const auto& [point, line] : points) {
    const std::string name = point.substr(0, point.find(','));
    if (!is_function(file, name)) {
      out.add(file, line, "R5", "LP(" + name + "): there is no such function");
    }
  }
  const auto progress = c.fields.find("Progress");
  if (progress != c.fields.end()) {
    const std::vector<std::string> named = operations_in(progress->second.text);
    if (named.empty()) {
      out.add(file, progress->second.line, "R5",
              "Progress names no operation: push, try_pop: lock-free");
    }
    for (const std::string& name : named) {
      if (!is_function(file, name)) {
        out.add(file, progress->second.line, "R5",
                "Progress names " + name + ", which is no function here");
      } else if (points.count(name) == 0 && !ends_with(name, "_hint") &&
                 name != "capacity") {
        out.add(file, progress->second.line, "R5",
                name + " has no linearization point: // LP(" + name + "): ...");
      }
    }
  }
  const auto has_point = [&](const std::string& which, const char* outcome) {
    return std::any_of(points.begin(), points.end(), [&](const auto& point) {
      const std::size_t comma = point.first.find(',');
      return family(point.first.substr(0, comma)) == which &&
             (comma == std::string::npos ? "" : point.first.substr(comma)) ==
                 outcome;
    });
  };
  for (const container& of : containers) {
    for (const std::string& which : of.families) {
      if (!has_point(which, "")) {
        out.add(file, of.line, "R5",
                "no " + which + " operation of " + of.name +
                    " has a linearization point: // LP(" + which + "): ...");
      }
      const char* const refusal = which == "pop" ? "empty" : "full";
      if (refuses(file, refusal) &&
          !has_point(which, which == "pop" ? ", empty" : ", full")) {
        out.add(file, of.line, "R5",
                "no linearization point says when " + of.name + " is " +
                    refusal + ": // LP(try_" + which + ", " + refusal +
                    "): ...");
      }
    }
  }
}

void check_fields(const source& file, const card& c, report& out) {
  constexpr std::array<const char*, 5> fields = {
      "Concurrency", "Progress", "Linearizable", "Reclamation", "Algorithm"};
  for (const char* const field : fields) {
    if (c.fields.count(field) == 0) {
      out.add(file, c.first, "R8",
              "the card has no line " + std::string(field));
    }
  }
  if (c.invariants.empty()) {
    out.add(file, c.first, "R8", "the card has no section Invariants: I1 ...");
  }
  if (c.not_invariants.empty()) {
    out.add(file, c.first, "R8", "the card has no section Not invariants");
  }
}

void check_algorithm(const source& file, const card& c, report& out) {
  static const std::regex year(R"(\b(19|20)\d\d\b)");
  const auto algorithm = c.fields.find("Algorithm");
  if (algorithm != c.fields.end() &&
      !std::regex_search(algorithm->second.text, year)) {
    out.add(file, algorithm->second.line, "R8",
            "Algorithm names author, paper and year");
  }
}

void check_invariants(const tree& all, const source& file, const card& c,
                      report& out) {
  const std::string letter = c.invariants.front().text.substr(0, 1);
  const std::regex citation("\\b" + letter + R"((\d+)\b)");
  const auto citations = [&](const source& in, int line) {
    std::set<std::size_t> numbers;
    const std::string& text = in.comment(line);
    for (std::sregex_iterator i(text.begin(), text.end(), citation), end;
         i != end; ++i) {
      numbers.insert(std::stoul(i->str(1)));
    }
    return numbers;
  };
  std::set<std::size_t> cited;
  const std::size_t count = c.invariants.size();
  // Only I is a letter that each file has for itself.
  for (const source& other : all.sources) {
    if (&other == &file || letter == "I") continue;
    for (int line = 1; line <= other.lines(); ++line) {
      const std::set<std::size_t> numbers = citations(other, line);
      cited.insert(numbers.begin(), numbers.end());
    }
  }
  for (int line = 1; line <= file.lines(); ++line) {
    if (c.first <= line && line <= c.last) continue;
    for (const std::size_t number : citations(file, line)) {
      cited.insert(number);
      if (number == 0 || number > count) {
        out.add(
            file, line, "R8",
            letter + std::to_string(number) + " is no invariant of the card");
      }
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const entry& e = c.invariants[i];
    const std::string name = letter + std::to_string(i + 1);
    if (e.text.substr(0, e.text.find(' ')) != name) {
      out.add(file, e.line, "R8",
              "invariants are numbered without a gap: " + name + " comes here");
    } else if (cited.count(i + 1) == 0) {
      out.add(file, e.line, "R8", name + " is cited nowhere in the code");
    }
  }
}

// Checks the card's edges, and that they are all that the code has.
void check_edges(const tree& all, const source& file, const card& c,
                 report& out) {
  std::set<std::pair<const place*, const place*>> named;
  for (const entry& e : c.edges) {
    // What an edge says after its labels may mention others.
    static const std::regex arrow(
        R"((\[[^>]*?\]) (<?)-> ((?:\[[^\]]*\](?:, and |, | and )?)+).*)");
    std::smatch match;
    if (!std::regex_match(e.text, match, arrow)) {
      out.add(file, e.line, "R8",
              "an edge is [from] -> [to] what is ordered, or [a] <-> [b]");
      continue;
    }
    for (const reference& from : find_references(match.str(1))) {
      for (const reference& to : find_references(match.str(3))) {
        const auto a = resolve(all, from, file);
        const auto b = resolve(all, to, file);
        for (const auto& [what, found] : {std::pair{from, a}, {to, b}}) {
          if (found.empty() && !what.is_caller()) {
            out.add(file, e.line, "R8",
                    to_string(what) + " labels no operation");
          }
        }
        if (a.size() != 1 || b.size() != 1) continue;
        named.insert({a[0], b[0]});
        named.insert({b[0], a[0]});
        const bool exclusion = a[0]->is_exclusion() && b[0]->is_exclusion();
        if (!exclusion && !(a[0]->releases() && b[0]->acquires())) {
          out.add(file, e.line, "R8",
                  "the edge goes from the release to the acquire: " +
                      to_string(from) + " -> " + to_string(to) + " does not");
        }
      }
    }
  }
  for (const place& p : all.places) {
    if (p.file != &file || p.labels.empty()) continue;
    for (const reference& partner : p.labels.front().partners) {
      const auto other = resolve(all, partner, file);
      if (other.size() != 1 || other[0]->file != &file || other[0] < &p) {
        continue;
      }
      if (named.count({&p, other[0]}) == 0) {
        out.add(file, c.first, "R8",
                "the card's Edges lack [" + p.labels.front().label + "] and " +
                    to_string(partner));
      }
    }
  }
}

}  // namespace

void check_cards(const tree& all, report& out) {
  for (const source& file : all.sources) {
    const std::vector<card> cards = find_cards(file);
    // What stands in internal/ is a part of several structures.
    const bool structure = file.room() == "structures" &&
                           file.path().find("/internal/") == std::string::npos;
    std::vector<container> containers;
    if (structure) containers = find_containers(file);
    if (cards.size() > 1) {
      out.add(file, cards[1].first, "R8", "one card to a file, please");
    }
    if (cards.empty()) {
      for (const container& of : containers) {
        out.add(file, of.line, "R8", of.name + " has no card above it");
      }
      continue;
    }
    const card& c = cards.front();
    if (!containers.empty()) {
      check_fields(file, c, out);
      check_linearization_points(file, c, containers, out);
    }
    if (structure || file.room() == "reclaim") check_algorithm(file, c, out);
    if (!c.invariants.empty()) check_invariants(all, file, c, out);
    if (!c.edges.empty() || !containers.empty()) {
      check_edges(all, file, c, out);
    }
  }
}

}  // namespace acqrel::lint
