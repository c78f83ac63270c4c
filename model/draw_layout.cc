#include "acqrel/model/draw_layout.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace acqrel::model::internal::show {
namespace {

// In pixels.
constexpr double least_lane = 150;
constexpr double most_lane = 320;
constexpr double line_height = 19;
constexpr double detail_height = 14;
constexpr double note_height = 14;
constexpr double minor_height = 18;

// For a line of source.
double source_room(std::size_t lanes) {
  return lanes <= 2 ? 340 : lanes == 3 ? 290 : 230;
}

// Up to so many cells the threads run side by side, as the memory model has it.
// In longer executions a step that follows another in time stands below it even
// where they are not ordered, so that the picture tells a story.
constexpr std::size_t most_side_by_side = 24;
constexpr std::size_t most_spacious = 16;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// "load", "head_", " \u2192 null".
void put_in_words(const step& s, cell& c) {
  c.operation = operation_name(s);
  if (c.operation.rfind("compare_exchange", 0) == 0) c.operation = "CAS";
  if (c.operation.find("thread_fence") != std::string::npos)
    c.operation = "fence";
  c.object = s.location;
  switch (s.kind) {
    case step_kind::store:
    case step_kind::plain_write:
    case step_kind::construct:
      if (!s.written.empty()) c.value = " = " + s.written;
      break;
    case step_kind::update:
      c.value = ": " + s.read + " \u2192 " + s.written;
      break;
    case step_kind::spawn:
    case step_kind::join:
    case step_kind::note:
      // The note is all there is to say.
      if (c.object.empty()) c.object = s.note;
      break;
    default:
      if (!s.read.empty()) c.value = " \u2192 " + s.read;
  }
  if (s.kind == step_kind::note && s.operation.empty()) c.operation.clear();
  if (failed_exchange(s)) c.operation += " fails,";
  c.badge = s.order;
}

std::string tag_of(const step& s) {
  if (s.stale) return s.reads_initial ? "initial value, stale" : "stale";
  return s.reads_initial ? "initial value" : "";
}

bool is_minor(const step& s, weight w) {
  if (s.culprit || s.weakened) return false;
  switch (s.kind) {
    case step_kind::load:
    case step_kind::store:
    case step_kind::update:
    case step_kind::fence:
    case step_kind::sleep:
    case step_kind::notify:
    case step_kind::blocked:
      return w != weight::major;
    default:
      return true;
  }
}

bool leaves_out(const step& s, weight w, const draw_options& options) {
  if (options.compact &&
      (s.kind == step_kind::spawn || s.kind == step_kind::join)) {
    return true;
  }
  return w == weight::hidden && !options.show_all;
}

void choose_cells(const execution& run, const explanation& why,
                  const draw_options& options, picture& p) {
  p.cell_of_step.assign(run.steps.size(), -1);
  std::vector<int> pill(at(count_lanes(run)), -1);
  // The story of few steps does not gain by telling that there was a destructor
  // as well.
  std::size_t shown = 0;
  for (std::size_t i = 0; i < run.steps.size(); ++i)
    shown += leaves_out(run.steps[i], why.weights[i], options) ? 0 : 1;
  const bool has_pills = !options.compact && shown > most_spacious;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const step& s = run.steps[i];
    int& open = pill[at(s.thread)];
    if (leaves_out(s, why.weights[i], options)) {
      if (s.kind == step_kind::end || !has_pills) continue;
      if (open < 0) {
        open = static_cast<int>(p.cells.size());
        p.cells.emplace_back();
        p.cells.back().lane = s.thread;
        p.cells.back().minor = true;
      }
      p.cells[at(open)].hidden.push_back(static_cast<int>(i));
      continue;
    }
    open = -1;
    p.cell_of_step[i] = static_cast<int>(p.cells.size());
    cell c;
    c.step = static_cast<int>(i);
    c.lane = s.thread;
    c.minor = is_minor(s, why.weights[i]);
    put_in_words(s, c);
    c.tag = tag_of(s);
    if (options.show_source) {
      c.detail = short_place(s.place);
      if (!c.minor && !c.detail.empty()) c.code = s.code;
    }
    p.cells.push_back(std::move(c));
  }
}

// Threads become lanes; with `compact`, only those that have something to show.
void choose_lanes(const execution& run, const draw_options& options,
                  picture& p) {
  const int threads = count_lanes(run);
  std::vector<bool> used(at(threads), !options.compact);
  for (const cell& c : p.cells) used[at(c.lane)] = true;
  std::vector<int> lane(at(threads));
  for (int t = 0; t < threads; ++t) {
    lane[at(t)] = static_cast<int>(p.lanes.size());
    if (!used[at(t)]) continue;
    p.lanes.push_back(t);
    p.names.push_back(thread_name(run, t));
  }
  for (cell& c : p.cells) c.lane = lane[at(c.lane)];
}

void place_rows(const execution& run, picture& p) {
  const bool tells_story = p.cells.size() > most_side_by_side;
  std::vector<std::vector<int>> above(p.cells.size());
  for (const edge& e : edges_of(run)) {
    const auto [from, to] = ends_of(run, p, e);
    if (from < 0 || to < 0 || from > to) continue;
    const bool depends =
        e.kind != edge_kind::from_read && e.kind != edge_kind::modification;
    if (depends || tells_story) above[at(to)].push_back(from);
  }
  std::vector<int> next(p.lanes.size());
  for (std::size_t i = 0; i < p.cells.size(); ++i) {
    cell& c = p.cells[i];
    c.row = next[at(c.lane)];
    for (const int source : above[i])
      c.row = std::max(c.row, p.cells[at(source)].row + 1);
    next[at(c.lane)] = c.row + 1;
    p.rows = std::max(p.rows, c.row + 1);
  }
}

double badge_width(const cell& c) {
  return c.badge.empty() ? 0 : width_of(c.badge, badge_font) + 14 + 10;
}

double tag_width(const cell& c) {
  return c.tag.empty() ? 0 : width_of(c.tag, badge_font) + 12;
}

double wanted_width(const cell& c, std::size_t lanes) {
  const font& f = c.minor ? minor_font : step_font;
  const double first = width_of(c.operation + " ", f);
  const double second = width_of(c.object + c.value, f);
  double width = first + second + badge_width(c);
  if (!c.minor && width > most_lane - 2 * cell_padding)
    width = std::max(first + badge_width(c), second);
  if (!c.detail.empty()) {
    const double place = width_of(c.detail, detail_font) + 8;
    const double line = place + tag_width(c);
    width = c.minor ? width + place : std::max(width, line);
    if (!c.code.empty()) {
      const double code = width_of("  " + c.code, detail_font);
      width = std::max(width, std::min(line + code, source_room(lanes)));
    }
  }
  // Two more, for what sums lose when they are rounded.
  return std::max(width, tag_width(c)) + 2 * cell_padding + 2;
}

void fill_cell(const execution& run, double width, bool spacious, cell& c) {
  c.width = width;
  if (c.step == no_step) {
    c.width = 84;
    c.height = minor_height;
    return;
  }
  const step& s = run.steps[at(c.step)];
  const double room = width - 2 * cell_padding;
  if (c.minor) {
    c.height = minor_height;
    const double all =
        width_of(c.operation + " " + c.object + c.value, minor_font) +
        badge_width(c);
    if (all + width_of(c.detail, detail_font) + 8 > room) c.detail.clear();
    return;
  }
  c.height = 2 * 5 + line_height;
  c.two_lines = !c.object.empty() &&
                width_of(c.operation + " " + c.object + c.value, step_font) +
                        badge_width(c) >
                    room + 0.5;
  if (c.two_lines) c.height += line_height - 1;
  const double tag = c.tag.empty() ? 0 : tag_width(c) + 6;
  c.detail = elided(c.detail, detail_font, room - tag);
  c.code = elided(c.code, detail_font,
                  room - tag - width_of(c.detail + "  ", detail_font));
  constexpr std::size_t worth_reading = 8;
  if (c.code.size() < worth_reading) c.code.clear();
  if (!c.detail.empty() || !c.tag.empty()) c.height += detail_height;
  const bool note_is_name = c.object == s.note || says_so_already(s);
  if (!s.note.empty() && !note_is_name)
    c.notes = wrapped(s.note, note_font, room);
  c.height += note_height * static_cast<double>(c.notes.size());
  if (spacious) c.height += 4;
}

// Where words stand at the arrows, they say which newer value was not seen.
void drop_tags(picture& p) {
  if (!p.spacious) return;
  for (const arrow& a : p.arrows) {
    std::string& tag = p.cells[at(a.from)].tag;
    if (a.kind != arrow_kind::from_read) continue;
    tag = tag == "initial value, stale" ? "initial value"
          : tag == "stale"              ? ""
                                        : tag;
  }
}

void place_columns(const execution& run, picture& p) {
  p.lane_width.assign(p.lanes.size(), least_lane);
  const double most = std::max(most_lane, source_room(p.lanes.size()));
  for (const cell& c : p.cells) {
    double& width = p.lane_width[at(c.lane)];
    width = std::max(width, std::min(most, wanted_width(c, p.lanes.size())));
  }
  for (std::size_t l = 0; l < p.lanes.size(); ++l) {
    p.names[l] = elided(p.names[l], lane_font, most_lane - 24);
    p.lane_width[l] =
        std::max(p.lane_width[l], width_of(p.names[l], lane_font) + 24);
  }
  for (cell& c : p.cells)
    fill_cell(run, p.lane_width[at(c.lane)], p.spacious, c);
}

void place_lines(double top, picture& p) {
  p.top = top;
  p.row_height.assign(at(p.rows), 0);
  std::vector<bool> all_minor(at(p.rows), true);
  for (const cell& c : p.cells) {
    double& height = p.row_height[at(c.row)];
    height = std::max(height, c.height);
    if (!c.minor) all_minor[at(c.row)] = false;
  }
  double y = top + lane_name_height;
  for (std::size_t r = 0; r < at(p.rows); ++r) {
    const bool tight = all_minor[r] && (r == 0 || all_minor[r - 1]);
    const double least = p.spacious ? 22 : tight ? 6 : 12;
    y += std::max(least, p.gap_height[r]);
    p.row_y.push_back(y);
    y += p.row_height[r];
  }
  p.bottom = y + std::max(14.0, p.gap_height[at(p.rows)]);
  for (cell& c : p.cells)
    c.y = p.row_y[at(c.row)] + (p.row_height[at(c.row)] - c.height) / 2;
}

void place_lanes(double left, double least_width, picture& p) {
  double width = 0;
  for (const double w : p.lane_width) width += w;
  for (const double w : p.gutter_width) width += w;
  p.left = left;
  p.width = std::max(width, least_width);
  double x = left + (p.width - width) / 2;
  for (std::size_t l = 0; l < p.lanes.size(); ++l) {
    p.gutter_x.push_back(x);
    x += p.gutter_width[l];
    p.lane_x.push_back(x);
    x += p.lane_width[l];
  }
  p.gutter_x.push_back(x);
  for (cell& c : p.cells)
    c.x = p.lane_x[at(c.lane)] + (p.lane_width[at(c.lane)] - c.width) / 2;
}

// What the failing step knew is a prefix of each lane.
void shade_known(const explanation& why, picture& p) {
  p.known_to.assign(p.lanes.size(), 0);
  for (const cell& c : p.cells) {
    const int step = c.step != no_step ? c.step : c.hidden.back();
    if (!why.known[at(step)]) continue;
    double& end = p.known_to[at(c.lane)];
    end = std::max(end, c.y + c.height + 5);
  }
}

}  // namespace

cell_pair ends_of(const execution& run, const picture& p, const edge& e) {
  cell_pair ends{p.cell_of_step[at(e.from)], p.cell_of_step[at(e.to)]};
  const step& from = run.steps[at(e.from)];
  const step& to = run.steps[at(e.to)];
  const auto holds = [&](const cell& c, int step) {
    return c.step == step ||
           std::find(c.hidden.begin(), c.hidden.end(), step) != c.hidden.end();
  };
  // Cells stand in the order of the steps.
  for (int i = 0; i < static_cast<int>(p.cells.size()); ++i) {
    const cell& c = p.cells[at(i)];
    const int first = c.step != no_step ? c.step : c.hidden.front();
    if (run.steps[at(first)].thread == to.thread &&
        from.kind == step_kind::spawn && ends.to < 0 &&
        (first > e.to || holds(c, e.to))) {
      ends.to = i;
    }
    if (run.steps[at(first)].thread == from.thread &&
        to.kind == step_kind::join && first <= e.from &&
        p.cell_of_step[at(e.from)] < 0) {
      ends.from = i;
    }
  }
  return ends;
}

picture lay_out(const execution& run, const explanation& why,
                const draw_options& options, double left, double top,
                double least_width) {
  picture p;
  choose_cells(run, why, options, p);
  choose_lanes(run, options, p);
  place_rows(run, p);
  choose_arrows(run, p);
  p.spacious =
      p.cells.size() <= most_spacious && p.arrows.size() <= most_spacious;
  drop_tags(p);
  place_columns(run, p);
  reserve_gaps(p);
  place_lines(top, p);
  reserve_tracks(p);
  place_lanes(left, least_width, p);
  route_arrows(p);
  shade_known(why, p);
  return p;
}

}  // namespace acqrel::model::internal::show
