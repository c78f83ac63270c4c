#include "acqrel/model/litmus/text_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/litmus/catalogue.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/printer.h"
#include "acqrel/model/litmus/run.h"

namespace acqrel::model::litmus {
namespace {

// 1234567 as "1,234,567"
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string counted(std::uint64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string duration(double seconds) {
  char text[32];
  if (seconds < 1) {
    std::snprintf(text, sizeof text, "%.1f ms", seconds * 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  }
  return text;
}

std::string heading(const program& p, const style& how) {
  return how.bold(p.name) + "\n" +
         how.dim(rule(
             std::min<std::size_t>(static_cast<std::size_t>(how.width), 80))) +
         "\n" + wrapped(p.about, std::min(how.width, 80));
}

std::string program_text(const program& p, const style& how) {
  return (p.locations.empty() ? ""
                              : "  " + how.dim(initial_values(p)) + "\n\n") +
         in_columns(p, how);
}

std::string verdict(const report& r, const report_row& row, const style& how) {
  if (row.possible) {
    return row.weak ? how.red("possible") : how.green("possible");
  }
  if (!r.explored.complete) return how.yellow("not found");
  return row.weak ? how.bold("impossible") : "impossible";
}

std::string seen_text(const report& r, const report_row& row,
                      const style& how) {
  if (row.seen == 0) return how.dim(right("never", 10));
  const double share = 100.0 * static_cast<double>(row.seen) /
                       static_cast<double>(r.native->iterations);
  char percent[32];
  std::snprintf(percent, sizeof percent, share < 0.1 ? "<0.1 %%" : "%.1f %%",
                share);
  const std::string text = right(grouped(row.seen), 10) + right(percent, 9);
  return row.possible ? text : how.red(text);
}

std::string table(const report& r, const style& how) {
  const std::vector<variable> shown = variables(r.what);
  std::vector<std::size_t> widths;
  for (std::size_t v = 0; v < shown.size(); ++v) {
    std::size_t width = name_of(r.what, shown[v]).size();
    for (const report_row& row : r.rows) {
      width = std::max(width, std::to_string(row.values[v]).size());
    }
    widths.push_back(width);
  }
  std::string text = " ";
  for (std::size_t v = 0; v < shown.size(); ++v) {
    text += " " + right(how.bold(name_of(r.what, shown[v])), widths[v]) + " ";
  }
  text += "  " + left("", 12) + right(how.dim("executions"), 10);
  if (r.native) text += "   " + how.dim("seen on this machine");
  text += "\n";
  for (const report_row& row : r.rows) {
    text += " ";
    for (std::size_t v = 0; v < shown.size(); ++v) {
      text += " " + right(std::to_string(row.values[v]), widths[v]) + " ";
    }
    text += "  " + left(verdict(r, row, how), 12) +
            right(row.possible ? grouped(row.executions) : "", 10);
    if (r.native) text += "   " + left(seen_text(r, row, how), 21);
    if (row.weak) text += how.dim("  <- asked");
    if (row.possible != row.possible_in_other_dialect) {
      text += how.yellow(row.possible ? "  not in C++20's wording"
                                      : "  possible in RC11");
    }
    while (text.back() == ' ') text.pop_back();
    text += "\n";
  }
  return text;
}

// The question, and the outcome that it is about.
std::string asked(const program& p, const style& how) {
  const std::string what = condition(p);
  const std::string sentence =
      p.question.empty() ? "Is it possible that " + what + "?" : p.question;
  return wrapped(how.bold(sentence), std::min(how.width, 100), 2) +
         (p.question.empty() ? "" : "  " + how.dim(what) + "\n");
}

// A row for each combination; with two orderings, a row for each value of the
// first and a column for each of the second.
std::string rows_of(const std::vector<choice>& axes,
                    const std::vector<combination>& table, const style& how) {
  constexpr std::size_t width = 10;
  const auto cell = [&](const combination& c) {
    if (c.possible) {
      return how.red("yes") + (c.possible_in_cxx20 ? "" : "*");
    }
    return how.green("no") + (c.load_buffering ? "+" : "");
  };
  std::vector<std::string> lines;
  if (axes.size() == 2) {
    lines.push_back(left(axes[0].name, width) + how.dim(axes[1].name + " is"));
    lines.push_back(left("is", width));
    for (const ordering order : axes[1].values) {
      lines.back() += left(how.bold(to_string(order)), width);
    }
    auto next = table.begin();
    for (const ordering order : axes[0].values) {
      lines.push_back(left(how.bold(to_string(order)), width));
      for (std::size_t i = 0; i < axes[1].values.size(); ++i) {
        lines.back() += left(cell(*next++), width);
      }
    }
  } else {
    lines.emplace_back();
    for (const choice& axis : axes) {
      lines.back() += left(how.bold(axis.name), width);
    }
    for (const combination& row : table) {
      lines.emplace_back();
      for (const ordering order : row.values) {
        lines.back() += left(to_string(order), width);
      }
      lines.back() += cell(row);
    }
  }
  std::string text;
  for (std::string& line : lines) {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += "  " + line + "\n";
  }
  return text;
}

std::string answer(const report& r, const style& how) {
  std::string text = r.answer;
  if (r.explored.complete) {
    const std::size_t word = r.is_weak_possible() ? 3 : 2;  // Yes, No
    const std::string first = text.substr(0, word);
    text = (r.is_weak_possible() ? how.red(first) : how.green(first)) +
           text.substr(word);
  }
  return wrapped(text, std::min(how.width, 100), 2);
}

std::string question(const report& r, const style& how) {
  const program& p = r.what;
  if (p.exists.empty()) return "";
  const int width = std::min(how.width, 100);
  std::string text = asked(p, how) + answer(r, how);
  for (const std::string& sentence : r.advice) {
    text += wrapped(sentence, width, 2);
  }
  return text + "\n";
}

std::string native_text(const report& r, const style& how) {
  if (!r.native) return "";
  const int width = std::min(how.width, 100);
  const native_counts& n = *r.native;
  std::string text = wrapped(
      counted(n.iterations, "iteration") + " with std::atomic in " +
          duration(n.seconds) + " on " +
          counted(static_cast<std::uint64_t>(n.processors), "processor") +
          (n.together ? "." : ", fewer than threads: they met only by chance."),
      width, 2);
  for (const report_row* row : r.forbidden_but_seen()) {
    text += "\n" + wrapped(how.red("SEEN, AND IMPOSSIBLE BY THE MODEL: ") +
                               to_text(r.what, row->values) + ", " +
                               counted(row->seen, "time") + ".",
                           width, 2);
  }
  if (!r.forbidden_but_seen().empty() && !r.explored.load_buffering.empty()) {
    text += wrapped(
        "This may be load buffering (see below), which C++20 allows and the "
        "model does not; then it is no fault of compiler or processor.",
        width, 2);
  }
  return text;
}

std::string load_buffering_text(const report& r, const style& how) {
  std::string text;
  for (const auto& [load, store] : r.explored.load_buffering) {
    text += wrapped("Load buffering: C++20 lets `" + to_text(r.what, store) +
                        "` take effect before `" + to_text(r.what, load) +
                        "`, and some processors do it. The model keeps them in "
                        "order, so more may be possible than it shows.",
                    std::min(how.width, 100), 2);
  }
  return text;
}

// "reads 1, from line 2; synchronizes with line 2": lines count from 1.
std::string origin(const execution& e, std::size_t index) {
  const step& s = e.steps[index];
  const auto line = [](int other) { return std::to_string(other + 1); };
  std::string text;
  if (s.kind == step_kind::load || s.kind == step_kind::update) {
    text += "reads " + s.read;
    text += s.reads_from == no_step ? ", the first value"
                                    : ", from line " + line(s.reads_from);
    if (s.stale) text += ", though there is a newer one";
  }
  for (const edge& arrow : e.edges) {
    if (arrow.kind == edge_kind::synchronizes_with &&
        static_cast<std::size_t>(arrow.to) == index) {
      text += text.empty() ? "" : "; ";
      text += "synchronizes with line " + line(arrow.from);
    }
  }
  return text;
}

}  // namespace

std::string to_brief_text(const report& r, const style& how) {
  return program_text(r.what, how) + "\n" + asked(r.what, how) + answer(r, how);
}

std::string to_text(const report& r, const style& how) {
  std::string text =
      heading(r.what, how) + "\n" + program_text(r.what, how) + "\n";
  text += question(r, how);
  text += table(r, how) + "\n";
  text += "  " +
          how.dim(to_string(r.model) + ": " +
                  counted(r.explored.executions, "execution") +
                  (r.explored.complete ? ", all there are, in "
                                       : " before time ran out, in ") +
                  duration(r.explored.seconds)) +
          "\n";
  text += native_text(r, how);
  return text + load_buffering_text(r, how);
}

std::string to_text(const execution& e, const style& how) {
  std::size_t width = 0;
  for (const step& s : e.steps) width = std::max(width, s.code.size());
  std::string text;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const step& s = e.steps[i];
    const std::string remark = origin(e, i);
    text += "  " + how.dim(right(std::to_string(i + 1), 2)) + "  T" +
            std::to_string(s.thread + 1) + "  " +
            (remark.empty() ? s.code
                            : left(s.code, width) + "  " + how.dim(remark)) +
            "\n";
  }
  return text;
}

std::string combinations_text(const program& p, const style& how) {
  return heading(p, how) + "\n" + combinations_brief_text(p, how);
}

std::string combinations_brief_text(const program& p, const style& how) {
  return program_text(p, how) + "\n" + asked(p, how) + "\n" +
         combinations_table(p, how);
}

std::string combinations_table(const program& p, const style& how) {
  const std::vector<combination> table = all_combinations(p);
  std::string text = rows_of(combination_axes(p), table, how);
  const auto footnote = [&](bool (*applies)(const combination&),
                            const char* sentence) {
    if (std::any_of(table.begin(), table.end(), applies)) {
      text += "\n" + wrapped(sentence, std::min(how.width, 100), 2);
    }
  };
  footnote(
      [](const combination& c) { return c.possible && !c.possible_in_cxx20; },
      "* possible in RC11; impossible by the wording of C++20, which is "
      "stricter where one location is accessed both with seq_cst and with "
      "less.");
  footnote([](const combination& c) { return !c.possible && c.load_buffering; },
           "+ impossible in the model, which keeps a relaxed load before the "
           "relaxed stores that follow it. C++20 does not (load buffering), so "
           "it may allow it.");
  return text;
}

std::string catalogue_list(const style& how) {
  std::string text;
  std::size_t width = 0;
  for (const section& part : catalogue()) {
    for (const program& p : part.programs) {
      width = std::max(width, p.name.size());
    }
  }
  for (const section& part : catalogue()) {
    text += (text.empty() ? "" : "\n") + how.dim(part.title) + "\n";
    for (const program& p : part.programs) {
      text += "  " + left(how.bold(p.name), width) + "  " + p.question + "\n";
    }
  }
  return text;
}

}  // namespace acqrel::model::litmus
