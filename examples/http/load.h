// Clients for the service: each in its own thread, one request after the other.

#ifndef ACQREL_EXAMPLES_HTTP_LOAD_H_
#define ACQREL_EXAMPLES_HTTP_LOAD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace examples::http {

struct load {
  int port = 0;
  int clients = 8;
  std::string target = "/hello";
  bool keep_alive = false;  // or else a connection for each request
  // A client ends when it has made so many requests, or when the service can no
  // longer be reached.
  std::int64_t requests = 1'000'000'000;
  std::chrono::duration<double> time{3600};
  // Called by a client after each answer.
  std::function<void()> on_answer = [] {};
};

struct load_result {
  std::int64_t answered = 0;
  std::int64_t wrong = 0;       // answered, but with another status than 200
  std::int64_t refused = 0;     // not connected
  std::int64_t unanswered = 0;  // connected, and no answer
  double seconds = 0;
  std::vector<double> latencies;  // in microseconds, sorted

  double rate() const { return static_cast<double>(answered) / seconds; }
  // The latency that this share of the answers did not exceed.
  double percentile(double share) const;
};

// Returns when all clients have ended.
load_result run_load(const load& wanted);

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_LOAD_H_
