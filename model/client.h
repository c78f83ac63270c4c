// A client: a small program over one structure, as data. So that a structure is
// checked with many of them, written by hand or generated, and none is code of
// its own.
//
//   const model::subject<treiber_stack<model::tracked<int>>, model::stack_spec>
//       stack{
//           .promised = model::level::strict,
//           .operations = {
//               {"push", [](auto& s, auto& calls, int value) {
//                  calls.push(value, [&] { return s.push(value); });
//                }},
//               {"pop", [](auto& s, auto& calls, int) {
//                  calls.pop([&] { return s.try_pop(); });
//                }}}};
//
//   model::result r = model::check(stack, model::client{"push pop|push|pop"});
//
//   for (const model::client& c : model::clients(
//            {.operations = {{"push"}, {"pop"}}, .drain = "pop"})) {
//     model::result r = model::check(stack, c);
//     EXPECT_TRUE(r) << c << r;
//   }
//
// Each execution makes a structure, does the client's first operations, lets
// its threads do theirs, and its last ones when they have ended. The history of
// all is checked against the specification, leaks and races are as always. Each
// operation is given a number of its own, 1, 2, 3 ...: the element it pushes.
#ifndef ACQREL_MODEL_CLIENT_H_
#define ACQREL_MODEL_CLIENT_H_

#include <array>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/model/check.h"
#include "acqrel/model/history.h"
#include "acqrel/model/linearizability.h"

namespace acqrel::model {

struct client {
  using names = std::vector<std::string>;  // of operations, in order

  client() = default;
  // Threads between bars: "push pop|push|pop". Before a colon what the body
  // does first, behind a second one what it does last: "push: pop|pop: pop".
  // Throws std::invalid_argument for anything else.
  explicit client(std::string_view text);

  names first;
  std::vector<names> threads;
  names last;
  // Then this operation, until it fails. What was pushed and is not there any
  // more, or is there twice, shows in the history.
  std::string drain = {};
  // What each thread does before its operations, one thread after the other.
  // Threads that have used the hazard-pointer domain before are explored some
  // hundred times faster than threads that find it empty.
  std::string warm_up = {};

  int capacity = 0;  // the structure's; 0: it has none
  // Not negative: this thread sets a flag when it has done its operations
  // (release), and the others look at it before they begin (acquire). Where
  // they see it set, its operations happen before theirs.
  int sender = -1;
  bool reuse_addresses = false;  // as in options

  int operation_count() const noexcept;  // of the threads
  bool operator==(const client&) const = default;
};
// As the constructor reads it, and what else there is: "push: pop|pop: pop,
// drain pop, warm-up peek, capacity 1, sender T1, reuse".
std::string to_string(const client&);
std::ostream& operator<<(std::ostream&, const client&);

// The threads of a client besides the body.
inline constexpr int max_client_threads = 6;

// What the generator makes clients of.
struct client_space {
  struct operation {
    std::string name;
    // Only one thread of a client may do it: a ring's two ends.
    bool one_thread = false;
  };
  std::vector<operation> operations;

  int min_threads = 2;
  int max_threads = 4;
  int max_thread_operations = 3;
  int max_operations = 6;

  // Each client once for each element of each of these.
  std::vector<int> prefills = {0};  // so many of `prefill` come first
  std::string prefill = "push";
  std::vector<int> capacities = {0};
  std::vector<bool> reuse_addresses = {false};
  // Also with each thread as the sender.
  bool message_passing = false;

  std::string drain = {};
  std::string warm_up = {};
};

// All of them but for the names of the threads, the cheap ones first. A prefill
// beyond the capacity is left out.
std::vector<client> clients(const client_space&);

// What a client runs against.
template <class Structure, specification Spec>
struct subject {
  struct operation {
    std::string name;
    // Does it, by one call through the history. `number` is different for each
    // operation of a client.
    std::function<void(Structure&, history<Spec>&, int number)> run;
  };

  level promised = level::strict;
  std::vector<operation> operations;
  // Without these: Structure(capacity), or Structure() where there is none; a
  // specification with that capacity.
  std::function<std::unique_ptr<Structure>(int capacity)> make = {};
  std::function<Spec(int capacity)> specify = {};
};

namespace internal {

// A client with numbers for names, so that the body compares no strings.
struct numbered_client {
  std::vector<std::size_t> first;
  std::vector<std::vector<std::size_t>> threads;
  std::vector<std::size_t> last;
  std::optional<std::size_t> drain;
  std::optional<std::size_t> warm_up;
};
// Throws std::invalid_argument for a name that is not among `operations`, for
// no thread and for too many.
numbered_client number_operations(const client&,
                                  const std::vector<std::string>& operations);

template <class Structure, class Spec>
std::unique_ptr<Structure> make_structure(const subject<Structure, Spec>& s,
                                          int capacity) {
  if (s.make) return s.make(capacity);
  if constexpr (std::is_constructible_v<Structure, std::size_t>) {
    if (capacity > 0) {
      return std::make_unique<Structure>(static_cast<std::size_t>(capacity));
    }
  }
  if constexpr (std::is_default_constructible_v<Structure>) {
    return std::make_unique<Structure>();
  } else {
    fail("the client gives no capacity, and the structure needs one");
  }
}
template <class Structure, class Spec>
Spec make_specification(const subject<Structure, Spec>& s, int capacity) {
  if (s.specify) return s.specify(capacity);
  Spec spec{};
  if constexpr (requires { spec.capacity = std::size_t{}; }) {
    if (capacity > 0) spec.capacity = static_cast<std::size_t>(capacity);
  }
  return spec;
}

// The body of a check.
template <class Structure, class Spec>
void run_client(const subject<Structure, Spec>& s, const client& c,
                const numbered_client& numbered) {
  history<Spec> calls(s.promised, make_specification(s, c.capacity));
  const std::unique_ptr<Structure> structure = make_structure(s, c.capacity);
  const auto run = [&](std::size_t operation, int number) {
    s.operations[operation].run(*structure, calls, number);
  };
  const auto run_all = [&](const std::vector<std::size_t>& operations,
                           int number) {
    for (const std::size_t operation : operations) run(operation, number++);
    return number;
  };

  int number = run_all(numbered.first, 1);
  std::array<int, max_client_threads> numbers{};  // each thread's first one
  for (std::size_t t = 0; t < numbered.threads.size(); ++t) {
    numbers[t] = number;
    number += static_cast<int>(numbered.threads[t].size());
  }
  atomic<int> flag{0};
  atomic<int> warm{0};  // how many threads are
  const int threads_there_are = static_cast<int>(numbered.threads.size());
  const auto take_turns = [&](int t) {
    // acquire, release: all that was warmed up is seen by all
    await(
        warm, [t](int turn) { return turn == t; }, acquire);
    run(*numbered.warm_up, 0);
    warm.store(t + 1, release);
    await(
        warm, [&](int turn) { return turn == threads_there_are; }, acquire);
  };
  const auto thread_body = [&](std::size_t t) {
    if (numbered.warm_up) take_turns(static_cast<int>(t));
    const bool sends = static_cast<int>(t) == c.sender;
    // acquire: pairs with the sender's store
    if (c.sender >= 0 && !sends) flag.load(acquire);
    run_all(numbered.threads[t], numbers[t]);
    // release: pairs with the others' load
    if (sends) flag.store(1, release);
  };
  std::array<std::optional<thread>, max_client_threads> threads;
  for (std::size_t t = 0; t < numbered.threads.size(); ++t) {
    // Its place: a default argument would be std::optional's.
    threads[t].emplace([&thread_body, t] { thread_body(t); }, __FILE__,
                       __LINE__);
  }
  for (std::size_t t = 0; t < numbered.threads.size(); ++t) threads[t]->join();

  number = run_all(numbered.last, number);
  if (numbered.drain) {
    do {
      run(*numbered.drain, number++);
    } while (calls.last_succeeded());
  }
}

}  // namespace internal

// `with` are the other options; a name is made of the client's text.
template <class Structure, class Spec>
result check(const subject<Structure, Spec>& s, const client& c,
             options with = {}) {
  std::vector<std::string> names;
  for (const auto& operation : s.operations) names.push_back(operation.name);
  const internal::numbered_client numbered =
      internal::number_operations(c, names);
  with.name += (with.name.empty() ? "" : " ") + to_string(c);
  with.reuse_addresses = with.reuse_addresses || c.reuse_addresses;
  return check(with, [&] { internal::run_client(s, c, numbered); });
}

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_CLIENT_H_
