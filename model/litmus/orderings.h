// The orderings of a litmus program: which are allowed where, what they are
// called, and those that the program lets its user choose.
#ifndef ACQREL_MODEL_LITMUS_ORDERINGS_H_
#define ACQREL_MODEL_LITMUS_ORDERINGS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {

// What may stand where an operation names its ordering. `light` and `heavy` are
// the asymmetric fences. A relaxed fence is allowed, and does nothing.
enum class ordering {
  relaxed,
  acquire,
  release,
  acq_rel,
  seq_cst,
  light,
  heavy
};
std::string_view to_string(ordering) noexcept;
std::optional<ordering> to_ordering(std::string_view word);

// What kind of operation an ordering belongs to.
enum class site { load, store, update, fence, failure };
site site_of(opcode) noexcept;
std::vector<ordering> allowed(site);
// Why an ordering is not allowed, a sentence; empty if it is.
std::string objection(site, ordering);

// An instruction's ordering. For a fence it also says which kind it is.
ordering order_of(const instruction&);
ordering failure_order_of(const instruction&);
void set_order(instruction&, ordering);
void set_failure_order(instruction&, ordering);

// "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<ordering>&);

// An ordering that has a name, and so can be chosen.
struct choice {
  std::string name;
  ordering value = ordering::relaxed;
  std::vector<ordering> values;  // that all of its operations allow
};
// In the order in which they appear in the program.
std::vector<choice> choices(const program&);

// Sets the ordering called `name`, and if there is none, those called name1,
// name2... Throws std::invalid_argument with a sentence if there is no such
// name, or if the ordering is not allowed there.
void choose(program&, std::string_view name, ordering);
void choose(program&, std::string_view name, std::string_view word);

// The program with every ordering as weak as can be.
program all_relaxed(const program&);

// The choices whose combinations each_combination() goes through, the first
// slowest. `light` and `heavy` come up only where the program has one of them.
std::vector<choice> combination_axes(const program&);
std::size_t count_combinations(const program&);
void each_combination(const program&,
                      const std::function<void(const program&)>& visit);

// Whether `a` gives at least all the guarantees of `b`.
bool at_least(ordering a, ordering b) noexcept;

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_ORDERINGS_H_
