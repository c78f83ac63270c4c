// What the service counts, and how it tells Prometheus.
//
// Every figure is made of counters: threads that count do not get in each
// other's way, and only who asks for the figures reads what all have counted.

#ifndef ACQREL_EXAMPLES_HTTP_METRICS_H_
#define ACQREL_EXAMPLES_HTTP_METRICS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "acqrel/atomics/counter.h"

namespace examples::http {

class metrics {
 public:
  // A connection's life: accepted, and then refused by the pool or served.
  void accepted() { accepted_.add(); }
  void refused() { refused_.add(); }
  void serving() { served_.add(); }

  // A request's: begun and ended, and answered in between if it was one.
  void begun() { begun_.add(); }
  void ended() { ended_.add(); }
  void answered(int status, std::size_t bytes, std::chrono::nanoseconds time);

  // The log's lines, from its writer.
  void lines_written(std::int64_t count) { lines_written_.add(count); }
  void lines_lost(std::int64_t count) { lines_lost_.add(count); }

  // Exact once the threads that count have been joined.
  std::int64_t connections() const { return accepted_.value(); }
  std::int64_t requests() const;
  std::int64_t lines() const { return lines_written_.value(); }
  std::int64_t lost() const { return lines_lost_.value(); }

  // Prometheus's text format, version 0.0.4. The threads go on counting, so
  // figures may be a few events apart from each other; each only grows, except
  // for the gauges.
  std::string text() const;
  static constexpr const char* content_type =
      "text/plain; version=0.0.4; charset=utf-8";

 private:
  static constexpr std::size_t classes = 6;   // of status: the first digit
  static constexpr std::size_t buckets = 18;  // the last one has no bound
  // In microseconds: a request takes longer than the bound before, and not
  // longer than its bucket's.
  static constexpr std::array<std::int64_t, buckets - 1> bounds = {
      25,    50,    100,    250,    500,    1000,    2500,    5000,   10000,
      25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000};

  acqrel::counter accepted_;
  acqrel::counter refused_;
  acqrel::counter served_;
  acqrel::counter begun_;
  acqrel::counter ended_;
  std::array<acqrel::counter, classes> by_class_;
  acqrel::counter bytes_;
  std::array<acqrel::counter, buckets> by_time_;
  acqrel::counter nanoseconds_;
  acqrel::counter lines_written_;
  acqrel::counter lines_lost_;
};

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_METRICS_H_
