#include "acqrel/tests/model/random_program.h"

#include <algorithm>
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

// Each of a hundred.
struct mix {
  int fences;          // of instructions
  int updates;         // of accesses; the rest are loads and stores
  int seq_cst;         // of accesses
  int relaxed;         // of the other accesses, besides those that happen to be
  int seq_cst_fences;  // of fences that are not asymmetric
};

mix mix_of(profile what) {
  switch (what) {
    case profile::mixed:
      return {15, 25, 25, 0, 25};
    case profile::fences:
      return {40, 10, 5, 60, 50};
    case profile::seq_cst:
      return {8, 20, 75, 0, 75};
    case profile::updates:
      return {5, 70, 20, 0, 20};
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
    // Half of the programs have a shape in which a weak ordering shows: each
    // thread accesses two locations, and the next thread the second of them.
    const bool cyclic = happens(50);
    const int locations = cyclic ? std::min(threads, 3) : 1 + below(3);
    for (int l = 0; l < locations; ++l) {
      p.locations.push_back({"xyz"[l]});
      p.initial.push_back(0);
    }
    for (int t = 0; t < threads; ++t) {
      if (cyclic) {
        add_link(p, t % locations, (t + 1) % locations);
      } else {
        add_thread(p);
      }
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

  void add_thread(program& p) {
    std::vector<int> own;  // the registers that were read into
    std::vector<instruction>& code = p.threads.emplace_back();
    const int length = happens(20) ? 1 : 2 + below(3);
    for (int n = 0; n < length; ++n) {
      if (happens(mix_.fences)) {
        code.push_back(random_fence());
      } else {
        const int location = below(static_cast<int>(p.locations.size()));
        code.push_back(random_access(p, own, location));
      }
    }
  }

  void add_link(program& p, int first, int second) {
    std::vector<int> own;
    std::vector<instruction>& code = p.threads.emplace_back();
    if (happens(10)) code.push_back(random_access(p, own, second));
    code.push_back(random_access(p, own, first));
    if (happens(2 * mix_.fences)) code.push_back(random_fence());
    if (happens(80)) code.push_back(random_access(p, own, second));
    if (happens(10)) code.push_back(random_access(p, own, first));
  }

  instruction random_fence() {
    instruction i;
    i.op = opcode::fence;
    if (happens(30)) {
      i.op = happens(50) ? opcode::light_fence : opcode::heavy_fence;
      i.order = std::memory_order_seq_cst;
    } else if (happens(mix_.seq_cst_fences)) {
      i.order = std::memory_order_seq_cst;
    } else {
      i.order =
          pick(std::array{std::memory_order_acquire, std::memory_order_release,
                          std::memory_order_acq_rel});
    }
    return i;
  }

  instruction random_access(program& p, std::vector<int>& own, int location) {
    instruction i;
    i.location = location;
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
      adjust(i.failure);
    }
    if (i.op != opcode::load) {
      i.value = random_value(i.op == opcode::fetch_add ? 0 : 1, 3, own);
    }
    adjust(i.order);
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

  void adjust(std::memory_order& order) {
    if (happens(mix_.seq_cst)) {
      order = std::memory_order_seq_cst;
    } else if (happens(mix_.relaxed)) {
      order = std::memory_order_relaxed;
    }
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
