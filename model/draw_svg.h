// The few elements of SVG that a drawing is made of.
#ifndef ACQREL_MODEL_DRAW_SVG_H_
#define ACQREL_MODEL_DRAW_SVG_H_

#include <array>
#include <string>
#include <string_view>

#include "acqrel/model/draw_layout.h"
#include "acqrel/model/draw_text.h"

namespace acqrel::model::internal::show {

// The drawing brings its own background, so it does for dark pages, too.
inline constexpr std::string_view ink = "#1f2937";
inline constexpr std::string_view pale_ink = "#5b6676";
inline constexpr std::string_view faint_ink = "#7b8594";
inline constexpr std::string_view line_colour = "#c3cad4";
inline constexpr std::string_view red = "#c81e1e";
inline constexpr std::string_view pale_red = "#fdeaea";
inline constexpr std::string_view dark_red = "#8f1212";
inline constexpr std::string_view amber = "#d08a1d";
inline constexpr std::string_view pale_amber = "#fff1cc";
inline constexpr std::string_view dark_amber = "#8a4b08";
inline constexpr std::string_view shade = "#e8f1fd";
inline constexpr std::string_view paper = "#ffffff";
inline constexpr std::string_view mono_fonts =
    "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

// With one digit behind the point, if it has one.
std::string number(double value);

// The value is XML already.
std::string attribute(std::string_view name, std::string_view value);
std::string attribute(std::string_view name, double value);

// Without a stroke if that is empty. `more` is other attributes.
std::string rectangle(double x, double y, double width, double height,
                      double round, std::string_view fill,
                      std::string_view stroke, double stroke_width = 1,
                      const std::string& more = "");

enum class anchor { start, middle, end };

// `content` is XML already.
std::string text_at(double x, double y, const font& f, std::string_view fill,
                    const std::string& content, anchor where = anchor::start,
                    const std::string& more = "");

struct arrow_style {
  arrow_kind kind;
  std::string_view name;  // as in the memory model
  std::string_view colour;
  double width;
  std::string_view dashes;
  double opacity;
  std::string_view legend;
};
// In the order of drawing: what matters most comes last, on top.
inline constexpr std::array arrow_styles{
    arrow_style{arrow_kind::modification, "modification-order", "#8a5a12", 1.3,
                "1.5 3.5", 1, "is overwritten by (modification order)"},
    arrow_style{arrow_kind::from_read, "from-read", "#d02a2a", 1.4, "6 4", 1,
                "did not see this write: read an older value"},
    arrow_style{arrow_kind::reads_from, "reads-from", "#15803d", 1.7, "", 1,
                "is read by: hands over a value, and no order"},
    arrow_style{arrow_kind::missing, "missing", "#2563eb", 3, "3 5", 0.5,
                "missing: synchronizes, with the ordering in the source"},
    arrow_style{arrow_kind::synchronizes_with, "synchronizes-with", "#2563eb",
                2.5, "", 1,
                "synchronizes with: what is before is visible after"},
    arrow_style{arrow_kind::conflict, "conflict", "#c81e1e", 2.5, "2 4", 1,
                "these two do not go together"},
};

const arrow_style& style_of(arrow_kind kind);

// The line, with a halo, and its head.
std::string drawn(const arrow& a);

// On an arrow of the kind `missing`: says that it is not there.
std::string cross_on(const arrow& a);

}  // namespace acqrel::model::internal::show

#endif  // ACQREL_MODEL_DRAW_SVG_H_
