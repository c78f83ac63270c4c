#include "acqrel/examples/http/metrics.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acqrel/atomics/counter.h"

namespace examples::http {
namespace {

void begin(std::string& out, std::string_view name, std::string_view type,
           std::string_view help) {
  absl::StrAppend(&out, "# HELP ", name, " ", help, "\n# TYPE ", name, " ",
                  type, "\n");
}

void append(std::string& out, std::string_view name, std::string_view type,
            std::string_view help, std::int64_t value) {
  begin(out, name, type, help);
  absl::StrAppend(&out, name, " ", value, "\n");
}

// How many came in and have not gone out. A sum of a counter's shards is no
// moment's, so the difference may be below 0 for one.
std::int64_t between(const acqrel::counter& in, const acqrel::counter& out) {
  const std::int64_t gone = out.value();
  return std::max<std::int64_t>(0, in.value() - gone);
}

}  // namespace

void metrics::answered(int status, std::size_t bytes,
                       std::chrono::nanoseconds time) {
  const auto status_class = static_cast<std::size_t>(status) / 100;
  by_class_[status_class < classes ? status_class : 0].add();
  bytes_.add(static_cast<std::int64_t>(bytes));
  nanoseconds_.add(time.count());
  const auto* const bucket =
      std::find_if(bounds.begin(), bounds.end(), [&](std::int64_t bound) {
        return time <= std::chrono::microseconds(bound);
      });
  by_time_[static_cast<std::size_t>(bucket - bounds.begin())].add();
}

std::int64_t metrics::requests() const {
  std::int64_t sum = 0;
  for (const acqrel::counter& of_class : by_class_) sum += of_class.value();
  return sum;
}

std::string metrics::text() const {
  std::string out;
  append(out, "http_connections_total", "counter", "Connections accepted.",
         accepted_.value());
  append(out, "http_connections_refused_total", "counter",
         "Connections closed at once: the pool took no more.",
         refused_.value());
  append(out, "http_queue_depth", "gauge",
         "Connections that wait for a worker.", between(accepted_, served_));
  append(out, "http_requests_in_flight", "gauge",
         "Requests that are being read or answered.", between(begun_, ended_));

  begin(out, "http_requests_total", "counter",
        "Requests answered, by the class of their status.");
  for (std::size_t i = 1; i < classes; ++i) {
    absl::StrAppend(&out, "http_requests_total{status=\"", i, "xx\"} ",
                    by_class_[i].value(), "\n");
  }
  append(out, "http_response_bytes_total", "counter",
         "Bytes sent in the bodies of answers.", bytes_.value());

  constexpr std::string_view histogram = "http_request_duration_seconds";
  begin(out, histogram, "histogram",
        "Time from a request's first byte to its answer's last.");
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    sum += by_time_[i].value();
    absl::StrAppend(&out, histogram, "_bucket{le=\"",
                    i < bounds.size()
                        ? absl::StrCat(static_cast<double>(bounds[i]) / 1e6)
                        : "+Inf",
                    "\"} ", sum, "\n");
  }
  absl::StrAppendFormat(&out, "%s_sum %.9f\n%s_count %d\n", histogram,
                        static_cast<double>(nanoseconds_.value()) / 1e9,
                        histogram, sum);

  append(out, "http_log_lines_total", "counter", "Lines of the access log.",
         lines_written_.value());
  append(out, "http_log_lines_lost_total", "counter",
         "Lines that could not be written.", lines_lost_.value());
  return out;
}

}  // namespace examples::http
