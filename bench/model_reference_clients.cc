// The litmus rows, and the textbook structures of tests/model/reference.
#include <functional>
#include <vector>

#include "acqrel/bench/model_client.h"
#include "acqrel/model/check.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/litmus_rows.h"
#include "acqrel/tests/model/reference/hazard_stack.h"
#include "acqrel/tests/model/reference/michael_scott_queue.h"
#include "acqrel/tests/model/reference/treiber_stack.h"
#include "acqrel/tests/model/run_program.h"

namespace acqrel::bench {
namespace {

// All rows of the litmus table, as one client.
model::result check_litmus_rows(const model::options& options) {
  static const std::vector<model::litmus::program> programs = [] {
    std::vector<model::litmus::program> all;
    for (const testing::litmus_row& row : testing::litmus_rows()) {
      all.push_back(testing::parse_compact(row.program, row.weak_outcome));
    }
    return all;
  }();
  model::result sum;
  sum.complete = true;
  for (const model::litmus::program& p : programs) {
    const model::result r = testing::run_program(p, options);
    sum.executions += r.executions;
    sum.complete &= r.complete;
  }
  return sum;
}

void treiber() {
  testing::treiber_stack_reference<> stack;
  const auto push = [&] { stack.push(1); };
  const auto pop = [&] { stack.pop(); };
  run_all({push, push, pop, pop});
}

// Each thread has two operations; three rounds of a loop, at most.
void michael_scott(int pushers, int poppers) {
  testing::michael_scott_reference<> queue(3);
  std::vector<std::function<void()>> threads;
  for (int i = 0; i < pushers; ++i) {
    threads.push_back([&] {
      queue.push(1);
      queue.push(2);
    });
  }
  for (int i = 0; i < poppers; ++i) {
    threads.push_back([&] {
      int value;
      queue.pop(value);
      queue.pop(value);
    });
  }
  run_all(threads);
}

void hazard(int threads) {
  testing::hazard_stack_reference<testing::asymmetric_fences,
                                  testing::hazard_orders, 3>
      stack;
  std::vector<std::function<void()>> all;
  for (int i = 0; i < threads; ++i) {
    all.push_back([&stack, i] {
      stack.push(i + 1);
      stack.pop(i);
    });
  }
  run_all(all);
}

}  // namespace

std::vector<model_client> reference_clients() {
  return {
      {"litmus rows", check_litmus_rows},
      model_body("reference treiber_stack push|push|pop|pop", false, treiber),
      model_body("reference michael_scott_queue 2x2", false,
                 [] { michael_scott(1, 1); }),
      model_body("reference michael_scott_queue 3x2", false,
                 [] { michael_scott(2, 1); }),
      model_body("reference hazard_stack push pop|push pop", true,
                 [] { hazard(2); }),
      model_body("reference hazard_stack push pop|push pop|push pop", true,
                 [] { hazard(3); }),
  };
}

}  // namespace acqrel::bench
