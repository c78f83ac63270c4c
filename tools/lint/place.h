// The places of a source tree: each operation that names a memory ordering,
// with what the comment at its statement says about it.
#ifndef ACQREL_TOOLS_LINT_PLACE_H_
#define ACQREL_TOOLS_LINT_PLACE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/tools/lint/source.h"

namespace acqrel::lint {

// A label in a comment: [push.publish], [hazard_pointer.h: protect.announce],
// [caller] (the code that uses the library).
struct reference {
  std::string file;  // empty: this file, or the only one that has the label
  std::string label;
  bool is_caller() const { return label == "caller"; }
};
std::string to_string(const reference& what);

// The label of a place and what follows it:
//   [push.publish] release: pairs with [pop.take]. The node's value ...
struct label_entry {
  int line = 0;
  std::string label;
  std::string orderings;  // the text before the colon; empty without a colon
  std::string text;       // all of it, on one line
  std::vector<reference> partners;
};

// relaxed: guess, relaxed on failure: continues [push.publish], ...
struct relaxed_reason {
  bool on_failure = false;
  std::string reason;  // of the closed list, or what stands there instead
  bool known = false;
  std::vector<reference> references;
};

struct place {
  const source* file = nullptr;
  std::size_t token = 0;      // the operation's name
  std::size_t statement = 0;  // its statement's first token
  std::string operation;
  // relaxed ... seq_cst; light, heavy for the asymmetric fences. Of a
  // compare_exchange: success, failure.
  std::vector<std::string> orderings;
  std::vector<std::size_t> ordering_tokens;  // where they are named
  bool is_fence = false;
  // A call of protect(): the acquire is inside.
  bool is_protect = false;
  std::vector<label_entry> labels;  // one, in good code
  std::vector<relaxed_reason> reasons;
  std::vector<note> comment;

  int line() const { return file->tokens()[token].line; }
  // The function that it stands in: its name, and its first and last line. A
  // lambda belongs to the function around it.
  struct function {
    std::string name;
    int first = 0;
    int last = 0;
  };
  function enclosing_function() const;
  // Some ordering is stronger than relaxed.
  bool is_ordered() const;
  bool is_exclusion() const;  // seq_cst or an asymmetric fence
  bool releases() const;
  bool acquires() const;
};

struct tree {
  std::vector<source> sources;
  std::vector<place> places;
};

std::vector<place> find_places(const source& file);
// The labels that comments define, in the order of the text.
std::vector<label_entry> find_labels(const std::vector<note>& comment);
std::vector<reference> find_references(const std::string& text);
// The comment as one line of text.
std::string joined(const std::vector<note>& comment);
// The places that carry the label, as seen from `from`: those in that file, if
// there are any.
std::vector<const place*> resolve(const tree& all, const reference& what,
                                  const source& from);

bool is_ordering_tag(std::string_view word);

}  // namespace acqrel::lint

#endif  // ACQREL_TOOLS_LINT_PLACE_H_
