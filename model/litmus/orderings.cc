#include "acqrel/model/litmus/orderings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace acqrel::model::litmus {
namespace {

constexpr std::array<std::string_view, 7> words{
    "relaxed", "acquire", "release", "acq_rel", "seq_cst", "light", "heavy"};

constexpr std::array<std::memory_order, 5> standard{
    std::memory_order_relaxed, std::memory_order_acquire,
    std::memory_order_release, std::memory_order_acq_rel,
    std::memory_order_seq_cst};

ordering from_standard(std::memory_order order) {
  for (std::size_t i = 0; i < standard.size(); ++i) {
    if (standard[i] == order) return static_cast<ordering>(i);
  }
  return ordering::acquire;  // consume, as compilers compile it
}

std::memory_order in_standard(ordering order) {
  return standard.at(static_cast<std::size_t>(order));
}

bool is_asymmetric(ordering order) {
  return order == ordering::light || order == ordering::heavy;
}

std::string_view noun(site where) {
  switch (where) {
    case site::load:
      return "a load";
    case site::store:
      return "a store";
    case site::update:
      return "a read-modify-write";
    case site::fence:
      return "a fence";
    case site::failure:
      return "the failure of a compare_exchange";
  }
  return "";
}

// Calls `visit(name, site, get, set)` for each named ordering.
template <class Program, class Visit>
void each_named(Program& p, const Visit& visit) {
  for (auto& thread : p.threads) {
    for (auto& step : thread) {
      if (!step.name.empty()) visit(step.name, site_of(step.op), step, false);
      if (!step.failure_name.empty()) {
        visit(step.failure_name, site::failure, step, true);
      }
    }
  }
}

bool is_numbered(std::string_view name, std::string_view stem) {
  return name.size() > stem.size() && name.substr(0, stem.size()) == stem &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(stem.size()),
                     name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Whether an ordering is called `name`; false if some are called name1, name2...
// Throws if there is neither.
bool check_known(const program& p, std::string_view name) {
  bool known = false;
  std::string names;
  for (const choice& c : choices(p)) {
    if (c.name == name) return true;
    known |= is_numbered(c.name, name);
    names += (names.empty() ? "" : ", ") + c.name;
  }
  if (known) return false;
  throw std::invalid_argument(
      "no ordering of " + p.name + " is called " + std::string(name) +
      (names.empty() ? "; it has none that can be chosen"
                     : "; those that can be chosen are " + names));
}

}  // namespace

std::string_view to_string(ordering order) noexcept {
  return words[static_cast<std::size_t>(order)];
}

std::optional<ordering> to_ordering(std::string_view word) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<ordering>(i);
  }
  return std::nullopt;
}

site site_of(opcode op) noexcept {
  switch (op) {
    case opcode::load:
      return site::load;
    case opcode::store:
      return site::store;
    case opcode::exchange:
    case opcode::fetch_add:
    case opcode::compare_exchange:
      return site::update;
    case opcode::fence:
    case opcode::light_fence:
    case opcode::heavy_fence:
      return site::fence;
  }
  return site::load;
}

std::vector<ordering> allowed(site where) {
  using enum ordering;
  switch (where) {
    case site::load:
    case site::failure:
      return {relaxed, acquire, seq_cst};
    case site::store:
      return {relaxed, release, seq_cst};
    case site::update:
      return {relaxed, acquire, release, acq_rel, seq_cst};
    case site::fence:
      return {relaxed, acquire, release, acq_rel, seq_cst, light, heavy};
  }
  return {};
}

std::string objection(site where, ordering order) {
  const std::vector<ordering> may = allowed(where);
  if (std::find(may.begin(), may.end(), order) != may.end()) return "";
  std::string text(noun(where));
  text += " cannot be ";
  text += to_string(order);
  if (is_asymmetric(order)) {
    text += ", which is a kind of fence";
  } else if (where == site::store) {
    text += ": it reads nothing, so it has nothing to acquire";
  } else {
    text += ": it writes nothing, so it has nothing to release";
  }
  return text + "; it may be " + alternatives(may);
}

ordering order_of(const instruction& step) {
  if (step.op == opcode::light_fence) return ordering::light;
  if (step.op == opcode::heavy_fence) return ordering::heavy;
  return from_standard(step.order);
}

ordering failure_order_of(const instruction& step) {
  return from_standard(step.failure);
}

void set_order(instruction& step, ordering order) {
  if (site_of(step.op) == site::fence) {
    step.op = order == ordering::light   ? opcode::light_fence
              : order == ordering::heavy ? opcode::heavy_fence
                                         : opcode::fence;
  }
  step.order =
      is_asymmetric(order) ? std::memory_order_relaxed : in_standard(order);
}

void set_failure_order(instruction& step, ordering order) {
  step.failure = in_standard(order);
}

std::string alternatives(const std::vector<ordering>& orders) {
  std::string text;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (i > 0) text += i + 1 == orders.size() ? " or " : ", ";
    text += to_string(orders[i]);
  }
  return text;
}

std::vector<choice> choices(const program& p) {
  std::vector<choice> found;
  each_named(p, [&](const std::string& name, site where,
                    const instruction& step, bool failure) {
    std::vector<ordering> may = allowed(where);
    const auto same =
        std::find_if(found.begin(), found.end(),
                     [&](const choice& c) { return c.name == name; });
    if (same == found.end()) {
      found.push_back({name, failure ? failure_order_of(step) : order_of(step),
                       std::move(may)});
      return;
    }
    std::erase_if(same->values, [&](ordering order) {
      return std::find(may.begin(), may.end(), order) == may.end();
    });
  });
  return found;
}

void choose(program& p, std::string_view name, ordering order) {
  const bool exact = check_known(p, name);
  const auto is_meant = [&](const std::string& n) {
    return exact ? n == name : is_numbered(n, name);
  };
  std::string why_not;
  each_named(p,
             [&](const std::string& n, site where, const instruction&, bool) {
               if (is_meant(n) && why_not.empty())
                 why_not = objection(where, order);
             });
  if (!why_not.empty()) {
    throw std::invalid_argument(std::string(name) + ": " + why_not);
  }
  each_named(
      p, [&](const std::string& n, site, instruction& step, bool failure) {
        if (!is_meant(n)) return;
        failure ? set_failure_order(step, order) : set_order(step, order);
      });
}

void choose(program& p, std::string_view name, std::string_view word) {
  const std::optional<ordering> order = to_ordering(word);
  if (order) return choose(p, name, *order);
  check_known(p, name);
  throw std::invalid_argument(
      std::string(name) + ": " + std::string(word) + " is no ordering" +
      (word == "consume" ? " that is modelled; compilers compile it as acquire"
                         : "; write relaxed, acquire, release, acq_rel or "
                           "seq_cst, and for a fence also light or heavy"));
}

program all_relaxed(const program& p) {
  program weak = p;
  for (auto& thread : weak.threads) {
    for (instruction& step : thread) {
      set_order(step, ordering::relaxed);
      step.failure = std::memory_order_relaxed;
    }
  }
  return weak;
}

std::vector<choice> combination_axes(const program& p) {
  bool asymmetric = false;
  for (const auto& thread : p.threads) {
    for (const instruction& step : thread) {
      asymmetric |= is_asymmetric(order_of(step));
    }
  }
  std::vector<choice> axes = choices(p);
  for (choice& c : axes) {
    if (!asymmetric) std::erase_if(c.values, is_asymmetric);
  }
  return axes;
}

std::size_t count_combinations(const program& p) {
  std::size_t count = 1;
  for (const choice& axis : combination_axes(p)) count *= axis.values.size();
  return count;
}

void each_combination(const program& p,
                      const std::function<void(const program&)>& visit) {
  const std::vector<choice> axes = combination_axes(p);
  program current = p;
  const auto descend = [&](const auto& self, std::size_t depth) -> void {
    if (depth == axes.size()) return visit(current);
    for (const ordering value : axes[depth].values) {
      choose(current, axes[depth].name, value);
      self(self, depth + 1);
    }
  };
  descend(descend, 0);
}

bool at_least(ordering a, ordering b) noexcept {
  using enum ordering;
  if (a == b || b == relaxed) return true;
  switch (a) {
    case heavy:
      return true;
    case seq_cst:
      return b != heavy;
    case acq_rel:
      return b == acquire || b == release;
    default:
      return false;
  }
}

}  // namespace acqrel::model::litmus
