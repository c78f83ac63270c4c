#include "acqrel/model/explanation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace acqrel::model::internal::show {
namespace {

// An execution of at most so many steps is shown whole, but for the making of
// what it uses.
constexpr std::size_t few = 14;

// "node#1.next" and "node#1" are about the same object.
std::string_view object_of(std::string_view location) {
  return location.substr(0, location.find_first_of(".[-"));
}

bool writes(step_kind kind) {
  switch (kind) {
    case step_kind::store:
    case step_kind::update:
    case step_kind::plain_write:
    case step_kind::construct:
    case step_kind::destroy:
    case step_kind::allocate:
    case step_kind::deallocate:
    case step_kind::notify:
      return true;
    default:
      return false;
  }
}

std::set<std::string_view> objects_of_culprits(const execution& run) {
  std::set<std::string_view> objects;
  for (const step& s : run.steps)
    if (s.culprit && !s.location.empty()) objects.insert(object_of(s.location));
  return objects;
}

// The steps that had an influence on a culprit. A from-read edge is no
// influence, with an exception: where a step that matters read a stale value,
// the newer one explains what "stale" means.
std::vector<bool> relevant_steps(const execution& run,
                                 const std::vector<edge>& edges) {
  const std::size_t count = run.steps.size();
  const std::set<std::string_view> objects = objects_of_culprits(run);
  std::vector<int> before(count, no_step);  // in its thread
  std::vector<int> last(static_cast<std::size_t>(count_lanes(run)), no_step);
  std::vector<std::vector<int>> sources(count);
  std::vector<int> pending;
  bool any_culprit = false;
  for (std::size_t i = 0; i < count; ++i) {
    const step& s = run.steps[i];
    const int index = static_cast<int>(i);
    before[i] = std::exchange(last[static_cast<std::size_t>(s.thread)], index);
    any_culprit = any_culprit || s.culprit;
    if (s.culprit ||
        (writes(s.kind) && objects.count(object_of(s.location)) != 0)) {
      pending.push_back(index);
    }
  }
  std::vector<bool> relevant(count, !any_culprit);
  if (!any_culprit) return relevant;
  for (const edge& e : edges) {
    const step& from = run.steps[static_cast<std::size_t>(e.from)];
    if (e.kind == edge_kind::from_read && (from.stale || from.culprit))
      sources[static_cast<std::size_t>(e.from)].push_back(e.to);
    if (e.kind == edge_kind::from_read || e.kind == edge_kind::modification)
      continue;
    sources[static_cast<std::size_t>(e.to)].push_back(e.from);
  }
  while (!pending.empty()) {
    const auto i = static_cast<std::size_t>(pending.back());
    pending.pop_back();
    if (relevant[i]) continue;
    relevant[i] = true;
    if (before[i] != no_step) pending.push_back(before[i]);
    pending.insert(pending.end(), sources[i].begin(), sources[i].end());
  }
  return relevant;
}

bool makes(step_kind kind) {
  return kind == step_kind::construct || kind == step_kind::allocate ||
         kind == step_kind::end;
}

// What a location has to do with the others.
class locations {
 public:
  explicit locations(const execution& run)
      : objects_(objects_of_culprits(run)) {
    for (const step& s : run.steps) {
      if (s.culprit && !s.location.empty()) culprits_.insert(s.location);
      if (!makes(s.kind) && s.kind != step_kind::destroy)
        users_[s.location].insert(s.thread);
      if (points_to_culprit(s.read) || points_to_culprit(s.written))
        lead_there_.insert(s.location);
    }
  }

  bool is_shared(const step& s) const {
    const auto users = users_.find(s.location);
    return users != users_.end() && users->second.size() > 1;
  }
  bool is_of_culprit(const step& s) const {
    return objects_.count(object_of(s.location)) != 0;
  }
  // Of an object's members, only those that went wrong.
  bool is_culprit(const step& s) const {
    return culprits_.count(s.location) != 0;
  }
  bool holds_culprit(const step& s) const {
    return lead_there_.count(s.location) != 0;
  }
  // Where what went wrong is about an object that pointers lead to, other
  // locations matter less.
  bool leads_to_culprit(const step& s) const {
    return lead_there_.empty() || holds_culprit(s) || is_of_culprit(s);
  }

 private:
  bool points_to_culprit(std::string_view value) const {
    return !value.empty() && value[0] == '&' &&
           objects_.count(value.substr(1)) != 0;
  }

  std::set<std::string_view> objects_;
  std::set<std::string_view> culprits_;
  std::map<std::string_view, std::set<int>> users_;
  std::set<std::string_view> lead_there_;
};

weight weight_of(const step& s, const locations& where, bool has_edges,
                 bool is_short) {
  if (s.culprit || s.stale || s.weakened) return weight::major;
  switch (s.kind) {
    case step_kind::end:
      return weight::hidden;
    case step_kind::load:
    case step_kind::store:
    case step_kind::update:
      if (is_short) return weight::major;
      if (!where.is_shared(s) && !has_edges && !where.is_of_culprit(s) &&
          !where.holds_culprit(s)) {
        return weight::hidden;
      }
      return where.leads_to_culprit(s) ? weight::major : weight::minor;
    case step_kind::fence:
    case step_kind::sleep:
    case step_kind::notify:
    case step_kind::blocked:
      return weight::major;
    case step_kind::spawn:
    case step_kind::join:
    case step_kind::choice:
    case step_kind::note:
      return weight::minor;
    case step_kind::construct:
      return weight::hidden;
    case step_kind::allocate:
      return !is_short && where.is_of_culprit(s) ? weight::minor
                                                 : weight::hidden;
    case step_kind::plain_read:
    case step_kind::plain_write:
      return is_short || where.is_culprit(s) ? weight::minor : weight::hidden;
    case step_kind::destroy:
    case step_kind::deallocate:
      return where.is_culprit(s) ? weight::minor : weight::hidden;
  }
  return weight::minor;
}

// "1 step" takes as much room as the step.
void show_lone_steps(const execution& run, const std::vector<bool>& relevant,
                     std::vector<weight>& weights) {
  for (int lane = 0; lane < count_lanes(run); ++lane) {
    std::vector<std::size_t> in_a_row;
    const auto end_run = [&] {
      if (in_a_row.size() == 1 && relevant[in_a_row[0]])
        weights[in_a_row[0]] = weight::minor;
      in_a_row.clear();
    };
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
      const step& s = run.steps[i];
      if (s.thread != lane || s.kind == step_kind::end) continue;
      if (weights[i] == weight::hidden)
        in_a_row.push_back(i);
      else
        end_run();
    }
    end_run();
  }
}

}  // namespace

precedence::precedence(const execution& run, const std::vector<edge>& edges,
                       bool through_reads) {
  const std::size_t count = run.steps.size();
  const auto lanes = static_cast<std::size_t>(count_lanes(run));
  std::vector<std::vector<int>> sources(count);
  for (const edge& e : edges) {
    const bool counts = e.kind == edge_kind::synchronizes_with ||
                        (through_reads && e.kind == edge_kind::reads_from);
    // Only what goes forward, as both kinds should.
    if (counts && e.from < e.to)
      sources[static_cast<std::size_t>(e.to)].push_back(e.from);
  }
  std::vector<int> length(lanes);
  std::vector<int> last(lanes, no_step);
  for (std::size_t i = 0; i < count; ++i) {
    const auto lane = static_cast<std::size_t>(run.steps[i].thread);
    std::vector<int> seen(lanes);
    if (last[lane] != no_step) sources[i].push_back(last[lane]);
    for (const int source : sources[i]) {
      const std::vector<int>& theirs = seen_[static_cast<std::size_t>(source)];
      for (std::size_t l = 0; l < lanes; ++l)
        seen[l] = std::max(seen[l], theirs[l]);
    }
    lane_.push_back(run.steps[i].thread);
    position_.push_back(length[lane]);
    seen[lane] = ++length[lane];
    last[lane] = static_cast<int>(i);
    seen_.push_back(std::move(seen));
  }
}

bool precedence::leads_to(int first, int second) const {
  const auto a = static_cast<std::size_t>(first);
  const auto b = static_cast<std::size_t>(second);
  return seen_[b][static_cast<std::size_t>(lane_[a])] > position_[a];
}

explanation explain(const execution& run) {
  explanation result;
  const std::size_t count = run.steps.size();
  const std::vector<edge> edges = edges_of(run);
  std::vector<bool> has_edges(count);
  for (const edge& e : edges) {
    const auto from = static_cast<std::size_t>(e.from);
    const auto to = static_cast<std::size_t>(e.to);
    if (run.steps[from].thread == run.steps[to].thread) continue;
    has_edges[from] = true;
    has_edges[to] = true;
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (run.steps[i].culprit) result.failing = static_cast<int>(i);
    if (!makes(run.steps[i].kind)) ++length;
  }

  const std::vector<bool> relevant = relevant_steps(run, edges);
  const locations where(run);
  result.weights.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_short = length <= few;
    if (relevant[i] || is_short)
      result.weights[i] =
          weight_of(run.steps[i], where, has_edges[i], is_short);
  }

  if (length > few) show_lone_steps(run, relevant, result.weights);

  const precedence happens_before(run, edges, /*through_reads=*/false);
  result.known.resize(count);
  if (result.failing == no_step) return result;
  for (std::size_t i = 0; i < count; ++i)
    result.known[i] =
        happens_before.leads_to(static_cast<int>(i), result.failing);
  return result;
}

std::vector<edge> edges_of(const execution& run) {
  const int count = static_cast<int>(run.steps.size());
  std::set<std::tuple<int, int, edge_kind>> present;
  std::vector<edge> edges;
  const auto add = [&](const edge& e) {
    if (e.from < 0 || e.to < 0 || e.from >= count || e.to >= count ||
        e.from == e.to) {
      return;
    }
    if (present.insert({e.from, e.to, e.kind}).second) edges.push_back(e);
  };
  for (const edge& e : run.edges) add(e);
  for (int i = 0; i < count; ++i) {
    const step& s = run.steps[static_cast<std::size_t>(i)];
    add({s.reads_from, i, edge_kind::reads_from});
  }
  edges.erase(std::remove_if(edges.begin(), edges.end(),
                             [&](const edge& e) {
                               return e.kind == edge_kind::reads_from &&
                                      present.count(
                                          {e.from, e.to,
                                           edge_kind::synchronizes_with}) != 0;
                             }),
              edges.end());
  return edges;
}

int count_lanes(const execution& run) {
  int lanes = static_cast<int>(run.threads.size());
  for (const step& s : run.steps) lanes = std::max(lanes, s.thread + 1);
  return lanes;
}

std::string thread_name(const execution& run, int thread) {
  const auto index = static_cast<std::size_t>(thread);
  if (index < run.threads.size() && !run.threads[index].empty())
    return run.threads[index];
  return "T" + std::to_string(thread);
}

std::string operation_name(const step& s) {
  if (!s.operation.empty()) return s.operation;
  switch (s.kind) {
    case step_kind::load:
      return "load";
    case step_kind::store:
      return "store";
    case step_kind::update:
      return "update";
    case step_kind::fence:
      return "fence";
    case step_kind::plain_read:
      return "read";
    case step_kind::plain_write:
      return "write";
    case step_kind::construct:
      return "construct";
    case step_kind::destroy:
      return "destroy";
    case step_kind::allocate:
      return "new";
    case step_kind::deallocate:
      return "delete";
    case step_kind::spawn:
      return "spawn";
    case step_kind::join:
      return "join";
    case step_kind::end:
      return "end";
    case step_kind::sleep:
      return "wait";
    case step_kind::notify:
      return "notify";
    case step_kind::choice:
      return "choose";
    case step_kind::blocked:
      return "waits for ever";
    case step_kind::note:
      return "note";
  }
  return "";
}

std::string short_place(const source_place& place) {
  if (place.line == 0) return "";
  const std::size_t slash = place.file.rfind('/');
  const std::string name =
      slash == std::string::npos ? place.file : place.file.substr(slash + 1);
  return name + ":" + std::to_string(place.line);
}

bool failed_exchange(const step& s) {
  return s.kind == step_kind::load &&
         s.operation.rfind("compare_exchange", 0) == 0;
}

bool says_so_already(const step& s) {
  return failed_exchange(s) && s.note == "fails";
}

}  // namespace acqrel::model::internal::show
