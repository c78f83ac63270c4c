// Where the parts of a drawing go.
//
// Each thread has a lane, and each step a cell in its lane. Rows go across all
// lanes: a step stands in a row below those that it depends on, so arrows of
// dependence point downwards, and steps in one row are not ordered. Between
// lanes there are gutters, between rows there are gaps; arrows run in these and
// never behind text.
#ifndef ACQREL_MODEL_DRAW_LAYOUT_H_
#define ACQREL_MODEL_DRAW_LAYOUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/draw.h"
#include "acqrel/model/draw_text.h"
#include "acqrel/model/execution.h"
#include "acqrel/model/explanation.h"

namespace acqrel::model::internal::show {

inline constexpr font step_font{.mono = true, .size = 13, .bold = false};
inline constexpr font minor_font{.mono = true, .size = 11, .bold = false};
inline constexpr font detail_font{.mono = true, .size = 10, .bold = false};
inline constexpr font badge_font{.mono = false, .size = 10, .bold = true};
inline constexpr font note_font{.mono = false, .size = 10.5, .bold = false};
inline constexpr font lane_font{.mono = false, .size = 12.5, .bold = true};
inline constexpr font label_font{.mono = false, .size = 10.5, .bold = false};
inline constexpr double cell_padding = 10;

// A step, or a pill that stands for several that are left out.
struct cell {
  int step = no_step;
  std::vector<int> hidden;  // steps; of a pill
  int lane = 0;
  int row = 0;
  bool minor = false;  // drawn in one small line

  std::string operation;   // "load"
  std::string object;      // "head_"
  std::string value;       // " = null"
  bool two_lines = false;  // the object and the value below the operation
  std::string badge;       // the ordering
  std::string detail;      // the place in the source
  std::string code;        // what stands there, as far as there is room
  std::string tag;         // "stale", "initial value"
  std::vector<std::string> notes;

  double x = 0, y = 0, width = 0, height = 0;
  double middle() const { return y + height / 2; }
};

enum class arrow_kind {
  modification,
  from_read,
  reads_from,
  synchronizes_with,
  missing,
  conflict,  // between the two culprits, and without a head
};

struct point {
  double x = 0, y = 0;
};

struct arrow {
  int from = 0, to = 0;  // indices of cells
  arrow_kind kind = arrow_kind::reads_from;
  bool minor = false;

  // Where it leaves and enters, and by which gutters. Gutter g is to the left
  // of lane g.
  int first_gutter = 0, last_gutter = 0;
  int gap = -1;  // above row `gap`, if it goes from gutter to gutter
  double gap_y = 0;
  int first_track = -1, last_track = -1;  // -1: a curve, in no track
  double from_y = 0, to_y = 0;
  std::vector<point> corners;  // from the first to the last point
  bool curved = false;         // of two points: an S between them
  std::string label;
  point label_at;  // its middle
  double label_width = 0;
};

struct picture {
  std::vector<cell> cells;        // in the order of the steps
  std::vector<int> cell_of_step;  // -1: none, or it is in a pill
  std::vector<arrow> arrows;
  bool spacious = false;  // few steps: room for words at the arrows
  int rows = 0;
  std::vector<int> lanes;          // threads that have a lane, from the left
  std::vector<std::string> names;  // of the lanes
  std::vector<double> lane_x, lane_width;
  std::vector<double> gutter_x, gutter_width;
  std::vector<double> row_y, row_height;
  std::vector<double> gap_height;  // above each row, and below the last
  std::vector<double> known_to;    // of each lane: the shade's lower end, or 0
  double top = 0;                  // of the lanes' names
  double bottom = 0;               // of the lanes
  double left = 0, width = 0;
};

// The height of a line that tells a lane's name.
inline constexpr double lane_name_height = 24;

// Lays out everything from `left`, `top` on, at least `least_width` wide.
picture lay_out(const execution&, const explanation&, const draw_options&,
                double left, double top, double least_width);

// The cells between which an edge is drawn; below 0 if it is not. A thread that
// is spawned begins with the first that is seen of it, and is joined after the
// last.
struct cell_pair {
  int from = -1, to = -1;
};
cell_pair ends_of(const execution&, const picture&, const edge&);

// The parts of lay_out that concern arrows (draw_arrows.cc).
void choose_arrows(const execution&, picture&);
void reserve_gaps(picture&);
void reserve_tracks(picture&);
void route_arrows(picture&);

}  // namespace acqrel::model::internal::show

#endif  // ACQREL_MODEL_DRAW_LAYOUT_H_
