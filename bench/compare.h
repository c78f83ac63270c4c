// A program that compares contenders side by side, in turns.
#ifndef ACQREL_BENCH_COMPARE_H_
#define ACQREL_BENCH_COMPARE_H_

#include <vector>

#include "acqrel/bench/bench_case.h"

namespace acqrel::bench {

// What main() returns. The cases of a group need not follow one another.
int compare(int argc, char** argv, std::vector<bench_case> cases);

}  // namespace acqrel::bench

#endif  // ACQREL_BENCH_COMPARE_H_
