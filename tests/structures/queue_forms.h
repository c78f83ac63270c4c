// Every way to push one element and to pop one, by name: for tests that hold all
// of them to the same.
#ifndef ACQREL_TESTS_STRUCTURES_QUEUE_FORMS_H_
#define ACQREL_TESTS_STRUCTURES_QUEUE_FORMS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"

namespace acqrel::testing {

// What a call said; without a reason where it gives none.
struct push_answer {
  push_answer(bool success) : pushed(success) {}
  push_answer(conqueue_status status)
      : pushed(status == conqueue_status::success), reason(status) {}

  bool pushed;
  std::optional<conqueue_status> reason{};
};

template <class T>
struct pop_answer {
  pop_answer(std::optional<T> popped) : element(std::move(popped)) {}
  pop_answer(pop_result<T> popped) : reason(popped.error()) {
    if (popped) element.emplace(*std::move(popped));
  }

  std::optional<T> element;
  std::optional<conqueue_status> reason{};
};

// Whether a call returns at once, whatever the queue holds.
enum class patience { none, endless };

template <class Queue>
struct push_form {
  std::string name;
  patience waits;
  std::function<push_answer(Queue&, typename Queue::value_type&)> push;
};

template <class Queue>
struct pop_form {
  std::string name;
  patience waits;
  std::function<pop_answer<typename Queue::value_type>(Queue&)> pop;
};

inline std::stop_token stopped_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

// Those that pass the argument as Passed: T&& or const T&.
template <class Queue, class Passed>
std::vector<push_form<Queue>> push_forms() {
  using namespace std::chrono_literals;
  using T = typename Queue::value_type;
  using clock = std::chrono::steady_clock;
  const auto past = [] { return clock::now() - 1h; };
  const auto never = clock::time_point::max();
  const std::stop_token open = std::stop_source().get_token();
  const std::stop_token stopped = stopped_token();
  using q = Queue;
  constexpr patience none = patience::none, endless = patience::endless;
  std::vector<push_form<Queue>> forms = {
      {"try_push", none,
       [](q& to, T& v) { return to.try_push(static_cast<Passed>(v)); }},
      {"try_emplace", none,
       [](q& to, T& v) { return to.try_emplace(static_cast<Passed>(v)); }},
      {"push", endless,
       [](q& to, T& v) { return to.push(static_cast<Passed>(v)); }},
      {"emplace", endless,
       [](q& to, T& v) { return to.emplace(static_cast<Passed>(v)); }},
      {"push(stop)", endless,
       [=](q& to, T& v) { return to.push(open, static_cast<Passed>(v)); }},
      {"push(stopped)", none,
       [=](q& to, T& v) { return to.push(stopped, static_cast<Passed>(v)); }},
      {"push_until(past)", none,
       [=](q& to, T& v) {
         return to.push_until(past(), static_cast<Passed>(v));
       }},
      {"push_until(never)", endless,
       [=](q& to, T& v) {
         return to.push_until(never, static_cast<Passed>(v));
       }},
      {"push_until(stop, past)", none,
       [=](q& to, T& v) {
         return to.push_until(open, past(), static_cast<Passed>(v));
       }},
      {"push_until(stopped, never)", none,
       [=](q& to, T& v) {
         return to.push_until(stopped, never, static_cast<Passed>(v));
       }},
      {"push_until(stop, never)", endless,
       [=](q& to, T& v) {
         return to.push_until(open, never, static_cast<Passed>(v));
       }},
      {"push_for(0)", none,
       [](q& to, T& v) { return to.push_for(0s, static_cast<Passed>(v)); }},
      {"push_for(a minus)", none,
       [](q& to, T& v) {
         return to.push_for(clock::duration::min(), static_cast<Passed>(v));
       }},
      {"push_for(ever)", endless,
       [](q& to, T& v) {
         return to.push_for(clock::duration::max(), static_cast<Passed>(v));
       }},
      {"push_for(stop, 0)", none,
       [=](q& to, T& v) {
         return to.push_for(open, 0s, static_cast<Passed>(v));
       }},
      {"push_for(stopped, ever)", none,
       [=](q& to, T& v) {
         return to.push_for(stopped, std::chrono::hours::max(),
                            static_cast<Passed>(v));
       }},
      {"push_for(stop, ever)", endless,
       [=](q& to, T& v) {
         return to.push_for(open, std::chrono::hours::max(),
                            static_cast<Passed>(v));
       }},
  };
  using iterator = std::conditional_t<std::is_rvalue_reference_v<Passed>,
                                      std::move_iterator<T*>, const T*>;
  forms.push_back({"push_range", endless, [](q& to, T& v) {
                     const iterator first(&v);
                     return to.push_range(first, std::next(first)) == 1;
                   }});
  if constexpr (std::is_nothrow_constructible_v<T, Passed>) {
    forms.push_back({"try_push_n", none, [](q& to, T& v) {
                       return to.try_push_n(iterator(&v), 1) == 1;
                     }});
    if constexpr (!std::is_rvalue_reference_v<Passed>) {
      forms.push_back({"try_push_n(span)", none, [](q& to, T& v) {
                         return to.try_push_n(std::span<const T>(&v, 1)) == 1;
                       }});
    }
  }
  return forms;
}

template <class Queue>
std::vector<pop_form<Queue>> pop_forms() {
  using namespace std::chrono_literals;
  using T = typename Queue::value_type;
  using clock = std::chrono::steady_clock;
  const auto past = [] { return clock::now() - 1h; };
  const auto never = clock::time_point::max();
  const std::stop_token open = std::stop_source().get_token();
  const std::stop_token stopped = stopped_token();
  using q = Queue;
  constexpr patience none = patience::none, endless = patience::endless;
  std::vector<pop_form<Queue>> forms = {
      {"try_pop", none, [](q& from) { return from.try_pop(); }},
      {"pop", endless, [](q& from) { return from.pop(); }},
      {"pop(stop)", endless, [=](q& from) { return from.pop(open); }},
      {"pop(stopped)", none, [=](q& from) { return from.pop(stopped); }},
      {"pop_until(past)", none,
       [=](q& from) { return from.pop_until(past()); }},
      {"pop_until(never)", endless,
       [=](q& from) { return from.pop_until(never); }},
      {"pop_until(stop, past)", none,
       [=](q& from) { return from.pop_until(open, past()); }},
      {"pop_until(stopped, never)", none,
       [=](q& from) { return from.pop_until(stopped, never); }},
      {"pop_until(stop, never)", endless,
       [=](q& from) { return from.pop_until(open, never); }},
      {"pop_for(0)", none, [](q& from) { return from.pop_for(0s); }},
      {"pop_for(a minus)", none,
       [](q& from) { return from.pop_for(clock::duration::min()); }},
      {"pop_for(ever)", endless,
       [](q& from) { return from.pop_for(clock::duration::max()); }},
      {"pop_for(stop, 0)", none,
       [=](q& from) { return from.pop_for(open, 0s); }},
      {"pop_for(stopped, ever)", none,
       [=](q& from) {
         return from.pop_for(stopped, std::chrono::hours::max());
       }},
      {"pop_for(stop, ever)", endless,
       [=](q& from) { return from.pop_for(open, std::chrono::hours::max()); }},
  };
  if constexpr (std::is_nothrow_move_assignable_v<T>) {
    forms.push_back({"pop_n", endless, [](q& from) {
                       std::optional<T> out;
                       return from.pop_n(&out, 1) == 1 ? std::move(out)
                                                       : std::nullopt;
                     }});
    forms.push_back({"try_pop_n", none, [](q& from) {
                       std::optional<T> out;
                       return from.try_pop_n(&out, 1) == 1 ? std::move(out)
                                                           : std::nullopt;
                     }});
    if constexpr (std::is_default_constructible_v<T>) {
      forms.push_back({"pop_n(span)", endless, [](q& from) {
                         T out{};
                         return from.pop_n(std::span<T>(&out, 1)) == 1
                                    ? std::optional<T>(std::move(out))
                                    : std::nullopt;
                       }});
      forms.push_back({"try_pop_n(span)", none, [](q& from) {
                         T out{};
                         return from.try_pop_n(std::span<T>(&out, 1)) == 1
                                    ? std::optional<T>(std::move(out))
                                    : std::nullopt;
                       }});
    }
  }
  return forms;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_QUEUE_FORMS_H_
