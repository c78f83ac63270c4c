// What the report says about the logs: counts per status, host and path.

#ifndef ACQREL_EXAMPLES_LOG_SUMMARY_H_
#define ACQREL_EXAMPLES_LOG_SUMMARY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "acqrel/examples/log/access_log.h"
#include "acqrel/examples/log/batch.h"

namespace examples {

struct tally {
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;   // the maximum when there are more
  std::uint64_t errors = 0;  // requests with a status of 400 or above

  void add(const log_record& record);
  bool operator==(const tally&) const = default;
};

class summary {
 public:
  using table = absl::flat_hash_map<std::string, tally>;

  struct malformed_entry {
    std::string problem;
    std::string text;  // the beginning of the line
    bool operator==(const malformed_entry&) const = default;
  };
  using place = std::pair<std::size_t, std::uint64_t>;  // log, line

  // Adds a parsed batch. The order of the batches does not matter.
  void add(const batch& parsed);

  const tally& total() const { return total_; }
  // Indexed by the status.
  const std::vector<tally>& statuses() const { return statuses_; }
  const table& hosts() const { return hosts_; }
  const table& paths() const { return paths_; }
  std::uint64_t malformed() const { return malformed_; }
  std::uint64_t lines() const { return total_.requests + malformed_; }
  // The first malformed lines of all.
  const std::map<place, malformed_entry>& first_malformed() const {
    return first_malformed_;
  }

  bool operator==(const summary&) const = default;

 private:
  tally total_;
  std::vector<tally> statuses_ = std::vector<tally>(1000);
  table hosts_;
  table paths_;
  std::uint64_t malformed_ = 0;
  std::map<place, malformed_entry> first_malformed_;
};

// The k entries with the most requests (all of them for k = 0), the most
// requested first; where two have as many, in the order of their names.
std::vector<std::pair<std::string_view, tally>> top(const summary::table& table,
                                                    std::size_t k);

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_SUMMARY_H_
