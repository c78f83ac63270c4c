#include "acqrel/tests/model/run_program.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/check.h"
#include "acqrel/model/engine/dynamic.h"
#include "acqrel/model/engine/places.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/enumerate.h"

namespace acqrel::testing {
namespace {

using model::internal::dynamic_atomic;
using model::litmus::instruction;
using model::litmus::opcode;
using model::litmus::operand;
using model::litmus::outcome;
using model::litmus::program;

// The checker looks orderings up by place, and one process checks thousands of
// programs: so a place is what has the same orderings.
model::internal::place place_of(const instruction& i) {
  return {"litmus", 1 + static_cast<std::uint32_t>(i.order),
          1 + static_cast<std::uint32_t>(i.failure)};
}

void execute(const instruction& i, std::deque<dynamic_atomic>& locations,
             std::vector<std::int64_t>& registers) {
  const auto value = [&](const operand& o) {
    return o.is_register ? registers[static_cast<std::size_t>(o.reg)]
                         : o.constant;
  };
  const auto location = [&]() -> dynamic_atomic& {
    return locations[static_cast<std::size_t>(i.location)];
  };
  const auto keep = [&](std::int64_t read) {
    if (i.reg >= 0) registers[static_cast<std::size_t>(i.reg)] = read;
  };
  const model::internal::place where = place_of(i);
  switch (i.op) {
    case opcode::load:
      return keep(location().load(i.order, where));
    case opcode::store:
      return location().store(value(i.value), i.order, where);
    case opcode::exchange:
      return keep(location().exchange(value(i.value), i.order, where));
    case opcode::fetch_add:
      return keep(location().fetch_add(value(i.value), i.order, where));
    case opcode::compare_exchange:
      return keep(location().compare_exchange(value(i.expected), value(i.value),
                                              i.order, i.failure, where));
    case opcode::fence:
      return model::internal::dynamic_fence(i.order, where);
    case opcode::light_fence:
      return model::internal::dynamic_light_fence(where);
    case opcode::heavy_fence:
      return model::internal::dynamic_heavy_fence(where);
  }
}

void run_once(const program& p) {
  std::deque<dynamic_atomic> locations;
  for (std::size_t l = 0; l < p.locations.size(); ++l) {
    locations.emplace_back(p.initial[l], p.locations[l]);
  }
  std::vector<std::int64_t> registers(p.registers.size());
  {
    std::vector<model::thread> threads;
    threads.reserve(p.threads.size());
    for (const std::vector<instruction>& code : p.threads) {
      threads.emplace_back([&locations, &registers, &code] {
        for (const instruction& i : code) execute(i, locations, registers);
      });
    }
    for (model::thread& t : threads) t.join();
  }
  for (std::size_t r = 0; r < registers.size(); ++r) {
    model::observe(p.registers[r], registers[r]);
  }
  for (std::size_t l = 0; l < locations.size(); ++l) {
    model::observe(p.locations[l], locations[l].load(std::memory_order_relaxed,
                                                     {"litmus", 1, 1}));
  }
}

}  // namespace

model::result run_program(const program& p, model::options options) {
  return model::check(options, [&p] { run_once(p); });
}

behaviours behaviours_of(const model::result& r) {
  behaviours b;
  b.graphs = r.executions;
  for (const auto& [text, count] : r.outcomes) {
    outcome o;  // of "r0=1 r1=0 x=2"
    for (std::size_t sign = text.find('='); sign != std::string::npos;
         sign = text.find('=', sign + 1)) {
      o.push_back(std::strtoll(text.c_str() + sign + 1, nullptr, 10));
    }
    b.outcomes[o] += count;
  }
  return b;
}

}  // namespace acqrel::testing
