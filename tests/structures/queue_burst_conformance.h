// What was accepted comes out, once and in its producer's order, when a queue is
// closed in the middle of a burst; by every form of push and pop. A suite over
// the families of queue_waiting_conformance.h.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_BURST_CONFORMANCE_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_BURST_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_forms.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/threads.h"

namespace acqrel::testing {

// One round of it after the other, between threads that stay.
template <class Family>
class burst {
  using queue_type = typename Family::template queue<payload>;
  static constexpr unsigned producers = Family::producers == ends::one ? 1 : 2;
  static constexpr unsigned consumers = Family::consumers == ends::one ? 1 : 2;
  static constexpr unsigned threads = producers + consumers + 1;
  static constexpr std::uint64_t of_producer = 1'000'000;

 public:
  // Empty, or what went wrong first.
  std::string run(int rounds) {
    meeting_point meeting(threads);
    run_together(threads, [&](unsigned index) {
      random_choice random(index);
      for (int i = 0; i < rounds; ++i) {
        if (index == 0) start(i);
        meeting.meet();
        if (index == 0) {
          close(random);
        } else if (index <= producers) {
          produce(index - 1, random);
        } else {
          consume(index - 1 - producers, random);
        }
        meeting.meet();
        if (index == 0) check(i);
      }
    });
    return faults_.str();
  }

 private:
  void start(int round) {
    queue_ = std::unique_ptr<queue_type>(
        new queue_type(Family::template make<payload>(1 + round % 4)));
    accepted_.fill(0);
    for (auto& values : popped_) values.clear();
  }

  void close(random_choice& random) {
    // A moment. (A yield may take long, where others need the processor.)
    volatile std::uint64_t moment = random.below(20'000);
    while (moment > 0) moment = moment - 1;
    queue_->close();
    queue_->close();
  }

  void produce(unsigned index, random_choice& random) {
    std::uint64_t next = index * of_producer;
    const auto run_of_three = [&] {
      std::vector<payload> run;
      for (std::uint64_t i = 0; i < 3; ++i) run.emplace_back(next + i);
      return run;
    };
    for (bool open = true; open && next % of_producer < 300;) {
      const std::size_t which = random.below(pushes_.size() + 2);
      if (which == pushes_.size()) {
        auto run = run_of_three();
        const auto first = std::make_move_iterator(run.begin());
        next += queue_->try_push_n(first, 3);
      } else if (which > pushes_.size()) {
        auto run = run_of_three();
        const std::size_t count =
            queue_->push_range(std::make_move_iterator(run.begin()),
                               std::make_move_iterator(run.end()));
        next += count;
        open = count == 3;
      } else {
        payload element(next);
        const push_answer answer = pushes_[which].push(*queue_, element);
        if (answer.pushed) {
          ++next;
        } else if (element.value() != next) {
          fault(pushes_[which].name, " took what it refused");
        }
        const bool refused = !answer.pushed;
        if (refused && pushes_[which].waits == patience::endless) {
          open = false;
        } else if (refused && answer.reason == conqueue_status::closed) {
          open = false;
        } else if (refused) {
          std::this_thread::yield();
        }
      }
    }
    accepted_[index] = next - index * of_producer;
  }

  void consume(unsigned index, random_choice& random) {
    auto& values = popped_[index];
    for (;;) {
      const auto& form = pops_[random.below(pops_.size())];
      const auto answer = form.pop(*queue_);
      if (answer.element) {
        values.push_back(answer.element->value());
        continue;
      }
      if (form.waits == patience::endless) break;
      if (answer.reason == conqueue_status::closed) break;
      std::this_thread::yield();
    }
    if (!queue_->is_closed()) fault("a pop gave up");
  }

  void check(int round) {
    std::array<std::vector<bool>, producers> came;
    for (unsigned i = 0; i < producers; ++i) came[i].resize(accepted_[i]);
    for (const auto& values : popped_) {
      std::array<std::uint64_t, producers> before = {};
      for (const std::uint64_t value : values) {
        const std::uint64_t from = value / of_producer;
        const std::uint64_t number = value % of_producer;
        if (from >= producers || number >= accepted_[from]) {
          fault("round ", round, ": ", value, " was never accepted");
          continue;
        }
        if (came[from][number]) fault(value, " came twice");
        came[from][number] = true;
        if (number + 1 <= before[from]) fault(value, " came late");
        before[from] = number + 1;
      }
    }
    for (unsigned i = 0; i < producers; ++i) {
      for (std::uint64_t n = 0; n < accepted_[i]; ++n) {
        if (!came[i][n]) {
          fault("round ", round, ": ", i * of_producer + n, " was lost");
        }
      }
    }
    if (queue_->try_pop().error() != conqueue_status::closed ||
        queue_->size_hint() != 0) {
      fault("round ", round, ": something is left");
    }
  }

  // The first few.
  template <class... Parts>
  void fault(const Parts&... parts) {
    const std::lock_guard lock(mutex_);
    if (++number_of_faults_ > 5) return;
    (faults_ << ... << parts) << "; ";
  }

  const std::vector<push_form<queue_type>> pushes_ =
      push_forms<queue_type, payload&&>();
  const std::vector<pop_form<queue_type>> pops_ = pop_forms<queue_type>();
  std::unique_ptr<queue_type> queue_;
  std::array<std::uint64_t, producers> accepted_;
  std::array<std::vector<std::uint64_t>, consumers> popped_;
  std::mutex mutex_;
  int number_of_faults_ = 0;
  std::ostringstream faults_;
};

template <class Family>
class QueueBurstConformance : public ::testing::Test {};

TYPED_TEST_SUITE_P(QueueBurstConformance);

TYPED_TEST_P(QueueBurstConformance, LosesNothingWhenItIsClosed) {
  EXPECT_EQ(burst<TypeParam>().run(2000), "");
}

REGISTER_TYPED_TEST_SUITE_P(QueueBurstConformance, LosesNothingWhenItIsClosed);

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_BURST_CONFORMANCE_H_
