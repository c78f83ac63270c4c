#include "acqrel/examples/log/summary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acqrel/examples/log/access_log.h"
#include "acqrel/examples/log/batch.h"

namespace examples {

void tally::add(const log_record& record) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  ++requests;
  bytes += std::min(record.bytes, most - bytes);
  if (record.status >= 400) ++errors;
}

void summary::add(const batch& parsed) {
  for (const log_record& record : parsed.records) {
    total_.add(record);
    statuses_[static_cast<std::size_t>(record.status)].add(record);
    // The name is copied only when it is new.
    hosts_.try_emplace(record.host).first->second.add(record);
    paths_.try_emplace(record.path).first->second.add(record);
  }

  malformed_ += parsed.malformed_count;
  constexpr std::size_t shown_bytes = 60;
  for (const malformed_line& line : parsed.malformed) {
    std::string text(line.text.substr(0, shown_bytes));
    if (line.text.size() > shown_bytes) text += "...";
    first_malformed_.emplace(
        place(parsed.file, line.line),
        malformed_entry{.problem = line.problem, .text = std::move(text)});
    if (first_malformed_.size() > batch::malformed_kept) {
      first_malformed_.erase(std::prev(first_malformed_.end()));
    }
  }
}

std::vector<std::pair<std::string_view, tally>> top(const summary::table& table,
                                                    std::size_t k) {
  std::vector<std::pair<std::string_view, tally>> entries(table.begin(),
                                                          table.end());
  const std::size_t kept =
      k == 0 ? entries.size() : std::min(k, entries.size());
  std::partial_sort(entries.begin(),
                    entries.begin() + static_cast<std::ptrdiff_t>(kept),
                    entries.end(), [](const auto& a, const auto& b) {
                      if (a.second.requests != b.second.requests) {
                        return a.second.requests > b.second.requests;
                      }
                      return a.first < b.first;
                    });
  entries.resize(kept);
  return entries;
}

}  // namespace examples
