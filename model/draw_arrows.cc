// The arrows of a drawing: which there are, and how they go from cell to cell.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/draw_layout.h"

namespace acqrel::model::internal::show {
namespace {

// In pixels.
constexpr double plain_gutter = 44;
constexpr double gutter_side = 18;  // from a cell to the nearest track
constexpr double track_width = 9;
constexpr double port_distance = 9;
constexpr double port_distance_in_space = 13;
constexpr double longest_curve = 64;
constexpr double longest_curve_in_space = 320;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

arrow_kind kind_of(edge_kind kind) {
  switch (kind) {
    case edge_kind::reads_from:
      return arrow_kind::reads_from;
    case edge_kind::synchronizes_with:
      return arrow_kind::synchronizes_with;
    case edge_kind::from_read:
      return arrow_kind::from_read;
    case edge_kind::modification:
      return arrow_kind::modification;
    case edge_kind::missing:
      return arrow_kind::missing;
  }
  return arrow_kind::reads_from;
}

// In words that are true in the arrow's direction.
std::string label_of(arrow_kind kind) {
  switch (kind) {
    case arrow_kind::reads_from:
      return "is read by";
    case arrow_kind::synchronizes_with:
      return "synchronizes with";
    case arrow_kind::from_read:
      return "did not see";
    case arrow_kind::modification:
      return "overwritten by";
    case arrow_kind::missing:
      return "would synchronize";
    case arrow_kind::conflict:
      return "";
  }
  return "";
}

bool connected(const picture& p, int a, int b) {
  return std::any_of(p.arrows.begin(), p.arrows.end(), [&](const arrow& x) {
    return (x.from == a && x.to == b) || (x.from == b && x.to == a);
  });
}

// Two culprits in two threads are what did not go together.
void join_culprits(const execution& run, picture& p) {
  std::vector<int> culprits;
  for (std::size_t i = 0; i < p.cells.size(); ++i) {
    const int step = p.cells[i].step;
    if (step != no_step && run.steps[at(step)].culprit)
      culprits.push_back(static_cast<int>(i));
  }
  if (culprits.size() != 2 || connected(p, culprits[0], culprits[1]) ||
      p.cells[at(culprits[0])].lane == p.cells[at(culprits[1])].lane) {
    return;
  }
  arrow a;
  a.from = culprits[0];
  a.to = culprits[1];
  a.kind = arrow_kind::conflict;
  p.arrows.push_back(a);
}

bool goes_right(const picture& p, const arrow& a) {
  return p.cells[at(a.from)].lane < p.cells[at(a.to)].lane;
}

// Spreads what leaves and enters a cell at one side over its height, in the
// order in which the other ends lie.
void choose_ports(picture& p) {
  struct end {
    double other;
    double* y;
  };
  std::map<std::pair<int, bool>, std::vector<end>> sides;  // cell, right side
  for (arrow& a : p.arrows) {
    const cell& from = p.cells[at(a.from)];
    const cell& to = p.cells[at(a.to)];
    const bool right = goes_right(p, a);
    const bool direct = a.gap < 0;
    sides[{a.from, right}].push_back(
        {direct ? to.middle() : a.gap_y, &a.from_y});
    sides[{a.to, !right}].push_back(
        {direct ? from.middle() : a.gap_y, &a.to_y});
  }
  for (auto& [side, ends] : sides) {
    const cell& c = p.cells[at(side.first)];
    std::stable_sort(ends.begin(), ends.end(), [](const end& a, const end& b) {
      return a.other < b.other;
    });
    const double count = static_cast<double>(ends.size());
    const double distance =
        std::min(p.spacious ? port_distance_in_space : port_distance,
                 (c.height - 6) / count);
    // Ends on both sides of a gutter are a little apart, so that the lines to
    // two tracks do not cover each other.
    const double apart = p.spacious ? 0 : side.second ? -1.5 : 1.5;
    double y = c.middle() - distance * (count - 1) / 2 + apart;
    for (const end& e : ends) {
      *e.y = y;
      y += distance;
    }
  }
}

// The part of an arrow that goes down or up in one gutter.
struct stretch {
  double top, bottom;
  int* track;
};

// Gives each stretch the first track that is free for its whole length.
int assign_tracks(std::vector<stretch>& stretches) {
  std::stable_sort(
      stretches.begin(), stretches.end(),
      [](const stretch& a, const stretch& b) { return a.top < b.top; });
  std::vector<double> used_to;
  for (const stretch& s : stretches) {
    std::size_t track = 0;
    while (track < used_to.size() && used_to[track] > s.top - 6) ++track;
    if (track == used_to.size()) used_to.push_back(0);
    used_to[track] = s.bottom;
    *s.track = static_cast<int>(track);
  }
  return static_cast<int>(used_to.size());
}

double track_x(const picture& p, int gutter, int track) {
  return p.gutter_x[at(gutter)] + gutter_side + track_width * (track + 0.5);
}

point on_curve(const point& a, const point& b, double t) {
  const double u = 1 - t;
  const double middle = (a.x + b.x) / 2;
  const double s = u * u * u, e = t * t * t;
  const double near = 3 * u * u * t, far = 3 * u * t * t;
  return {s * a.x + (near + far) * middle + e * b.x,
          (s + near) * a.y + (e + far) * b.y};
}

// Where words might go, the best place first.
std::vector<point> label_places(const picture& p, const arrow& a) {
  std::vector<point> places;
  if (a.curved) {
    for (const double t : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8})
      places.push_back(on_curve(a.corners[0], a.corners[1], t));
  } else if (a.gap >= 0) {
    const int from = p.cells[at(a.from)].lane;
    const int to = p.cells[at(a.to)].lane;
    for (int l = std::min(from, to) + 1; l < std::max(from, to); ++l)
      places.push_back({p.lane_x[at(l)] + p.lane_width[at(l)] / 2, a.gap_y});
  } else {
    const double x = a.corners[1].x;
    for (const double t : {0.5, 0.3, 0.7})
      places.push_back({x, a.from_y + t * (a.to_y - a.from_y)});
  }
  return places;
}

std::vector<point> points_of(const arrow& a) {
  std::vector<point> points;
  for (std::size_t i = 0; i + 1 < a.corners.size(); ++i) {
    const point& b = a.corners[i];
    const point& c = a.corners[i + 1];
    for (double t = 0; t <= 1; t += 0.05) {
      points.push_back(
          a.curved ? on_curve(b, c, t)
                   : point{b.x + t * (c.x - b.x), b.y + t * (c.y - b.y)});
    }
  }
  return points;
}

// What "would synchronize" is read by the other, of course.
bool says_enough(const picture& p, const arrow& a) {
  return a.kind == arrow_kind::reads_from &&
         std::any_of(p.arrows.begin(), p.arrows.end(), [&](const arrow& other) {
           return other.kind == arrow_kind::missing && other.from == a.from &&
                  other.to == a.to;
         });
}

// Puts words to each arrow where they cover the fewest others.
void put_labels(picture& p) {
  struct area {
    point middle;
    double width;
  };
  std::vector<area> taken;
  std::vector<std::vector<point>> lines;
  for (const arrow& a : p.arrows) lines.push_back(points_of(a));
  for (std::size_t i = 0; i < p.arrows.size(); ++i) {
    arrow& a = p.arrows[i];
    const std::string words = label_of(a.kind);
    if (words.empty() || a.minor || says_enough(p, a)) continue;
    const double width = width_of(words, label_font);
    long best = -1;
    for (const point& place : label_places(p, a)) {
      point middle = place;
      if (a.gap < 0) {
        const double low = p.gutter_x[at(a.first_gutter)] + width / 2 + 4;
        const double high = p.gutter_x[at(a.first_gutter)] +
                            p.gutter_width[at(a.first_gutter)] - width / 2 - 4;
        middle.x = std::clamp(middle.x, low, std::max(low, high));
      }
      // The cross that says "missing" is in the middle.
      if (a.kind == arrow_kind::missing) middle.y += 15;
      const auto covers = [&](const point& other, double half) {
        return std::abs(other.x - middle.x) < width / 2 + half &&
               std::abs(other.y - middle.y) < 8;
      };
      const bool free =
          std::none_of(taken.begin(), taken.end(), [&](const area& t) {
            return std::abs(t.middle.y - middle.y) < 14 &&
                   std::abs(t.middle.x - middle.x) < (t.width + width) / 2 + 4;
          });
      if (!free) continue;
      long covered = 0;
      for (std::size_t k = 0; k < lines.size(); ++k) {
        if (k == i) continue;
        covered += std::count_if(lines[k].begin(), lines[k].end(),
                                 [&](const point& q) { return covers(q, 2); });
      }
      if (best >= 0 && covered >= best) continue;
      best = covered;
      a.label = words;
      a.label_at = middle;
      a.label_width = width;
    }
    if (best >= 0) taken.push_back({a.label_at, width});
  }
}

}  // namespace

void choose_arrows(const execution& run, picture& p) {
  const std::vector<edge> edges = edges_of(run);
  const precedence influence(run, edges, /*through_reads=*/true);
  const auto synchronizes = [&](const edge& e) {
    return std::any_of(edges.begin(), edges.end(), [&](const edge& other) {
      return other.kind == edge_kind::synchronizes_with &&
             other.from == e.from && other.to == e.to;
    });
  };
  for (const edge& e : edges) {
    arrow a;
    const cell_pair ends = ends_of(run, p, e);
    a.from = ends.from;
    a.to = ends.to;
    a.kind = kind_of(e.kind);
    if (a.from < 0 || a.to < 0) continue;
    const cell& from = p.cells[at(a.from)];
    const cell& to = p.cells[at(a.to)];
    // What a thread does to itself needs no arrow.
    if (from.lane == to.lane) continue;
    const bool of_thread = run.steps[at(e.from)].kind == step_kind::spawn ||
                           run.steps[at(e.to)].kind == step_kind::join;
    a.minor = from.minor || to.minor || of_thread;
    if (e.kind == edge_kind::missing && synchronizes(e)) continue;
    // What a stale read missed is news, whatever the location.
    if (e.kind == edge_kind::from_read && run.steps[at(e.from)].stale)
      a.minor = false;
    if (e.kind == edge_kind::from_read || e.kind == edge_kind::modification) {
      if (a.minor || influence.leads_to(e.from, e.to)) continue;
    }
    p.arrows.push_back(a);
  }
  join_culprits(run, p);
}

void reserve_gaps(picture& p) {
  p.gap_height.assign(at(p.rows) + 1, 0);
  const double channel = p.spacious ? 15 : 6;
  for (arrow& a : p.arrows) {
    const cell& from = p.cells[at(a.from)];
    const cell& to = p.cells[at(a.to)];
    const bool right = from.lane < to.lane;
    a.first_gutter = right ? from.lane + 1 : from.lane;
    a.last_gutter = right ? to.lane : to.lane + 1;
    if (a.first_gutter == a.last_gutter) continue;
    a.gap = to.row > from.row ? to.row : to.row + 1;
    double& height = p.gap_height[at(a.gap)];
    height = std::max(height, channel) + channel;
  }
}

void reserve_tracks(picture& p) {
  std::map<int, int> in_gap;
  for (const arrow& a : p.arrows)
    if (a.gap >= 0) ++in_gap[a.gap];
  std::map<int, int> passed;
  for (arrow& a : p.arrows) {
    if (a.gap < 0) continue;
    const double top =
        a.gap == 0 ? p.top + lane_name_height
                   : p.row_y[at(a.gap - 1)] + p.row_height[at(a.gap - 1)];
    const double bottom = a.gap < p.rows ? p.row_y[at(a.gap)] : p.bottom;
    a.gap_y = top + (bottom - top) * ++passed[a.gap] / (in_gap[a.gap] + 1);
  }
  choose_ports(p);

  std::vector<std::vector<stretch>> stretches(p.lanes.size() + 1);
  std::vector<double> words(p.lanes.size() + 1);
  std::vector<int> named(p.lanes.size() + 1);
  const auto add = [&](int gutter, double y, double other, int& track) {
    stretches[at(gutter)].push_back(
        {std::min(y, other), std::max(y, other), &track});
  };
  for (arrow& a : p.arrows) {
    for (const int gutter : {a.first_gutter, a.last_gutter}) {
      double& width = words[at(gutter)];
      width = std::max(width, 1.0);
      if (!p.spacious || a.minor || a.gap >= 0) continue;
      // Two arrows need room to cross.
      ++named[at(gutter)];
      width = std::max(width, width_of(label_of(a.kind), label_font) +
                                  (named[at(gutter)] > 2 ? 64 : 36));
    }
    if (a.gap >= 0) {
      add(a.first_gutter, a.from_y, a.gap_y, a.first_track);
      add(a.last_gutter, a.gap_y, a.to_y, a.last_track);
      continue;
    }
    a.curved = std::abs(a.to_y - a.from_y) <=
               (p.spacious ? longest_curve_in_space : longest_curve);
    if (!a.curved) add(a.first_gutter, a.from_y, a.to_y, a.first_track);
  }
  for (std::size_t g = 0; g < stretches.size(); ++g) {
    const bool outer = g == 0 || g + 1 == stretches.size();
    const int tracks = assign_tracks(stretches[g]);
    double width = outer ? 0 : plain_gutter;
    if (words[g] > 0)
      width = std::max(
          {plain_gutter, words[g], 2 * gutter_side + track_width * tracks});
    p.gutter_width.push_back(width);
  }
}

void route_arrows(picture& p) {
  for (arrow& a : p.arrows) {
    const cell& from = p.cells[at(a.from)];
    const cell& to = p.cells[at(a.to)];
    const bool right = goes_right(p, a);
    const point begin{right ? from.x + from.width : from.x, a.from_y};
    const point end{right ? to.x : to.x + to.width, a.to_y};
    a.corners.push_back(begin);
    if (!a.curved) {
      const double x = track_x(p, a.first_gutter, a.first_track);
      a.corners.push_back({x, begin.y});
      if (a.gap >= 0) {
        const double last = track_x(p, a.last_gutter, a.last_track);
        a.corners.push_back({x, a.gap_y});
        a.corners.push_back({last, a.gap_y});
        a.corners.push_back({last, end.y});
      } else {
        a.corners.push_back({x, end.y});
      }
    }
    a.corners.push_back(end);
  }
  if (p.spacious) put_labels(p);
}

}  // namespace acqrel::model::internal::show
