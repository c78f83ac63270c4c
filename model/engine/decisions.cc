#include "acqrel/model/engine/decisions.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace acqrel::model::internal {
namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::uint64_t engine::random() {
  // Marsaglia, "Xorshift RNGs", 2003
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return random_ * 0x2545f4914f6cdd1dull;
}

void engine::bad_script() {
  fail(failure::misuse,
       "the replay string does not fit this body: it is from another version "
       "of it, or from other options");
}

// A number below n: what the script says, or at random, with the first, which
// stands for the newest store, the likeliest.
int engine::decide(int n) {
  if (mode_ == mode::script) {
    if (script_at_ >= script_.size()) return 0;
    const std::size_t digit = digits.find(script_[script_at_]);
    return digit == digits.npos ? 0 : static_cast<int>(digit);
  }
  if (n <= 1 || random() % 10 < 7) return 0;
  return static_cast<int>(random() % static_cast<std::uint64_t>(n));
}

// Called when an event was appended.
void engine::next_decision() {
  ++steps_taken_;
  if (mode_ != mode::script || script_at_ >= script_.size()) return;
  if (is_thread(script_[script_at_])) bad_script();
  ++script_at_;
}

int engine::pick_scripted() {
  const auto can_run = [&](int t) {
    const checked_thread& thread = threads_[t];
    switch (thread.status) {
      case thread_status::unstarted:
      case thread_status::frontier:
        return true;
      case thread_status::joining:
        return threads_[thread.need.thread].status == thread_status::ended;
      case thread_status::waiting:
      case thread_status::sleeping:  // sampling: something new is there
        return thread.waits_for_news &&
               thread.news_seen != news_of(thread.waiting_location);
      default:
        return false;
    }
  };
  if (mode_ == mode::script && script_at_ < script_.size()) {
    const char c = script_[script_at_];
    if (is_thread(c)) {
      scripted_thread_ = c - 'A';
      ++script_at_;
    }
    if (scripted_thread_ >= known_threads_ || !can_run(scripted_thread_)) {
      result_.error = failure::misuse;
      result_.message =
          "the replay string does not fit this body: it is from another "
          "version of it, or from other options";
      ended_ = ending::failed;
      return -1;
    }
    return scripted_thread_;
  }
  if (mode_ == mode::sample &&
      std::find(change_points_.begin(), change_points_.end(), steps_taken_) !=
          change_points_.end()) {
    priority_[current_] = -steps_taken_;  // below all others
  }
  int best = -1;
  for (int t = 0; t < known_threads_; ++t) {
    if (!can_run(t)) continue;
    if (best < 0 || (mode_ == mode::sample && priority_[t] > priority_[best])) {
      best = t;
    }
  }
  if (best >= 0) return best;
  for (int t = 0; t < known_threads_; ++t) {  // it does wait for ever
    if (threads_[t].waits_for_news) {
      threads_[t].waits_for_news = false;
      return t;
    }
  }
  return -1;
}

std::size_t engine::news_of(int location) const {
  const location_events& where = graph_->locations[location];
  return where.order.size() + where.waits.size();
}

// Sampling: waits until something was written to the location, or notified.
// False: nothing will come.
bool engine::await_news(int location, thread_status how) {
  checked_thread& thread = me();
  thread.waits_for_news = true;
  thread.waiting_location = location;
  thread.news_seen = news_of(location);
  thread.status = how;
  yield();
  const bool came = thread.waits_for_news;
  thread.waits_for_news = false;
  return came;
}

void engine::sample() {
  mode_ = mode::sample;
  random_ = options_.seed * 0x9e3779b97f4a7c15ull + 1;
  int length = 50;
  for (std::uint64_t i = 0; i < options_.samples; ++i) {
    now().clear();
    for (int& p : priority_) p = static_cast<int>(random() % 1000000) + 1;
    change_points_.clear();
    for (int d = 1; d < options_.depth; ++d) {
      change_points_.push_back(static_cast<int>(random() % length));
    }
    switch (run()) {
      case ending::complete:
        ++result_.executions;
        ++result_.outcomes[outcome_];
        break;
      case ending::blocked:
        ++result_.blocked;
        break;
      case ending::bound:
        ++result_.bound_hits;
        break;
      case ending::dropped:
        break;
      case ending::failed:
        return;
    }
    length = std::max(steps_taken_, 1);
    if (out_of_budget()) return;
  }
  result_.bound = "samples";
}

void engine::run_script() {
  mode_ = mode::script;
  script_ = options_.replay;
  script_at_ = 0;
  scripted_thread_ = 0;
  now().clear();
  switch (run()) {
    case ending::complete:
      ++result_.executions;
      ++result_.outcomes[outcome_];
      break;
    case ending::blocked:
      ++result_.blocked;
      break;
    case ending::bound:
      ++result_.bound_hits;
      break;
    case ending::dropped:
    case ending::failed:
      break;
  }
  result_.bound = "replay";
}

std::string engine::script_of_run() const {
  const graph& g = *graph_;
  std::string script;
  std::array<int, max_threads> done{};  // events before this one
  const auto is_done = [&](event_id id) { return id.index < done[id.thread]; };
  const auto newer = [&](int location, int position) {
    const std::vector<event_id>& order = g.locations[location].order;
    return std::count_if(order.begin() + position, order.end(), is_done);
  };
  int thread = -1;
  std::vector<event_id> notifies;
  // The two events of an update are one step of a replay. Others may have been
  // replayed in between, which read nothing of it: it comes after them.
  std::vector<event_id> order;
  for (const event_id id : replay_order_) {
    const event& e = g.at(id);
    if (e.what == event_kind::write && e.updates) {
      order.push_back({id.thread, static_cast<std::int16_t>(id.index - 1)});
    }
    if (e.what != event_kind::read || !e.updates) order.push_back(id);
  }
  for (const event_id id : order) {
    const event& e = g.at(id);
    if (id.thread != thread) {
      thread = id.thread;
      script += static_cast<char>('A' + thread);
    }
    std::ptrdiff_t number = -1;
    switch (e.what) {
      case event_kind::read:
        number = newer(e.location, g.position_of(e.rf));
        break;
      case event_kind::write:
        if (!e.updates) number = newer(e.location, e.position);
        break;
      case event_kind::choice:
        number = static_cast<std::ptrdiff_t>(e.value.low);
        break;
      case event_kind::sleep: {
        number = 0;
        std::ptrdiff_t candidate = 0;
        for (const event_id n : notifies) {
          if (g.at(n).location != e.location) continue;
          if (in(g.threads[id.thread][id.index].hb, n)) continue;
          ++candidate;
          if (n == e.rf) number = candidate;
        }
        break;
      }
      case event_kind::notify:
        notifies.push_back(id);
        break;
      default:
        break;
    }
    done[id.thread] = id.index + 1;
    if (e.what == event_kind::write && e.updates) continue;
    script += number < 0 ? '-' : digits[std::min<std::size_t>(number, 35)];
  }
  return script;
}

}  // namespace acqrel::model::internal
