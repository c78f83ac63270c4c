// The service with each of its pools, under the same load, in one table.

#ifndef ACQREL_EXAMPLES_HTTP_COMPARE_H_
#define ACQREL_EXAMPLES_HTTP_COMPARE_H_

#include <string>
#include <vector>

#include "acqrel/examples/http/load.h"

namespace examples::http {

// A running service, in a process of its own.
struct comparison_options {
  std::string service;  // the program
  int rounds = 5;
  int workers = 8;
  load wanted;  // its port is not used
};

struct comparison {
  std::vector<load_result> acqrel;  // one a round
  std::vector<load_result> builtin;
  std::string problem;  // a sentence; empty when all went well
};

// One round that does not count, then as many as are asked for. In each, both
// pools are loaded, and they take turns in going first.
comparison compare_pools(const comparison_options& options);

// Medians over the rounds, with the least and the most.
std::string table(const comparison& result);

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_COMPARE_H_
