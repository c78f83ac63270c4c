#include "acqrel/model/litmus/outcome.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acqrel/model/litmus/orderings.h"

namespace acqrel::model::litmus {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

std::vector<variable> variables(const program& p) {
  std::vector<variable> shown;
  for (std::size_t i = 0; i < p.registers.size(); ++i) {
    shown.push_back({false, static_cast<int>(i)});
  }
  std::vector<int> writes(p.locations.size());
  for (const auto& thread : p.threads) {
    for (const instruction& step : thread) {
      const site where = site_of(step.op);
      if (where == site::store || where == site::update) {
        ++writes[at(step.location)];
      }
    }
  }
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const bool asked =
        std::any_of(p.exists.begin(), p.exists.end(), [i](const term& part) {
          return part.is_location && at(part.index) == i;
        });
    if (asked || (p.exists.empty() && writes[i] > 1)) {
      shown.push_back({true, static_cast<int>(i)});
    }
  }
  return shown;
}

std::string name_of(const program& p, const variable& v) {
  return (v.is_location ? p.locations : p.registers)[at(v.index)];
}

std::string to_text(const program& p, const outcome& values) {
  const std::vector<variable> shown = variables(p);
  std::string text;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    text += i > 0 ? ", " : "";
    text += name_of(p, shown[i]) + " = " + std::to_string(values[i]);
  }
  return text;
}

bool is_weak(const program& p, const outcome& values) {
  const std::vector<variable> shown = variables(p);
  const auto value_of = [&](bool is_location, int index) {
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (shown[i].is_location == is_location && shown[i].index == index) {
        return values[i];
      }
    }
    return std::int64_t{0};
  };
  return !p.exists.empty() &&
         std::all_of(p.exists.begin(), p.exists.end(), [&](const term& part) {
           const std::int64_t left = value_of(part.is_location, part.index);
           const std::int64_t right =
               part.against_register ? value_of(false, part.other) : part.value;
           return (left == right) != part.negated;
         });
}

}  // namespace acqrel::model::litmus
