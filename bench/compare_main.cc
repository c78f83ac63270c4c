// Compares the structures with their mutex equivalents, side by side:
//
//   ./bazelw run -c opt //bench:compare -- --family=spsc
#include "acqrel/bench/cases.h"
#include "acqrel/bench/compare.h"

int main(int argc, char** argv) {
  return acqrel::bench::compare(argc, argv, acqrel::bench::all_cases());
}
