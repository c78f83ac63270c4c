#include "acqrel/model/draw.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/draw_layout.h"
#include "acqrel/model/draw_svg.h"
#include "acqrel/model/draw_text.h"
#include "acqrel/model/explanation.h"

namespace acqrel::model {
namespace {

using namespace internal::show;  // NOLINT: the parts of this file

constexpr font title_font{.mono = false, .size = 16, .bold = true};
constexpr font failure_font{.mono = false, .size = 13, .bold = false};
constexpr font legend_font{.mono = false, .size = 11, .bold = false};
constexpr double margin = 22;
constexpr double least_width = 440;
constexpr double tall = 1100;  // the lanes' names stand below as well

std::size_t at(int index) { return static_cast<std::size_t>(index); }

struct badge_style {
  std::string_view fill, text;
};
badge_style badge_of(std::string_view order, bool weakened) {
  const auto has = [&](std::string_view word) {
    return order.find(word) != order.npos;
  };
  if (weakened) return {pale_amber, dark_amber};
  if (has("seq_cst") || has("heavy") || has("light"))
    return {"#ece4fb", "#5b21b6"};
  if (has("acq") || has("release") || has("consume"))
    return {"#dbe8fe", "#1d4ed8"};
  return {"#eceff3", "#4b5563"};
}

class drawing {
 public:
  drawing(const execution& run, const draw_options& options)
      : run_(run), options_(options), why_(explain(run)) {
    // The title is as wide as the lanes, which are laid out below the title:
    // lay out once to know the width, and again to know the height.
    const double least = options.title || options.legend ? least_width : 0;
    const double width = lay_out(run, why_, options, margin, 0, least).width;
    const double top = draw_title(width);
    picture_ = lay_out(run, why_, options, margin, top, least);
  }

  std::string draw() {
    draw_lanes();
    for (const arrow_style& style : arrow_styles)
      for (const bool minor : {true, false})
        for (const arrow& a : picture_.arrows)
          if (a.kind == style.kind && a.minor == minor) out_ += drawn(a);
    for (const cell& c : picture_.cells) draw_cell(c);
    for (const arrow& a : picture_.arrows) {
      if (a.kind == arrow_kind::missing) out_ += cross_on(a);
      draw_label(a);
    }
    double bottom = picture_.bottom + 4;
    if (bottom - picture_.top > tall) {
      draw_lane_names(bottom);
      bottom += lane_name_height;
    }
    if (options_.legend) bottom = draw_legend(bottom + 14);
    const double width = picture_.width + 2 * margin;
    const double height = bottom + margin - 4;
    const std::string name =
        run_.title + (run_.failure.empty() ? "" : ": " + run_.failure);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\"" +
           attribute("width", width) + attribute("height", height) +
           attribute("viewBox", "0 0 " + number(width) + " " + number(height)) +
           attribute("role", "img") + attribute("aria-label", escaped(name)) +
           attribute("font-family", mono_fonts) + ">\n" +
           rectangle(0.5, 0.5, width - 1, height - 1, 8, paper, "#d8dde4") +
           out_ + "</svg>\n";
  }

 private:
  const step& step_of(const cell& c) const { return run_.steps[at(c.step)]; }

  // Returns where the lanes may begin.
  double draw_title(double width) {
    double y = margin;
    if (!options_.title) return y;
    for (const std::string& line : wrapped(run_.title, title_font, width)) {
      out_ += text_at(margin, y + 13, title_font, ink, escaped(line));
      y += 22;
    }
    const std::vector<std::string> lines =
        wrapped(run_.failure, failure_font, width - 26);
    if (!lines.empty()) {
      const double height = 18.0 * static_cast<double>(lines.size()) + 12;
      y += 4;
      out_ += rectangle(margin, y, width, height, 5, pale_red, "");
      out_ += rectangle(margin, y, 4, height, 0, red, "");
      for (const std::string& line : lines) {
        out_ +=
            text_at(margin + 14, y + 19, failure_font, dark_red, escaped(line));
        y += 18;
      }
      y += 12;
    }
    return y == margin ? y : y + 14;
  }

  void draw_lane_names(double y) {
    for (std::size_t l = 0; l < picture_.lanes.size(); ++l) {
      const double width = width_of(picture_.names[l], lane_font) + 24;
      const double middle = picture_.lane_x[l] + picture_.lane_width[l] / 2;
      out_ += rectangle(middle - width / 2, y, width, lane_name_height - 2, 11,
                        "#374151", "");
      out_ += text_at(middle, y + 15.5, lane_font, paper,
                      escaped(picture_.names[l]), anchor::middle);
    }
  }

  void draw_lanes() {
    const picture& p = picture_;
    const double top = p.top + lane_name_height / 2;
    for (std::size_t l = 0; l < p.lanes.size(); ++l) {
      if (p.known_to[l] == 0) continue;
      out_ += rectangle(p.lane_x[l] - 7, top, p.lane_width[l] + 14,
                        p.known_to[l] - top, 9, shade, "");
    }
    for (std::size_t l = 0; l < p.lanes.size(); ++l) {
      const double middle = p.lane_x[l] + p.lane_width[l] / 2;
      out_ += "<path" +
              attribute("d", "M" + number(middle) + " " + number(top) + "V" +
                                 number(p.bottom)) +
              attribute("stroke", line_colour) +
              attribute("stroke-width", 1.5) + "/>\n";
    }
    draw_lane_names(p.top);
  }

  void draw_label(const arrow& a) {
    if (a.label.empty()) return;
    const arrow_style& style = style_of(a.kind);
    out_ += rectangle(a.label_at.x - a.label_width / 2 - 3, a.label_at.y - 7.5,
                      a.label_width + 6, 15, 4, paper, "", 1,
                      attribute("fill-opacity", 0.88));
    out_ += text_at(a.label_at.x, a.label_at.y + 3.5, label_font, style.colour,
                    escaped(a.label), anchor::middle);
  }

  std::string whole_text(const cell& c) const {
    if (c.step == no_step) {
      std::string text =
          "Steps that play no part, or are of this thread alone:";
      for (const int i : c.hidden) {
        const step& s = run_.steps[at(i)];
        if (s.kind == step_kind::end) continue;
        text += "\n" + short_place(s.place) + "  " + operation_name(s) + " " +
                s.location;
      }
      return text;
    }
    const step& s = step_of(c);
    std::string text = operation_name(s) + " " + c.object + c.value;
    if (!s.order.empty()) text += ", " + s.order;
    if (s.place.line != 0)
      text += "\n" + s.place.file + ":" + std::to_string(s.place.line);
    if (!s.code.empty()) text += "\n" + s.code;
    if (s.stale) text += "\nstale: a newer value was there to be read";
    if (!s.note.empty()) text += "\n" + s.note;
    return text;
  }

  void draw_cell(const cell& c) {
    out_ += "<g" + attribute("class", c.step == no_step ? "pill" : "step") +
            "><title>" + escaped(whole_text(c)) + "</title>\n";
    if (c.step == no_step)
      draw_pill(c);
    else if (c.minor)
      draw_minor(c);
    else
      draw_step(c);
    out_ += "</g>\n";
  }

  void draw_pill(const cell& c) {
    const auto count = std::count_if(
        c.hidden.begin(), c.hidden.end(),
        [&](int i) { return run_.steps[at(i)].kind != step_kind::end; });
    out_ += rectangle(c.x, c.y, c.width, c.height, c.height / 2, "#f4f6f8",
                      "#d5dae1", 1, attribute("class", "box"));
    out_ += text_at(c.x + c.width / 2, c.y + 13, note_font, pale_ink,
                    std::to_string(count) + (count == 1 ? " step" : " steps"),
                    anchor::middle);
  }

  // "load head_ -> null", in colours, at most `room` wide.
  std::string words(const cell& c, const font& f, double room, bool operation,
                    bool rest) const {
    const bool culprit = step_of(c).culprit;
    std::string text;
    const auto add = [&](std::string_view part, std::string_view colour,
                         bool bold) {
      if (part.empty() || room <= 0) return;
      const std::string shown = elided(part, f, room);
      room -= width_of(shown, f);
      text += "<tspan" + attribute("fill", colour) +
              (bold ? attribute("font-weight", "bold") : "") + ">" +
              escaped(shown) + "</tspan>";
    };
    if (operation) {
      add(c.operation, culprit ? dark_red : pale_ink, false);
      if (rest && !c.operation.empty()) add(" ", ink, false);
    }
    if (rest) {
      add(c.object, culprit ? dark_red : ink, true);
      add(c.value, culprit ? dark_red : ink, false);
    }
    return text;
  }

  // At the right end of the cell's first line; returns its width.
  double draw_badge(const cell& c, double y, double height) {
    if (c.badge.empty()) return 0;
    const bool weakened = step_of(c).weakened;
    const badge_style style = badge_of(c.badge, weakened);
    const double width = width_of(c.badge, badge_font) + 14;
    const double x = c.x + c.width - 7 - width;
    out_ += rectangle(x, y, width, height, height / 2, style.fill,
                      weakened ? amber : "", 1.3);
    out_ += text_at(x + width / 2, y + height / 2 + 3.6, badge_font, style.text,
                    escaped(c.badge), anchor::middle);
    return width + 10;
  }

  void draw_minor(const cell& c) {
    out_ += rectangle(c.x, c.y, c.width, c.height, 5, "#f7f9fb", "#dfe4ea", 1,
                      attribute("class", "box"));
    const double badge = draw_badge(c, c.y + 2, c.height - 4);
    const double detail =
        c.detail.empty() ? 0 : width_of(c.detail, detail_font) + 8;
    const double room = c.width - 2 * cell_padding - badge - detail;
    out_ += text_at(c.x + cell_padding, c.y + 13, minor_font, ink,
                    words(c, minor_font, room, true, true), anchor::start,
                    attribute("xml:space", "preserve"));
    if (!c.detail.empty())
      out_ += text_at(c.x + c.width - cell_padding - badge, c.y + 12.5,
                      detail_font, faint_ink, escaped(c.detail), anchor::end);
  }

  void draw_step(const cell& c) {
    const step& s = step_of(c);
    out_ +=
        rectangle(c.x, c.y, c.width, c.height, 6, s.culprit ? pale_red : paper,
                  s.culprit ? red : std::string_view("#a9b3c0"),
                  s.culprit ? 2.2 : 1.1, attribute("class", "box"));
    const double spare = picture_.spacious ? 2 : 0;
    double y = c.y + 5 + spare;
    const double left = c.x + cell_padding;
    const double room = c.width - 2 * cell_padding;
    const double badge = draw_badge(c, y + 1.5, 16);
    const std::string keep = attribute("xml:space", "preserve");
    out_ += text_at(left, y + 14, step_font, ink,
                    words(c, step_font, room - badge, true, !c.two_lines),
                    anchor::start, keep);
    y += 19;
    if (c.two_lines) {
      out_ +=
          text_at(left, y + 12.5, step_font, ink,
                  words(c, step_font, room, false, true), anchor::start, keep);
      y += 18;
    }
    if (!c.tag.empty()) {
      const bool at_left = c.detail.empty();
      out_ += text_at(at_left ? left : c.x + c.width - cell_padding, y + 10,
                      badge_font,
                      c.tag.find("stale") != c.tag.npos ? "#b45309" : faint_ink,
                      escaped(c.tag), at_left ? anchor::start : anchor::end);
    }
    if (!c.detail.empty())
      out_ += text_at(left, y + 10, detail_font, faint_ink,
                      escaped(c.detail) +
                          (c.code.empty() ? ""
                                          : "<tspan fill=\"#4b5563\">  " +
                                                escaped(c.code) + "</tspan>"),
                      anchor::start, keep);
    if (!c.detail.empty() || !c.tag.empty()) y += 14;
    for (const std::string& line : c.notes) {
      out_ += text_at(left, y + 10.5, note_font, s.weakened ? dark_amber : ink,
                      escaped(line), anchor::start,
                      attribute("font-style", "italic"));
      y += 14;
    }
  }

  // Only what occurs. Returns where it ends.
  double draw_legend(double y) {
    double x = margin;
    const double right = margin + picture_.width;
    constexpr double sample = 34;
    const auto place = [&](std::string_view words) {
      const double width = sample + 8 + width_of(words, legend_font);
      if (x > margin && x + width > right) {
        x = margin;
        y += 19;
      }
      out_ += text_at(x + sample + 8, y + 4, legend_font, pale_ink,
                      elided(words, legend_font, right - x - sample - 8));
      const double begin = x;
      x += width + 22;
      return begin;
    };
    bool any = false;
    for (auto style = arrow_styles.rbegin(); style != arrow_styles.rend();
         ++style) {
      bool occurs = false;
      bool minor = true;
      for (const arrow& a : picture_.arrows) {
        if (a.kind != style->kind) continue;
        occurs = true;
        minor = minor && a.minor;
      }
      if (!occurs) continue;
      any = true;
      const double begin = place(style->legend);
      arrow a;
      a.kind = style->kind;
      a.minor = minor;
      a.corners = {{begin, y}, {begin + sample, y}};
      a.curved = true;
      out_ += drawn(a);
      if (a.kind == arrow_kind::missing) out_ += cross_on(a);
    }
    if (why_.failing != no_step) {
      any = true;
      double begin = place("what went wrong");
      out_ += rectangle(begin + 6, y - 7, 22, 14, 4, pale_red, red, 2);
      begin = place("known to the failing step: happens before it");
      out_ += rectangle(begin + 6, y - 7, 22, 14, 4, shade, "");
    }
    const bool weakened = std::any_of(
        picture_.cells.begin(), picture_.cells.end(), [&](const cell& c) {
          return c.step != no_step && step_of(c).weakened;
        });
    if (weakened) {
      any = true;
      const double begin = place("weaker here than in the source");
      out_ += rectangle(begin + 6, y - 7, 22, 14, 7, pale_amber, amber, 1.3);
    }
    return any ? y + 10 : y - 14;
  }

  const execution& run_;
  const draw_options& options_;
  const explanation why_;
  picture picture_;
  std::string out_;
};

}  // namespace

std::string to_svg(const execution& run, const draw_options& options) {
  return drawing(run, options).draw();
}

}  // namespace acqrel::model
