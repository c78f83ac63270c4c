// Bugs that are put into the checker, one after another: the litmus rows, or
// one of some small bodies, must come out different with each, or nothing would
// find such a bug if somebody made it. The test prints which rows do.
//
// This is the engine compiled with ACQREL_MODEL_SEEDED_BUGS. The backend's
// headers are included as they are, so that the rest of the build is not
// affected.
#include "acqrel/model/engine/seeded_bugs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "acqrel/atomics/memory_order.h"
#include "acqrel/model/backend/atomic.h"
#include "acqrel/model/backend/fence.h"
#include "acqrel/model/backend/storage.h"
#include "acqrel/model/backend/tuning.h"
#include "acqrel/model/backend/wait.h"
#include "acqrel/model/check.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/tests/model/axioms.h"
#include "acqrel/tests/model/compact.h"
#include "acqrel/tests/model/enumerate.h"
#include "acqrel/tests/model/litmus_rows.h"
#include "acqrel/tests/model/run_program.h"

namespace acqrel::testing {
namespace {

using model::check;
using model::failure;
using model::observe;
using model::options;
using model::require;
using model::result;
using model::internal::bug;

// Litmus programs.

struct litmus_case {
  int row;  // 0: not in the table
  model::litmus::program program;
  model::dialect memory_model;
  std::uint64_t graphs;
  bool weak_outcome;
};

// What is no row: asymmetric fences, and what is wrong in C++20 only.
struct extra_row {
  const char* program;
  const char* weak_outcome;
};
constexpr extra_row extra_rows[] = {
    {"W x 1 rlx; F light; R a y rlx || W y 1 rlx; F light; R b x rlx",
     "a=0 and b=0"},
    {"W x 1 rlx; F light; R a y rlx || W y 1 rlx; F heavy; R b x rlx",
     "a=0 and b=0"},
    {"W x 1 rlx; F light; R a y rlx || W y 1 rlx; F sc; R b x rlx",
     "a=0 and b=0"},
    {"W x 1 sc; A a y 1 rel || A b y 1 sc; R c z sc || W z 1 sc; R d x sc",
     "b=1 and c=0 and d=0"},
};

std::vector<litmus_case> litmus_cases() {
  std::vector<litmus_case> all;
  const auto add = [&](int row, std::string_view text, std::string_view weak) {
    const model::litmus::program p = parse_compact(text, weak);
    for (const axioms which : {axioms::rc11, axioms::cxx20}) {
      const behaviours expected = enumerate(p, which);
      all.push_back(
          {row, p,
           which == axioms::rc11 ? model::dialect::rc11 : model::dialect::cxx20,
           expected.graphs, weak_outcome_happens(p, expected)});
    }
  };
  for (const litmus_row& row : litmus_rows()) {
    add(row.number, row.program, row.weak_outcome);
  }
  for (const extra_row& row : extra_rows) {
    add(0, row.program, row.weak_outcome);
  }
  return all;
}

// Small bodies about all else.

constexpr std::uint64_t any = 0;
struct body {
  const char* name;
  failure error;
  std::uint64_t executions;
  std::function<void()> run;
  bool reuses_addresses = false;
};

struct node {
  atomic<int> value{0};
};

void message_passing(bool released) {
  plain<int> data{0};
  atomic<int> ready{0};
  model::thread t([&] {
    data.set(1);
    if (released) ready.store(1, release);
    if (!released) ready.store(1, relaxed);
  });
  if (ready.load(acquire) == 1) require(data.get() == 1);
  t.join();
}

void spin_lock(bool released) {
  atomic<bool> locked{false};
  plain<int> data{0};
  const auto add_one = [&] {
    while (locked.exchange(true, acquire)) retry();
    data.set(data.get() + 1);
    if (released) locked.store(false, release);
    if (!released) locked.store(false, relaxed);
  };
  model::thread t(add_one);
  add_one();
  t.join();
  require(data.get() == 2);
}

void wait_for(std::function<void(atomic<int>&)> other) {
  atomic<int> x{0};
  model::thread t([&] { other(x); });
  x.wait(0, acquire);
  t.join();
}

std::vector<body> bodies() {
  return {
      {"a released message is read", failure::none, 2,
       [] { message_passing(true); }},
      {"a relaxed message races", failure::data_race, any,
       [] { message_passing(false); }},
      {"what was read is written", failure::data_race, any,
       [] {
         plain<int> data{0};
         atomic<int> ready{0};
         model::thread t([&] {
           data.get();
           ready.store(1, relaxed);
         });
         if (ready.load(relaxed) == 1) data.set(1);
         t.join();
       }},
      {"two write", failure::data_race, any,
       [] {
         plain<int> data{0};
         model::thread t([&] { data.set(1); });
         data.set(2);
         t.join();
       }},
      {"a spin lock", failure::none, any, [] { spin_lock(true); }},
      {"a spin lock unlocked relaxed", failure::data_race, any,
       [] { spin_lock(false); }},
      {"an object published relaxed", failure::data_race, any,
       [] {
         atomic<node*> published{nullptr};
         node made;
         model::thread t([&] {
           node* const fresh = new node;
           published.store(fresh, relaxed);
         });
         if (node* n = published.load(relaxed)) n->value.load(relaxed);
         t.join();
         delete published.load(relaxed);
       }},
      {"use after free", failure::use_after_free, any,
       [] {
         node* const n = new node;
         delete n;
         n->value.load(relaxed);
       }},
      {"freed twice", failure::double_free, any,
       [] {
         node* const n = new node;
         operator delete(n);
         operator delete(n);
       }},
      {"read before it is written", failure::uninitialized, any,
       [] {
         plain<int> data;
         data.get();
       }},
      {"not freed", failure::leak, any, [] { new node; }},
      {"freed memory comes back, or does not", failure::none, 2,
       [] {
         delete new node;
         delete new node;
       },
       true},
      {"memory freed by another comes back to nobody", failure::none, 1,
       [] {
         node* const n = new node;
         model::thread first([&] { delete n; });
         model::thread second([] { delete new node; });
         first.join();
         second.join();
       },
       true},
      {"a weak CAS may fail", failure::none, 2,
       [] {
         atomic<int> x{0};
         int expected = 0;
         observe("done",
                 x.compare_exchange_weak(expected, 1, relaxed, relaxed));
       }},
      {"each choice", failure::none, 3, [] { observe("chosen", choose(3)); }},
      {"an await that is served", failure::none, 1,
       [] {
         atomic<int> x{0};
         model::thread t([&] { x.store(1, relaxed); });
         await(
             x, [](int value) { return value == 1; }, relaxed);
         t.join();
       }},
      {"an await that is not", failure::deadlock, any,
       [] {
         atomic<int> x{0};
         await(
             x, [](int value) { return value == 1; }, relaxed);
       }},
      {"store and notify", failure::none, 2,
       [] {
         wait_for([](atomic<int>& x) {
           x.store(1, release);
           x.notify_one();
         });
       }},
      {"store without notify", failure::deadlock, any,
       [] { wait_for([](atomic<int>& x) { x.store(1, release); }); }},
      {"notify before the store", failure::deadlock, any,
       [] {
         wait_for([](atomic<int>& x) {
           x.notify_one();
           x.store(1, release);
         });
       }},
      {"a wake that may come before the sleep", failure::deadlock, any,
       [] {
         atomic<std::uint32_t> word{0};
         model::thread t([&] { wake_one(word); });
         wait_on_address(word, 0);
         t.join();
       }},
      {"one notify for two", failure::deadlock, any,
       [] {
         atomic<int> x{0};
         model::thread a([&] { x.wait(0, relaxed); });
         model::thread b([&] { x.wait(0, relaxed); });
         x.store(1, relaxed);
         x.notify_one();
         a.join();
         b.join();
       }},
      {"a deadline", failure::none, 1,
       [] {
         atomic<std::uint32_t> word{0};
         require(!wait_on_address(word, 0, now() + std::chrono::seconds(1)));
       }},
      {"a loop that changes something", failure::none, 1,
       [] {
         atomic<int> x{0};
         plain<int> rounds{0};
         while (rounds.get() < 3) {
           x.load(relaxed);
           rounds.set(rounds.get() + 1);
           retry();
         }
       }},
      {"a loop that changes nothing", failure::livelock, any,
       [] {
         atomic<int> x{0};
         while (x.load(relaxed) == 0) retry();
       }},
  };
}

// What the bug does to them.

struct damage {
  std::vector<int> verdicts;  // rows
  std::vector<int> counts;    // rows whose verdicts are right
  std::vector<int> in_cxx20;  // either
  std::vector<std::string> others;
  bool any() const {
    return !verdicts.empty() || !counts.empty() || !in_cxx20.empty() ||
           !others.empty();
  }
};

// A checker with a bug need not end.
options bounded(std::uint64_t executions) {
  options o;
  o.max_executions = 2 * executions + 1000;
  o.max_events = 100;
  return o;
}

damage damage_of(bug which) {
  static const std::vector<litmus_case> rows = litmus_cases();
  model::internal::seeded_bug = which;
  damage d;
  for (const litmus_case& c : rows) {
    options o = bounded(c.graphs);
    o.memory_model = c.memory_model;
    const result r = run_program(c.program, o);
    const bool is_rc11 = c.memory_model == model::dialect::rc11;
    const bool finds = weak_outcome_happens(c.program, behaviours_of(r));
    const bool counts = r && r.complete && r.executions == c.graphs;
    if (finds == c.weak_outcome && counts) continue;
    if (c.row == 0) {
      d.others.push_back(to_compact(c.program));
    } else if (is_rc11) {
      (finds != c.weak_outcome ? d.verdicts : d.counts).push_back(c.row);
    } else {
      d.in_cxx20.push_back(c.row);
    }
  }
  for (const body& b : bodies()) {
    options o = bounded(b.executions);
    o.reuse_addresses = b.reuses_addresses;
    const result r = check(o, b.run);
    const bool same = r.error == b.error &&
                      r.complete == (b.error == failure::none) &&
                      (b.executions == any || r.executions == b.executions);
    if (which == bug::none && !same) std::cout << b.name << ": " << r;
    if (!same) d.others.push_back(b.name);
  }
  model::internal::seeded_bug = bug::none;
  return d;
}

std::string to_string(const std::vector<int>& rows) {
  std::string text;
  for (const int row : rows) text += " " + std::to_string(row);
  return text.empty() ? " none" : text;
}

struct seeded {
  bug which;
  const char* name;
  // Rows that must find it by their verdicts alone. None: it does not show in
  // verdicts of rows.
  std::vector<int> rows;
};

void PrintTo(const seeded& s, std::ostream* out) { *out << s.name; }

const std::vector<seeded>& all_bugs() {
  static const std::vector<seeded> all = {
      {bug::release_fence_carries_nothing,
       "release_fence_carries_nothing",
       {11, 12, 21, 54, 74, 80, 91, 92}},
      {bug::acquire_fence_does_nothing,
       "acquire_fence_does_nothing",
       {11, 13, 54, 91, 94}},
      {bug::failed_cas_uses_success_order,
       "failed_cas_uses_success_order",
       {24}},
      {bug::failed_cas_is_relaxed, "failed_cas_is_relaxed", {25}},
      {bug::update_breaks_release_sequence,
       "update_breaks_release_sequence",
       {17, 20, 21}},
      {bug::own_store_continues_release_sequence,
       "own_store_continues_release_sequence",
       {18}},
      {bug::any_store_continues_release_sequence,
       "any_store_continues_release_sequence",
       {18, 19}},
      {bug::release_update_acquires, "release_update_acquires", {23}},
      {bug::relaxed_load_acquires,
       "relaxed_load_acquires",
       {8, 15, 16, 23, 24, 59, 77, 90}},
      {bug::relaxed_store_releases,
       "relaxed_store_releases",
       {9, 14, 18, 22, 77, 93}},
      {bug::acquire_fence_releases, "acquire_fence_releases", {95}},
      {bug::release_fence_acquires, "release_fence_acquires", {96}},
      {bug::seq_cst_fence_joins_earlier_ones,
       "seq_cst_fence_joins_earlier_ones",
       {77}},
      {bug::append_only_modification_order,
       "append_only_modification_order",
       {42, 43, 45, 52, 78}},
      {bug::failed_cas_reads_newest, "failed_cas_reads_newest", {84}},
      {bug::update_attempt_reads_newest,
       "update_attempt_reads_newest",
       {38, 84}},
      {bug::bound_ignores_reads, "bound_ignores_reads", {1, 2, 6, 57}},
      {bug::bound_ignores_stores,
       "bound_ignores_stores",
       {1, 3, 10, 11, 12, 13, 17, 20}},
      {bug::bound_uses_po_rf,
       "bound_uses_po_rf",
       {7, 8, 9, 14, 15, 16, 84, 90, 93}},
      {bug::update_not_atomic, "update_not_atomic", {81, 82}},
      {bug::no_psc, "no_psc", {28, 31}},
      {bug::no_psc_base,
       "no_psc_base",
       {28, 33, 36, 37, 44, 49, 62, 68, 80, 87}},
      {bug::no_psc_fence, "no_psc_fence", {31, 46, 50, 65, 69, 71, 74, 75, 85}},
      {bug::seq_cst_loads_left_out,
       "seq_cst_loads_left_out",
       {28, 33, 36, 49, 62, 68, 80, 87}},
      {bug::scb_uses_whole_hb, "scb_uses_whole_hb", {63, 73, 76}},
      {bug::light_fence_is_free_with_light,
       "light_fence_is_free_with_light",
       {}},
      {bug::cxx20_is_rc11, "cxx20_is_rc11", {}},
      {bug::cxx20_strong_happens_before_is_program_order,
       "cxx20_strong_happens_before_is_program_order",
       {}},
      {bug::no_backward_revisits, "no_backward_revisits", {73, 76, 77, 78}},
      {bug::no_maximality_test, "no_maximality_test", {}},
      {bug::updates_do_not_revisit, "updates_do_not_revisit", {}},
      {bug::notifies_do_not_revisit, "notifies_do_not_revisit", {}},
      {bug::never_fails_spuriously, "never_fails_spuriously", {}},
      {bug::no_write_read_race, "no_write_read_race", {}},
      {bug::no_read_write_race, "no_read_write_race", {}},
      {bug::no_construction_check, "no_construction_check", {}},
      {bug::no_use_after_free, "no_use_after_free", {}},
      {bug::no_double_free_check, "no_double_free_check", {}},
      {bug::no_uninitialized_check, "no_uninitialized_check", {}},
      {bug::no_leak_check, "no_leak_check", {}},
      {bug::reuse_ignores_happens_before, "reuse_ignores_happens_before", {}},
      {bug::notify_wakes_always, "notify_wakes_always", {}},
      {bug::notify_one_wakes_many, "notify_one_wakes_many", {}},
      {bug::deadline_never_passes, "deadline_never_passes", {}},
      {bug::retry_ignores_changes, "retry_ignores_changes", {}},
      {bug::stuck_is_always_unfair, "stuck_is_always_unfair", {}},
      {bug::stuck_is_always_fair, "stuck_is_always_fair", {}},
  };
  return all;
}

TEST(seeded_bugs, NothingIsFoundWithoutOne) {
  const damage d = damage_of(bug::none);
  EXPECT_TRUE(d.verdicts.empty()) << to_string(d.verdicts);
  EXPECT_TRUE(d.counts.empty()) << to_string(d.counts);
  EXPECT_TRUE(d.in_cxx20.empty()) << to_string(d.in_cxx20);
  EXPECT_TRUE(d.others.empty()) << d.others.front();
}

TEST(seeded_bugs, AreAllHere) {
  ASSERT_EQ(all_bugs().size(), static_cast<std::size_t>(bug::last) - 1);
  for (std::size_t i = 0; i < all_bugs().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(all_bugs()[i].which), i + 1);
  }
}

class seeded_bug_found : public ::testing::TestWithParam<seeded> {};

TEST_P(seeded_bug_found, BySomething) {
  const damage d = damage_of(GetParam().which);
  std::cout << GetParam().name << "\n  wrong verdicts:" << to_string(d.verdicts)
            << "\n  wrong counts only:" << to_string(d.counts)
            << "\n  wrong in C++20:" << to_string(d.in_cxx20) << "\n";
  for (const std::string& other : d.others) {
    std::cout << "  also: " << other << "\n";
  }
  EXPECT_TRUE(d.any());
  for (const int row : GetParam().rows) {
    EXPECT_TRUE(std::count(d.verdicts.begin(), d.verdicts.end(), row))
        << "row " << row;
  }
}

INSTANTIATE_TEST_SUITE_P(bugs, seeded_bug_found,
                         ::testing::ValuesIn(all_bugs()),
                         [](const ::testing::TestParamInfo<seeded>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace acqrel::testing
