// Queues with seeded bugs. Each holds its own window open.
//
// The first two are M. Michael and M. Scott's queue with two locks (PODC 1996),
// one for each end, which meet in the link of the last node alone.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_QUEUES_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_QUEUES_H_

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

template <class T>
class two_lock_queue {
 public:
  two_lock_queue(const two_lock_queue&) = delete;
  two_lock_queue& operator=(const two_lock_queue&) = delete;

  pop_result<T> try_pop() {
    const std::lock_guard lock(pop_mutex_);
    node* const next = head_->next.load(link_order_);
    if (next == nullptr) return conqueue_status::empty;
    head_ = next;
    pops_.fetch_add(1, std::memory_order_relaxed);
    return pop_result<T>(std::move(*next->value));
  }

 protected:
  struct node {
    std::optional<T> value = {};
    std::atomic<node*> next = nullptr;
  };

  explicit two_lock_queue(std::memory_order link_order)
      : link_order_(link_order) {}

  // Nodes live as long as the queue: a push may look at a popped one.
  node* make_node(std::optional<T> value) {
    const std::lock_guard lock(nodes_mutex_);
    return nodes_.emplace_back(new node{std::move(value)}).get();
  }

  const std::memory_order link_order_;
  std::mutex push_mutex_;
  std::mutex pop_mutex_;
  std::mutex nodes_mutex_;
  std::deque<std::unique_ptr<node>> nodes_;
  node* head_ = make_node({});
  std::atomic<node*> tail_ = head_;
  std::atomic<int> pops_ = 0;
};

// A data race: the link says that the element is there and carries no edge.
template <class T>
class queue_that_links_relaxed : public two_lock_queue<T> {
  using base = two_lock_queue<T>;

 public:
  queue_that_links_relaxed() : base(std::memory_order_relaxed) {}

  conqueue_status try_push(T&& value) {
    const std::lock_guard lock(this->push_mutex_);
    auto* const fresh = this->make_node(std::move(value));
    this->tail_.exchange(fresh)->next.store(fresh, std::memory_order_relaxed);
    // The window: until a pop has taken an element while pushes go on.
    if (this->pops_.load(std::memory_order_relaxed) == 0) {
      hold_open_until(
          [&] { return this->pops_.load(std::memory_order_relaxed) > 0; });
    }
    return conqueue_status::success;
  }
};

// Loses elements: a push reads the tail and writes it in two steps.
template <class T>
class queue_that_pushes_in_two_steps : public two_lock_queue<T> {
  using base = two_lock_queue<T>;

 public:
  queue_that_pushes_in_two_steps() : base(std::memory_order_acquire) {}

  conqueue_status try_push(T&& value) {
    auto* const fresh = this->make_node(std::move(value));
    // The window, until an element is lost: another push reads the same tail.
    const int before = reading_.fetch_add(1);
    auto* const tail = this->tail_.load();
    hold_open_until(
        [&] { return lost_one_.load() || reading_.load() > 1 || before > 0; });
    {
      const std::lock_guard lock(this->push_mutex_);
      if (tail->next.exchange(fresh) != nullptr) lost_one_.store(true);
      this->tail_.store(fresh);
    }
    reading_.fetch_sub(1);
    return conqueue_status::success;
  }

 private:
  std::atomic<int> reading_ = 0;
  std::atomic<bool> lost_one_ = false;
};

// Reorders: elements alternate between two lanes, and a pop prefers one.
template <class T>
class queue_with_two_lanes {
 public:
  conqueue_status try_push(T&& value) {
    const std::lock_guard lock(mutex_);
    lanes_[pushes_++ % 2].push_back(std::move(value));
    return conqueue_status::success;
  }

  pop_result<T> try_pop() {
    // The window: until there is something in both lanes.
    hold_open_until([&] {
      const std::lock_guard lock(mutex_);
      return popped_ || lanes_[1].size() > 1;
    });
    const std::lock_guard lock(mutex_);
    for (std::deque<T>* lane : {&lanes_[1], &lanes_[0]}) {
      if (lane->empty()) continue;
      popped_ = true;
      pop_result<T> value(std::move(lane->front()));
      lane->pop_front();
      return value;
    }
    return conqueue_status::empty;
  }

 private:
  std::mutex mutex_;
  std::deque<T> lanes_[2];
  std::size_t pushes_ = 0;
  bool popped_ = false;
};

// Every element comes exactly once and in order, but a pop that finds another
// one at work says "empty": only a history shows it.
template <class T>
class queue_that_gives_up {
 public:
  conqueue_status try_push(T value) {
    const std::lock_guard lock(mutex_);
    elements_.push_back(std::move(value));
    return conqueue_status::success;
  }

  pop_result<T> try_pop() {
    const std::unique_lock popping(pop_mutex_, std::try_to_lock);
    if (!popping.owns_lock()) {
      refusals_.fetch_add(1);
      return conqueue_status::empty;
    }
    // The window: until a pop has been refused while there are two.
    hold_open_until([&] {
      const std::lock_guard lock(mutex_);
      return elements_.size() < 2 || refusals_.load() > 0;
    });
    const std::lock_guard lock(mutex_);
    if (elements_.empty()) return conqueue_status::empty;
    pop_result<T> value(std::move(elements_.front()));
    elements_.pop_front();
    return value;
  }

 private:
  std::mutex pop_mutex_;
  std::mutex mutex_;
  std::deque<T> elements_;
  std::atomic<int> refusals_ = 0;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_QUEUES_H_
