#include "acqrel/model/litmus/run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <list>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/model/engine/dynamic.h"
#include "acqrel/model/engine/places.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/printer.h"

namespace acqrel::model::litmus {
namespace {

using internal::dynamic_atomic;
using internal::place;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Where an instruction stands, for the checker. Its table remembers the first
// ordering that it sees at a place, so a place here names the orderings too:
// the line is thread and index, the column both orderings.
constexpr const char* file = "litmus";
constexpr std::uint32_t lines_per_thread = 1000;

place place_of(int thread, std::size_t index, const instruction& step) {
  return {file,
          static_cast<std::uint32_t>(thread) * lines_per_thread +
              static_cast<std::uint32_t>(index) + 1,
          static_cast<std::uint32_t>(order_of(step)) * 8 +
              static_cast<std::uint32_t>(failure_order_of(step)) + 1};
}

const instruction* find_instruction(const program& p,
                                    const source_place& where) {
  if (where.file != file || where.line < 1) return nullptr;
  const std::size_t line = at(where.line) - 1;
  const std::size_t thread = line / lines_per_thread;
  const std::size_t index = line % lines_per_thread;
  if (thread >= p.threads.size() || index >= p.threads[thread].size()) {
    return nullptr;
  }
  return &p.threads[thread][index];
}

// Interprets one instruction, within a check.
class interpreter {
 public:
  explicit interpreter(const program& p) : program_(p) {
    for (std::size_t i = 0; i < p.locations.size(); ++i) {
      locations_.push_back(
          std::make_unique<dynamic_atomic>(p.initial[i], p.locations[i]));
    }
    registers_.resize(p.registers.size());
  }

  void run_thread(int thread) {
    const auto& steps = program_.threads[at(thread)];
    for (std::size_t i = 0; i < steps.size(); ++i) {
      run(steps[i], place_of(thread, i, steps[i]));
    }
  }

  std::int64_t value_of(const variable& v) {
    return v.is_location ? locations_[at(v.index)]->load(
                               std::memory_order_relaxed, {"", 0, 0})
                         : registers_[at(v.index)];
  }

 private:
  void run(const instruction& step, place where) {
    switch (step.op) {
      case opcode::fence:
        return internal::dynamic_fence(step.order, where);
      case opcode::light_fence:
        return internal::dynamic_light_fence(where);
      case opcode::heavy_fence:
        return internal::dynamic_heavy_fence(where);
      default:
        break;
    }
    dynamic_atomic& location = *locations_[at(step.location)];
    std::int64_t read = 0;
    switch (step.op) {
      case opcode::load:
        read = location.load(step.order, where);
        break;
      case opcode::store:
        location.store(value(step.value), step.order, where);
        break;
      case opcode::exchange:
        read = location.exchange(value(step.value), step.order, where);
        break;
      case opcode::fetch_add:
        read = location.fetch_add(value(step.value), step.order, where);
        break;
      default:
        read =
            location.compare_exchange(value(step.expected), value(step.value),
                                      step.order, step.failure, where);
        break;
    }
    if (step.reg >= 0) registers_[at(step.reg)] = read;
  }

  std::int64_t value(const operand& o) const {
    return o.is_register ? registers_[at(o.reg)] : o.constant;
  }

  const program& program_;
  std::vector<std::unique_ptr<dynamic_atomic>> locations_;
  std::vector<std::int64_t> registers_;
};

void run_body(const program& p, const std::vector<variable>& shown) {
  interpreter state(p);
  std::list<thread> threads;
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    threads.emplace_back(
        [&state, t] { state.run_thread(static_cast<int>(t)); });
  }
  for (thread& each : threads) each.join();
  for (const variable& v : shown) observe(name_of(p, v), state.value_of(v));
}

// "r1=1 r2=0", as observe() writes it.
outcome parse_outcome(std::string_view text) {
  outcome values;
  for (std::size_t equals = text.find('='); equals != text.npos;
       equals = text.find('=', equals + 1)) {
    values.push_back(std::strtoll(std::string(text.substr(equals + 1)).c_str(),
                                  nullptr, 10));
  }
  return values;
}

// Without the thread that starts the others.
execution without_body(const program& p, const execution& whole) {
  execution part = whole;
  part.threads.erase(part.threads.begin());
  part.steps.clear();
  part.edges.clear();
  std::vector<int> numbers(whole.steps.size(), no_step);
  for (std::size_t i = 0; i < whole.steps.size(); ++i) {
    const instruction* const line = find_instruction(p, whole.steps[i].place);
    if (line == nullptr || whole.steps[i].thread == 0) continue;
    numbers[i] = static_cast<int>(part.steps.size());
    part.steps.push_back(whole.steps[i]);
    step& s = part.steps.back();
    --s.thread;
    s.code = to_text(p, *line);
    s.place = {};
    if (s.reads_from != no_step) s.reads_from = numbers[at(s.reads_from)];
  }
  for (edge arrow : whole.edges) {
    arrow.from = arrow.from == no_step ? no_step : numbers[at(arrow.from)];
    arrow.to = arrow.to == no_step ? no_step : numbers[at(arrow.to)];
    if (arrow.from == no_step || arrow.to == no_step) continue;
    part.edges.push_back(arrow);
  }
  return part;
}

result run_check(const program& p, options how) {
  const std::vector<variable> shown = variables(p);
  how.name = p.name;
  const result r = check(how, [&p, &shown] { run_body(p, shown); });
  if (!r) throw std::runtime_error(p.name + ": " + r.message);
  return r;
}

}  // namespace

bool exploration::is_weak_possible(const program& p) const {
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const auto& entry) {
    return is_weak(p, entry.first);
  });
}

exploration explore(const program& p, dialect model,
                    std::chrono::milliseconds limit) {
  options how;
  how.memory_model = model;
  how.time_limit = limit;
  const result r = run_check(p, how);
  exploration found;
  found.executions = r.executions;
  found.complete = r.complete;
  found.seconds = r.seconds;
  for (const auto& [text, count] : r.outcomes) {
    const auto witness = r.witnesses.find(text);
    found.outcomes[parse_outcome(text)] = {
        count, witness == r.witnesses.end() ? "" : witness->second};
  }
  for (const load_buffering_pair& pair : r.load_buffering) {
    const instruction* const load = find_instruction(p, pair.load);
    const instruction* const store = find_instruction(p, pair.store);
    if (load != nullptr && store != nullptr) {
      found.load_buffering.emplace_back(*load, *store);
    }
  }
  return found;
}

std::set<outcome> conceivable(const program& p,
                              std::chrono::milliseconds limit) {
  std::set<outcome> found;
  for (const auto& [values, reached] :
       explore(all_relaxed(p), dialect::rc11, limit).outcomes) {
    found.insert(values);
  }
  // Every value that a load could see, if the program stores only constants:
  // the first one, its own thread's stores above, all stores of others.
  const auto stores = [&p](std::size_t thread, std::size_t before, int where) {
    std::set<std::int64_t> values;
    for (std::size_t i = 0; i < before; ++i) {
      const instruction& step = p.threads[thread][i];
      if (step.location == where && step.op != opcode::load) {
        values.insert(step.value.constant);
      }
    }
    return values;
  };
  const std::vector<variable> shown = variables(p);
  std::vector<std::set<std::int64_t>> possible(shown.size());
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    for (std::size_t i = 0; i < p.threads[t].size(); ++i) {
      const instruction& step = p.threads[t][i];
      if (step.op == opcode::fetch_add || step.value.is_register) return found;
      if (step.reg < 0) continue;
      std::set<std::int64_t>& values = possible[at(step.reg)];
      values = stores(t, i, step.location);
      if (values.empty()) values.insert(p.initial[at(step.location)]);
      for (std::size_t other = 0; other < p.threads.size(); ++other) {
        if (other == t) continue;
        values.merge(stores(other, p.threads[other].size(), step.location));
      }
    }
  }
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i].is_location) {
      for (std::size_t t = 0; t < p.threads.size(); ++t) {
        possible[i].merge(stores(t, p.threads[t].size(), shown[i].index));
      }
      if (possible[i].empty()) {
        possible[i].insert(p.initial[at(shown[i].index)]);
      }
    }
    combinations *= std::max<std::size_t>(possible[i].size(), 1);
    if (combinations > 32) return found;
  }
  outcome values(shown.size());
  const auto descend = [&](const auto& self, std::size_t depth) -> void {
    if (depth == shown.size()) {
      found.insert(values);
      return;
    }
    for (const std::int64_t value : possible[depth]) {
      values[depth] = value;
      self(self, depth + 1);
    }
  };
  descend(descend, 0);
  return found;
}

execution replay(const program& p, const std::string& witness, dialect model) {
  options how;
  how.memory_model = model;
  how.replay = witness;
  return without_body(p, run_check(p, how).counterexample);
}

std::vector<combination> all_combinations(const program& p) {
  std::vector<combination> table;
  each_combination(p, [&](const program& chosen) {
    const exploration rc11 = explore(chosen);
    const exploration cxx20 = explore(chosen, dialect::cxx20);
    combination row;
    for (const choice& c : combination_axes(chosen)) {
      row.values.push_back(c.value);
    }
    row.possible = rc11.is_weak_possible(chosen);
    row.possible_in_cxx20 = cxx20.is_weak_possible(chosen);
    row.load_buffering = !rc11.load_buffering.empty();
    table.push_back(std::move(row));
  });
  return table;
}

}  // namespace acqrel::model::litmus
