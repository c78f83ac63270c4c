#include "acqrel/model/client.h"

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <tuple>

namespace acqrel::model {

namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

client::names words(std::string_view text) {
  client::names all;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) all.emplace_back(word);
  }
  return all;
}

std::string joined(const client::names& all) {
  std::string text;
  for (const std::string& name : all) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace

client::client(std::string_view text) {
  const auto wrong = [&](const std::string& what) {
    return std::invalid_argument("acqrel: the client \"" + std::string(text) +
                                 "\" " + what);
  };
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() > 3) throw wrong("has more than two colons");
  const std::size_t middle = parts.size() == 1 ? 0 : 1;
  if (middle == 1) first = words(parts[0]);
  if (parts.size() == 3) last = words(parts[2]);
  for (const std::string_view one : split(parts[middle], '|')) {
    threads.push_back(words(one));
    if (threads.back().empty()) throw wrong("has a thread that does nothing");
  }
}

int client::operation_count() const noexcept {
  std::size_t count = 0;
  for (const names& one : threads) count += one.size();
  return static_cast<int>(count);
}

std::string to_string(const client& c) {
  std::string text;
  if (!c.first.empty() || !c.last.empty()) text = joined(c.first) + ": ";
  for (std::size_t t = 0; t < c.threads.size(); ++t) {
    if (t > 0) text += '|';
    text += joined(c.threads[t]);
  }
  if (!c.last.empty()) text += ": " + joined(c.last);
  if (!c.drain.empty()) text += ", drain " + c.drain;
  if (!c.warm_up.empty()) text += ", warm-up " + c.warm_up;
  if (c.capacity > 0) text += ", capacity " + std::to_string(c.capacity);
  if (c.sender >= 0) text += ", sender T" + std::to_string(c.sender + 1);
  if (c.reuse_addresses) text += ", reuse";
  return text;
}

std::ostream& operator<<(std::ostream& out, const client& c) {
  return out << to_string(c);
}

namespace {

// A thread's operations, as indices into client_space::operations.
using sequence = std::vector<std::size_t>;

class generator {
 public:
  explicit generator(const client_space& space) : space_(space) {
    add_sequences({});
    // Short ones first, so that the threads of a client ascend in length.
    std::stable_sort(sequences_.begin(), sequences_.end(),
                     [](const sequence& a, const sequence& b) {
                       return a.size() < b.size();
                     });
  }

  std::vector<client> all() {
    add_clients({}, 0, 0);
    std::stable_sort(
        clients_.begin(), clients_.end(),
        [](const client& a, const client& b) { return cost(a) < cost(b); });
    return std::move(clients_);
  }

 private:
  // More threads cost more than longer ones; then what adds to each execution.
  static std::tuple<int, std::size_t, bool, std::size_t, bool> cost(
      const client& c) {
    return {c.operation_count(), c.threads.size(), c.sender >= 0,
            c.first.size(), c.reuse_addresses};
  }

  void add_sequences(const sequence& begin) {
    if (!begin.empty()) sequences_.push_back(begin);
    if (static_cast<int>(begin.size()) == space_.max_thread_operations) return;
    for (std::size_t o = 0; o < space_.operations.size(); ++o) {
      sequence longer = begin;
      longer.push_back(o);
      add_sequences(longer);
    }
  }

  // Multisets: each thread's sequence is not before its predecessor's.
  void add_clients(const std::vector<std::size_t>& threads, std::size_t from,
                   int operations) {
    if (static_cast<int>(threads.size()) >= space_.min_threads) {
      add_variants(threads);
    }
    if (static_cast<int>(threads.size()) == space_.max_threads) return;
    for (std::size_t next = from; next < sequences_.size(); ++next) {
      const int count = operations + static_cast<int>(sequences_[next].size());
      if (count > space_.max_operations) break;  // so are all that follow
      std::vector<std::size_t> more = threads;
      more.push_back(next);
      if (!shares_alone(more)) add_clients(more, next, count);
    }
  }

  // Whether an operation for one thread is done by two.
  bool shares_alone(const std::vector<std::size_t>& threads) const {
    for (std::size_t o = 0; o < space_.operations.size(); ++o) {
      if (!space_.operations[o].one_thread) continue;
      const auto does = [&](std::size_t t) {
        const sequence& s = sequences_[t];
        return std::find(s.begin(), s.end(), o) != s.end();
      };
      if (std::count_if(threads.begin(), threads.end(), does) > 1) return true;
    }
    return false;
  }

  void add_variants(const std::vector<std::size_t>& threads) {
    client c;
    for (const std::size_t t : threads) {
      client::names names;
      for (const std::size_t o : sequences_[t]) {
        names.push_back(space_.operations[o].name);
      }
      c.threads.push_back(std::move(names));
    }
    c.drain = space_.drain;
    c.warm_up = space_.warm_up;
    for (const int capacity : space_.capacities) {
      c.capacity = capacity;
      for (const int prefill : space_.prefills) {
        if (capacity > 0 && prefill > capacity) continue;
        c.first.assign(static_cast<std::size_t>(prefill), space_.prefill);
        for (const bool reuse : space_.reuse_addresses) {
          c.reuse_addresses = reuse;
          c.sender = -1;
          clients_.push_back(c);
          if (!space_.message_passing) continue;
          for (std::size_t t = 0; t < threads.size(); ++t) {
            // Of equal threads, one.
            if (t > 0 && threads[t] == threads[t - 1]) continue;
            c.sender = static_cast<int>(t);
            clients_.push_back(c);
          }
        }
      }
    }
  }

  const client_space& space_;
  std::vector<sequence> sequences_;
  std::vector<client> clients_;
};

}  // namespace

std::vector<client> clients(const client_space& space) {
  return generator(space).all();
}

namespace internal {

numbered_client number_operations(const client& c,
                                  const std::vector<std::string>& operations) {
  const auto number = [&](const std::string& name) {
    const auto found = std::find(operations.begin(), operations.end(), name);
    if (found == operations.end()) {
      throw std::invalid_argument(
          "acqrel: the client \"" + to_string(c) + "\" does \"" + name +
          "\", and the subject's operations are: " + joined(operations));
    }
    return static_cast<std::size_t>(found - operations.begin());
  };
  const auto numbers = [&](const client::names& names) {
    std::vector<std::size_t> all;
    for (const std::string& name : names) all.push_back(number(name));
    return all;
  };
  if (c.threads.empty() || c.threads.size() > max_client_threads) {
    throw std::invalid_argument(
        "acqrel: the client \"" + to_string(c) + "\" has " +
        std::to_string(c.threads.size()) + " threads; 1 to " +
        std::to_string(max_client_threads) + " are possible");
  }
  numbered_client result;
  result.first = numbers(c.first);
  for (const client::names& one : c.threads) {
    result.threads.push_back(numbers(one));
  }
  result.last = numbers(c.last);
  if (!c.drain.empty()) result.drain = number(c.drain);
  if (!c.warm_up.empty()) result.warm_up = number(c.warm_up);
  return result;
}

}  // namespace internal
}  // namespace acqrel::model
