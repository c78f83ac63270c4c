#include "acqrel/examples/log/report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acqrel/examples/log/pipeline.h"
#include "acqrel/examples/log/source.h"
#include "acqrel/examples/log/summary.h"
#include "acqrel/structures/counted.h"

namespace examples {
namespace {

using entry = std::pair<std::string_view, tally>;
using named_statistics = std::pair<std::string_view, acqrel::queue_statistics>;

std::vector<named_statistics> queues_of(const pipeline_result& result) {
  return {{"reader to parsers", result.unparsed},
          {"parsers to aggregator", result.parsed},
          {"aggregator to reader", result.spare}};
}

// The statuses that occurred, as names and counts.
std::vector<std::pair<std::string, tally>> statuses_of(const summary& totals) {
  std::vector<std::pair<std::string, tally>> seen;
  for (std::size_t status = 0; status < totals.statuses().size(); ++status) {
    const tally& counts = totals.statuses()[status];
    if (counts.requests > 0) seen.emplace_back(absl::StrCat(status), counts);
  }
  return seen;
}

// `entries` is a range of (name, tally).
template <class Entries>
void append_table(std::string& out, std::string_view heading,
                  const Entries& entries) {
  std::size_t width = heading.size();
  for (const auto& [name, counts] : entries) {
    width = std::max(width, printable(name).size());
  }
  absl::StrAppendFormat(&out, "\n%-*s  %12s  %16s  %12s\n",
                        static_cast<int>(width), heading, "requests", "bytes",
                        "errors");
  for (const auto& [name, counts] : entries) {
    absl::StrAppendFormat(&out, "%-*s  %12d  %16d  %12d\n",
                          static_cast<int>(width), printable(name),
                          counts.requests, counts.bytes, counts.errors);
  }
}

void append_top(std::string& out, std::string_view what,
                const summary::table& table, std::size_t k) {
  const std::vector<entry> entries = top(table, k);
  append_table(
      out, absl::StrFormat("%s (%d of %d)", what, entries.size(), table.size()),
      entries);
}

void append_malformed(std::string& out, const summary& totals,
                      std::span<const std::string> logs) {
  if (totals.malformed() == 0) return;
  absl::StrAppendFormat(&out, "\nmalformed lines: %d\n", totals.malformed());
  for (const auto& [place, line] : totals.first_malformed()) {
    absl::StrAppendFormat(&out, "  %s:%d: %s",
                          printable(shown_name(logs[place.first])),
                          place.second, line.problem);
    if (!line.text.empty()) absl::StrAppend(&out, ": ", printable(line.text));
    out += '\n';
  }
  const std::uint64_t others =
      totals.malformed() - totals.first_malformed().size();
  if (others > 0) absl::StrAppendFormat(&out, "  and %d more\n", others);
}

void append_queues(std::string& out, const pipeline_result& result) {
  absl::StrAppendFormat(&out, "\n%-21s  %12s  %12s  %12s  %12s\n", "queue",
                        "pushed", "popped", "waited", "high-water");
  for (const auto& [name, seen] : queues_of(result)) {
    absl::StrAppendFormat(&out, "%-21s  %12d  %12d  %12d  %12d\n", name,
                          seen.pushed, seen.popped, seen.waited,
                          seen.high_water);
  }
}

template <class Entries>
void append_rows(std::string& out, std::string_view what,
                 const Entries& entries) {
  for (const auto& [name, counts] : entries) {
    absl::StrAppendFormat(&out, "%s\t%s\t%d\t%d\t%d\n", what, printable(name),
                          counts.requests, counts.bytes, counts.errors);
  }
}

}  // namespace

std::string text_report(const pipeline_result& result,
                        std::span<const std::string> logs, std::size_t top) {
  const summary& totals = result.totals;
  const double seconds = result.time.count();
  std::string out;
  absl::StrAppendFormat(
      &out,
      "%d lines, %.1f MB in %.3f s: %.0f lines/s, %.1f MB/s\n"
      "%d requests, %d bytes sent, %d errors (status 400 and above), "
      "%d malformed lines\n",
      totals.lines(), static_cast<double>(result.bytes_read) / 1e6, seconds,
      static_cast<double>(totals.lines()) / seconds,
      static_cast<double>(result.bytes_read) / 1e6 / seconds,
      totals.total().requests, totals.total().bytes, totals.total().errors,
      totals.malformed());
  append_table(out, "status", statuses_of(totals));
  append_top(out, "host", totals.hosts(), top);
  append_top(out, "path", totals.paths(), top);
  append_malformed(out, totals, logs);
  append_queues(out, result);
  return out;
}

std::string tsv_report(const pipeline_result& result,
                       std::span<const std::string> logs, std::size_t top) {
  const summary& totals = result.totals;
  std::string out;
  absl::StrAppendFormat(&out, "lines\t%d\nbytes_read\t%d\nseconds\t%.6f\n",
                        totals.lines(), result.bytes_read, result.time.count());
  absl::StrAppendFormat(&out, "total\t%d\t%d\t%d\n", totals.total().requests,
                        totals.total().bytes, totals.total().errors);
  append_rows(out, "status", statuses_of(totals));
  append_rows(out, "host", examples::top(totals.hosts(), top));
  append_rows(out, "path", examples::top(totals.paths(), top));
  absl::StrAppendFormat(&out, "malformed\t%d\n", totals.malformed());
  for (const auto& [place, line] : totals.first_malformed()) {
    absl::StrAppendFormat(&out, "malformed_line\t%s\t%d\t%s\t%s\n",
                          printable(shown_name(logs[place.first])),
                          place.second, line.problem, printable(line.text));
  }
  for (const auto& [name, seen] : queues_of(result)) {
    absl::StrAppendFormat(&out, "queue\t%s\t%d\t%d\t%d\t%d\n", name,
                          seen.pushed, seen.popped, seen.waited,
                          seen.high_water);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isprint(byte)) {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "\\x%02x", byte);
    }
  }
  return out;
}

}  // namespace examples
