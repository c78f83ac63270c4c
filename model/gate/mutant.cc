#include "acqrel/model/gate/mutant.h"

#include <cstddef>
#include <utility>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/source.h"

namespace acqrel::model::gate {
namespace {

enum class kind { load, store, update, fence };

kind kind_of(const lint::place& p) {
  if (p.is_fence) return kind::fence;
  if (p.operation == "store") return kind::store;
  if (p.operation == "load" || p.operation == "wait" ||
      p.operation == "await" || p.is_protect) {
    return kind::load;
  }
  return kind::update;
}

// The next weaker ones.
std::vector<std::string> weaker(kind what, const std::string& order) {
  if (order == "heavy") return {"light"};
  if (order == "light") return {"none"};
  const bool is_fence = what == kind::fence;
  if (order == "seq_cst") {
    if (what == kind::load) return {"acquire"};
    if (what == kind::store) return {"release"};
    return {"acq_rel"};
  }
  if (order == "acq_rel") return {"acquire", "release"};
  if (order == "acquire" || order == "release") {
    return {is_fence ? "none" : "relaxed"};
  }
  return {};
}

edit change_of(const lint::place& p, std::size_t half, const std::string& to) {
  const std::vector<lint::token>& tokens = p.file->tokens();
  const auto replace = [](const lint::token& t, const std::string& text) {
    return edit{t.line, t.column, t.text, text};
  };
  // acqrel::thread_fence(acquire) becomes (void)(acquire).
  if (to == "none") {
    std::size_t first = p.token;
    while (first >= 1 &&
           (p.file->is(first - 1, "::") ||
            (p.file->is(first, "::") && tokens[first - 1].word))) {
      --first;
    }
    edit whole = replace(tokens[first], "(void)");
    for (std::size_t i = first + 1; i <= p.token; ++i) {
      whole.old_text += tokens[i].text;
    }
    return whole;
  }
  if (to == "light") {
    return replace(tokens[p.token], "asymmetric_thread_fence_light");
  }
  const lint::token& order = tokens[p.ordering_tokens[half]];
  const bool is_long = order.text.starts_with("memory_order_");
  return replace(order, (is_long ? "memory_order_" : "") + to);
}

std::vector<mutant> weakenings(const lint::place& p) {
  std::vector<mutant> found;
  for (std::size_t half = 0; half < p.orderings.size(); ++half) {
    const kind what = half == 0 ? kind_of(p) : kind::load;
    for (const std::string& to : weaker(what, p.orderings[half])) {
      found.push_back({half == 1, p.orderings[half], to,
                       p.is_protect ? edit{} : change_of(p, half, to)});
    }
  }
  return found;
}

}  // namespace

std::string place::name() const {
  return label.empty() ? operation : "[" + label + "]";
}

std::string place::position() const {
  return file + ":" + std::to_string(line);
}

bool place::is_fence() const {
  return operation.find("thread_fence") != std::string::npos;
}

std::vector<place> find_places(const std::string& file, std::string_view text) {
  const lint::source source(file, text);
  std::vector<place> found;
  for (const lint::place& p : lint::find_places(source)) {
    place here;
    here.file = file;
    here.line = p.line();
    here.operation = p.operation;
    here.orderings = p.orderings;
    if (!p.labels.empty()) {
      here.label = p.labels.front().label;
      for (const lint::reference& partner : p.labels.front().partners) {
        here.partners.push_back(partner.label);
      }
    }
    if (!p.reasons.empty()) here.reason = p.reasons.front().reason;
    const lint::place::function around = p.enclosing_function();
    here.function = around.name;
    here.function_first = around.first;
    here.function_last = around.last;
    here.is_protect = p.is_protect;
    here.mutants = weakenings(p);
    found.push_back(std::move(here));
  }
  return found;
}

std::string step_of(const mutant& m) {
  return m.from + " -> " + m.to + (m.on_failure ? " on failure" : "");
}

std::string key_of(const place& p, const mutant& m) {
  return p.file +
         (p.label.empty() ? ":" + std::to_string(p.line) : std::string()) +
         " " + p.name() + " " + step_of(m);
}

}  // namespace acqrel::model::gate
