#include "acqrel/tests/model/enumerate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/axioms.h"
#include "acqrel/tests/model/relation.h"

namespace acqrel::testing {
namespace {

using model::litmus::instruction;
using model::litmus::opcode;
using model::litmus::operand;
using model::litmus::outcome;
using model::litmus::program;
using model::litmus::term;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

bool may_read(const instruction& i) {
  return i.op == opcode::load || i.op == opcode::exchange ||
         i.op == opcode::fetch_add || i.op == opcode::compare_exchange;
}
bool may_write(const instruction& i) {
  return i.op != opcode::load && (may_read(i) || i.op == opcode::store);
}

// All instructions of the program, a thread after the other.
struct operation {
  int thread;
  instruction code;
};

std::vector<operation> operations_of(const program& p) {
  std::vector<operation> result;
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    for (const instruction& i : p.threads[t]) {
      result.push_back({static_cast<int>(t), i});
    }
  }
  return result;
}

// Where an operation reads from: another operation, or the initial value.
constexpr int initial = -1;

// Later operations of the same thread are left out; all else is for the axioms.
std::vector<int> sources_of(const std::vector<operation>& all, int reader) {
  std::vector<int> result{initial};
  const operation& r = all[index(reader)];
  for (int w = 0; w < static_cast<int>(all.size()); ++w) {
    const operation& o = all[index(w)];
    const bool later = o.thread == r.thread && w >= reader;
    if (!later && may_write(o.code) && o.code.location == r.code.location) {
      result.push_back(w);
    }
  }
  return result;
}

// What an operation did, given where every operation reads from.
struct effect {
  bool done = false;
  bool wrote = false;
  std::int64_t written = 0;
};

struct run {
  std::vector<effect> effects;  // of each operation
  std::vector<std::int64_t> registers;
};

// Runs the program in an order in which each read follows what it reads. There
// is none if sb | rf has a cycle (values out of thin air); and there is no such
// run if an operation reads from a compare_exchange that failed.
std::optional<run> run_with(const program& p, const std::vector<operation>& all,
                            const std::vector<int>& reads_from) {
  run r{std::vector<effect>(all.size()),
        std::vector<std::int64_t>(p.registers.size())};
  const auto value = [&](const operand& o) {
    return o.is_register ? r.registers[index(o.reg)] : o.constant;
  };
  for (bool progress = true; progress;) {
    progress = false;
    int stuck_thread = -1;
    for (std::size_t o = 0; o < all.size(); ++o) {
      const instruction& code = all[o].code;
      effect& e = r.effects[o];
      if (e.done || all[o].thread == stuck_thread) continue;
      const int source = reads_from[o];
      const bool reads = may_read(code);
      if (reads && source != initial && !r.effects[index(source)].done) {
        stuck_thread = all[o].thread;
        continue;
      }
      if (reads && source != initial && !r.effects[index(source)].wrote) {
        return std::nullopt;
      }
      const std::int64_t read = !reads ? 0
                                : source == initial
                                    ? p.initial[index(code.location)]
                                    : r.effects[index(source)].written;
      e.done = progress = true;
      e.wrote = may_write(code) && (code.op != opcode::compare_exchange ||
                                    read == value(code.expected));
      e.written = value(code.value);
      if (code.op == opcode::fetch_add) {
        // Wraps around, as the atomic does.
        e.written =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(read) +
                                      static_cast<std::uint64_t>(e.written));
      }
      if (reads && code.reg >= 0) r.registers[index(code.reg)] = read;
    }
  }
  for (const effect& e : r.effects) {
    if (!e.done) return std::nullopt;
  }
  return r;
}

// The graph of a run, without mo, and its events' connection to the program.
struct run_graph {
  graph g{{}};
  std::vector<int> initial_write;        // event, for each location
  std::vector<std::vector<int>> writes;  // other events, for each location
  std::vector<std::int64_t> written;     // for each event
};

run_graph graph_of(const program& p, const std::vector<operation>& all,
                   const std::vector<int>& reads_from, const run& r) {
  run_graph result;
  std::vector<event> events;
  const auto add = [&](event_kind kind, int location, std::memory_order order,
                       std::int64_t written = 0) {
    events.push_back({kind, location, order});
    result.written.push_back(written);
    return static_cast<int>(events.size()) - 1;
  };

  for (std::size_t l = 0; l < p.locations.size(); ++l) {
    result.initial_write.push_back(add(event_kind::write, static_cast<int>(l),
                                       std::memory_order_relaxed,
                                       p.initial[l]));
  }
  const int first = static_cast<int>(events.size());
  result.writes.resize(p.locations.size());
  // The events of each operation; none is -1.
  std::vector<int> read_event(all.size(), -1);
  std::vector<int> write_event(all.size(), -1);
  std::vector<int> thread_of(events.size(), -1);
  for (std::size_t o = 0; o < all.size(); ++o) {
    const instruction& code = all[o].code;
    const effect& e = r.effects[o];
    if (may_read(code)) {
      const bool failed = code.op == opcode::compare_exchange && !e.wrote;
      read_event[o] = add(event_kind::read, code.location,
                          failed ? code.failure : code.order);
    }
    if (e.wrote) {
      write_event[o] =
          add(event_kind::write, code.location, code.order, e.written);
      result.writes[index(code.location)].push_back(write_event[o]);
    }
    if (code.op == opcode::fence) add(event_kind::fence, -1, code.order);
    if (code.op == opcode::light_fence) {
      add(event_kind::light_fence, -1, std::memory_order_relaxed);
    }
    if (code.op == opcode::heavy_fence) {
      add(event_kind::heavy_fence, -1, std::memory_order_seq_cst);
    }
    thread_of.resize(events.size(), all[o].thread);
  }

  result.g = graph(std::move(events));
  graph& g = result.g;
  for (int later = first; later < g.size(); ++later) {
    for (int e = 0; e < later; ++e) {
      if (e < first || thread_of[index(e)] == thread_of[index(later)]) {
        g.sb.add(e, later);
      }
    }
  }
  for (std::size_t o = 0; o < all.size(); ++o) {
    if (read_event[o] < 0) continue;
    g.rf.add(reads_from[o] == initial
                 ? result.initial_write[index(all[o].code.location)]
                 : write_event[index(reads_from[o])],
             read_event[o]);
    if (write_event[o] >= 0) g.rmw.add(read_event[o], write_event[o]);
  }
  return result;
}

class enumeration {
 public:
  enumeration(const program& p, axioms which)
      : program_(p),
        which_(which),
        operations_(operations_of(p)),
        reads_from_(operations_.size(), initial),
        last_(p.locations.size()) {}

  behaviours all() {
    choose_reads_from(0);
    return std::move(found_);
  }

 private:
  void choose_reads_from(std::size_t o) {
    if (o == operations_.size()) {
      look_at_reads_from();
    } else if (!may_read(operations_[o].code)) {
      choose_reads_from(o + 1);
    } else {
      for (const int source : sources_of(operations_, static_cast<int>(o))) {
        reads_from_[o] = source;
        choose_reads_from(o + 1);
      }
    }
  }

  void look_at_reads_from() {
    const std::optional<run> r = run_with(program_, operations_, reads_from_);
    if (!r) return;
    run_graph start = graph_of(program_, operations_, reads_from_, *r);
    const relation hb = happens_before(start.g);
    if (!is_coherent(start.g, hb)) return;
    registers_ = r->registers;
    choose_modification_order(0, start, hb);
  }

  // The modification orders of the locations from the l-th on.
  void choose_modification_order(std::size_t l, const run_graph& chosen,
                                 const relation& hb) {
    if (l == program_.locations.size()) {
      look_at_graph(chosen, hb);
    } else {
      append(l, {chosen.initial_write[l]}, chosen, hb);
    }
  }

  // The modification orders of location l that begin with `order`.
  void append(std::size_t l, const std::vector<int>& order,
              const run_graph& chosen, const relation& hb) {
    if (order.size() == 1 + chosen.writes[l].size()) {
      last_[l] = order.back();
      choose_modification_order(l + 1, chosen, hb);
      return;
    }
    for (const int next : chosen.writes[l]) {
      if (std::find(order.begin(), order.end(), next) != order.end()) continue;
      run_graph longer = chosen;
      for (const int earlier : order) longer.g.mo.add(earlier, next);
      if (!is_coherent(longer.g, hb)) continue;
      std::vector<int> longer_order = order;
      longer_order.push_back(next);
      append(l, longer_order, longer, hb);
    }
  }

  void look_at_graph(const run_graph& complete, const relation& hb) {
    if (!is_sequentially_consistent(complete.g, hb, which_)) return;
    outcome o = registers_;
    for (const int write : last_) o.push_back(complete.written[index(write)]);
    ++found_.graphs;
    ++found_.outcomes[o];
  }

  const program& program_;
  const axioms which_;
  const std::vector<operation> operations_;
  std::vector<int> reads_from_;          // for each operation that reads
  std::vector<std::int64_t> registers_;  // at the end
  std::vector<int> last_;                // in mo, for each location
  behaviours found_;
};

bool holds(const term& t, const program& p, const outcome& o) {
  const std::int64_t left =
      o[index(t.index) + (t.is_location ? p.registers.size() : 0)];
  const std::int64_t right = t.against_register ? o[index(t.other)] : t.value;
  return (left == right) != t.negated;
}

}  // namespace

behaviours enumerate(const program& p, axioms which) {
  return enumeration(p, which).all();
}

bool weak_outcome_happens(const program& p, const behaviours& b) {
  return std::any_of(
      b.outcomes.begin(), b.outcomes.end(), [&](const auto& counted) {
        return std::all_of(
            p.exists.begin(), p.exists.end(),
            [&](const term& t) { return holds(t, p, counted.first); });
      });
}

double enumeration_cost(const program& p) {
  const std::vector<operation> all = operations_of(p);
  double cost = 1;
  // All choices of reads-from ...
  for (std::size_t o = 0; o < all.size(); ++o) {
    if (!may_read(all[o].code)) continue;
    cost *= static_cast<double>(sources_of(all, static_cast<int>(o)).size());
  }
  // ... times the ways to merge the threads' writes of each location.
  for (std::size_t l = 0; l < p.locations.size(); ++l) {
    double writes = 0;
    for (const std::vector<instruction>& thread : p.threads) {
      double own = 0;
      for (const instruction& i : thread) {
        if (!may_write(i) || index(i.location) != l) continue;
        cost *= ++writes / ++own;
      }
    }
  }
  return cost;
}

}  // namespace acqrel::testing
