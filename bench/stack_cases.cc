// Last in, first out, for any number of threads.
#include <vector>

#include "acqrel/bench/absl_mutex_equivalents.h"
#include "acqrel/bench/bench_case.h"
#include "acqrel/bench/case_factory.h"
#include "acqrel/bench/cases.h"
#include "acqrel/bench/mutex_equivalents.h"
#include "acqrel/structures/treiber_stack.h"

namespace acqrel::bench {
namespace {

template <class T>
using std_mutex_stack = mutex_stack<T>;

}  // namespace

std::vector<bench_case> stack_cases() {
  return cases_for_any_threads(
      "stack", contender<treiber_stack>{"acqrel", false},
      contender<std_mutex_stack>{"std-mutex-vector"},
      contender<absl_mutex_stack>{"absl-mutex-vector"});
}

}  // namespace acqrel::bench
