// The operations of a queue that may wait, made from those that do not: what
// spsc_ring, mpmc_ring and the other queues have in common.
//
//   template <class T>
//   class ring : public internal::bounded_queue<ring<T>, T> {
//     conqueue_status try_push(T&& value) { ...; this->pushed(1); ... }
//     pop_result<T> try_pop() { ...; this->popped(1); ... }
//     void close() { ...; this->wake_all(); }
//   };
//
// A wait is try_push() or try_pop(), again and again, with a sleep on an event
// count before each time but the first: so what a queue promises of those holds
// for the operations here, too, linearization points included. They block; the
// only progress promised: nobody sleeps while there is what he waits for.
//
// Why no wake-up is lost. Those that wait on one event count all wait for the
// same thing, an element or room for one, and each notify_one() stands for one
// of them, so whoever is woken takes it, or finds that another thread has. With
// `busy` there is more to it: a thread that is woken for one element may find
// another one unfinished, before it in the queue, and sleep again. Then the
// notify of the unfinished one is the only one left for both. So whoever has
// waited, and taken an element, wakes another if there are more: what holds is
// that somebody is awake, or will be woken, for the element at the head. (Its
// look at what is left is no older than the last one of those who sleep: the
// event count's fence in pass_on() sees to that.) A queue that is never busy
// says so by a member never_busy. One that counts its waits has count_wait().
#ifndef ACQREL_STRUCTURES_INTERNAL_WAITING_H_
#define ACQREL_STRUCTURES_INTERNAL_WAITING_H_

#include <chrono>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/event_count.h"
#include "acqrel/structures/conqueue.h"

namespace acqrel::internal {

// Whether another thread may change this answer.
constexpr bool may_change(conqueue_status answer) noexcept {
  return answer == conqueue_status::empty || answer == conqueue_status::full ||
         answer == conqueue_status::busy;
}

// For an is_more(): no fence either.
struct nothing_to_pass_on {};

// Calls attempt(), which returns a conqueue_status, until the answer will not
// change; or until `until`, which is the first arguments of await(), or of
// await_until() or await_for(). Then wakes another thread if is_more().
template <class Attempt, class IsMore, class... Until>
void attempt_until_settled(event_count& changed, const Attempt& attempt,
                           const IsMore& is_more, const Until&... until) {
  const auto ready = [&] {
    try {
      return !may_change(attempt());
    } catch (...) {
      changed.notify_one();  // what this thread was woken for is still there
      throw;
    }
  };
  if constexpr (requires { changed.await_until(until..., ready); }) {
    (void)changed.await_until(until..., ready);
  } else if constexpr (requires { changed.await_for(until..., ready); }) {
    (void)changed.await_for(until..., ready);
  } else {
    changed.await(until..., ready);
  }
  if constexpr (!std::is_same_v<IsMore, nothing_to_pass_on>) {
    changed.pass_on(is_more);
  }
}

template <class Queue>
concept never_busy = requires {
  typename Queue::never_busy;
};

// The pops. Queue has try_pop and try_pop_n.
template <class Queue, class T>
class waiting_pops {
 public:
  // The element pushed first; waits while there is none. Nothing: the queue is
  // closed, and drained. Throws what try_pop() throws, as do all of these.
  [[nodiscard]] std::optional<T> pop() {
    pop_result<T> popped = wait_to_pop();
    if (!popped) return std::nullopt;
    return *std::move(popped);
  }
  // The same, until a stop is requested or the deadline has passed; always with
  // one attempt. Without an element, why: closed, or what kept it waiting.
  template <stoppable_token Token>
  pop_result<T> pop(const Token& stop) {
    return wait_to_pop(stop);
  }
  template <class Clock, class Duration>
  pop_result<T> pop_until(
      const std::chrono::time_point<Clock, Duration>& deadline) {
    return wait_to_pop(deadline);
  }
  template <stoppable_token Token, class Clock, class Duration>
  pop_result<T> pop_until(
      const Token& stop,
      const std::chrono::time_point<Clock, Duration>& deadline) {
    return wait_to_pop(stop, deadline);
  }
  template <class Rep, class Period>
  pop_result<T> pop_for(const std::chrono::duration<Rep, Period>& time) {
    return wait_to_pop(time);
  }
  template <stoppable_token Token, class Rep, class Period>
  pop_result<T> pop_for(const Token& stop,
                        const std::chrono::duration<Rep, Period>& time) {
    return wait_to_pop(stop, time);
  }

  // Waits for one element at least, and moves up to `count` to `out`, in their
  // order. Returns how many; 0 if the queue is closed and drained.
  template <class OutputIterator>
  std::size_t pop_n(OutputIterator out, std::size_t count) {
    static_assert(std::is_nothrow_assignable_v<decltype(*out), T>,
                  "acqrel: an assignment that throws in pop_n() would lose "
                  "elements; let `out` point to elements that can be "
                  "nothrow-move-assigned, such as an array of T");
    if (count == 0) return 0;
    const std::size_t popped = self().try_pop_n(out, count);
    if (popped > 0) return popped;
    pop_result<T> first = wait_to_pop();
    if (!first) return 0;
    *out = *std::move(first);
    return 1 + self().try_pop_n(++out, count - 1);
  }
  std::size_t pop_n(std::span<T> out) { return pop_n(out.data(), out.size()); }
  std::size_t try_pop_n(std::span<T> out) {
    return self().try_pop_n(out.data(), out.size());
  }

  // Passes each element to sink(T&&) until the queue is closed and drained, or
  // a stop is requested. Returns how many. If sink throws, the element that it
  // was given is gone, and no other.
  template <class Sink>
  requires std::invocable<Sink&, T> std::size_t drain(Sink sink) {
    return drain_with(sink, [this] { return wait_to_pop(); });
  }
  template <stoppable_token Token, class Sink>
  requires std::invocable<Sink&, T> std::size_t drain(const Token& stop,
                                                      Sink sink) {
    return drain_with(sink, [&] {
      if (stop.stop_requested()) return pop_result<T>(conqueue_status::empty);
      return wait_to_pop(stop);
    });
  }

 protected:
  ~waiting_pops() = default;

  event_count elements_;

 private:
  Queue& self() noexcept { return static_cast<Queue&>(*this); }

  template <class... Until>
  pop_result<T> wait_to_pop(const Until&... until) {
    pop_result<T> first = self().try_pop();
    if (!may_change(first.error())) return first;
    if constexpr (requires { self().count_wait(); }) self().count_wait();
    std::optional<pop_result<T>> last;
    const auto attempt = [&] {
      last.emplace(self().try_pop());
      return last->error();
    };
    if constexpr (never_busy<Queue>) {
      attempt_until_settled(elements_, attempt, nothing_to_pass_on(), until...);
    } else {
      const auto is_more = [this] { return !self().empty_hint(); };
      attempt_until_settled(elements_, attempt, is_more, until...);
    }
    return *std::move(last);
  }

  template <class Sink, class Pop>
  static std::size_t drain_with(Sink& sink, const Pop& pop) {
    std::size_t count = 0;
    // Bounded: by what is pushed until the queue is closed.
    while (pop_result<T> popped = pop()) {
      sink(*std::move(popped));
      ++count;
    }
    return count;
  }
};

// Where an event count would be, if the queue had a bound.
struct never_full {};

// The pushes. Queue has try_emplace and try_push_n. Room is an event count, or
// never_full: then there is nothing to wait for.
template <class Queue, class T, class Room>
class waiting_pushes {
 public:
  // Waits while there is no room. False: the queue is closed, and the argument
  // is as it was. Throws what copying or constructing the element throws, as do
  // all of these; then, too, nothing has happened.
  bool push(const T& value) { return emplace(value); }
  bool push(T&& value) { return emplace(std::move(value)); }
  // The same; but arguments other than a T may stay moved from, even if the
  // queue is closed.
  template <class... Args>
  bool emplace(Args&&... args) {
    if constexpr (std::is_nothrow_constructible_v<T, Args...>) {
      const auto attempt = [&] {
        return self().try_emplace(std::forward<Args>(args)...);
      };
      return wait_to_push(attempt) == conqueue_status::success;
    } else {
      return push(T(std::forward<Args>(args)...));
    }
  }

  // The same, until a stop is requested or the deadline has passed; always with
  // one attempt. Without success, why: closed, or what kept it waiting.
  template <stoppable_token Token, class U = T>
  conqueue_status push(const Token& stop, U&& value) {
    return push_when(std::forward<U>(value), stop);
  }
  template <class Clock, class Duration, class U = T>
  conqueue_status push_until(
      const std::chrono::time_point<Clock, Duration>& deadline, U&& value) {
    return push_when(std::forward<U>(value), deadline);
  }
  template <stoppable_token Token, class Clock, class Duration, class U = T>
  conqueue_status push_until(
      const Token& stop,
      const std::chrono::time_point<Clock, Duration>& deadline, U&& value) {
    return push_when(std::forward<U>(value), stop, deadline);
  }
  template <class Rep, class Period, class U = T>
  conqueue_status push_for(const std::chrono::duration<Rep, Period>& time,
                           U&& value) {
    return push_when(std::forward<U>(value), time);
  }
  template <stoppable_token Token, class Rep, class Period, class U = T>
  conqueue_status push_for(const Token& stop,
                           const std::chrono::duration<Rep, Period>& time,
                           U&& value) {
    return push_when(std::forward<U>(value), stop, time);
  }

  // Pushes copies of [first, last) (or the elements themselves, from move
  // iterators) one behind the other, in runs where it can, and waits for room
  // where it must. Returns how many: fewer only if the queue is closed. If a
  // copy throws, those before it have been pushed.
  template <std::input_iterator Iterator, std::sentinel_for<Iterator> Sentinel>
  std::size_t push_range(Iterator first, Sentinel last) {
    std::size_t pushed = 0;
    // Bounded: by the length of the range.
    while (first != last) {
      if constexpr (can_push_runs<Iterator>) {
        const auto left = std::ranges::distance(first, last);
        const std::size_t run =
            self().try_push_n(first, static_cast<std::size_t>(left));
        std::advance(first, run);
        pushed += run;
        if (run > 0) continue;
      }
      if (!emplace(*first)) break;
      ++first;
      ++pushed;
    }
    return pushed;
  }
  template <std::ranges::input_range Range>
  std::size_t push_range(Range&& range) {
    return push_range(std::ranges::begin(range), std::ranges::end(range));
  }
  std::size_t try_push_n(std::span<const T> values) {
    return self().try_push_n(values.data(), values.size());
  }

 protected:
  ~waiting_pushes() = default;

  [[no_unique_address]] Room room_;  // exclusive: an event_count, or nothing

 private:
  // Those that can be read twice, and copied without a throw.
  template <class Iterator>
  static constexpr bool can_push_runs =
      std::is_nothrow_constructible_v<T, std::iter_reference_t<Iterator>>&&
          std::derived_from<
              typename std::iterator_traits<Iterator>::iterator_category,
              std::forward_iterator_tag>;

  Queue& self() noexcept { return static_cast<Queue&>(*this); }

  template <class U, class... Until>
  conqueue_status push_when(U&& value, const Until&... until) {
    if constexpr (std::is_nothrow_constructible_v<T, U>) {
      return wait_to_push(
          [&] { return self().try_emplace(std::forward<U>(value)); }, until...);
    } else {
      return push_when(T(std::forward<U>(value)), until...);
    }
  }

  template <class Attempt, class... Until>
  conqueue_status wait_to_push(const Attempt& attempt, const Until&... until) {
    conqueue_status last = attempt();
    if constexpr (!std::is_same_v<Room, never_full>) {
      if (!may_change(last)) return last;
      if constexpr (requires { self().count_wait(); }) self().count_wait();
      const auto again = [&] { return last = attempt(); };
      const auto is_more = [this] {
        return self().size_hint() < self().capacity();
      };
      attempt_until_settled(room_, again, is_more, until...);
    }
    return last;
  }
};

inline void announce(event_count& changed, std::size_t count) noexcept {
  if (count == 1) {
    changed.notify_one();
  } else if (count > 1) {
    changed.notify_all();
  }
}

// The bases: what a queue calls after each change.
template <class Queue, class T>
class bounded_queue : public waiting_pops<Queue, T>,
                      public waiting_pushes<Queue, T, event_count> {
 public:
  using waiting_pops<Queue, T>::try_pop_n;
  using waiting_pushes<Queue, T, event_count>::try_push_n;

 protected:
  ~bounded_queue() = default;

  // So many elements more can be popped.
  void pushed(std::size_t count) noexcept { announce(this->elements_, count); }
  // There is room for so many more.
  void popped(std::size_t count) noexcept { announce(this->room_, count); }
  // The queue is closed.
  void wake_all() noexcept {
    this->elements_.notify_all();
    this->room_.notify_all();
  }
};

template <class Queue, class T>
class unbounded_queue : public waiting_pops<Queue, T>,
                        public waiting_pushes<Queue, T, never_full> {
 public:
  using waiting_pops<Queue, T>::try_pop_n;
  using waiting_pushes<Queue, T, never_full>::try_push_n;

 protected:
  ~unbounded_queue() = default;

  void pushed(std::size_t count) noexcept { announce(this->elements_, count); }
  void wake_all() noexcept { this->elements_.notify_all(); }
};

}  // namespace acqrel::internal

#endif  // ACQREL_STRUCTURES_INTERNAL_WAITING_H_
