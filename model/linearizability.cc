#include "acqrel/model/linearizability.h"

namespace acqrel::model {

const char* to_string(level promised) noexcept {
  switch (promised) {
    case level::strict:
      return "L1, strict";
    case level::justified_failures:
      return "L2, justified failures";
    case level::spurious_failures:
      return "L3, spurious failures";
  }
  return "unknown level";
}

namespace internal {

std::uint64_t failed_calls(const finished_calls& calls) noexcept {
  std::uint64_t failed = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].result.failed) failed |= bit_of(static_cast<int>(i));
  }
  return failed;
}

std::uint64_t calls_after(const finished_calls& calls, int call) noexcept {
  std::uint64_t after = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if ((calls[i].before & bit_of(call)) != 0) {
      after |= bit_of(static_cast<int>(i));
    }
  }
  return after;
}

finished_calls without(const finished_calls& calls, std::uint64_t left_out) {
  const auto is_left_out = [&](std::size_t i) {
    return (left_out & bit_of(static_cast<int>(i))) != 0;
  };
  finished_calls rest;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (is_left_out(i)) continue;
    rest.push_back(calls[i]);
    rest.back().before = 0;
    int position = 0;
    for (std::size_t j = 0; j < calls.size(); ++j) {
      if (is_left_out(j)) continue;
      if ((calls[i].before & bit_of(static_cast<int>(j))) != 0) {
        rest.back().before |= bit_of(position);
      }
      ++position;
    }
  }
  return rest;
}

namespace {

std::string thread_text(int thread) {
  return thread == 0 ? "body" : "T" + std::to_string(thread);
}

// What the program order does not say: the last calls of other threads that
// happen before this one and not before an earlier one of its thread.
std::uint64_t news(const finished_calls& calls, int index) {
  const finished_call& call = calls[static_cast<std::size_t>(index)];
  std::uint64_t fresh = call.before;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if ((call.before & bit_of(static_cast<int>(i))) == 0) continue;
    fresh &= ~calls[i].before;
    if (calls[i].thread == call.thread) fresh &= ~bit_of(static_cast<int>(i));
  }
  return fresh;
}

}  // namespace

std::string report_of(const finished_calls& calls, level promised,
                      const std::vector<std::string>& texts,
                      const violation& why) {
  const auto name = [&](int call) {
    const auto i = static_cast<std::size_t>(call);
    return thread_text(calls[i].thread) + " " + texts[i];
  };
  const auto list = [&](std::uint64_t which) {
    std::string text;
    for (; which != 0; which &= which - 1) {
      if (!text.empty()) text += ", ";
      text += name(std::countr_zero(which));
    }
    return text;
  };

  std::string text = "no order of the calls is possible (" +
                     std::string(to_string(promised)) +
                     "). The smallest part of the history that shows it:\n";
  std::size_t width = 0;
  for (int i = 0; i < static_cast<int>(calls.size()); ++i) {
    width = std::max(width, name(i).size());
  }
  for (int i = 0; i < static_cast<int>(calls.size()); ++i) {
    text += "  " + name(i);
    if (const std::uint64_t before = news(calls, i)) {
      text +=
          std::string(width - name(i).size(), ' ') + "   after " + list(before);
    }
    text += "\n";
  }

  std::uint64_t done = 0;
  std::string order;
  for (const int call : why.furthest) {
    done |= bit_of(call);
    if (!order.empty()) order += ", ";
    order += name(call);
  }
  if (order.empty()) order = "nothing";
  if (!why.state.empty()) order += ", which leaves " + why.state;
  if (why.unexplained != no_call) {
    text += "No calls that succeeded explain " + name(why.unexplained) +
            ". The order of them that gets furthest: " + order + ".\n";
    const std::uint64_t needed =
        calls[static_cast<std::size_t>(why.unexplained)].before &
        ~failed_calls(calls);
    if (needed != 0) {
      text += "Those that happen before it: " + list(needed) + ".\n";
    }
    return text;
  }
  std::uint64_t stuck = 0;
  const std::uint64_t passed_over =
      promised == level::strict ? 0 : failed_calls(calls);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::uint64_t bit = bit_of(static_cast<int>(i));
    if (((done | passed_over) & bit) != 0) continue;
    if ((calls[i].before & ~done & ~passed_over) == 0) stuck |= bit;
  }
  text += "The order that gets furthest: " + order +
          ". Next would be, and cannot be: " + list(stuck) + ".\n";
  return text;
}

}  // namespace internal
}  // namespace acqrel::model
