// Clients of the model checker whose speed is measured.
#ifndef ACQREL_BENCH_MODEL_CLIENT_H_
#define ACQREL_BENCH_MODEL_CLIENT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/model/check.h"

namespace acqrel::bench {

struct model_client {
  std::string name;
  std::function<model::result(const model::options&)> check;
};

// Litmus programs and textbook structures (model_reference_clients.cc), and the
// structures that ship (model_shipped_clients.cc).
std::vector<model_client> reference_clients();
std::vector<model_client> shipped_clients();

// Without spurious failures, so that counts can be compared with those of other
// checkers.
inline model_client model_body(std::string name, bool leaks,
                               std::function<void()> run) {
  return {std::move(name), [=](model::options options) {
            options.leaks = leaks;
            options.spurious_failures = 0;
            return model::check(options, run);
          }};
}

// Runs each function on a thread of the body.
inline void run_all(const std::vector<std::function<void()>>& threads) {
  std::vector<model::thread> running;
  running.reserve(threads.size());
  for (const auto& run : threads) running.emplace_back(run);
  for (model::thread& t : running) t.join();
}

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_MODEL_CLIENT_H_
