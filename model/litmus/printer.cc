#include "acqrel/model/litmus/printer.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/style.h"

namespace acqrel::model::litmus {
namespace {

std::string name_of(const std::vector<std::string>& names, int index) {
  return names.at(static_cast<std::size_t>(index));
}

std::string value_of(const program& p, const operand& value) {
  return value.is_register ? name_of(p.registers, value.reg)
                           : std::to_string(value.constant);
}

std::string ordering_text(ordering order, const std::string& name, bool names,
                          const style& how) {
  std::string text(to_string(order));
  if (name.empty()) return text;
  return how.chosen(names ? name + "=" + text : text);
}

std::string text_of(const program& p, const instruction& step, bool names,
                    const style& how) {
  const std::string order =
      ordering_text(order_of(step), step.name, names, how);
  if (site_of(step.op) == site::fence) return "fence(" + order + ")";
  std::string text =
      step.reg >= 0 ? name_of(p.registers, step.reg) + " = " : "";
  text += name_of(p.locations, step.location);
  switch (step.op) {
    case opcode::load:
      return text + ".load(" + order + ")";
    case opcode::store:
      return text + ".store(" + value_of(p, step.value) + ", " + order + ")";
    case opcode::exchange:
      return text + ".exchange(" + value_of(p, step.value) + ", " + order + ")";
    case opcode::fetch_add:
      return text + ".fetch_add(" + value_of(p, step.value) + ", " + order +
             ")";
    default:
      return text + ".compare_exchange(" + value_of(p, step.expected) + ", " +
             value_of(p, step.value) + ", " + order + ", " +
             ordering_text(failure_order_of(step), step.failure_name, names,
                           how) +
             ")";
  }
}

std::string without_end(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + "\n";
}

}  // namespace

std::string to_text(const program& p, const instruction& step, bool names) {
  return text_of(p, step, names, style{});
}

std::string condition(const program& p) {
  std::string text;
  for (const term& part : p.exists) {
    if (!text.empty()) text += " and ";
    text += name_of(part.is_location ? p.locations : p.registers, part.index);
    text += part.negated ? " != " : " == ";
    text += part.against_register ? name_of(p.registers, part.other)
                                  : std::to_string(part.value);
  }
  return text;
}

std::string initial_values(const program& p) {
  std::string text;
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    text += i > 0 ? ", " : "";
    text += p.locations[i] + " = " + std::to_string(p.initial[i]);
  }
  return text;
}

std::string in_columns(const program& p, const style& how) {
  constexpr std::size_t margin = 2;
  constexpr std::size_t gap = 4;
  const std::size_t threads = p.threads.size();
  std::vector<std::vector<std::string>> cells(threads);
  std::vector<std::size_t> widths(threads, 2);
  for (std::size_t t = 0; t < threads; ++t) {
    for (const instruction& step : p.threads[t]) {
      cells[t].push_back(text_of(p, step, false, how));
      widths[t] = std::max(widths[t], columns_of(cells[t].back()));
    }
  }
  std::string text;
  for (std::size_t from = 0; from < threads;) {
    std::size_t to = from + 1;
    std::size_t used = margin + widths[from];
    std::size_t rows = cells[from].size();
    while (to < threads &&
           used + gap + widths[to] <= static_cast<std::size_t>(how.width)) {
      used += gap + widths[to];
      rows = std::max(rows, cells[to].size());
      ++to;
    }
    if (from > 0) text += "\n";
    std::string names(margin, ' ');
    std::string lines(margin, ' ');
    for (std::size_t t = from; t < to; ++t) {
      const std::string space(t + 1 < to ? gap : 0, ' ');
      names += left(how.bold("T" + std::to_string(t + 1)), widths[t]) + space;
      lines += how.dim(rule(widths[t])) + space;
    }
    text += without_end(names) + without_end(lines);
    for (std::size_t row = 0; row < rows; ++row) {
      std::string line(margin, ' ');
      for (std::size_t t = from; t < to; ++t) {
        line += left(row < cells[t].size() ? cells[t][row] : "", widths[t]) +
                std::string(t + 1 < to ? gap : 0, ' ');
      }
      text += without_end(line);
    }
    from = to;
  }
  return text;
}

std::string to_source(const program& p) {
  std::string text;
  if (!p.name.empty()) text += "name   " + p.name + "\n";
  if (!p.about.empty()) {
    constexpr int indent = 7;
    std::string lines = wrapped(p.about, 80, indent);
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
      lines.replace(at, 5, "about");
    }
    text += lines;
  }
  if (!p.question.empty()) text += "asks   " + p.question + "\n";
  if (!p.locations.empty()) text += "\n" + initial_values(p) + "\n";
  for (const auto& thread : p.threads) {
    text += "\nthread\n";
    for (const instruction& step : thread) {
      text += "  " + to_text(p, step, true) + "\n";
    }
  }
  if (!p.exists.empty()) text += "\nexists " + condition(p) + "\n";
  return text;
}

std::string chosen_flags(const program& p) {
  std::string text;
  for (const choice& c : choices(p)) {
    text += text.empty() ? "--" : " --";
    text += c.name + "=" + std::string(to_string(c.value));
  }
  return text;
}

}  // namespace acqrel::model::litmus
