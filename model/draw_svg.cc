#include "acqrel/model/draw_svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace acqrel::model::internal::show {
namespace {

constexpr std::string_view sans_fonts =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', "
    "'DejaVu Sans', Arial, sans-serif";

// The line of an arrow, up to `short_of` before its end.
std::string line_of(const arrow& a, double short_of) {
  std::vector<point> points = a.corners;
  point& last = points.back();
  const bool right = last.x > points[points.size() - 2].x;
  last.x += right ? -short_of : short_of;
  const auto pair = [](const point& at) {
    return number(at.x) + " " + number(at.y);
  };
  std::string path = "M" + pair(points[0]);
  if (a.curved) {
    const double middle = (a.corners[0].x + a.corners[1].x) / 2;
    return path + "C" + number(middle) + " " + number(points[0].y) + " " +
           number(middle) + " " + number(last.y) + " " + pair(last);
  }
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const point& corner = points[i];
    const auto towards = [&](const point& other, double room) {
      const double dx = other.x - corner.x, dy = other.y - corner.y;
      const double length = std::abs(dx) + std::abs(dy);
      const double part = length == 0 ? 0 : std::min(room, length / 2) / length;
      return point{corner.x + dx * part, corner.y + dy * part};
    };
    path += "L" + pair(towards(points[i - 1], 9)) + "Q" + pair(corner) + " " +
            pair(towards(points[i + 1], 9));
  }
  return path + "L" + pair(last);
}

std::string head_at(const point& tip, double length, std::string_view colour,
                    double opacity) {
  const double half = std::abs(length) * 0.48;
  std::string text =
      "<path" +
      attribute("d", "M" + number(tip.x) + " " + number(tip.y) + "L" +
                         number(tip.x - length) + " " + number(tip.y - half) +
                         "V" + number(tip.y + half) + "Z") +
      attribute("fill", colour);
  if (opacity < 1) text += attribute("fill-opacity", opacity);
  return text + "/>\n";
}

}  // namespace

std::string number(double value) {
  std::array<char, 32> text{};
  const double rounded = std::round(value * 10) / 10;
  std::snprintf(text.data(), text.size(), "%.10g", rounded);
  return text.data();
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}
std::string attribute(std::string_view name, double value) {
  return attribute(name, number(value));
}

std::string rectangle(double x, double y, double width, double height,
                      double round, std::string_view fill,
                      std::string_view stroke, double stroke_width,
                      const std::string& more) {
  std::string text = "<rect" + more + attribute("x", x) + attribute("y", y) +
                     attribute("width", width) + attribute("height", height) +
                     attribute("rx", round) + attribute("fill", fill);
  if (!stroke.empty())
    text +=
        attribute("stroke", stroke) + attribute("stroke-width", stroke_width);
  return text + "/>\n";
}

std::string text_at(double x, double y, const font& f, std::string_view fill,
                    const std::string& content, anchor where,
                    const std::string& more) {
  std::string text = "<text" + attribute("x", x) + attribute("y", y) +
                     attribute("font-size", f.size) + attribute("fill", fill);
  if (!f.mono) text += attribute("font-family", sans_fonts);
  if (f.bold) text += attribute("font-weight", "bold");
  if (where != anchor::start)
    text +=
        attribute("text-anchor", where == anchor::middle ? "middle" : "end");
  return text + more + ">" + content + "</text>\n";
}

const arrow_style& style_of(arrow_kind kind) {
  return *std::find_if(arrow_styles.begin(), arrow_styles.end(),
                       [&](const arrow_style& s) { return s.kind == kind; });
}

std::string drawn(const arrow& a) {
  const arrow_style& style = style_of(a.kind);
  std::string out;
  const bool has_head = a.kind != arrow_kind::conflict;
  const double width = a.minor ? std::min(style.width, 1.2) : style.width;
  const double opacity = a.minor ? 0.55 : style.opacity;
  const double head = 6 + width;
  const std::string line = attribute("d", line_of(a, has_head ? head - 2 : 0));
  out += "<g" + attribute("class", style.name) + " fill=\"none\">\n<path" +
         line + attribute("stroke", paper) +
         attribute("stroke-width", width + 3.5) +
         attribute("stroke-opacity", 0.9) + "/>\n<path" + line +
         attribute("stroke", style.colour) + attribute("stroke-width", width);
  if (!style.dashes.empty()) out += attribute("stroke-dasharray", style.dashes);
  if (opacity < 1) out += attribute("stroke-opacity", opacity);
  out += "/>\n";
  if (has_head) {
    const point& tip = a.corners.back();
    const bool right = tip.x > a.corners[a.corners.size() - 2].x;
    out += head_at(tip, right ? head : -head, style.colour,
                   a.minor ? 0.7 : std::min(1.0, style.opacity + 0.2));
  }
  return out + "</g>\n";
}

std::string cross_on(const arrow& a) {
  const std::size_t half = a.corners.size() / 2;
  const double x = (a.corners[half - 1].x + a.corners[half].x) / 2;
  const double y = (a.corners[half - 1].y + a.corners[half].y) / 2;
  return "<circle" + attribute("cx", x) + attribute("cy", y) +
         attribute("r", "6") + attribute("fill", paper) +
         attribute("stroke", style_of(a.kind).colour) + "/>\n<path" +
         attribute("d", "M" + number(x - 2.5) + " " + number(y - 2.5) +
                            "l5 5m0 -5l-5 5") +
         attribute("stroke", red) + attribute("stroke-width", 1.6) + "/>\n";
}

}  // namespace acqrel::model::internal::show
