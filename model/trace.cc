#include "acqrel/model/trace.h"

#include <algorithm>
#include <vector>

#include "acqrel/model/steps.h"

namespace acqrel::model {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// "structures/treiber_stack.h:173" keeps its end if it is long.
std::string short_place(const source_place& p, std::size_t width) {
  if (p.line == 0) return "";
  std::string text = p.file + ":" + std::to_string(p.line);
  if (text.size() > width) text = "..." + text.substr(text.size() - width + 3);
  return text;
}

std::string source_of(const execution& shown, const step& s) {
  if (s.reads_initial) return "the first value";
  if (s.reads_from == no_step) return "";
  const step& from = shown.steps[s.reads_from];
  std::string text = "from " + shown.threads[from.thread];
  if (from.place.line != 0) text += ", line " + std::to_string(from.place.line);
  return text;
}

}  // namespace

std::string to_text(const execution& shown) {
  constexpr std::size_t place_width = 34;
  constexpr std::size_t most_words = 52;
  const std::vector<bool> shows = internal::relevant_steps(shown);
  std::size_t lane_width = 2, words_width = 10;
  for (std::size_t i = 0; i < shown.steps.size(); ++i) {
    if (!shows[i]) continue;
    const step& s = shown.steps[i];
    lane_width = std::max(lane_width, shown.threads[s.thread].size());
    words_width = std::max(words_width,
                           internal::in_words(s).size() + s.order.size() + 2);
  }
  words_width = std::min(words_width, most_words);

  std::string text;
  if (!shown.failure.empty()) text += shown.failure + "\n";
  int hidden = 0;
  const auto tell_hidden = [&] {
    if (hidden > 0) {
      text += "   " + padded("", lane_width) + "  ... " +
              std::to_string(hidden) + (hidden == 1 ? " step" : " steps") +
              " of one thread alone\n";
    }
    hidden = 0;
  };
  for (std::size_t i = 0; i < shown.steps.size(); ++i) {
    const step& s = shown.steps[i];
    if (!shows[i]) {
      hidden += s.kind != step_kind::end;
      continue;
    }
    tell_hidden();
    std::string words = internal::in_words(s);
    if (!s.order.empty()) words += "  " + s.order;
    std::string line = s.culprit ? ">> " : "   ";
    line += padded(shown.threads[s.thread], lane_width) + "  ";
    line += padded(words, words_width) + "  ";
    line += padded(short_place(s.place, place_width), place_width);
    std::string remarks = source_of(shown, s);
    const auto add = [&](const std::string& remark) {
      if (!remark.empty()) remarks += (remarks.empty() ? "" : "; ") + remark;
    };
    if (s.stale) add("stale: there is a newer value");
    if (s.kind != step_kind::spawn && s.kind != step_kind::join &&
        s.kind != step_kind::note) {
      add(s.note);
    }
    if (!remarks.empty()) line += "  " + remarks;
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  tell_hidden();
  if (!shown.replay.empty()) {
    text += "replay: --model_replay=" + shown.replay + "\n";
  }
  return text;
}

}  // namespace acqrel::model
