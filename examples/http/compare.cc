#include "acqrel/examples/http/compare.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acqrel/examples/http/load.h"
#include "acqrel/examples/http/running_service.h"
#include "acqrel/examples/program.h"

namespace examples::http {
namespace {

// One figure over the rounds.
struct spread {
  double least = 0;
  double median = 0;
  double most = 0;
};

template <class Figure>
spread over(const std::vector<load_result>& rounds, Figure figure) {
  std::vector<double> values;
  for (const load_result& round : rounds) values.push_back(figure(round));
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return {.least = values.front(),
          .median = values.size() % 2 == 1
                        ? values[middle]
                        : (values[middle - 1] + values[middle]) / 2,
          .most = values.back()};
}

double rate(const load_result& round) { return round.rate(); }
double p50(const load_result& round) { return round.percentile(0.5); }
double p99(const load_result& round) { return round.percentile(0.99); }
double p999(const load_result& round) { return round.percentile(0.999); }

std::string cell(const spread& value) {
  return absl::StrFormat("%.0f (%.0f-%.0f)", value.median, value.least,
                         value.most);
}

void append_row(std::string& out, std::string_view name,
                const std::string& requests, const std::string& half,
                const std::string& most, const std::string& nearly_all) {
  absl::StrAppendFormat(&out, "| %-16s | %-21s | %-19s | %-21s | %-22s |\n",
                        name, requests, half, most, nearly_all);
}

}  // namespace

comparison compare_pools(const comparison_options& options) {
  comparison result;
  for (int round = 0; round <= options.rounds; ++round) {
    for (const bool second : {false, true}) {
      const bool builtin = second == (round % 2 == 0);
      running_service service(
          options.service,
          {builtin ? "--pool=builtin" : "--pool=acqrel",
           absl::StrCat("--workers=", options.workers), "--log=/dev/null"});
      load wanted = options.wanted;
      wanted.port = service.port();
      const load_result loaded = run_load(wanted);
      const program_result ended = service.stop();
      if (loaded.answered == 0 || loaded.wrong != 0 || loaded.refused != 0 ||
          loaded.unanswered != 0 || ended.status != 0) {
        result.problem = absl::StrCat(
            loaded.answered, " answered, ", loaded.wrong, " wrongly, ",
            loaded.refused, " refused, ", loaded.unanswered,
            " without an answer; exit status ", ended.status, ": ", ended.err);
        return result;
      }
      if (round == 0) continue;
      (builtin ? result.builtin : result.acqrel).push_back(loaded);
    }
  }
  return result;
}

std::string table(const comparison& result) {
  std::string out;
  append_row(out, "pool", "requests/s", "p50, us", "p99, us", "p99.9, us");
  const auto rule = [](std::size_t width) { return std::string(width, '-'); };
  absl::StrAppend(&out, "|", rule(18), "|", rule(23), "|", rule(21), "|",
                  rule(23), "|", rule(24), "|\n");
  const auto append = [&](std::string_view name,
                          const std::vector<load_result>& rounds) {
    append_row(out, name, cell(over(rounds, rate)), cell(over(rounds, p50)),
               cell(over(rounds, p99)), cell(over(rounds, p999)));
  };
  append("acqrel", result.acqrel);
  append("builtin", result.builtin);
  const auto ratio = [&](auto figure) {
    return absl::StrFormat("%.2f", over(result.acqrel, figure).median /
                                       over(result.builtin, figure).median);
  };
  append_row(out, "acqrel / builtin", ratio(rate), ratio(p50), ratio(p99),
             ratio(p999));
  return out;
}

}  // namespace examples::http
