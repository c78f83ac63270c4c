#include "acqrel/model/steps.h"

#include <map>
#include <set>

namespace acqrel::model::internal {

std::string in_words(const step& s) {
  const std::string call = s.location + "." + s.operation;
  switch (s.kind) {
    case step_kind::load:
      if (s.operation.starts_with("compare_exchange")) {
        return "CAS " + s.location + " fails: " + s.read;
      }
      if (s.operation == "load") return call + "() = " + s.read;
      return s.operation + "(" + s.location + ") = " + s.read;
    case step_kind::store:
      return call + "(" + s.written + ")";
    case step_kind::update:
      return (s.operation.starts_with("compare_exchange") ? "CAS"
                                                          : s.operation) +
             " " + s.location + ": " + s.read + " to " + s.written;
    case step_kind::fence:
      return s.order == "none" ? "fence, removed" : "fence";
    case step_kind::plain_read:
      return s.operation + " " + s.location;
    case step_kind::plain_write:
      return s.operation + " " + s.location;
    case step_kind::construct:
      return "construct " + s.location +
             (s.written.empty() ? "" : " = " + s.written);
    case step_kind::destroy:
      return "destroy " + s.location;
    case step_kind::allocate:
      return (s.location.empty() ? "" : s.location + " = ") + s.operation;
    case step_kind::deallocate:
      return s.operation + " " + s.location;
    case step_kind::spawn:
      return "spawn " + s.note;
    case step_kind::join:
      return "join " + s.note;
    case step_kind::sleep:
      return "sleep on " + s.location;
    case step_kind::notify:
      return call + "()";
    case step_kind::choice:
      return s.operation + (s.read.empty() ? "" : ": " + s.read);
    case step_kind::note:
      return s.note;
    case step_kind::end:
    case step_kind::blocked:
      return s.operation;
  }
  return s.operation;
}

std::vector<bool> relevant_steps(const execution& shown) {
  constexpr std::size_t few = 14;
  const std::size_t count = shown.steps.size();
  std::map<std::string, std::set<int>> users;  // of a location
  std::set<std::string> wrong;                 // locations of culprits
  std::set<std::string> blocks;                // and their memory
  for (const step& s : shown.steps) {
    if (s.location.empty()) continue;
    const bool counts =
        s.kind != step_kind::construct && s.kind != step_kind::destroy;
    if (counts) users[s.location].insert(s.thread);
    if (s.culprit) {
      wrong.insert(s.location);
      blocks.insert(s.location.substr(0, s.location.find('.')));
    }
  }
  std::vector<bool> shows(count);
  for (std::size_t i = 0; i < count; ++i) {
    const step& s = shown.steps[i];
    const bool is_shared = !s.location.empty() && users[s.location].size() > 1;
    switch (s.kind) {
      case step_kind::end:
        break;
      case step_kind::load:
      case step_kind::store:
      case step_kind::update:
        shows[i] = is_shared;
        break;
      case step_kind::allocate:
      case step_kind::deallocate:
        shows[i] = blocks.contains(s.location);
        break;
      case step_kind::construct:
      case step_kind::destroy:
      case step_kind::plain_read:
      case step_kind::plain_write:
        shows[i] = false;
        break;
      default:
        shows[i] = true;
    }
    shows[i] = shows[i] || s.culprit || wrong.contains(s.location);
    // Of a few steps all but the making of things is worth its place.
    if (count <= few && s.kind != step_kind::end &&
        s.kind != step_kind::construct) {
      shows[i] = true;
    }
  }
  return shows;
}

}  // namespace acqrel::model::internal
