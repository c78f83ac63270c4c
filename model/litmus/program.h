// A litmus program: a few threads of a few instructions on a few locations, and
// a question about the outcome.
#ifndef ACQREL_MODEL_LITMUS_PROGRAM_H_
#define ACQREL_MODEL_LITMUS_PROGRAM_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace acqrel::model::litmus {

// A number, or the register of the same thread that holds it.
struct operand {
  bool is_register = false;
  std::int64_t constant = 0;
  int reg = -1;  // index into program::registers
};

enum class opcode {
  load,              // reg = location
  store,             // location = value
  exchange,          // reg = location, location = value
  fetch_add,         // reg = location, location += value
  compare_exchange,  // reg = location, location = value if reg == expected
  fence,
  light_fence,  // asymmetric
  heavy_fence,
};

struct instruction {
  opcode op = opcode::load;
  int location = -1;  // index into program::locations
  int reg = -1;       // where what was read goes; -1: nowhere
  operand value;
  operand expected;  // of compare_exchange
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;
  std::string name;  // of the ordering, if the program lets it be chosen:
                     // "store" for --store=release; empty otherwise
  std::string failure_name;  // the same, for `failure`
  int line = 0;              // in the text it was parsed from
  int column = 0;
};

// "a=1 and x=2": a register, or the final value of a location, has a value.
struct term {
  bool is_location = false;
  int index = -1;
  std::int64_t value = 0;
  bool against_register = false;  // compares with another register instead
  int other = -1;
  bool negated = false;
};

struct program {
  std::string name;
  std::string about;     // a sentence or two for the catalogue
  std::string question;  // what `exists` asks, a sentence; may be empty
  std::vector<std::string> locations;
  std::vector<std::int64_t> initial;   // of the locations
  std::vector<std::string> registers;  // each belongs to one thread
  std::vector<std::vector<instruction>> threads;
  // The weak outcome that the program asks about: all terms hold. Empty: none.
  std::vector<term> exists;
};

// One outcome of a program: the final values of its registers, then of its
// locations (of some: litmus/outcome.h). Registers never written are 0.
using outcome = std::vector<std::int64_t>;

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_PROGRAM_H_
