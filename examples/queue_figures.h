// What a queue of the examples tells about itself.

#ifndef ACQREL_EXAMPLES_QUEUE_FIGURES_H_
#define ACQREL_EXAMPLES_QUEUE_FIGURES_H_

#include <cstdint>

namespace examples {

struct queue_figures {
  std::int64_t pushed = 0;
  std::int64_t popped = 0;
  std::int64_t slept = 0;       // how often a consumer found nothing to do
  std::int64_t high_water = 0;  // the most elements it held at one time
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_QUEUE_FIGURES_H_
