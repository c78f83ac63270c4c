// Runs whose choices come from somewhere else than exploration: a random number
// or a replay string. Both append event by event, so each operation waits for
// its turn, and asks decide() for what exploration would try one by one.
//
// A replay string has a capital letter for the thread that goes on, A for the
// body, and a character for each of its events: how many newer stores there are
// than the one read, or than the one written; the number of a choice; '-' where
// nothing is to be chosen. Beyond its end everything is as in the first
// execution that exploration runs.
#ifndef ACQREL_MODEL_ENGINE_DECISIONS_H_
#define ACQREL_MODEL_ENGINE_DECISIONS_H_

#include <algorithm>
#include <vector>

#include "acqrel/model/engine/consistency.h"
#include "acqrel/model/engine/engine.h"

namespace acqrel::model::internal {

// In a replay string.
constexpr bool is_thread(char c) noexcept { return 'A' <= c && c <= 'Z'; }

template <class MayRead>
event_id engine::add_chosen_read(event e, int oldest, int newest,
                                 MayRead may_read, bool waits) {
  graph& g = now();
  // 0 is the newest, as in a replay string.
  std::vector<int> positions;
  for (int p = newest; p >= oldest; --p) {
    if (p == newest || may_read(p)) positions.push_back(p);
  }
  if (mode_ == mode::script) {
    const int back = decide(newest + 1);
    if (back > newest) bad_script();
    return g.append_read(current_, e, g.store_at(e.location, newest - back));
  }
  if (waits) positions.erase(positions.begin());  // it would wait for ever
  const int chosen = decide(static_cast<int>(positions.size()));
  const event_id added =
      g.append_read(current_, e, g.store_at(e.location, positions[chosen]));
  // The newest always goes.
  if (positions[chosen] != newest && !is_consistent(g, options_.memory_model)) {
    g.redirect(added, g.store_at(e.location, newest));
  }
  return added;
}

template <class MayStand>
void engine::add_chosen_write(event e, int bound, int count,
                              MayStand may_stand) {
  graph& g = now();
  std::vector<int> positions;  // 0 is the end
  for (int p = count + 1; p > bound; --p) {
    if (mode_ == mode::script || may_stand(p)) positions.push_back(p);
  }
  const int chosen = decide(static_cast<int>(positions.size()));
  if (static_cast<std::size_t>(chosen) >= positions.size()) bad_script();
  const event_id added = g.append_write(current_, e, count + 1);
  g.move(added, positions[chosen]);
  if (mode_ == mode::sample && positions[chosen] <= count &&
      !is_consistent(g, options_.memory_model)) {
    g.move(added, count + 1);
  }
}

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_DECISIONS_H_
