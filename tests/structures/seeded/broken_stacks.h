// Stacks with seeded bugs. Each holds its own window open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_STACKS_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_STACKS_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/structures/seeded/window.h"

namespace acqrel::seeded {

// ABA: nodes are used again at once, and nothing keeps a pop from taking the
// node that it read, gone and come back, for the one that it read.
template <class T>
class stack_that_reuses_nodes {
 public:
  conqueue_status try_push(T&& value) {
    wait_for_the_held_pop();
    node* const fresh = take_from_pool(std::move(value));
    fresh->pushes.fetch_add(1);
    node* head = head_.load();
    do {
      fresh->next.store(head);
    } while (!head_.compare_exchange_weak(head, fresh));
    return conqueue_status::success;
  }

  pop_result<T> try_pop() {
    wait_for_the_held_pop();
    for (;;) {
      node* head = head_.load();
      if (head == nullptr || broken_.load()) return conqueue_status::empty;
      node* const next = head->next.load();
      // The window: until `head` has come back with another node behind it.
      node* nobody = nullptr;
      const std::uint64_t pushes = head->pushes.load();
      const bool holding = held_.compare_exchange_strong(nobody, head);
      if (holding) {
        held_pushes_.store(pushes);
        hold_open_until([&] {
          return head->pushes.load() != pushes && head_.load() == head &&
                 head->next.load() != next;
        });
      }
      const bool popped = head_.compare_exchange_strong(head, next);
      if (holding) held_.store(nullptr);
      if (!popped) continue;
      return put_into_pool(head);
    }
  }

 private:
  struct node {
    std::optional<T> value;
    std::atomic<node*> next = nullptr;
    std::atomic<std::uint64_t> pushes = 0;
  };

  // The held pop goes on once its node has come back: nobody gets in between.
  void wait_for_the_held_pop() {
    node* const held = held_.load();
    if (held == nullptr || held->pushes.load() == held_pushes_.load()) return;
    hold_open_until([&] { return held_.load() != held; });
  }

  node* take_from_pool(T value) {
    const std::lock_guard lock(pool_mutex_);
    if (pool_.empty()) {
      pool_.push_back(nodes_.emplace_back(std::make_unique<node>()).get());
    }
    node* const used = pool_.front();
    pool_.pop_front();
    used->value.emplace(std::move(value));
    return used;
  }
  pop_result<T> put_into_pool(node* used) {
    const std::lock_guard lock(pool_mutex_);
    if (!used->value) {
      // The node was free: the chain is broken, and may be a circle.
      broken_.store(true);
      return pop_result<T>(T(0));
    }
    pop_result<T> value(std::move(*used->value));
    used->value.reset();
    pool_.push_back(used);
    return value;
  }

  std::atomic<node*> head_ = nullptr;
  std::atomic<node*> held_ = nullptr;
  std::atomic<std::uint64_t> held_pushes_ = 0;
  std::atomic<bool> broken_ = false;
  std::mutex pool_mutex_;
  std::deque<node*> pool_;
  std::deque<std::unique_ptr<node>> nodes_;
};

// Use after free: a popped node is deleted, whoever may be reading it.
template <class T>
class stack_that_deletes_at_once {
 public:
  ~stack_that_deletes_at_once() {
    while (try_pop()) {
    }
  }

  conqueue_status try_push(T&& value) {
    node* const fresh = new node{std::move(value), head_.load()};
    while (!head_.compare_exchange_weak(fresh->next, fresh)) {
    }
    return conqueue_status::success;
  }

  pop_result<T> try_pop() {
    for (;;) {
      node* head = head_.load();
      if (head == nullptr) return conqueue_status::empty;
      // The window: until another pop has deleted the node.
      node* nobody = nullptr;
      if (read_.compare_exchange_strong(nobody, head)) {
        hold_open_until([&] { return read_.load() != head; });
        read_.store(nullptr);
      }
      if (!head_.compare_exchange_strong(head, head->next)) continue;
      pop_result<T> value(std::move(head->value));
      delete head;
      node* reader = head;
      read_.compare_exchange_strong(reader, nullptr);
      return value;
    }
  }

 private:
  struct node {
    T value;
    node* next;
  };

  std::atomic<node*> head_ = nullptr;
  std::atomic<node*> read_ = nullptr;
};

// Duplicates: a pop reads the head and then writes it, in two steps.
template <class T>
class stack_that_pops_in_two_steps {
 public:
  conqueue_status try_push(T&& value) {
    node* const fresh = keep(std::move(value));
    node* head = head_.load();
    do {
      fresh->next = head;
    } while (!head_.compare_exchange_weak(head, fresh));
    return conqueue_status::success;
  }

  pop_result<T> try_pop() {
    node* const head = head_.load();
    if (head == nullptr) return conqueue_status::empty;
    // The window: until another pop has read the same head.
    head->readers.fetch_add(1);
    hold_open_until([&] { return head->readers.load() > 1; });
    head_.store(head->next);
    // Both have read the same element.
    const std::lock_guard lock(mutex_);
    return pop_result<T>(T(head->value.value()));
  }

 private:
  struct node {
    T value;
    node* next = nullptr;
    std::atomic<int> readers = 0;
  };

  node* keep(T&& value) {
    const std::lock_guard lock(mutex_);
    nodes_.emplace_back(new node{std::move(value)});
    return nodes_.back().get();
  }

  std::atomic<node*> head_ = nullptr;
  std::mutex mutex_;
  std::deque<std::unique_ptr<node>> nodes_;
};

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_BROKEN_STACKS_H_
