#include "acqrel/model/gate/waivers.h"

#include <cstddef>
#include <stdexcept>
#include <utility>

#include "acqrel/model/gate/record.h"

namespace acqrel::model::gate {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::vector<waiver> parse_waivers(const std::string& file,
                                  std::string_view text) {
  std::vector<waiver> found;
  int number = 0;
  for (const std::string& whole : split(text, '\n')) {
    ++number;
    const std::string_view line = trimmed(whole);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = file + ":" + std::to_string(number);
    const std::size_t step = line.find(" -> ");
    const std::size_t key_end = line.find(": ", step == line.npos ? 0 : step);
    const std::size_t kind_end =
        key_end == line.npos ? line.npos : line.find(':', key_end + 2);
    if (step == line.npos || kind_end == line.npos) {
      throw std::invalid_argument(
          where +
          ": a waiver is written 'FILE [label] FROM -> TO: CLASS: "
          "reason', not '" +
          std::string(line) + "'");
    }
    waiver w;
    w.key = line.substr(0, key_end);
    w.kind = trimmed(line.substr(key_end + 2, kind_end - key_end - 2));
    w.reason = trimmed(line.substr(kind_end + 1));
    w.where = where;
    if (w.kind != "W1" && w.kind != "W2" && w.kind != "W3" && w.kind != "W4" &&
        w.kind != "W6") {
      throw std::invalid_argument(where + ": '" + w.kind +
                                  "' is no class of waivers: W1, W2, W3, W4 "
                                  "and W6 are");
    }
    if (w.reason.empty()) {
      throw std::invalid_argument(where + ": a waiver gives a reason");
    }
    found.push_back(std::move(w));
  }
  return found;
}

}  // namespace acqrel::model::gate
