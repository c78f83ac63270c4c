// Who may hold up whom: one thread is stopped before each atomic step of an
// operation in turn, others do theirs meanwhile, and every answer is held
// against a sequential container.
#ifndef ACQREL_TESTS_STRUCTURES_PROGRESS_H_
#define ACQREL_TESTS_STRUCTURES_PROGRESS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "acqrel/structures/conqueue.h"
#include "acqrel/tests/support/elements.h"
#include "acqrel/tests/support/stepping/victim.h"

namespace acqrel::testing {

using names = std::set<std::string>;

enum class op {
  push,
  try_push,
  try_push_n,
  pop,
  try_pop,
  try_pop_n,
  close,
  hints,
};
inline constexpr std::size_t batch = 2;  // of try_push_n, try_pop_n

inline std::string to_string(op what) {
  switch (what) {
    case op::push:
      return "push";
    case op::try_push:
      return "try_push";
    case op::try_push_n:
      return "try_push_n";
    case op::pop:
      return "pop";
    case op::try_pop:
      return "try_pop";
    case op::try_pop_n:
      return "try_pop_n";
    case op::close:
      return "close";
    case op::hints:
      return "hints";
  }
  return "?";
}
inline bool pushes(op what) { return what <= op::try_push_n; }
inline bool may_wait(op what) { return what == op::push || what == op::pop; }

// A call, and what it said.
struct record {
  op what;
  conqueue_status status = conqueue_status::success;
  std::vector<std::uint64_t> offered{};  // to push
  std::size_t count = 0;                 // of those that were taken
  std::vector<std::uint64_t> popped{};
};

inline std::string to_string(const record& done) {
  std::ostringstream text;
  text << to_string(done.what);
  for (const std::uint64_t value : done.offered) text << ' ' << value;
  text << " -> " << to_string(done.status);
  if (done.what == op::try_push_n) text << ' ' << done.count;
  for (const std::uint64_t value : done.popped) text << ' ' << value;
  return text.str();
}

// Does it, with elements numbered from `next` on.
template <class Container>
record perform(Container& container, op what, std::uint64_t& next) {
  record done{.what = what};
  const std::size_t elements = !pushes(what)            ? 0
                               : what == op::try_push_n ? batch
                                                        : 1;
  std::vector<payload> offered;
  for (std::size_t i = 0; i < elements; ++i) {
    done.offered.push_back(next);
    offered.emplace_back(next++);
  }
  switch (what) {
    case op::push:
      if constexpr (requires { container.push(std::move(offered[0])); }) {
        done.count = container.push(std::move(offered[0])) ? 1 : 0;
        if (done.count == 0) done.status = conqueue_status::closed;
        return done;
      }
      break;
    case op::try_push:
      done.status = container.try_push(std::move(offered[0]));
      done.count = done.status == conqueue_status::success ? 1 : 0;
      return done;
    case op::try_push_n: {
      const auto first = std::make_move_iterator(offered.begin());
      if constexpr (requires { container.try_push_n(first, batch); }) {
        done.count = container.try_push_n(first, batch);
        return done;
      }
      break;
    }
    case op::pop:
      if constexpr (requires { container.pop(); }) {
        if (const auto popped = container.pop()) {
          done.popped.push_back(popped->value());
        } else {
          done.status = conqueue_status::closed;
        }
        return done;
      }
      break;
    case op::try_pop: {
      const auto popped = container.try_pop();
      done.status = popped.error();
      if (popped) done.popped.push_back(popped->value());
      return done;
    }
    case op::try_pop_n: {
      std::array<payload, batch> out{payload(0), payload(0)};
      if constexpr (requires { container.try_pop_n(out.begin(), batch); }) {
        const std::size_t count = container.try_pop_n(out.begin(), batch);
        for (std::size_t i = 0; i < count; ++i) {
          done.popped.push_back(out[i].value());
        }
        return done;
      }
      break;
    }
    case op::close:
      if constexpr (requires { container.close(); }) {
        container.close();
        return done;
      }
      break;
    case op::hints:
      if constexpr (requires { container.empty_hint(); }) {
        (void)container.empty_hint();
        if constexpr (requires { container.size_hint(); }) {
          (void)container.size_hint();
        }
        if constexpr (requires { container.is_closed(); }) {
          (void)container.is_closed();
        }
        return done;
      }
      break;
  }
  std::fprintf(stderr, "It has no %s.\n", to_string(what).c_str());
  std::abort();
}

// The container, one call at a time.
class sequential {
 public:
  sequential(std::size_t capacity, bool last_first)
      : capacity_(capacity), last_first_(last_first) {}

  std::size_t size() const { return elements_.size(); }

  // Whether it would have said the same; then it has happened. `busy` says
  // nothing, and a batch may come short: `shorts` then has its name.
  bool agrees(const record& done, names& shorts) {
    if (done.status == conqueue_status::busy) return true;
    if (done.what == op::close) {
      closed_ = true;
      return true;
    }
    if (done.what == op::hints) return true;
    const std::size_t room = closed_ ? 0 : capacity_ - elements_.size();
    if (done.what == op::try_push_n || done.what == op::try_pop_n) {
      const bool pushed = done.what == op::try_push_n;
      const std::size_t count = pushed ? done.count : done.popped.size();
      const std::size_t most = std::min(batch, pushed ? room : size());
      if (count > most) return false;
      if (count < most) shorts.insert(to_string(done.what) + " short");
    } else if (done.status != expected_of(done.what, room)) {
      return false;
    }
    elements_.insert(elements_.end(), done.offered.begin(),
                     done.offered.begin() + done.count);
    for (const std::uint64_t value : done.popped) {
      if (value != (last_first_ ? elements_.back() : elements_.front())) {
        return false;
      }
      if (last_first_) {
        elements_.pop_back();
      } else {
        elements_.pop_front();
      }
    }
    return true;
  }

 private:
  conqueue_status expected_of(op what, std::size_t room) const {
    if (pushes(what)) {
      if (closed_) return conqueue_status::closed;
      return room == 0 ? conqueue_status::full : conqueue_status::success;
    }
    if (!elements_.empty()) return conqueue_status::success;
    return closed_ ? conqueue_status::closed : conqueue_status::empty;
  }

  const std::size_t capacity_;
  const bool last_first_;
  bool closed_ = false;
  std::deque<std::uint64_t> elements_;
};

// Whether the victim's calls, somewhere among the others', explain all answers
// and leave nothing behind. `shorts`: which of the others' came short even so, in
// the order that explains most.
class explanation {
 public:
  explanation(const std::vector<record>& others,
              const std::vector<record>& victims)
      : others_(others), victims_(victims) {}

  bool exists(const sequential& start, names& shorts) {
    search(start, 0, 0, {});
    shorts = shorts_;
    return exists_;
  }

 private:
  void search(const sequential& before, std::size_t others, std::size_t victims,
              const names& shorts) {
    if (others == others_.size() && victims == victims_.size()) {
      if (before.size() > 0) return;
      if (!exists_ || shorts.size() < shorts_.size()) shorts_ = shorts;
      exists_ = true;
      return;
    }
    if (victims < victims_.size()) {
      sequential now = before;
      names its_own;
      if (now.agrees(victims_[victims], its_own)) {
        search(now, others, victims + 1, shorts);
      }
    }
    if (others < others_.size()) {
      sequential now = before;
      names longer = shorts;
      if (now.agrees(others_[others], longer)) {
        search(now, others + 1, victims, longer);
      }
    }
  }

  const std::vector<record>& others_;
  const std::vector<record>& victims_;
  bool exists_ = false;
  names shorts_;
};

// A batch as that many calls.
inline std::vector<record> one_by_one(const record& done) {
  std::vector<record> calls;
  for (std::size_t i = 0; i < done.count; ++i) {
    calls.push_back(
        {.what = op::try_push, .offered = {done.offered[i]}, .count = 1});
  }
  for (const std::uint64_t value : done.popped) {
    calls.push_back({.what = op::try_pop, .popped = {value}});
  }
  return calls;
}

using script = std::vector<op>;

// What was seen beside the stopped threads.
struct seen {
  // "try_pop busy", "try_push waits", "try_pop_n short": each call that was
  // refused, held up, or cut short by one that is stopped. "itself busy": the
  // stopped one was, by calls that came and went.
  names held_up;
  std::uint64_t stops = 0;  // places in which the victim was stopped
  std::string fault;        // the first answer that is wrong
};

// Stops a thread before each step of `victims`, in a container with no, one and
// two elements, and runs each script beside it. Then once more, with each of
// `earlier` also at each earlier step: that brings the victim to where it tries
// again.
//
// Family: make() a container of payloads; its capacity; whether it is
// last_first; whether its runs_are_one_step; whether a thread has_hazards there.
template <class Family>
class stopping {
 public:
  stopping(op victims, std::vector<script> scripts, std::vector<script> earlier)
      : victims_(victims),
        scripts_(std::move(scripts)),
        earlier_(std::move(earlier)) {}

  seen run() {
    for (filled_ = 0; filled_ <= std::min<std::size_t>(2, Family::capacity);
         ++filled_) {
      for (const bool warm : {false, true}) {
        if (warm && !Family::has_hazards) continue;  // it makes no difference
        warm_ = warm;
        for (const script& meanwhile : scripts_) run_beside(meanwhile);
      }
    }
    return seen_;
  }

 private:
  void run_beside(const script& meanwhile) {
    for (std::uint64_t n = 1; stop_at(n, meanwhile); ++n) {
    }
    for (const script& earlier : earlier_) {
      for (std::uint64_t first = 1;; ++first) {
        std::uint64_t n = first + 1;
        while (stop_at(n, meanwhile, first, &earlier)) ++n;
        if (n == first + 1) break;
      }
    }
  }

  // False when the call is over before its n-th step.
  bool stop_at(std::uint64_t n, const script& meanwhile,
               std::uint64_t first = 0, const script* earlier = nullptr) {
    if (!seen_.fault.empty()) return false;
    using stepping::state;
    const auto container = Family::make();
    std::uint64_t next = 1, victims_next = 1001;
    sequential start(Family::capacity, Family::last_first);
    names none;
    for (std::size_t i = 0; i < filled_; ++i) {
      start.agrees(perform(*container, op::try_push, next), none);
    }
    record victims{};
    std::vector<record> others;
    bool stopped = false;
    {
      stepping::victim who(
          [&] { victims = perform(*container, victims_, victims_next); },
          [&] {
            if (warm_) use_another();
          });
      if (earlier != nullptr && who.run_to(first) == state::stopped) {
        run_script(*container, *earlier, who, others, next);
      }
      stopped = who.run_to(n) == state::stopped;
      if (stopped) ++seen_.stops;
      run_script(*container, meanwhile, who, others, next);
      // So that it ends.
      if constexpr (requires { container->close(); }) {
        if (may_wait(victims_)) {
          run_script(*container, {op::close}, who, others, next);
        }
      }
    }
    do {
      others.push_back(perform(*container, op::try_pop, next));
    } while (!others.back().popped.empty());
    if (others.back().status == conqueue_status::busy) {
      seen_.fault += "busy for ever; ";
    }
    if (victims.status == conqueue_status::busy) {
      seen_.held_up.insert("itself busy");
    }
    check(start, victims, others, n);
    return stopped;
  }

  // So that the thread has hazards and a garage.
  static void use_another() {
    const auto another = Family::make();
    std::uint64_t next = 1;
    perform(*another, op::try_push, next);
    perform(*another, op::try_pop, next);
  }

  template <class Container>
  void run_script(Container& container, const script& calls,
                  stepping::victim& who, std::vector<record>& others,
                  std::uint64_t& next) {
    for (const op what : calls) {
      const bool waited = bystander_.waits_for(
          who, [&] { others.push_back(perform(container, what, next)); });
      if (waited) seen_.held_up.insert(to_string(what) + " waits");
      if (others.back().status == conqueue_status::busy) {
        seen_.held_up.insert(to_string(what) + " busy");
      }
    }
  }

  void check(const sequential& start, const record& victims,
             const std::vector<record>& others, std::uint64_t n) {
    const bool is_run =
        victims.what == op::try_push_n || victims.what == op::try_pop_n;
    const std::vector<record> calls = is_run && !Family::runs_are_one_step
                                          ? one_by_one(victims)
                                          : std::vector<record>{victims};
    names shorts;
    if (explanation(others, calls).exists(start, shorts)) {
      seen_.held_up.insert(shorts.begin(), shorts.end());
      return;
    }
    std::ostringstream text;
    text << "with " << filled_ << " elements at first, beside {"
         << to_string(victims) << "}, stopped before step " << n
         << ", no order explains:";
    for (const record& done : others) text << ' ' << to_string(done) << ';';
    seen_.fault += text.str();
  }

  const op victims_;
  const std::vector<script> scripts_;
  const std::vector<script> earlier_;
  stepping::bystander bystander_;
  std::size_t filled_ = 0;
  bool warm_ = false;
  seen seen_;
};

// How many steps a call takes with `beside` before each of them; at most
// `patience`.
template <class Family>
std::uint64_t steps_beside(op victims, const script& beside,
                           std::uint64_t patience) {
  const auto container = Family::make();
  std::uint64_t next = 1, victims_next = 1001;
  perform(*container, op::try_push, next);
  stepping::victim who([&] { perform(*container, victims, victims_next); });
  std::uint64_t n = 1;
  for (; n <= patience && who.run_to(n) == stepping::state::stopped; ++n) {
    for (const op what : beside) perform(*container, what, next);
  }
  return n - 1;
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_STRUCTURES_PROGRESS_H_
