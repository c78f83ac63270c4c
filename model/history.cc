#include "acqrel/model/history.h"

namespace acqrel::model::internal {

int recorder::begin(const operation& op) {
  if (count_ == max_calls) {
    report(failure::misuse,
           "A history holds 64 calls of an execution, and there are more: make "
           "the client smaller, or use a history for each part of it.");
  }
  recorded_call& call = calls_[static_cast<std::size_t>(count_)];
  call.op = op;
  call.begin = mark();
  call.finished = false;
  return count_++;
}

void recorder::end(int call) {
  calls_[static_cast<std::size_t>(call)].end = mark();
}

void recorder::finish(int call, const answer& result) {
  calls_[static_cast<std::size_t>(call)].result = result;
  calls_[static_cast<std::size_t>(call)].finished = true;
}

recorder::words recorder::key() {
  // By thread, and in each thread as called. Insertion: there are few, and they
  // are nearly sorted.
  kept_ = 0;
  for (int i = 0; i < count_; ++i) {
    const recorded_call& call = calls_[static_cast<std::size_t>(i)];
    if (!call.finished) continue;  // it threw
    int position = kept_++;
    for (; position > 0; --position) {
      const std::uint8_t other = order_[static_cast<std::size_t>(position - 1)];
      if (calls_[other].begin.thread <= call.begin.thread) break;
      order_[static_cast<std::size_t>(position)] = other;
    }
    order_[static_cast<std::size_t>(position)] = static_cast<std::uint8_t>(i);
  }

  std::size_t size = 0;
  std::uint64_t hash = 0x9e3779b97f4a7c15u;
  const auto put = [&](std::uint64_t word) {
    key_[size++] = word;
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  };
  for (int i = 0; i < kept_; ++i) {
    const recorded_call& call = calls_[order_[static_cast<std::size_t>(i)]];
    std::uint64_t before = 0;
    for (int j = 0; j < kept_; ++j) {
      const recorded_call& other = calls_[order_[static_cast<std::size_t>(j)]];
      if (j != i && precedes(other.end, call.begin)) before |= bit_of(j);
    }
    put(static_cast<std::uint64_t>(call.begin.thread) |
        std::uint64_t{call.op.kind} << 8 |
        std::uint64_t{call.op.argument_count} << 16 |
        std::uint64_t{call.result.failed} << 24 |
        std::uint64_t{call.result.has_value} << 25);
    put(static_cast<std::uint64_t>(call.op.arguments[0]));
    put(static_cast<std::uint64_t>(call.op.arguments[1]));
    put(static_cast<std::uint64_t>(call.result.value));
    put(before);
  }
  return {key_.data(), size, hash};
}

finished_calls recorder::calls() const {
  finished_calls all;
  for (int i = 0; i < kept_; ++i) {
    const recorded_call& call = calls_[order_[static_cast<std::size_t>(i)]];
    all.push_back({call.begin.thread, call.op, call.result,
                   key_[static_cast<std::size_t>(i) * 5 + 4]});
  }
  return all;
}

}  // namespace acqrel::model::internal
