#include "acqrel/examples/log/batch.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "acqrel/examples/log/access_log.h"

namespace examples {

void parse(batch& work) {
  work.records.clear();
  work.malformed.clear();
  work.malformed_count = 0;

  std::uint64_t number = work.first_line;
  std::string_view rest = work.text;
  while (!rest.empty()) {
    const std::size_t newline = rest.find('\n');
    const std::string_view line = rest.substr(0, newline);
    rest = newline == std::string_view::npos ? std::string_view()
                                             : rest.substr(newline + 1);
    parsed_line parsed;
    if (work.cut) {
      parsed.problem = "longer than a block";
    } else {
      parsed = parse_line(line);
    }
    if (parsed.ok()) {
      work.records.push_back(parsed.record);
    } else {
      ++work.malformed_count;
      if (work.malformed.size() < batch::malformed_kept) {
        work.malformed.push_back(
            {.line = number, .problem = parsed.problem, .text = line});
      }
    }
    ++number;
  }
}

}  // namespace examples
