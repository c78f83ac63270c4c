#include "acqrel/model/litmus/html_report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/draw.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/outcome.h"
#include "acqrel/model/litmus/printer.h"
#include "acqrel/model/litmus/run.h"
#include "acqrel/model/litmus/text_report.h"

namespace acqrel::model::litmus {
namespace {

constexpr std::string_view css = R"(
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2128; margin: 0;
  background: #fff; }
main { max-width: 68rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { max-width: 46rem; margin: .4rem 0; }
code, pre, td, th { font-family: ui-monospace, Menlo, Consolas, monospace;
  font-size: .9rem; }
.threads { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
.thread { border: 1px solid #d5dae1; border-radius: 6px; overflow: hidden; }
.thread b { display: block; padding: .2rem .8rem; background: #f2f4f7; }
.thread pre { margin: 0; padding: .5rem .8rem; line-height: 1.6; }
.chosen { color: #0550ae; font-weight: 600; }
table { border-collapse: collapse; margin: .8rem 0; }
td, th { padding: .2rem .9rem; text-align: right; }
tr + tr td { border-top: 1px solid #e4e8ed; }
th { color: #57606a; font-weight: 500; }
td.verdict { text-align: left; }
.yes { color: #b3261e; font-weight: 600; }
.no { color: #1a7f37; font-weight: 600; }
.forbidden-but-seen { background: #b3261e; color: #fff; }
.quiet { color: #57606a; }
figure { margin: 1.2rem 0; padding: .8rem; border: 1px solid #d5dae1;
  border-radius: 6px; overflow-x: auto; }
figcaption { margin-bottom: .5rem; }
figure svg { max-width: 100%; height: auto; }
)";

// The caption says what the title would.
constexpr draw_options inside_a_page{.title = false};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string element(std::string_view name, std::string_view text) {
  std::string result = "<";
  result += name;
  result += ">" + escaped(text) + "</";
  result += name.substr(0, name.find(' '));
  return result + ">";
}

// An ordering that has a name carries it as a tooltip.
std::string line(const program& p, const instruction& step) {
  std::string text = escaped(to_text(p, step));
  const auto mark = [&text](const std::string& name, ordering order,
                            std::size_t from) {
    const std::string word(to_string(order));
    const std::size_t at = text.rfind(word, from);
    if (name.empty() || at == std::string::npos) return;
    text.replace(
        at, word.size(),
        "<span class=chosen title=\"--" + name + "\">" + word + "</span>");
  };
  const std::size_t comma = text.rfind(',');
  if (step.op == opcode::compare_exchange) {
    mark(step.failure_name, failure_order_of(step), std::string::npos);
    mark(step.name, order_of(step), comma - 1);
  } else {
    mark(step.name, order_of(step), std::string::npos);
  }
  return text;
}

std::string threads(const program& p) {
  std::string text = "<div class=threads>\n";
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    text += "<div class=thread><b>T" + std::to_string(t + 1) + "</b><pre>";
    for (const instruction& step : p.threads[t]) text += line(p, step) + "\n";
    text += "</pre></div>\n";
  }
  return text + "</div>\n";
}

std::string table(const report& r) {
  std::string text = "<table>\n<tr>";
  for (const variable& v : variables(r.what)) {
    text += element("th", name_of(r.what, v));
  }
  text += "<th></th><th>executions</th>";
  if (r.native) text += "<th>seen on this machine</th>";
  text += "<th></th></tr>\n";
  for (const report_row& row : r.rows) {
    const bool wrong = !row.possible && row.seen > 0;
    text += wrong ? "<tr class=forbidden-but-seen>" : "<tr>";
    for (const std::int64_t value : row.values) {
      text += element("td", std::to_string(value));
    }
    const char* const verdict = row.possible          ? "possible"
                                : r.explored.complete ? "impossible"
                                                      : "not found";
    text += std::string("<td class=\"verdict") +
            (wrong || !row.weak ? ""
             : row.possible     ? " yes"
                                : " no") +
            "\">" + verdict + "</td>";
    text += element("td", row.possible ? std::to_string(row.executions) : "");
    if (r.native) text += element("td", std::to_string(row.seen));
    std::string remark = row.weak ? "asked" : "";
    if (row.possible != row.possible_in_other_dialect) {
      remark += remark.empty() ? "" : "; ";
      remark += row.possible ? "not in C++20's wording" : "possible in RC11";
    }
    text += element("td class=quiet", remark) + "</tr>\n";
  }
  return text + "</table>\n";
}

std::string question(const report& r) {
  if (r.what.exists.empty()) return "";
  const std::size_t word = r.is_weak_possible() ? 3 : 2;  // Yes, No
  std::string text =
      "<p><b>" +
      escaped(r.what.question.empty() ? "Is it possible?" : r.what.question) +
      "</b> <code>" + escaped(condition(r.what)) + "</code></p>\n<p>";
  text += r.explored.complete ? std::string("<span class=") +
                                    (r.is_weak_possible() ? "yes>" : "no>") +
                                    escaped(r.answer.substr(0, word)) +
                                    "</span>" + escaped(r.answer.substr(word))
                              : escaped(r.answer);
  text += "</p>\n";
  for (const std::string& sentence : r.advice) {
    text += element("p", sentence) + "\n";
  }
  return text;
}

// What would happen without one of the orderings.
std::string prevented(const report& r) {
  if (!r.weakened) return "";
  for (const auto& [values, reached] : explore(*r.weakened, r.model).outcomes) {
    if (!is_weak(*r.weakened, values)) continue;
    execution e = replay(*r.weakened, reached.witness, r.model);
    return "<h2>What these orderings prevent</h2>\n<figure>\n"
           "<figcaption>With <code>" +
           escaped(chosen_flags(*r.weakened)) +
           "</code> this is possible: " + "<code>" +
           escaped(to_text(r.what, values)) + "</code></figcaption>\n" +
           to_svg(e, inside_a_page) + "</figure>\n";
  }
  return "";
}

}  // namespace

std::vector<example> examples(const report& r) {
  std::vector<example> found;
  for (const report_row& row : r.rows) {
    if (row.witness.empty()) continue;
    execution e = replay(r.what, row.witness, r.model);
    e.title = r.what.name + ": " + to_text(r.what, row.values);
    found.push_back({&row, std::move(e)});
  }
  std::stable_partition(found.begin(), found.end(),
                        [](const example& e) { return e.row->weak; });
  return found;
}

std::string to_html(const report& r, std::string_view command) {
  std::string text =
      "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width\">\n" +
      element("title", r.what.name) + "\n<style>" + std::string(css) +
      "</style>\n<main>\n" + element("h1", r.what.name) + "\n" +
      element("p", r.what.about) + "\n";
  if (!r.what.locations.empty()) {
    text += element("p class=quiet", initial_values(r.what)) + "\n";
  }
  text += threads(r.what) + question(r) + table(r);
  text += element("p class=quiet",
                  to_string(r.model) + ", " +
                      std::to_string(r.explored.executions) + " executions" +
                      (r.explored.complete ? "." : " before time ran out.")) +
          "\n";
  if (r.native) {
    text += element("p class=quiet", std::to_string(r.native->iterations) +
                                         " iterations with std::atomic on " +
                                         std::to_string(r.native->processors) +
                                         " processors.") +
            "\n";
  }
  for (const auto& [load, store] : r.explored.load_buffering) {
    text += "<p>Load buffering: C++20 lets <code>" +
            escaped(to_text(r.what, store)) +
            "</code> take effect before <code>" +
            escaped(to_text(r.what, load)) +
            "</code>, and some processors do it. The model keeps them in "
            "order, so more may be possible than it shows.</p>\n";
  }
  for (const report_row* const row : r.forbidden_but_seen()) {
    text += "<p class=yes>Seen, and impossible by the model: <code>" +
            escaped(to_text(r.what, row->values)) + "</code></p>\n";
  }
  text += "<h2>An execution for each outcome that is possible</h2>\n";
  for (const example& e : examples(r)) {
    text += "<figure>\n<figcaption><code>" +
            escaped(to_text(r.what, e.row->values)) + "</code>" +
            (e.row->weak ? " <span class=yes>asked</span>" : "") +
            "</figcaption>\n" + to_svg(e.what, inside_a_page) + "\n</figure>\n";
  }
  text += prevented(r);
  // Not where that would take long.
  const std::size_t combinations = count_combinations(r.what);
  if (!r.what.exists.empty() && combinations > 1 && combinations <= 1000 &&
      r.explored.seconds * static_cast<double>(combinations) < 10) {
    text += "<h2>With other orderings</h2>\n<pre>" +
            escaped(combinations_table(r.what, style{})) + "</pre>\n";
  }
  return text + "<p class=quiet>Made by <code>" + escaped(command) +
         "</code></p>\n</main>\n</html>\n";
}

}  // namespace acqrel::model::litmus
