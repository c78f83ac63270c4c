#include "acqrel/model/engine/places.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "acqrel/model/engine/source_line.h"

namespace acqrel::model::internal {
namespace {

constexpr std::pair<std::string_view, int> orders[] = {
    {"relaxed", int(std::memory_order_relaxed)},
    {"acquire", int(std::memory_order_acquire)},
    {"release", int(std::memory_order_release)},
    {"acq_rel", int(std::memory_order_acq_rel)},
    {"seq_cst", int(std::memory_order_seq_cst)},
    {"none", removed_fence},
    {"light", made_light},
};

int order_of(std::string_view name) {
  for (const auto& [known, order] : orders) {
    if (name == known) return order;
  }
  throw std::invalid_argument(
      "acqrel model: '" + std::string(name) +
      "' is no ordering; say relaxed, acquire, release, acq_rel, seq_cst, "
      "or none or light for a fence");
}

std::string_view cut_last(std::string_view& text, char separator) {
  const std::size_t at = text.rfind(separator);
  if (at == text.npos) return {};
  const std::string_view last = text.substr(at + 1);
  text = text.substr(0, at);
  return last;
}

std::uint32_t number(std::string_view text, std::string_view whole) {
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument(
        "acqrel model: an override is written "
        "FILE:LINE:COLUMN[:success|:failure]=ORDER, "
        "not '" +
        std::string(whole) + "'");
  }
  return value;
}

}  // namespace

const char* order_name(int order) noexcept {
  for (const auto& [name, value] : orders) {
    if (value == order) return name.data();
  }
  return "";
}

place_table& place_table::get() {
  static place_table table;
  return table;
}

place_table::place_table() {
  if (const char* list = std::getenv("ACQREL_MODEL_OVERRIDE")) {
    override_orders(list);
  }
  if (const char* file = std::getenv("ACQREL_MODEL_COVERAGE")) {
    coverage_file_ = file;
  }
}

place_table::~place_table() {
  for (const change& c : overrides_) {
    if (!c.taken) {
      std::fprintf(stderr,
                   "acqrel model: nothing took the override of %s:%u:%u: no "
                   "operation was executed there\n",
                   c.file.c_str(), c.line, c.column);
    }
  }
  if (coverage_file_.empty()) return;
  if (std::FILE* out = std::fopen(coverage_file_.c_str(), "a")) {
    const std::string text = coverage();
    std::fwrite(text.data(), 1, text.size(), out);
    std::fclose(out);
  }
}

int place_table::add(const place& where, const char* operation, int order,
                     int failure, std::size_t slot) {
  const std::string_view file = short_path(where.file);
  int id = -1;
  // The same place, by another copy of its file's name.
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const known_place& p = places_[i];
    if (p.line == where.line && p.column == where.column && p.file == file &&
        std::strcmp(p.operation, operation) == 0) {
      id = static_cast<int>(i);
    }
  }
  if (id < 0) {
    id = static_cast<int>(places_.size());
    known_place p;
    p.file = file;
    p.full_file = where.file;
    p.line = where.line;
    p.column = where.column;
    p.operation = operation;
    p.own_order = order;
    p.own_failure = failure;
    apply_overrides(p);
    places_.push_back(std::move(p));
  }
  if (places_[id].own_order != order || places_[id].own_failure != failure) {
    change_own(id, order, failure);
  }
  cache_[slot] = {where.file, operation, where.line, where.column, id};
  if (places_.size() > cache_size / 2) {
    std::fputs("acqrel model: more than 4096 places\n", stderr);
    std::abort();
  }
  return id;
}

void place_table::change_own(int id, int order, int failure) {
  places_[id].own_order = order;
  places_[id].own_failure = failure;
  apply_overrides(places_[id]);
}

void place_table::apply_overrides(known_place& p) const {
  p.order = p.own_order;
  p.failure = p.own_failure;
  for (const change& c : overrides_) {
    if (c.line == p.line && c.column == p.column && c.file == p.file) {
      (c.failure ? p.failure : p.order) = c.order;
      c.taken = true;
    }
  }
}

void place_table::override_orders(std::string_view list) {
  overrides_.clear();
  while (!list.empty()) {
    const std::string_view whole = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), whole.size() + 1));
    if (whole.empty()) continue;
    std::string_view key = whole;
    change c;
    c.order = order_of(cut_last(key, '='));
    if (key.ends_with(":failure")) {
      c.failure = true;
      key.remove_suffix(8);
    } else if (key.ends_with(":success")) {
      key.remove_suffix(8);
    }
    c.column = number(cut_last(key, ':'), whole);
    c.line = number(cut_last(key, ':'), whole);
    c.file = key;
    overrides_.push_back(std::move(c));
  }
  for (known_place& p : places_) apply_overrides(p);
}

std::string place_table::coverage() const {
  std::string text;
  for (const known_place& p : places_) {
    if (p.own_order == no_ordering || p.executed == 0) continue;
    const std::string key = p.file + ":" + std::to_string(p.line) + ":" +
                            std::to_string(p.column) + "\t" + p.operation;
    const std::string counts =
        "\t" + std::to_string(p.executed) + "\t" + std::to_string(p.succeeded) +
        "\t" + std::to_string(p.failed) + "\t" + std::to_string(p.stale) + "\n";
    text += key + "\tsuccess\t" + order_name(p.own_order) + counts;
    if (p.own_failure != no_ordering) {
      text += key + "\tfailure\t" + order_name(p.own_failure) + counts;
    }
  }
  return text;
}

}  // namespace acqrel::model::internal
