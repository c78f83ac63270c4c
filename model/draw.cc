#include "acqrel/model/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>
#include <string_view>
#include <vector>

#include "acqrel/model/steps.h"

namespace acqrel::model {
namespace {

// Sizes in pixels. A character's width is that of the widest usual monospace
// font, so that text stays in its box whichever is there.
constexpr double letter = 7.9;        // at 13 px
constexpr double small_letter = 6.3;  // at 10.5 px
constexpr double margin = 24;
constexpr double padding = 10;
constexpr double row_gap = 14;
constexpr double gutter = 84;
constexpr double least_width = 132;
constexpr double most_width = 330;

struct colours {
  std::string_view line, fill, text;
};

struct arrow_style {
  edge_kind kind;
  std::string_view colour;
  double width;
  std::string_view dashes;
  std::string_view name;
};
constexpr std::array arrow_styles{
    arrow_style{edge_kind::modification, "#9a6700", 1.3, "1.5,3.5",
                "next in modification order"},
    arrow_style{edge_kind::from_read, "#cf222e", 1.4, "6,4", "did not see"},
    arrow_style{edge_kind::reads_from, "#1a7f37", 1.8, "",
                "read by, without synchronization"},
    arrow_style{edge_kind::synchronizes_with, "#0969da", 2.4, "",
                "synchronizes with"},
    arrow_style{edge_kind::missing, "#8250df", 2.4, "2,5",
                "would synchronize, with the ordering in the source"},
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

std::string elided(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most - 3) + "...";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + word.size() + 1 > width) {
      lines.push_back(line);
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

// Where things go, and then their drawing.
class picture {
 public:
  picture(const execution& shown, const draw_options& options)
      : shown_(shown), options_(options) {
    choose_boxes();
    place_rows();
    place_lanes();
  }

  std::string draw() {
    draw_arrows();
    draw_boxes();
    const double legend_top = bottom_ + 14;
    const double bottom = options_.legend ? draw_legend(legend_top) : bottom_;
    std::ostringstream out;
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width_
        << ' ' << bottom + margin / 2 << "\" width=\"" << width_
        << "\" height=\"" << bottom + margin / 2
        << "\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, "
           "Consolas, monospace\" font-size=\"13\">\n<defs>\n";
    for (const arrow_style& style : arrow_styles) {
      out << "<marker id=\"head" << static_cast<int>(style.kind)
          << "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
             "markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" "
             "markerHeight=\"11\" orient=\"auto\"><path d=\"M0,0.8 L10,5 "
             "L0,9.2 z\" fill=\""
          << style.colour << "\"/></marker>\n";
    }
    out << "</defs>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" "
           "fill=\"#ffffff\"/>\n"
        << body_.str() << "</svg>\n";
    return out.str();
  }

 private:
  struct box {
    int step = no_step;  // or a number of hidden ones
    int hidden = 0;
    int lane = 0;
    int row = 0;
    std::string words;
    std::string source;
    double top = 0;
    double height = 0;
    bool known = false;  // happens before the last culprit
  };

  double left(int lane) const { return lane_left_[lane]; }
  double right(int lane) const { return lane_left_[lane] + lane_width_[lane]; }

  void choose_boxes() {
    const std::vector<bool> shows =
        options_.show_all ? std::vector<bool>(shown_.steps.size(), true)
                          : internal::relevant_steps(shown_);
    lanes_ = std::max<std::size_t>(shown_.threads.size(), 1);
    box_of_.assign(shown_.steps.size(), -1);
    std::vector<int> open(lanes_, -1);  // a pill of hidden steps
    const bool pills = shown_.steps.size() > 14;
    for (std::size_t i = 0; i < shown_.steps.size(); ++i) {
      const step& s = shown_.steps[i];
      if (shows[i]) {
        box b;
        b.step = static_cast<int>(i);
        b.lane = s.thread;
        b.words = internal::in_words(s);
        if (options_.show_source && s.place.line != 0) {
          const std::size_t slash = s.place.file.rfind('/');
          b.source =
              s.place.file.substr(slash == s.place.file.npos ? 0 : slash + 1) +
              ":" + std::to_string(s.place.line);
        }
        if (!s.note.empty() && s.kind != step_kind::note &&
            s.kind != step_kind::spawn && s.kind != step_kind::join) {
          b.source += (b.source.empty() ? "" : "  ") + s.note;
        }
        box_of_[i] = static_cast<int>(boxes_.size());
        open[s.thread] = -1;
        boxes_.push_back(std::move(b));
      } else if (s.kind != step_kind::end && pills) {
        if (open[s.thread] < 0) {
          box b;
          b.lane = s.thread;
          open[s.thread] = static_cast<int>(boxes_.size());
          boxes_.push_back(std::move(b));
        }
        ++boxes_[open[s.thread]].hidden;
        box_of_[i] = open[s.thread];
      }
    }
    mark_known();
  }

  // What happens before the last culprit: along program order and
  // synchronization, backwards.
  void mark_known() {
    int from = no_step;
    for (std::size_t i = 0; i < shown_.steps.size(); ++i) {
      if (shown_.steps[i].culprit) from = static_cast<int>(i);
    }
    if (from == no_step) return;
    has_culprit_ = true;
    std::vector<bool> known(shown_.steps.size());
    known[from] = true;
    for (int i = from; i >= 0; --i) {
      if (!known[i]) continue;
      for (int j = i - 1; j >= 0; --j) {
        if (shown_.steps[j].thread == shown_.steps[i].thread) {
          known[j] = true;
          break;
        }
      }
      for (const edge& e : shown_.edges) {
        if (e.to == i && e.kind == edge_kind::synchronizes_with) {
          known[e.from] = true;
        }
      }
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] && box_of_[i] >= 0) boxes_[box_of_[i]].known = true;
    }
  }

  // A row below all that a step follows: its predecessor, and what it read.
  // Long executions have a row for each step, so that time is one.
  void place_rows() {
    const bool shared_rows = boxes_.size() <= 24;
    std::vector<int> last(lanes_, -1);
    int next = 0;
    std::vector<bool> placed(boxes_.size());
    for (std::size_t b = 0; b < boxes_.size(); ++b) {
      box& x = boxes_[b];
      int row = last[x.lane] + 1;
      for (const edge& e : shown_.edges) {
        if (e.to == no_step || e.from == no_step || x.step != e.to) continue;
        if (e.kind == edge_kind::from_read ||
            e.kind == edge_kind::modification) {
          continue;
        }
        const int source = box_of_[e.from];
        if (source >= 0 && placed[source]) {
          row = std::max(row, boxes_[source].row + 1);
        }
      }
      x.row = shared_rows ? row : next++;
      last[x.lane] = x.row;
      placed[b] = true;
    }
  }

  void place_lanes() {
    std::vector<double> wanted(lanes_, least_width);
    for (std::size_t t = 0; t < shown_.threads.size(); ++t) {
      wanted[t] = std::max(wanted[t], shown_.threads[t].size() * letter + 30);
    }
    std::map<int, double> heights;
    for (box& b : boxes_) {
      if (b.hidden > 0) {
        b.height = 20;
      } else {
        const step& s = shown_.steps[b.step];
        double width = b.words.size() * letter + 2 * padding;
        if (!s.order.empty()) width += s.order.size() * small_letter + 24;
        wanted[b.lane] =
            std::max({wanted[b.lane], std::min(width, most_width),
                      std::min(b.source.size() * small_letter + 2 * padding,
                               most_width)});
        b.height = b.source.empty() ? 28 : 42;
      }
      heights[b.row] = std::max(heights[b.row], b.height);
    }
    double x = margin;
    for (std::size_t t = 0; t < lanes_; ++t) {
      lane_left_.push_back(x);
      lane_width_.push_back(wanted[t]);
      x += wanted[t] + gutter;
    }
    width_ = x - gutter + margin;
    if (options_.title) width_ = std::max(width_, 420.0);
    if (options_.legend) width_ = std::max(width_, 360.0);
    double y = margin;
    if (options_.title) y = draw_title(y);
    lanes_top_ = y;
    y += 40;
    std::map<int, double> tops;
    for (const auto& [row, height] : heights) {
      tops[row] = y;
      y += height + row_gap;
    }
    for (box& b : boxes_) {
      b.top = tops[b.row] + (heights[b.row] - b.height) / 2;
    }
    bottom_ = y;
  }

  double draw_title(double y) {
    const auto width = static_cast<std::size_t>(
        std::max(40.0, (width_ - 2 * margin) / letter));
    if (!shown_.title.empty()) {
      for (const std::string& line : wrapped(shown_.title, width)) {
        body_ << "<text x=\"" << margin << "\" y=\"" << y + 6
              << "\" font-weight=\"bold\" font-size=\"14\" "
                 "fill=\"#1f2328\">"
              << escaped(line) << "</text>\n";
        y += 20;
      }
    }
    for (const std::string& line : wrapped(shown_.failure, width)) {
      body_ << "<text x=\"" << margin << "\" y=\"" << y + 6
            << "\" fill=\"#cf222e\">" << escaped(line) << "</text>\n";
      y += 18;
    }
    return y + 8;
  }

  void draw_boxes() {
    for (std::size_t t = 0; t < shown_.threads.size(); ++t) {
      const int lane = static_cast<int>(t);
      const double middle = (left(lane) + right(lane)) / 2;
      body_ << "<text x=\"" << middle << "\" y=\"" << lanes_top_ + 16
            << "\" text-anchor=\"middle\" font-weight=\"bold\" "
               "fill=\"#57606a\">"
            << escaped(shown_.threads[t]) << "</text>\n";
    }
    for (const box& b : boxes_) {
      const double x = left(b.lane);
      const double width = lane_width_[b.lane];
      if (b.hidden > 0) {
        body_ << "<rect x=\"" << x + width / 2 - 44 << "\" y=\"" << b.top
              << "\" width=\"88\" height=\"" << b.height
              << "\" rx=\"10\" fill=\"#f6f8fa\" stroke=\"#d0d7de\"/>\n"
              << "<text x=\"" << x + width / 2 << "\" y=\"" << b.top + 14
              << "\" text-anchor=\"middle\" font-size=\"10.5\" "
                 "fill=\"#57606a\">"
              << b.hidden << (b.hidden == 1 ? " step" : " steps")
              << "</text>\n";
        continue;
      }
      draw_step(b, x, width);
    }
  }

  void draw_step(const box& b, double x, double width) {
    const step& s = shown_.steps[b.step];
    colours c{"#8c959f", "#ffffff", "#1f2328"};
    if (has_culprit_ && b.known) c.fill = "#ddf4ff";
    if (s.culprit) c = {"#cf222e", "#ffebe9", "#82071e"};
    body_ << "<g><title>" << escaped(b.words)
          << (s.order.empty() ? "" : ", " + s.order)
          << (s.place.line == 0 ? ""
                                : "&#10;" + escaped(s.place.file) + ":" +
                                      std::to_string(s.place.line) + "&#10;" +
                                      escaped(s.code))
          << "</title>\n<rect x=\"" << x << "\" y=\"" << b.top << "\" width=\""
          << width << "\" height=\"" << b.height << "\" rx=\"6\" fill=\""
          << c.fill << "\" stroke=\"" << c.line << "\" stroke-width=\""
          << (s.culprit ? 2 : 1) << "\"/>\n";
    double room = width - 2 * padding;
    if (!s.order.empty()) {
      const double pill = s.order.size() * small_letter + 14;
      room -= pill + 8;
      body_ << "<rect x=\"" << x + width - pill - 6 << "\" y=\"" << b.top + 6
            << "\" width=\"" << pill << "\" height=\"16\" rx=\"8\" fill=\""
            << (s.weakened ? "#fff8c5" : "#eaeef2") << "\" stroke=\""
            << (s.weakened ? "#bf8700" : "none") << "\"/>\n<text x=\""
            << x + width - pill / 2 - 6 << "\" y=\"" << b.top + 17.5
            << "\" text-anchor=\"middle\" font-size=\"10.5\" fill=\"#424a53\">"
            << s.order << "</text>\n";
    }
    body_ << "<text x=\"" << x + padding << "\" y=\"" << b.top + 18.5
          << "\" fill=\"" << c.text << "\">"
          << escaped(elided(b.words, static_cast<std::size_t>(
                                         std::max(room / letter, 8.0))))
          << "</text>\n";
    if (!b.source.empty()) {
      body_ << "<text x=\"" << x + padding << "\" y=\"" << b.top + 34
            << "\" font-size=\"10.5\" fill=\"#6e7781\">"
            << escaped(elided(b.source,
                              static_cast<std::size_t>((width - 2 * padding) /
                                                       small_letter)))
            << "</text>\n";
    }
    body_ << "</g>\n";
  }

  // From side to side through the gutter; boxes are drawn over what passes
  // behind them.
  void draw_arrows() {
    // Program order.
    std::vector<const box*> last(lanes_, nullptr);
    for (const box& b : boxes_) {
      if (last[b.lane] != nullptr) {
        const double x = (left(b.lane) + right(b.lane)) / 2;
        body_ << "<line x1=\"" << x << "\" y1=\""
              << last[b.lane]->top + last[b.lane]->height << "\" x2=\"" << x
              << "\" y2=\"" << b.top << "\" stroke=\"#d0d7de\"/>\n";
      }
      last[b.lane] = &b;
    }
    for (const arrow_style& style : arrow_styles) {
      for (const edge& e : shown_.edges) {
        if (e.kind == style.kind) draw_arrow(e, style);
      }
    }
  }

  void draw_arrow(const edge& e, const arrow_style& style) {
    if (e.from == no_step || e.to == no_step) return;
    if (box_of_[e.from] < 0 || box_of_[e.to] < 0) return;
    const box& a = boxes_[box_of_[e.from]];
    const box& b = boxes_[box_of_[e.to]];
    if (a.hidden > 0 || b.hidden > 0 || a.lane == b.lane) return;
    const bool rightwards = a.lane < b.lane;
    // Arrows that leave or reach a box by the same side do so at places of
    // their own.
    const double shift = e.kind == edge_kind::from_read      ? 7
                         : e.kind == edge_kind::modification ? 10
                         : e.kind == edge_kind::missing      ? -8
                                                             : 0;
    const double x1 = rightwards ? right(a.lane) : left(a.lane);
    const double x2 = rightwards ? left(b.lane) : right(b.lane);
    const double y1 = a.top + a.height / 2 + shift * a.height / 42;
    const double y2 = b.top + b.height / 2 + shift * b.height / 42;
    const double reach =
        (rightwards ? 1 : -1) * std::max(34.0, std::abs(x2 - x1) * 0.45);
    std::ostringstream path;
    path << "M" << x1 << ',' << y1 << " C" << x1 + reach << ',' << y1 << ' '
         << x2 - reach << ',' << y2 << ' ' << x2 << ',' << y2;
    body_ << "<path d=\"" << path.str()
          << "\" fill=\"none\" stroke=\"#ffffff\" stroke-width=\""
          << style.width + 4 << "\"/>\n<path d=\"" << path.str()
          << "\" fill=\"none\" stroke=\"" << style.colour
          << "\" stroke-width=\"" << style.width << "\"";
    if (!style.dashes.empty()) {
      body_ << " stroke-dasharray=\"" << style.dashes << "\"";
    }
    body_ << " marker-end=\"url(#head" << static_cast<int>(style.kind)
          << ")\"/>\n";
    used_[style.kind] = true;
  }

  double draw_legend(double y) {
    const auto line = [&](std::string_view text) {
      body_ << "<text x=\"" << margin + 46 << "\" y=\"" << y + 4
            << "\" font-size=\"11\" fill=\"#57606a\">" << text << "</text>\n";
      y += 17;
    };
    for (auto it = arrow_styles.rbegin(); it != arrow_styles.rend(); ++it) {
      if (!used_[it->kind]) continue;
      body_ << "<path d=\"M" << margin << ',' << y << " H" << margin + 36
            << "\" stroke=\"" << it->colour << "\" stroke-width=\"" << it->width
            << "\"";
      if (!it->dashes.empty()) {
        body_ << " stroke-dasharray=\"" << it->dashes << "\"";
      }
      body_ << " marker-end=\"url(#head" << static_cast<int>(it->kind)
            << ")\"/>\n";
      line(it->name);
    }
    if (has_culprit_) {
      body_ << "<rect x=\"" << margin + 6 << "\" y=\"" << y - 6
            << "\" width=\"24\" height=\"12\" rx=\"3\" fill=\"#ddf4ff\" "
               "stroke=\"#8c959f\"/>\n";
      line("happens before the failing step");
    }
    return y;
  }

  const execution& shown_;
  const draw_options& options_;
  std::size_t lanes_ = 1;
  std::vector<box> boxes_;
  std::vector<int> box_of_;  // by step
  std::vector<double> lane_left_, lane_width_;
  double width_ = 0, lanes_top_ = 0, bottom_ = 0;
  bool has_culprit_ = false;
  std::map<edge_kind, bool> used_;
  std::ostringstream body_;
};

}  // namespace

std::string to_svg(const execution& shown, const draw_options& options) {
  return picture(shown, options).draw();
}

}  // namespace acqrel::model
