#include "acqrel/model/trace.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/explanation.h"

namespace acqrel::model {
namespace {

using namespace internal::show;  // NOLINT: the parts of this file

// A line is about as long as this; only a remark may make it longer.
constexpr std::size_t line_length = 116;
constexpr std::size_t least_code = 16;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// In characters, as far as a terminal is concerned.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & '\xc0') != '\x80'; }));
}

std::string cut(const std::string& text, std::size_t most) {
  if (length_of(text) <= most) return text;
  std::string shown;
  std::size_t length = 0;
  for (const char c : text) {
    if ((c & '\xc0') != '\x80' && ++length > most - 3) break;
    shown += c;
  }
  return shown + "...";
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

// "load head_ -> null", "store x = 1", "CAS head_: null -> &A".
std::string in_words(const step& s) {
  std::string words = operation_name(s);
  if (words.rfind("compare_exchange", 0) == 0)
    words = failed_exchange(s) ? "CAS fails," : "CAS";
  if (words.find("thread_fence") != std::string::npos) words = "fence";
  const bool only_note = s.location.empty() && (s.kind == step_kind::spawn ||
                                                s.kind == step_kind::join ||
                                                s.kind == step_kind::note);
  const std::string& object = only_note ? s.note : s.location;
  if (s.kind == step_kind::note && s.operation.empty()) words.clear();
  if (!object.empty()) words += (words.empty() ? "" : " ") + object;
  if (s.kind == step_kind::update) {
    words += ": " + s.read + " -> " + s.written;
  } else if (!s.written.empty()) {
    words += " = " + s.written;
  } else if (!s.read.empty()) {
    words += " -> " + s.read;
  }
  return one_line(words);
}

// Rows of text, whose columns are as wide as they need to be.
class table {
 public:
  table(const execution& run, const explanation& why)
      : run_(run), edges_(edges_of(run)), why_(why) {
    for (const edge& e : edges_)
      if (e.kind == edge_kind::from_read) newer_.push_back(e);
  }

  std::string text() {
    struct row {
      int step = no_step;
      std::size_t hidden = 0;
      std::array<std::string, columns> cells;
    };
    std::vector<row> rows;
    for (std::size_t i = 0; i < run_.steps.size(); ++i) {
      const step& s = run_.steps[i];
      if (why_.weights[i] == weight::hidden) {
        if (s.kind == step_kind::end) continue;
        if (rows.empty() || rows.back().hidden == 0) rows.emplace_back();
        ++rows.back().hidden;
        continue;
      }
      row r;
      r.step = static_cast<int>(i);
      r.cells = {"#" + std::to_string(i + 1),
                 thread_name(run_, s.thread),
                 cut(in_words(s), 40),
                 s.order,
                 origin(r.step),
                 short_place(s.place)};
      rows.push_back(r);
    }
    std::array<std::size_t, columns> width{};
    for (const row& r : rows)
      for (std::size_t c = 0; c < columns; ++c)
        width[c] = std::max(width[c], length_of(r.cells[c]));

    std::string text;
    for (const row& r : rows) {
      if (r.hidden > 0) {
        text += "   ... " + std::to_string(r.hidden) +
                (r.hidden == 1 ? " step that plays" : " steps that play") +
                " no part\n";
        continue;
      }
      const step& s = run_.steps[at(r.step)];
      std::string line = s.culprit ? ">> " : "   ";
      for (std::size_t c = 0; c < columns; ++c) {
        if (width[c] == 0) continue;
        line += r.cells[c];
        line.append(width[c] - length_of(r.cells[c]) + 2, ' ');
      }
      const std::size_t used = length_of(line);
      if (used + least_code <= line_length)
        line += cut(one_line(s.code), line_length - used);
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
      text += remarks(r.step, width[0] + 5);
    }
    return text;
  }

 private:
  static constexpr std::size_t columns = 6;

  std::string name_of(int step) const {
    return thread_name(run_, run_.steps[at(step)].thread) + " #" +
           std::to_string(step + 1);
  }

  bool synchronizes(int from, int to) const {
    return std::any_of(edges_.begin(), edges_.end(), [&](const edge& e) {
      return e.kind == edge_kind::synchronizes_with && e.from == from &&
             e.to == to;
    });
  }

  // Where a read's value came from.
  std::string origin(int index) const {
    const step& s = run_.steps[at(index)];
    std::string text;
    if (s.reads_initial) text = "initial value";
    if (s.reads_from >= 0 && s.reads_from < static_cast<int>(run_.steps.size()))
      text = (synchronizes(s.reads_from, index) ? "sync from " : "from ") +
             name_of(s.reads_from);
    if (!s.stale) return text;
    // It is no news that a thread does not see what it does later itself.
    const auto missed =
        std::find_if(newer_.begin(), newer_.end(),
                     [&](const edge& e) { return e.from == index; });
    text += text.empty() ? "stale" : ", stale";
    return missed == newer_.end()
               ? text + ": a newer value was there"
               : text + ": see #" + std::to_string(missed->to + 1);
  }

  // What does not fit a column, each in a line of its own.
  std::string remarks(int index, std::size_t indent) const {
    const step& s = run_.steps[at(index)];
    std::string text;
    const auto add = [&](const std::string& remark) {
      text += std::string(indent, ' ') + remark + "\n";
    };
    const bool note_is_name = s.kind == step_kind::spawn ||
                              s.kind == step_kind::join ||
                              s.kind == step_kind::note;
    if (!s.note.empty() && !(note_is_name && s.location.empty()) &&
        !says_so_already(s))
      add("(" + one_line(s.note) + ")");
    for (const edge& e : edges_) {
      if (e.to != index) continue;
      const step& from = run_.steps[at(e.from)];
      if (e.kind == edge_kind::missing)
        add("(with the orderings in the source, " + name_of(e.from) +
            " would synchronize with this)");
      const bool says_more =
          e.kind == edge_kind::synchronizes_with && e.from != s.reads_from &&
          from.kind != step_kind::spawn && s.kind != step_kind::join;
      if (says_more) add("(" + name_of(e.from) + " synchronizes with this)");
    }
    return text;
  }

  const execution& run_;
  const std::vector<edge> edges_;
  const explanation& why_;
  std::vector<edge> newer_;
};

}  // namespace

std::string to_text(const execution& run) {
  std::string text;
  if (!run.failure.empty()) text += run.failure + "\n";
  text += table(run, explain(run)).text();
  if (!run.replay.empty())
    text += "replay: --model_replay=" + run.replay + "\n";
  return text;
}

}  // namespace acqrel::model
