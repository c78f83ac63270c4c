#include "acqrel/model/litmus/native.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/atomics/native/fence.h"
#include "acqrel/model/litmus/outcome.h"

namespace acqrel::model::litmus {
namespace {

using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

// Each on a line of its own: a store to a line that another processor holds
// stays in the store buffer for long, which is when reordering shows.
struct alignas(64) cell {
  std::atomic<std::int64_t> value;
};

// Iterations that run between two counts of outcomes. Each has its own cells.
constexpr std::size_t batch = 1024;

// What one thread sees of one iteration.
struct frame {
  cell* const* locations;  // the first cell of each; `index` counts from there
  std::size_t index;
  std::int64_t* registers;
};

struct native_step;
using operation = void (*)(const native_step&, const frame&);

// An instruction with its ordering compiled in: an ordering that is only known
// at run time costs a branch, and some compilers take it for seq_cst.
struct native_step {
  operation run = nullptr;
  std::size_t location = 0;
  int reg = -1;
  operand value;
  operand expected;

  std::atomic<std::int64_t>& of(const frame& f) const {
    return f.locations[location][f.index].value;
  }
  static std::int64_t number(const operand& o, const frame& f) {
    return o.is_register ? f.registers[o.reg] : o.constant;
  }
  void keep(std::int64_t read, const frame& f) const {
    if (reg >= 0) f.registers[reg] = read;
  }
};

template <std::memory_order Order>
void load(const native_step& s, const frame& f) {
  s.keep(s.of(f).load(Order), f);
}
template <std::memory_order Order>
void store(const native_step& s, const frame& f) {
  s.of(f).store(s.number(s.value, f), Order);
}
template <std::memory_order Order>
void exchange(const native_step& s, const frame& f) {
  s.keep(s.of(f).exchange(s.number(s.value, f), Order), f);
}
template <std::memory_order Order>
void fetch_add(const native_step& s, const frame& f) {
  s.keep(s.of(f).fetch_add(s.number(s.value, f), Order), f);
}
template <std::memory_order Order, std::memory_order Failure>
void compare_exchange(const native_step& s, const frame& f) {
  std::int64_t expected = s.number(s.expected, f);
  s.of(f).compare_exchange_strong(expected, s.number(s.value, f), Order,
                                  Failure);
  s.keep(expected, f);
}
template <std::memory_order Order>
void fence(const native_step&, const frame&) {
  std::atomic_thread_fence(Order);
}
void light_fence(const native_step&, const frame&) {
  asymmetric_thread_fence_light(seq_cst);
}
void heavy_fence(const native_step&, const frame&) {
  asymmetric_thread_fence_heavy(seq_cst);
}

operation load_with(std::memory_order order) {
  switch (order) {
    case memory_order_relaxed:
      return load<memory_order_relaxed>;
    case memory_order_seq_cst:
      return load<memory_order_seq_cst>;
    default:
      return load<memory_order_acquire>;
  }
}

operation store_with(std::memory_order order) {
  switch (order) {
    case memory_order_relaxed:
      return store<memory_order_relaxed>;
    case memory_order_seq_cst:
      return store<memory_order_seq_cst>;
    default:
      return store<memory_order_release>;
  }
}

template <std::memory_order Order>
operation compare_exchange_with(std::memory_order failure) {
  switch (failure) {
    case memory_order_relaxed:
      return compare_exchange<Order, memory_order_relaxed>;
    case memory_order_seq_cst:
      return compare_exchange<Order, memory_order_seq_cst>;
    default:
      return compare_exchange<Order, memory_order_acquire>;
  }
}

template <std::memory_order Order>
operation any_with(const instruction& step) {
  switch (step.op) {
    case opcode::exchange:
      return exchange<Order>;
    case opcode::fetch_add:
      return fetch_add<Order>;
    case opcode::compare_exchange:
      return compare_exchange_with<Order>(step.failure);
    default:
      return fence<Order>;
  }
}

operation operation_of(const instruction& step) {
  if (step.op == opcode::load) return load_with(step.order);
  if (step.op == opcode::store) return store_with(step.order);
  if (step.op == opcode::light_fence) return light_fence;
  if (step.op == opcode::heavy_fence) return heavy_fence;
  switch (step.order) {
    case memory_order_relaxed:
      return any_with<memory_order_relaxed>(step);
    case memory_order_release:
      return any_with<memory_order_release>(step);
    case memory_order_acq_rel:
      return any_with<memory_order_acq_rel>(step);
    case memory_order_seq_cst:
      return any_with<memory_order_seq_cst>(step);
    default:
      return any_with<memory_order_acquire>(step);
  }
}

// One thread of the program, with the registers of each iteration.
struct native_thread {
  std::vector<native_step> steps;
  std::vector<std::int64_t> registers;
  std::uint64_t random = 1;
  alignas(64) std::atomic<std::uint64_t> arrived{0};

  std::uint64_t next_random() {  // G. Marsaglia, "Xorshift RNGs", 2003
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
  }
};

class harness {
 public:
  harness(const program& p, bool together)
      : program_(p),
        shown_(variables(p)),
        together_(together),
        threads_(p.threads.size()),
        cells_(p.locations.size()) {
    for (std::vector<cell>& row : cells_) {
      row = std::vector<cell>(batch);
      locations_.push_back(row.data());
    }
    owner_.resize(p.registers.size());
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      threads_[t].registers.resize(batch * p.registers.size());
      threads_[t].random = 0x9E3779B97F4A7C15u * (t + 1);
      for (const instruction& step : p.threads[t]) {
        threads_[t].steps.push_back(
            {operation_of(step),
             static_cast<std::size_t>(std::max(step.location, 0)), step.reg,
             step.value, step.expected});
        if (step.reg >= 0) owner_[static_cast<std::size_t>(step.reg)] = t;
      }
    }
  }

  void run(native_counts& counts, std::uint64_t iterations,
           std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::barrier<> turn(static_cast<std::ptrdiff_t>(threads_.size()) + 1);
    bool done = false;  // changes only while the workers wait
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      workers.emplace_back([this, t, &turn, &done] {
        for (;;) {
          turn.arrive_and_wait();
          if (done) return;
          run_batch(t);
          turn.arrive_and_wait();
        }
      });
    }
    while (counts.iterations < iterations &&
           std::chrono::steady_clock::now() < deadline) {
      reset();
      turn.arrive_and_wait();
      turn.arrive_and_wait();
      tally(counts);
    }
    done = true;
    turn.arrive_and_wait();
    for (std::thread& worker : workers) worker.join();
  }

 private:
  void reset() {
    for (std::size_t l = 0; l < cells_.size(); ++l) {
      for (cell& c : cells_[l]) {
        c.value.store(program_.initial[l], memory_order_relaxed);
      }
    }
    for (native_thread& each : threads_) {
      std::fill(each.registers.begin(), each.registers.end(), 0);
      each.arrived.store(0, memory_order_relaxed);
    }
    crowded_.store(false, memory_order_relaxed);
  }

  void run_batch(std::size_t t) {
    native_thread& self = threads_[t];
    const std::size_t width = program_.registers.size();
    for (std::size_t i = 0; i < batch; ++i) {
      if (together_ && !crowded_.load(memory_order_relaxed)) meet(self, i + 1);
      const frame f{locations_.data(), i, self.registers.data() + i * width};
      for (const native_step& step : self.steps) {
        // Threads that share a processor meet only where one of them gives it
        // away.
        if (!together_ && self.next_random() % 64 == 0) {
          std::this_thread::yield();
        }
        step.run(step, f);
      }
    }
  }

  // Waits until all threads are at this iteration, and a moment more. Where
  // they would have to wait long, because other programs use the processors,
  // the rest of the batch does without.
  void meet(native_thread& self, std::uint64_t iteration) {
    self.arrived.store(iteration, memory_order_relaxed);
    for (const native_thread& other : threads_) {
      for (int spins = 0; other.arrived.load(memory_order_relaxed) < iteration;
           ++spins) {
        if (crowded_.load(memory_order_relaxed)) return;
        if (spins > 20'000) crowded_.store(true, memory_order_relaxed);
      }
    }
    for (std::uint64_t pause = self.next_random() % 16; pause > 0; --pause) {
      std::atomic_signal_fence(memory_order_seq_cst);
    }
  }

  void tally(native_counts& counts) const {
    const std::size_t width = program_.registers.size();
    outcome values(shown_.size());
    auto last = counts.outcomes.end();
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t v = 0; v < shown_.size(); ++v) {
        const auto index = static_cast<std::size_t>(shown_[v].index);
        values[v] = shown_[v].is_location
                        ? cells_[index][i].value.load(memory_order_relaxed)
                        : threads_[owner_[index]].registers[i * width + index];
      }
      if (last == counts.outcomes.end() || last->first != values) {
        last = counts.outcomes.try_emplace(values, 0).first;
      }
      ++last->second;
    }
    counts.iterations += batch;
  }

  const program& program_;
  std::vector<variable> shown_;
  bool together_;
  std::atomic<bool> crowded_{false};
  std::vector<native_thread> threads_;
  std::vector<std::vector<cell>> cells_;
  std::vector<cell*> locations_;
  std::vector<std::size_t> owner_;  // the thread of each register
};

}  // namespace

native_counts run_natively(const program& p, std::uint64_t iterations,
                           std::chrono::milliseconds limit) {
  native_counts counts;
  counts.processors =
      static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  counts.together =
      p.threads.size() <= static_cast<std::size_t>(counts.processors);
  const auto start = std::chrono::steady_clock::now();
  harness(p, counts.together).run(counts, iterations, limit);
  counts.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  return counts;
}

}  // namespace acqrel::model::litmus
