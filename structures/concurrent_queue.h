// What a queue is, as concepts: for code that takes any of them, and for those
// who write one of their own. After the standard's concurrent queues (P0260),
// whose names these are; deadlines, stop tokens and runs are ours.
//
//   template <concurrent_queue Jobs>
//   void work(Jobs& jobs) {
//     while (auto job = jobs.pop()) run(*job);
//   }
//
// A concept sees signatures only. What must hold besides:
//
//   * What is sequenced before a push of v happens-before what follows the pop
//     that returns v.
//   * A push that does not succeed, or throws, leaves its argument as it was.
//   * After close() pushes fail with `closed`, pops get what was pushed, and
//     then fail with `closed`, and whoever waits returns. Every element whose
//     push succeeded is popped once, unless the queue is destroyed before.
#ifndef ACQREL_STRUCTURES_CONCURRENT_QUEUE_H_
#define ACQREL_STRUCTURES_CONCURRENT_QUEUE_H_

#include <chrono>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <stop_token>
#include <utility>

#include "acqrel/structures/conqueue.h"

namespace acqrel {

// Pushes and pops that wait, and an end.
template <class Queue>
concept basic_concurrent_queue =
    std::move_constructible<typename Queue::value_type> &&
    requires(Queue& queue, const Queue& shown,
             typename Queue::value_type&& element) {
  { queue.push(std::move(element)) } -> std::same_as<bool>;
  { queue.emplace(std::move(element)) } -> std::same_as<bool>;
  { queue.pop() } -> std::same_as<std::optional<typename Queue::value_type>>;
  { queue.close() }
  noexcept;
  { shown.is_closed() }
  noexcept->std::same_as<bool>;
};

// And those that do not wait.
template <class Queue>
concept concurrent_queue = basic_concurrent_queue<Queue> &&
    requires(Queue& queue, typename Queue::value_type&& element) {
  { queue.try_push(std::move(element)) } -> std::same_as<conqueue_status>;
  { queue.try_emplace(std::move(element)) } -> std::same_as<conqueue_status>;
  { queue.try_pop() } -> std::same_as<pop_result<typename Queue::value_type>>;
};

// And those that wait until a stop is requested, or a deadline has passed.
template <class Queue>
concept stoppable_concurrent_queue = concurrent_queue<Queue> &&
    requires(Queue& queue, typename Queue::value_type&& element,
             const std::stop_token& stop,
             std::chrono::steady_clock::time_point deadline,
             std::chrono::steady_clock::duration time) {
  { queue.push(stop, std::move(element)) } -> std::same_as<conqueue_status>;
  {
    queue.push_until(deadline, std::move(element))
    } -> std::same_as<conqueue_status>;
  {
    queue.push_until(stop, deadline, std::move(element))
    } -> std::same_as<conqueue_status>;
  { queue.push_for(time, std::move(element)) } -> std::same_as<conqueue_status>;
  {
    queue.push_for(stop, time, std::move(element))
    } -> std::same_as<conqueue_status>;
  { queue.pop(stop) } -> std::same_as<pop_result<typename Queue::value_type>>;
  {
    queue.pop_until(deadline)
    } -> std::same_as<pop_result<typename Queue::value_type>>;
  {
    queue.pop_until(stop, deadline)
    } -> std::same_as<pop_result<typename Queue::value_type>>;
  {
    queue.pop_for(time)
    } -> std::same_as<pop_result<typename Queue::value_type>>;
  {
    queue.pop_for(stop, time)
    } -> std::same_as<pop_result<typename Queue::value_type>>;
};

// And those for many elements at once.
template <class Queue>
concept bulk_concurrent_queue = concurrent_queue<Queue> &&
    requires(Queue& queue, typename Queue::value_type* elements,
             std::size_t count, void (*sink)(typename Queue::value_type&&)) {
  {
    queue.try_push_n(std::move_iterator(elements), count)
    } -> std::same_as<std::size_t>;
  { queue.try_pop_n(elements, count) } -> std::same_as<std::size_t>;
  {
    queue.push_range(std::move_iterator(elements),
                     std::move_iterator(elements + count))
    } -> std::same_as<std::size_t>;
  { queue.pop_n(elements, count) } -> std::same_as<std::size_t>;
  { queue.drain(sink) } -> std::same_as<std::size_t>;
};

// One whose pushes may find it full.
template <class Queue>
concept bounded_concurrent_queue = concurrent_queue<Queue> &&
    requires(const Queue& shown) {
  { shown.capacity() }
  noexcept->std::same_as<std::size_t>;
};

}  // namespace acqrel

#endif  // ACQREL_STRUCTURES_CONCURRENT_QUEUE_H_
