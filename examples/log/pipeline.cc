#include "acqrel/examples/log/pipeline.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/examples/log/batch.h"
#include "acqrel/examples/log/source.h"
#include "acqrel/examples/mutex_queue.h"
#include "acqrel/structures/counted.h"
#include "acqrel/structures/mpmc_queue.h"
#include "acqrel/structures/mpsc_queue.h"
#include "acqrel/structures/spsc_ring.h"

namespace examples {
namespace {

using batch_ptr = std::unique_ptr<batch>;

struct acqrel_queues {
  using any_to_any = acqrel::counted<acqrel::mpmc_queue<batch_ptr>>;
  using any_to_one = acqrel::counted<acqrel::mpsc_queue<batch_ptr>>;
  using one_to_one = acqrel::counted<acqrel::spsc_ring<batch_ptr>>;
};

struct mutex_queues {
  using any_to_any = mutex_queue<batch_ptr>;
  using any_to_one = mutex_queue<batch_ptr>;
  using one_to_one = mutex_queue<batch_ptr>;
};

template <class Queues>
class pipeline {
 public:
  explicit pipeline(const pipeline_job& job)
      : job_(job),
        source_(job.logs, job.stop),
        // Two for each parser, one that it works on and one that waits for it,
        // and the same for the reader and the aggregator.
        batches_(2 * static_cast<std::size_t>(job.parsers) + 4),
        spare_(batches_) {
    for (std::size_t i = 0; i < batches_; ++i) {
      spare_.push(std::make_unique<batch>(job.block_size));
    }
  }

  pipeline_result run() {
    const auto start = std::chrono::steady_clock::now();
    std::thread reader([this] { read(); });
    std::vector<std::thread> parsers;
    for (int i = 0; i < job_.parsers; ++i) {
      parsers.emplace_back([this] { parse_batches(); });
    }
    std::thread aggregator([this] { aggregate(); });

    // Each stage ends when the queue that it pops from is closed and empty.
    reader.join();
    unparsed_.close();
    for (std::thread& parser : parsers) parser.join();
    parsed_.close();
    aggregator.join();

    result_.time = std::chrono::steady_clock::now() - start;
    result_.errors = source_.errors();
    result_.interrupted = source_.interrupted();
    result_.bytes_read = source_.bytes_read();
    result_.unparsed = unparsed_.statistics();
    result_.parsed = parsed_.statistics();
    result_.spare = spare_.statistics();
    return std::move(result_);
  }

 private:
  // spare_ is never closed: the aggregator gives back what the reader waits
  // for.
  void read() {
    while (std::optional<batch_ptr> work = spare_.pop()) {
      if (!source_.fill(**work)) return;
      unparsed_.push(*std::move(work));
    }
  }

  void parse_batches() {
    while (std::optional<batch_ptr> work = unparsed_.pop()) {
      parse(**work);
      parsed_.push(*std::move(work));
    }
  }

  void aggregate() {
    while (std::optional<batch_ptr> work = parsed_.pop()) {
      result_.totals.add(**work);
      job_.progress((*work)->bytes_read);
      spare_.push(*std::move(work));
    }
  }

  const pipeline_job& job_;
  log_source source_;       // the reader's, until it is joined
  pipeline_result result_;  // the aggregator's, until it is joined
  const std::size_t batches_;
  typename Queues::any_to_any unparsed_;
  typename Queues::any_to_one parsed_;
  typename Queues::one_to_one spare_;
};

}  // namespace

pipeline_result run_pipeline(const pipeline_job& job, queue_kind kind) {
  return kind == queue_kind::acqrel ? pipeline<acqrel_queues>(job).run()
                                    : pipeline<mutex_queues>(job).run();
}

}  // namespace examples
