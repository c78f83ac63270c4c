#include "acqrel/examples/http/load.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include "acqrel/examples/http/library.h"

namespace examples::http {
namespace {

using clock = std::chrono::steady_clock;

load_result run_client(const load& wanted, clock::time_point end) {
  load_result result;
  httplib::Client client("127.0.0.1", wanted.port);
  client.set_keep_alive(wanted.keep_alive);
  client.set_tcp_nodelay(true);
  for (std::int64_t i = 0; i < wanted.requests; ++i) {
    const clock::time_point before = clock::now();
    if (before >= end) break;
    const httplib::Result answer = client.Get(wanted.target);
    const clock::time_point after = clock::now();
    if (answer) {
      ++result.answered;
      if (answer->status != 200) ++result.wrong;
      result.latencies.push_back(
          std::chrono::duration<double, std::micro>(after - before).count());
      wanted.on_answer();
    } else if (answer.error() == httplib::Error::Connection ||
               answer.error() == httplib::Error::ConnectionTimeout) {
      ++result.refused;
      break;
    } else {
      ++result.unanswered;
    }
  }
  return result;
}

}  // namespace

double load_result::percentile(double share) const {
  if (latencies.empty()) return 0;
  const auto rank = static_cast<std::size_t>(
      std::ceil(share * static_cast<double>(latencies.size())));
  return latencies[std::max<std::size_t>(rank, 1) - 1];
}

load_result run_load(const load& wanted) {
  std::vector<load_result> results(static_cast<std::size_t>(wanted.clients));
  std::latch start(wanted.clients + 1);
  std::vector<std::thread> clients;
  clock::time_point end;  // set before the start
  for (load_result& result : results) {
    clients.emplace_back([&] {
      start.arrive_and_wait();
      result = run_client(wanted, end);
    });
  }
  const clock::time_point begun = clock::now();
  end = begun + std::chrono::ceil<clock::duration>(wanted.time);
  start.arrive_and_wait();
  for (std::thread& client : clients) client.join();

  load_result all;
  all.seconds = std::chrono::duration<double>(clock::now() - begun).count();
  for (const load_result& result : results) {
    all.answered += result.answered;
    all.wrong += result.wrong;
    all.refused += result.refused;
    all.unanswered += result.unanswered;
    all.latencies.insert(all.latencies.end(), result.latencies.begin(),
                         result.latencies.end());
  }
  std::sort(all.latencies.begin(), all.latencies.end());
  return all;
}

}  // namespace examples::http
