// The usual specifications for a history (history.h): what a sequential stack,
// queue or ring answers.
//
// Beside names, apply and == (linearizability.h) a specification may have
//   static operation push(v), pop()   for history::push and history::pop
//   static answer answer_of(op, r)    what a call's own result says, where the
//                                     usual reading (history.h) does not fit
//   static const char* failure_word(op)
//   std::string text() const          of the state, in reports
//   static bool obstructs(in_flight, failed)
//                                     whether a call in flight may make another
//                                     fail (L3); else, if of another kind
//   static element(op, answer), static bool needs_all_elements(op, answer)
//                                     so that reports show little
#ifndef ACQREL_MODEL_SPECS_H_
#define ACQREL_MODEL_SPECS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acqrel/model/linearizability.h"

namespace acqrel::model {

namespace internal {

// What stacks and queues have in common. A push that finds `capacity` elements
// fails, a pop that finds none fails.
struct container_spec {
  static constexpr const char* names[] = {"push", "pop"};
  static operation push(std::int64_t value) { return {0, {value}}; }
  static operation pop() { return {1}; }
  static constexpr bool is_push(const operation& op) { return op.kind == 0; }

  static const char* failure_word(const operation& op) {
    return is_push(op) ? "full" : "empty";
  }
  static std::int64_t element(const operation& op, const answer& a) {
    return is_push(op) ? op.arguments[0] : a.value;
  }
  static bool needs_all_elements(const operation& op, const answer& a) {
    return is_push(op) && a.failed;
  }
  // A pop waits for pushes that are in flight, a push for pops.
  static bool obstructs(const operation& in_flight, const operation& failed) {
    return in_flight.kind != failed.kind;
  }
  std::string text() const {
    std::string all;
    for (const std::int64_t value : contents) {
      all += (all.empty() ? "" : " ") + std::to_string(value);
    }
    return "[" + all + "]";
  }
  bool operator==(const container_spec&) const = default;

  std::size_t capacity = SIZE_MAX;
  std::vector<std::int64_t> contents = {};
};

}  // namespace internal

struct stack_spec : internal::container_spec {
  bool apply(const operation& op, const answer& a) {
    if (is_push(op)) {
      if (a.failed) return contents.size() >= capacity;
      if (contents.size() >= capacity) return false;
      contents.push_back(op.arguments[0]);
      return true;
    }
    if (a.failed) return contents.empty();
    if (contents.empty() || contents.back() != a.value) return false;
    contents.pop_back();
    return true;
  }
  bool operator==(const stack_spec&) const = default;
};

// With a capacity, also what a ring answers.
struct queue_spec : internal::container_spec {
  bool apply(const operation& op, const answer& a) {
    if (is_push(op)) {
      if (a.failed) return contents.size() >= capacity;
      if (contents.size() >= capacity) return false;
      contents.push_back(op.arguments[0]);
      return true;
    }
    if (a.failed) return contents.empty();
    if (contents.empty() || contents.front() != a.value) return false;
    contents.erase(contents.begin());
    return true;
  }
  bool operator==(const queue_spec&) const = default;
};

inline stack_spec bounded_stack(std::size_t capacity) { return {{capacity}}; }
inline queue_spec ring_spec(std::size_t capacity) { return {{capacity}}; }

// A number that is added to.
struct counter_spec {
  static constexpr const char* names[] = {"add", "read", "fetch_add"};
  static operation add(std::int64_t n) { return {0, {n}}; }
  static operation read() { return {1}; }
  static operation fetch_add(std::int64_t n) { return {2, {n}}; }

  bool apply(const operation& op, const answer& a) {
    if (op.kind != 0 && a.value != value) return false;
    if (op.kind != 1) value += op.arguments[0];
    return true;
  }
  std::string text() const { return std::to_string(value); }
  bool operator==(const counter_spec&) const = default;

  std::int64_t value = 0;
};

// A word that is read, written and compared. A compare_exchange that fails is
// an answer like any other: at L2 and L3 it may be spurious.
struct register_spec {
  static constexpr const char* names[] = {"read", "write", "compare_exchange"};
  static operation read() { return {0}; }
  static operation write(std::int64_t v) { return {1, {v}}; }
  static operation compare_exchange(std::int64_t expected,
                                    std::int64_t desired) {
    return {2, {expected, desired}};
  }

  bool apply(const operation& op, const answer& a) {
    if (op.kind == 0) return a.value == value;
    if (op.kind == 1) {
      value = op.arguments[0];
      return true;
    }
    if (a.failed != (value != op.arguments[0])) return false;
    if (!a.failed) value = op.arguments[1];
    return true;
  }
  std::string text() const { return std::to_string(value); }
  bool operator==(const register_spec&) const = default;

  std::int64_t value = 0;
};

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_SPECS_H_
