// What workers give each other: graphs, and in the end what they found. All
// come from one process, so a pointer to a string literal means the same to
// each. Numbers of locations and places do not: they travel as what they stand
// for.
#include <algorithm>
#include <cstring>
#include <map>
#include <thread>
#include <type_traits>

#include "acqrel/model/engine/engine.h"

namespace acqrel::model::internal {
namespace {

class writer {
 public:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    text_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  template <class T>
  void put_all(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    put(values.size());
    text_.append(reinterpret_cast<const char*>(values.data()),
                 values.size() * sizeof(T));
  }
  void put_text(const std::string& value) {
    put(value.size());
    text_ += value;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class reader {
 public:
  explicit reader(const std::string& text) : text_(text) {}

  template <class T>
  T get() {
    T value;
    std::memcpy(&value, text_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  template <class T>
  void get_all(std::vector<T>& values) {
    values.resize(get<std::size_t>());
    std::memcpy(static_cast<void*>(values.data()), text_.data() + at_,
                values.size() * sizeof(T));
    at_ += values.size() * sizeof(T);
  }
  std::string get_text() {
    const auto size = get<std::size_t>();
    std::string value = text_.substr(at_, size);
    at_ += size;
    return value;
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

// How a place is found again in another worker's table.
struct place_key {
  place where;
  const char* operation;
  int order;
  int failure;
};

place_key key_of(const known_place& p) {
  return {
      {p.full_file, p.line, p.column}, p.operation, p.own_order, p.own_failure};
}

constexpr std::uint64_t runs_alone = 2000;  // before others are worth a fork

}  // namespace

int engine::location_number(int thread, int nth) {
  std::vector<int>& numbers = location_numbers_[thread];
  while (static_cast<std::size_t>(nth) >= numbers.size()) {
    location_keys_.push_back(
        {thread, static_cast<int>(numbers.size()), nullptr});
    numbers.push_back(static_cast<int>(location_keys_.size()) - 1);
  }
  return numbers[nth];
}

int engine::location_number(const void* address) {
  for (std::size_t i = 0; i < location_keys_.size(); ++i) {
    if (location_keys_[i].address == address) return static_cast<int>(i);
  }
  location_keys_.push_back({-1, 0, address});
  return static_cast<int>(location_keys_.size()) - 1;
}

std::string engine::pack(const graph& g) const {
  writer out;
  std::map<int, place_key> places;
  out.put(g.next_stamp());
  out.put(g.start);
  out.put(g.start_porf);
  for (const std::vector<event>& events : g.threads) {
    out.put_all(events);
    for (const event& e : events) {
      places.try_emplace(e.place, key_of(place_table::get()[e.place]));
    }
  }
  out.put(places.size());
  for (const auto& [number, key] : places) {
    out.put(number);
    out.put(key);
  }
  out.put(g.locations.size());
  for (std::size_t i = 0; i < g.locations.size(); ++i) {
    const location_events& where = g.locations[i];
    out.put(location_keys_[i]);
    out.put(where.initial);
    out.put_all(where.order);
    out.put_all(where.readers);
    out.put_all(where.waits);
  }
  return out.take();
}

void engine::unpack(const std::string& text, graph& g) {
  reader in(text);
  g.clear();
  g.set_next_stamp(in.get<std::uint32_t>());
  g.start = in.get<decltype(g.start)>();
  g.start_porf = in.get<decltype(g.start_porf)>();
  for (std::vector<event>& events : g.threads) in.get_all(events);
  std::map<int, int> places;
  for (auto n = in.get<std::size_t>(); n > 0; --n) {
    const int number = in.get<int>();
    const auto key = in.get<place_key>();
    places[number] = place_table::get().find(key.where, key.operation,
                                             key.order, key.failure);
  }
  std::vector<int> numbers;
  for (auto n = in.get<std::size_t>(); n > 0; --n) {
    const auto key = in.get<location_key>();
    numbers.push_back(key.thread >= 0 ? location_number(key.thread, key.nth)
                                      : location_number(key.address));
    location_events& where = g.location(numbers.back());
    where.initial = in.get<bits>();
    in.get_all(where.order);
    in.get_all(where.readers);
    in.get_all(where.waits);
  }
  for (int t = 0; t < max_threads; ++t) {
    if (!g.threads[t].empty()) known_threads_ = std::max(known_threads_, t + 1);
    for (event& e : g.threads[t]) {
      e.place = static_cast<std::uint16_t>(places[e.place]);
      if (e.location < numbers.size()) {
        e.location = static_cast<std::uint16_t>(numbers[e.location]);
      }
    }
  }
}

// Starts the workers when the check turns out to be long, and gives away the
// oldest alternative when one of them has nothing to do.
void engine::share_work() {
  ++runs_;
  if (workers_ == nullptr) {
    if (options_.workers == 1 || runs_ < runs_alone || left_.empty()) return;
    const int count = options_.workers > 0
                          ? options_.workers
                          : static_cast<int>(std::max(
                                1u, std::thread::hardware_concurrency()));
    if (count == 1) return;
    workers_ = std::make_unique<workers>(count, children_, known_threads_);
    if (!workers_->is_parent()) {
      result_ = result();
      left_.clear();
      histories_.clear();
      load_buffering_.clear();
      for (int i = 0; i < place_table::get().size(); ++i) {
        known_place& p = place_table::get()[i];
        p.executed = p.succeeded = p.failed = p.stale = 0;
      }
    }
    return;
  }
  if (options_.max_executions != 0) {
    shared_executions_ =
        workers_->add_executions(result_.executions - reported_executions_) -
        result_.executions;
    reported_executions_ = result_.executions;
  }
  if (left_.size() < 2 || !workers_->wants_work()) return;
  const std::vector<alternative> kept(left_.begin() + 1, left_.end());
  const alternative given = left_.front();
  // The stack's other levels stay as they are: only copies are cut.
  const int level = level_;
  const auto spare = static_cast<int>(levels_.size());
  levels_.push_back(std::make_unique<graph>(*levels_[given.level]));
  levels_.push_back(std::make_unique<graph>());
  left_ = {given};
  left_[0].level = spare;
  std::vector<std::string> works;
  while (!left_.empty()) {
    if (take_alternative()) works.push_back(pack(now()));
  }
  levels_.resize(spare);
  level_ = level;
  graph_ = levels_[level_].get();
  left_ = kept;
  std::vector<std::string> refused;
  for (const std::string& work : works) {
    if (!workers_->wants_work() || !workers_->give(work)) {
      refused.push_back(work);
    }
  }
  for (const std::string& work : refused) mine_.push_back(work);
}

bool engine::take_work() {
  std::string work;
  if (!mine_.empty()) {
    work = std::move(mine_.back());
    mine_.pop_back();
  } else if (!workers_->take(work)) {
    return false;
  }
  level_ = 0;
  graph_ = levels_[0].get();
  unpack(work, now());
  return true;
}

std::string engine::pack_result() {
  writer out;
  out.put(result_.executions);
  out.put(result_.blocked);
  out.put(result_.bound_hits);
  out.put(is_crowded_);
  out.put(result_.complete);
  out.put_text(result_.bound);
  out.put(result_.error);
  out.put_text(result_.message);
  if (result_.error != failure::none) trace_run();
  out.put_text(result_.error != failure::none ? script_of_run() : "");
  out.put(result_.outcomes.size());
  for (const auto& [outcome, count] : result_.outcomes) {
    out.put_text(outcome);
    out.put(count);
    out.put_text(result_.witnesses[outcome]);
  }
  out.put_all(std::vector<std::uint64_t>(histories_.begin(), histories_.end()));
  out.put(result_.load_buffering.size());
  for (const load_buffering_pair& pair : result_.load_buffering) {
    for (const source_place& p : {pair.load, pair.store}) {
      out.put_text(p.file);
      out.put(p.line);
      out.put(p.column);
    }
  }
  place_table& places = place_table::get();
  out.put(places.size());
  for (int i = 0; i < places.size(); ++i) {
    out.put(key_of(places[i]));
    out.put(places[i].executed);
    out.put(places[i].succeeded);
    out.put(places[i].failed);
    out.put(places[i].stale);
  }
  return out.take();
}

void engine::add_result(const std::string& text) {
  reader in(text);
  result_.executions += in.get<std::uint64_t>();
  result_.blocked += in.get<std::uint64_t>();
  result_.bound_hits += in.get<std::uint64_t>();
  is_crowded_ |= in.get<bool>();
  result_.complete &= in.get<bool>();
  const std::string bound = in.get_text();
  if (result_.bound.empty()) result_.bound = bound;
  const auto error = in.get<failure>();
  const std::string message = in.get_text();
  const std::string script = in.get_text();
  if (result_.error == failure::none && error != failure::none) {
    result_.error = error;
    result_.message = message;
    failed_script_ = script;
  }
  for (auto n = in.get<std::size_t>(); n > 0; --n) {
    const std::string outcome = in.get_text();
    result_.outcomes[outcome] += in.get<std::uint64_t>();
    result_.witnesses.try_emplace(outcome, in.get_text());
  }
  std::vector<std::uint64_t> histories;
  in.get_all(histories);
  histories_.insert(histories.begin(), histories.end());
  for (auto n = in.get<std::size_t>(); n > 0; --n) {
    source_place places[2];
    for (source_place& p : places) {
      p.file = in.get_text();
      p.line = in.get<int>();
      p.column = in.get<int>();
    }
    const auto is_same = [](const source_place& a, const source_place& b) {
      return a.file == b.file && a.line == b.line && a.column == b.column;
    };
    const bool known = std::any_of(result_.load_buffering.begin(),
                                   result_.load_buffering.end(),
                                   [&](const load_buffering_pair& pair) {
                                     return is_same(pair.load, places[0]) &&
                                            is_same(pair.store, places[1]);
                                   });
    if (!known) result_.load_buffering.push_back({places[0], places[1]});
  }
  for (int n = in.get<int>(); n > 0; --n) {
    const auto key = in.get<place_key>();
    known_place& p = place_table::get()[place_table::get().find(
        key.where, key.operation, key.order, key.failure)];
    p.executed += in.get<std::uint64_t>();
    p.succeeded += in.get<std::uint64_t>();
    p.failed += in.get<std::uint64_t>();
    p.stale += in.get<std::uint64_t>();
  }
}

// Called when this worker has no more to do, by all of them.
void engine::finish_sharing() {
  if (result_.error != failure::none || !result_.bound.empty()) {
    workers_->stop();
  }
  if (!workers_->is_parent()) workers_->finish(pack_result());
  const bool own_error = result_.error != failure::none;
  for (const std::string& report : workers_->reports()) {
    if (!report.empty()) {
      add_result(report);
      continue;
    }
    result_.complete = false;
    if (result_.error == failure::none) {
      result_.error = failure::misuse;
      result_.message =
          "a worker process died: the body crashes. Run it with "
          "options::workers = 1 under a debugger";
    }
  }
  workers_.reset();
  if (own_error || failed_script_.empty()) return;
  // The error is another worker's: run it here, for the picture.
  const result found = result_;
  script_ = failed_script_;
  mode_ = mode::script;
  script_at_ = 0;
  scripted_thread_ = 0;
  level_ = 0;
  graph_ = levels_[0].get();
  now().clear();
  run();
  result_.executions = found.executions;
  result_.blocked = found.blocked;
}

}  // namespace acqrel::model::internal
