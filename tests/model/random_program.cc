#include "acqrel/tests/model/random_program.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/enumerate.h"

namespace acqrel::testing {
namespace {

using model::litmus::instruction;
using model::litmus::opcode;
using model::litmus::operand;
using model::litmus::program;

constexpr double max_cost = 20000;

// Of a hundred instructions; the rest are loads and stores.
struct mix {
  int fences;
  int updates;
  int seq_cst;  // of a hundred orderings
};

mix mix_of(profile what) {
  switch (what) {
    case profile::mixed:
      return {12, 25, 25};
    case profile::fences:
      return {40, 10, 45};
    case profile::seq_cst:
      return {8, 20, 75};
    case profile::updates:
      return {5, 70, 20};
  }
  return {};
}

class generator {
 public:
  generator(std::uint64_t seed, profile what)
      : random_(seed * 4 + static_cast<std::uint64_t>(what)),
        mix_(mix_of(what)) {}

  program make() {
    program p;
    do {
      p = attempt();
    } while (enumeration_cost(p) > max_cost);
    return p;
  }

 private:
  program attempt() {
    program p;
    const int threads = 2 + below(3);
    const int locations = 1 + (below(7) + 2) / 3;  // seldom one
    for (int l = 0; l < locations; ++l) {
      p.locations.push_back({"xyz"[l]});
      p.initial.push_back(0);
    }
    for (int t = 0; t < threads; ++t) {
      std::vector<int> own;  // the registers that were read into
      const int length = happens(20) ? 1 : 2 + below(3);
      std::vector<instruction> code(static_cast<std::size_t>(length));
      for (instruction& i : code) i = random_instruction(p, own);
      p.threads.push_back(code);
    }
    // Each at its own column, which is what it is known by.
    int column = 0;
    for (std::vector<instruction>& code : p.threads) {
      for (instruction& i : code) {
        i.line = 1;
        i.column = ++column;
      }
    }
    return p;
  }

  instruction random_instruction(program& p, std::vector<int>& own) {
    instruction i;
    if (happens(mix_.fences)) {
      i.op = opcode::fence;
      if (happens(30)) {
        i.op = happens(50) ? opcode::light_fence : opcode::heavy_fence;
        i.order = std::memory_order_seq_cst;
      } else {
        i.order = pick(std::array{std::memory_order_acquire,
                                  std::memory_order_release,
                                  std::memory_order_acq_rel});
        strengthen(i.order);
      }
      return i;
    }
    i.location = below(static_cast<int>(p.locations.size()));
    if (happens(mix_.updates)) {
      i.op = pick(std::array{opcode::exchange, opcode::fetch_add,
                             opcode::compare_exchange});
      i.order = pick(
          std::array{std::memory_order_relaxed, std::memory_order_acquire,
                     std::memory_order_release, std::memory_order_acq_rel});
    } else if (happens(50)) {
      i.op = opcode::load;
      i.order = pick(
          std::array{std::memory_order_relaxed, std::memory_order_acquire});
    } else {
      i.op = opcode::store;
      i.order = pick(
          std::array{std::memory_order_relaxed, std::memory_order_release});
    }
    if (i.op == opcode::compare_exchange) {
      i.expected = random_value(0, 3, own);
      i.failure = pick(
          std::array{std::memory_order_relaxed, std::memory_order_acquire});
      strengthen(i.failure);
    }
    if (i.op != opcode::load) {
      i.value = random_value(i.op == opcode::fetch_add ? 0 : 1, 3, own);
    }
    strengthen(i.order);
    if (i.op != opcode::store) {
      i.reg = static_cast<int>(p.registers.size());
      p.registers.push_back("r" + std::to_string(i.reg));
      own.push_back(i.reg);
    }
    return i;
  }

  operand random_value(int from, int count, const std::vector<int>& own) {
    if (!own.empty() && happens(20)) {
      const int which = below(static_cast<int>(own.size()));
      return {.is_register = true, .reg = own[static_cast<std::size_t>(which)]};
    }
    return {.constant = from + below(count)};
  }

  void strengthen(std::memory_order& order) {
    if (happens(mix_.seq_cst)) order = std::memory_order_seq_cst;
  }

  // The library's distributions differ from one library to the next.
  int below(int n) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(n));
  }
  bool happens(int percent) { return below(100) < percent; }
  template <class T, std::size_t Size>
  T pick(const std::array<T, Size>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(Size)))];
  }

  std::mt19937_64 random_;
  mix mix_;
};

}  // namespace

program random_program(std::uint64_t seed, profile what) {
  return generator(seed, what).make();
}

}  // namespace acqrel::testing
