// Binary relations on the events of one execution, as bit matrices, with the
// operations that papers on memory models write.
#ifndef ACQREL_TESTS_MODEL_RELATION_H_
#define ACQREL_TESTS_MODEL_RELATION_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace acqrel::testing {

inline constexpr int max_events = 64;

// A set of events, a bit for each.
using event_set = std::uint64_t;

inline bool contains(event_set set, int event) { return (set >> event) & 1; }

class relation {
 public:
  explicit relation(int events) : size_(events) {}

  int size() const { return size_; }
  // What `from` is related to.
  event_set after(int from) const { return rows_[index(from)]; }
  bool has(int from, int to) const { return contains(after(from), to); }
  void add(int from, int to) { rows_[index(from)] |= event_set{1} << to; }
  void add_all(int from, event_set to) { rows_[index(from)] |= to; }

  friend relation operator|(relation a, const relation& b) {
    for (int e = 0; e < a.size_; ++e) a.rows_[index(e)] |= b.after(e);
    return a;
  }
  friend relation operator&(relation a, const relation& b) {
    for (int e = 0; e < a.size_; ++e) a.rows_[index(e)] &= b.after(e);
    return a;
  }
  friend relation operator-(relation a, const relation& b) {
    for (int e = 0; e < a.size_; ++e) a.rows_[index(e)] &= ~b.after(e);
    return a;
  }

 private:
  static std::size_t index(int event) {
    return static_cast<std::size_t>(event);
  }

  int size_;
  std::array<event_set, max_events> rows_{};
};

// a;b
inline relation sequence(const relation& a, const relation& b) {
  relation result(a.size());
  for (int from = 0; from < a.size(); ++from) {
    for (event_set rest = a.after(from); rest != 0; rest &= rest - 1) {
      result.add_all(from, b.after(std::countr_zero(rest)));
    }
  }
  return result;
}

// a;b;c;...
template <class... Rest>
relation sequence(const relation& a, const relation& b, const Rest&... rest) {
  return sequence(sequence(a, b), rest...);
}

// [S]
inline relation identity(int events, event_set set) {
  relation result(events);
  for (int e = 0; e < events; ++e) {
    if (contains(set, e)) result.add(e, e);
  }
  return result;
}

// r?
inline relation optional(const relation& r) {
  return r | identity(r.size(), ~event_set{0});
}

// The inverse of r.
inline relation inverse(const relation& r) {
  relation result(r.size());
  for (int from = 0; from < r.size(); ++from) {
    for (int to = 0; to < r.size(); ++to) {
      if (r.has(from, to)) result.add(to, from);
    }
  }
  return result;
}

// r+, by Warshall's algorithm.
inline relation closure(relation r) {
  for (int middle = 0; middle < r.size(); ++middle) {
    for (int from = 0; from < r.size(); ++from) {
      if (r.has(from, middle)) r.add_all(from, r.after(middle));
    }
  }
  return r;
}

inline bool is_empty(const relation& r) {
  for (int e = 0; e < r.size(); ++e) {
    if (r.after(e) != 0) return false;
  }
  return true;
}

inline bool is_irreflexive(const relation& r) {
  for (int e = 0; e < r.size(); ++e) {
    if (r.has(e, e)) return false;
  }
  return true;
}

inline bool is_acyclic(const relation& r) { return is_irreflexive(closure(r)); }

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_MODEL_RELATION_H_
