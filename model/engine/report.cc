// An execution for people: runs the graph once more, taking notes, and finds
// names for what the notes speak of.
#include <algorithm>
#include <cctype>
#include <map>

#include "acqrel/model/engine/engine.h"
#include "acqrel/model/engine/source_line.h"

namespace acqrel::model::internal {
namespace {

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The object in front of the call at `column`: "head_" of "head_.load(acquire)".
std::string receiver(const std::string& code, int column) {
  // Compilers disagree where a call is; the nearest member call is meant.
  std::string best;
  int distance = 1 << 20;
  for (std::size_t at = 1; at < code.size(); ++at) {
    const bool dot = code[at] == '.';
    const bool arrow =
        code[at] == '-' && at + 1 < code.size() && code[at + 1] == '>';
    if (!dot && !arrow) continue;
    std::size_t end = at + (dot ? 1 : 2);
    while (end < code.size() && is_name(code[end])) ++end;
    if (end >= code.size() || code[end] != '(') continue;
    std::size_t begin = at;
    if (code[begin - 1] == ']') {
      while (begin > 0 && code[begin - 1] != '[') --begin;
      if (begin > 0) --begin;
    }
    while (begin > 0 && is_name(code[begin - 1])) --begin;
    const std::string name = code.substr(begin, at - begin);
    const int away = std::abs(static_cast<int>(begin) + 1 - column);
    if (!name.empty() && away < distance) {
      distance = away;
      best = name;
    }
  }
  return best;
}

std::string letters(int number) {
  std::string text(1, static_cast<char>('A' + number % 26));
  if (number >= 26) text += std::to_string(number / 26);
  return text;
}

}  // namespace

// Runs the current graph again, with notes.
void engine::trace_run() {
  tracing_ = true;
  const result before = result_;
  const mode mode_before = mode_;
  if (mode_ == mode::sample) mode_ = mode::explore;
  if (mode_ == mode::script) script_at_ = script_.size();
  const std::size_t left_before = left_.size();
  run();
  left_.resize(left_before);
  tracing_ = false;
  mode_ = mode_before;
  if (before.error != failure::none) {
    result_.error = before.error;
    result_.message = before.message;
  }
  result_.bound_hits = before.bound_hits;
}

execution engine::describe_execution() {
  const graph& g = now();
  place_table& places = place_table::get();
  execution out;
  out.title = options_.name;
  if (result_.error != failure::none) {
    // Most messages begin with the kind of failure, or an article and that.
    const std::string kind = to_string(result_.error);
    const bool says_it = result_.message.starts_with(kind) ||
                         result_.message.starts_with("a " + kind);
    out.failure = says_it ? result_.message : kind + ": " + result_.message;
  }
  out.replay = script_of_run();
  for (int t = 0; t < known_threads_; ++t) {
    if (threads_[t].status == thread_status::unused) continue;
    while (static_cast<int>(out.threads.size()) <= t) {
      out.threads.push_back("T" + std::to_string(out.threads.size()));
    }
  }
  if (!out.threads.empty()) out.threads[0] = "body";

  // Blocks of memory are A, B, ... in the order of their allocation, if they
  // hold anything that is spoken of.
  std::map<const char*, std::string> block_names;
  const auto block_of = [&](const void* address) -> const block* {
    const char* const at = static_cast<const char*>(address);
    for (auto it = blocks_.rbegin(); it != blocks_.rend(); ++it) {
      if (at >= it->address && at < it->address + it->size) return &*it;
    }
    return nullptr;
  };
  for (const block& b : blocks_) {
    const bool holds_cells =
        std::any_of(cells_.begin(), cells_.end(), [&](const cell& c) {
          const char* const at = static_cast<const char*>(c.address);
          return at >= b.address && at < b.address + b.size;
        });
    if (holds_cells) {
      block_names.try_emplace(b.address,
                              letters(static_cast<int>(block_names.size())));
    }
  }
  const auto block_name = [&](const void* address) -> std::string {
    const block* const b = block_of(address);
    const auto it =
        b == nullptr ? block_names.end() : block_names.find(b->address);
    return it == block_names.end() ? "" : it->second;
  };

  // A cell's name: what the code calls it most, a member's name above all.
  std::vector<std::string> names(cells_.size());
  std::vector<std::map<std::string, int>> votes(cells_.size());
  for (const raw_step& raw : steps_) {
    if (raw.cell < 0 || raw.place < 0) continue;
    // The others know only what was near.
    const std::string_view operation = raw.operation;
    if (raw.kind == step_kind::construct || raw.kind == step_kind::destroy ||
        operation == "construct" || operation == "destroy" ||
        operation == "operator delete") {
      continue;
    }
    const known_place& p = places[raw.place];
    const std::string name =
        receiver(read_source_line(p.file, static_cast<int>(p.line)),
                 static_cast<int>(p.column));
    if (name.empty()) continue;
    votes[raw.cell][name] += name.back() == '_' || name.back() == ']' ? 100 : 1;
  }
  std::map<std::string, int> taken;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const cell& c = cells_[i];
    if (c.name >= 0) {
      names[i] = names_[c.name];
      continue;
    }
    std::string best = c.what == cell::kind::atomic ? "atomic" : "object";
    int most = 0;
    for (const auto& [name, count] : votes[i]) {
      if (count > most) {
        most = count;
        best = name;
      }
    }
    const std::string owner = block_name(c.address);
    if (!owner.empty()) best = owner + "." + best;
    const int nth = ++taken[best];
    names[i] = nth == 1 ? best : best + "#" + std::to_string(nth);
  }

  const auto text_of = [&](const bits& value, int cell_number) -> std::string {
    const value_format format =
        cell_number < 0 ? value_format::none : cells_[cell_number].format;
    switch (format) {
      case value_format::boolean:
        return value.low == 0 ? "false" : "true";
      case value_format::signed_integer: {
        const int shift = 64 - 8 * cells_[cell_number].size;
        return std::to_string(static_cast<std::int64_t>(value.low << shift) >>
                              shift);
      }
      case value_format::unsigned_integer:
        return std::to_string(value.low);
      case value_format::pointer: {
        if (value.low == 0) return "null";
        const std::string name =
            block_name(reinterpret_cast<const void*>(value.low));
        if (!name.empty()) return "&" + name;
        break;
      }
      case value_format::none:
        return "";
      default:
        break;
    }
    std::ostringstream hex;
    hex << "0x" << std::hex << value.low;
    return hex.str();
  };

  std::map<std::pair<int, int>, int> step_of;  // an event's
  std::vector<bool> wakes(steps_.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const raw_step& raw = steps_[i];
    step s;
    s.thread = raw.thread;
    s.kind = raw.kind;
    s.operation = raw.operation;
    if (raw.place >= 0) {
      const known_place& p = places[raw.place];
      s.place = {p.file, static_cast<int>(p.line), static_cast<int>(p.column)};
      s.code = read_source_line(p.file, s.place.line);
      const std::size_t first = s.code.find_first_not_of(' ');
      s.code = first == s.code.npos ? "" : s.code.substr(first);
      if (p.own_order != no_ordering) {
        const bool failed =
            raw.kind == step_kind::load && p.own_failure != no_ordering;
        s.order = order_name(failed ? p.failure : p.order);
        if (raw.kind == step_kind::fence &&
            s.operation.starts_with("asymmetric")) {
          s.order = s.operation.ends_with("light") ? "light" : "heavy";
          if (p.order != p.own_order) s.order = order_name(p.order);
        }
        s.weakened =
            failed ? p.failure != p.own_failure : p.order != p.own_order;
        if (s.weakened) {
          const bool light = s.operation.ends_with("fence_light");
          const bool heavy = s.operation.ends_with("fence_heavy");
          s.note = std::string("the source says ") +
                   (light    ? "light"
                    : heavy  ? "heavy"
                    : failed ? order_name(p.own_failure)
                             : order_name(p.own_order));
        }
      }
    }
    if (raw.cell >= 0) s.location = names[raw.cell];
    if (raw.kind == step_kind::load || raw.kind == step_kind::update) {
      s.read = text_of(raw.read, raw.cell);
    }
    if (raw.kind == step_kind::choice) s.read = std::to_string(raw.read.low);
    if (raw.kind == step_kind::store || raw.kind == step_kind::update ||
        (raw.kind == step_kind::construct && raw.cell >= 0 &&
         cells_[raw.cell].what == cell::kind::atomic)) {
      s.written = text_of(raw.written, raw.cell);
    }
    if (raw.kind == step_kind::allocate || raw.kind == step_kind::deallocate) {
      s.location = block_name(reinterpret_cast<const void*>(raw.written.low));
      s.operation += " (" + raw.text + ")";
    } else if (!raw.text.empty()) {
      s.note += (s.note.empty() ? "" : "; ") + raw.text;
    }
    const int index = static_cast<int>(i);
    if (raw.write.exists())
      step_of[{raw.write.thread, raw.write.index}] = index;
    if (raw.event.exists())
      step_of[{raw.event.thread, raw.event.index}] = index;
    out.steps.push_back(std::move(s));
  }

  const auto find_step = [&](event_id id) {
    const auto it = step_of.find({id.thread, id.index});
    return it == step_of.end() ? no_step : it->second;
  };
  // What synchronizes with an acquire that reads `store`: the head of its release
  // sequence, or a release fence before that.
  const auto released_by = [&](event_id store) {
    const int written = find_step(store);
    while (g.at(store).updates && !releases(g.at(store).order)) {
      const event_id source =
          g.at({store.thread, static_cast<std::int16_t>(store.index - 1)}).rf;
      if (!source.exists()) break;
      store = source;
    }
    if (releases(g.at(store).order)) {
      return find_step(store) == no_step ? written : find_step(store);
    }
    for (std::int16_t i = store.index; i-- > 0;) {
      const event& fence = g.threads[store.thread][i];
      const int at = find_step({store.thread, i});
      if (fence.what == event_kind::fence && releases(fence.order) &&
          at != no_step) {
        return at;
      }
    }
    return written;
  };
  std::map<int, int> last_of_thread, spawned_by;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const raw_step& raw = steps_[i];
    const int index = static_cast<int>(i);
    step& s = out.steps[i];
    if (!last_of_thread.contains(raw.thread) &&
        spawned_by.contains(raw.thread)) {
      out.edges.push_back(
          {spawned_by[raw.thread], index, edge_kind::synchronizes_with});
    }
    last_of_thread[raw.thread] = index;
    if (raw.kind == step_kind::spawn) {
      spawned_by[std::stoi(raw.text.substr(1))] = index;
    } else if (raw.kind == step_kind::join) {
      const auto it = last_of_thread.find(std::stoi(raw.text.substr(1)));
      if (it != last_of_thread.end()) {
        out.edges.push_back({it->second, index, edge_kind::synchronizes_with});
      }
    }
    if (!raw.event.exists()) continue;
    const event& e = g.at(raw.event);
    if (e.what == event_kind::read || e.what == event_kind::sleep) {
      s.reads_initial = e.what == event_kind::read && !e.rf.exists();
      s.reads_from = e.rf.exists() ? find_step(e.rf) : no_step;
      if (s.reads_from != no_step) {
        const event& source = g.at(e.rf);
        const bool carries = !(source.message == clock());
        const bool synchronizes = e.what == event_kind::read && carries &&
                                  acquires(e.effective_order());
        if (out.steps[s.reads_from].thread != s.thread) {
          edge_kind kind = synchronizes ? edge_kind::synchronizes_with
                                        : edge_kind::reads_from;
          const known_place& at = places[raw.place];
          const known_place& from = places[source.place];
          const bool own_acquires =
              acquires(e.update == update_kind::if_expected && !e.updates
                           ? at.own_failure
                           : at.own_order);
          if (!synchronizes && own_acquires &&
              (carries || releases(from.own_order)) &&
              (s.weakened || out.steps[s.reads_from].weakened)) {
            out.edges.push_back({s.reads_from, index, edge_kind::missing});
          }
          if (kind == edge_kind::synchronizes_with &&
              released_by(e.rf) != s.reads_from) {
            out.edges.push_back({released_by(e.rf), index, kind});
            kind = edge_kind::reads_from;
          }
          out.edges.push_back({s.reads_from, index, kind});
        }
      }
      if (e.what == event_kind::read) {
        const std::vector<event_id>& order = g.locations[e.location].order;
        const auto p = static_cast<std::size_t>(g.position_of(e.rf));
        if (p < order.size() && !(e.updates && p + 1 == order.size())) {
          const event_id newer = order[p];
          const int to = find_step(newer);
          const bool own = e.updates && newer.thread == raw.event.thread &&
                           newer.index == raw.event.index + 1;
          if (to != no_step && !own) {
            s.stale = to < index;
            out.edges.push_back({index, to, edge_kind::from_read});
          }
        }
      }
    } else if (e.what == event_kind::fence && acquires(e.order)) {
      // What its earlier reads have seen happens before it.
      for (int r = raw.event.index - 1; r >= 0; --r) {
        const event& read = g.threads[raw.event.thread][r];
        if (read.what == event_kind::fence && acquires(read.order)) break;
        if (read.what == event_kind::read && read.rf.exists() &&
            read.rf.thread != raw.event.thread &&
            !acquires(read.effective_order()) &&
            !(g.at(read.rf).message == clock()) &&
            find_step(read.rf) != no_step) {
          out.edges.push_back(
              {released_by(read.rf), index, edge_kind::synchronizes_with});
        }
      }
    }
  }
  for (const location_events& where : g.locations) {
    for (std::size_t p = 0; p + 1 < where.order.size(); ++p) {
      const int from = find_step(where.order[p]);
      const int to = find_step(where.order[p + 1]);
      if (from == no_step || to == no_step ||
          out.steps[from].thread == out.steps[to].thread ||
          out.steps[to].reads_from == from) {
        continue;
      }
      out.edges.push_back({from, to, edge_kind::modification});
    }
  }

  // What went wrong: the failing step, and the other thread's part in it.
  for (const int culprit : culprits_) {
    if (culprit < static_cast<int>(out.steps.size())) {
      out.steps[culprit].culprit = true;
    }
  }
  if (failed_other_ >= 0 && !culprits_.empty()) {
    const int object = steps_[culprits_[0]].cell;
    for (int i = static_cast<int>(steps_.size()) - 1; i >= 0; --i) {
      const raw_step& raw = steps_[i];
      if (raw.thread == failed_other_ &&
          (raw.cell == object ||
           (raw.kind == step_kind::deallocate &&
            block_of(cells_[object].address) != nullptr &&
            block_of(cells_[object].address)->address ==
                reinterpret_cast<char*>(raw.written.low)))) {
        out.steps[i].culprit = true;
        break;
      }
    }
  }
  if (culprits_.empty() && result_.error == failure::exception &&
      !out.steps.empty()) {
    out.steps.back().culprit = true;
  }
  return out;
}

}  // namespace acqrel::model::internal
