// What the model tests of the unbounded structures have in common: a subject,
// and the small clients that each of them is explored with.
//
//   push, pop  recorded in the history
//   hint       empty_hint(), and size_hint() where there is one: not recorded
//   warm       makes the hazards that the others use
#ifndef ACQREL_TESTS_STRUCTURES_MODEL_CLIENTS_H_
#define ACQREL_TESTS_STRUCTURES_MODEL_CLIENTS_H_

#include <string_view>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/client.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "gtest/gtest.h"

namespace acqrel {

template <class Structure, class Spec>
model::subject<Structure, Spec> unbounded_subject() {
  return {
      .promised = model::level::strict,
      .operations = {
          {"push",
           [](auto& structure, auto& calls, int value) {
             calls.push(value, [&] { return structure.push(value); });
           }},
          {"pop", [](auto& structure, auto& calls,
                     int) { calls.pop([&] { return structure.try_pop(); }); }},
          {"hint",
           [](auto& structure, auto&, int) {
             model::observe("empty", structure.empty_hint());
             if constexpr (requires { structure.size_hint(); }) {
               model::require(structure.size_hint() <= model::max_calls,
                              "a size that there may have been");
             }
           }},
          {"warm", [](auto&, auto&, int) {
             const hazard_pointer one = make_hazard_pointer();
             const hazard_pointer two = make_hazard_pointer();
           }}}};
}

// The threads' operations; what is left is popped at the end.
inline model::client warm_client(std::string_view text) {
  model::client c(text);
  c.warm_up = "warm";
  c.drain = "pop";
  return c;
}
inline model::client cold_client(std::string_view text) {
  model::client c(text);
  c.drain = "pop";
  return c;
}

// All pushes and pops of so many threads, beginning with nothing and with one
// element.
inline model::client_space warm_clients(int max_threads, int max_operations) {
  model::client_space space;
  space.operations = {{"push"}, {"pop"}};
  space.max_threads = max_threads;
  space.max_thread_operations = 2;
  space.max_operations = max_operations;
  space.prefills = {0, 1};
  space.drain = "pop";
  space.warm_up = "warm";
  return space;
}

// While one lives, nothing is deleted before the domain ends: some forty times
// fewer executions, for tests of who gets which element.
class without_scans {
 public:
  without_scans() { tuning::scan_threshold = 1000; }
  ~without_scans() { tuning::scan_threshold = 1; }
  without_scans(const without_scans&) = delete;
  without_scans& operator=(const without_scans&) = delete;
};

// Every execution of the client is explored, and right.
template <class Structure, class Spec>
model::result expect_right(const model::subject<Structure, Spec>& subject,
                           const model::client& client,
                           const model::options& with) {
  model::result r = model::check(subject, client, with);
  EXPECT_TRUE(r) << client << "\n" << r;
  EXPECT_TRUE(r.complete) << client << "\n" << r;
  return r;
}

// Two sequential objects as one.
template <class Spec>
struct two_specs {
  static constexpr const char* names[] = {"a.push", "a.pop", "b.push", "b.pop"};
  static model::operation push(int which, int value) {
    return {2 * which, {value}};
  }
  static model::operation pop(int which) { return {2 * which + 1}; }

  bool apply(const model::operation& op, const model::answer& answer) {
    model::operation single = op;
    single.kind = op.kind % 2;
    return part[op.kind / 2].apply(single, answer);
  }
  bool operator==(const two_specs&) const = default;

  Spec part[2];
};

// Each thread pushes to a structure of its own, and then pops from it, or
// crosswise from the other thread's.
template <class Structure, class Spec>
model::result check_two(bool crosswise, bool fenced) {
  const auto body = [=] {
    using both = two_specs<Spec>;
    model::history<both> calls(model::level::strict);
    Structure structure[2];
    (void)structure[0].try_pop();  // makes the hazards
    const auto run = [&](int mine) {
      const int other = crosswise ? 1 - mine : mine;
      calls.call(both::push(mine, mine + 1),
                 [&] { return structure[mine].push(mine + 1); });
      if (fenced) thread_fence(seq_cst);
      (void)calls.call(both::pop(other),
                       [&] { return structure[other].try_pop(); });
    };
    model::thread second([&] { run(1); });
    run(0);
    second.join();
  };
  return model::check({.spurious_failures = 0}, body);
}

// "Not invariants" of the cards: store buffering, with pushes for stores.
template <class Structure, class Spec>
void expect_only_together_not_linearizable() {
  const model::result loose = check_two<Structure, Spec>(true, false);
  EXPECT_EQ(loose.error, model::failure::linearizability) << loose;
  const model::result fenced = check_two<Structure, Spec>(true, true);
  EXPECT_TRUE(fenced && fenced.complete) << fenced;
  const model::result apart = check_two<Structure, Spec>(false, false);
  EXPECT_TRUE(apart && apart.complete) << apart;
}

}  // namespace acqrel

#endif  // ACQREL_TESTS_STRUCTURES_MODEL_CLIENTS_H_
