// Places: where in the source an operation is written. Each operation takes its
// ordering from this table, so that a test can be run with another ordering at
// one place, without recompiling; and the table counts what was seen there.
//
// A place is named by path (below the workspace), line and column, as in
// "structures/treiber_stack.h:173:17". ACQREL_MODEL_OVERRIDE in the environment
// holds overrides, separated by commas:
//
//   structures/treiber_stack.h:173:17=relaxed            the ordering, or the
//   structures/treiber_stack.h:173:17:success=relaxed    one of a CAS's success
//   structures/treiber_stack.h:173:17:failure=relaxed
//   reclaim/hazard_pointer.h:160:5=none                  no fence; or "light"
//
// ACQREL_MODEL_COVERAGE names a file to which each place that was executed is
// added as a line (coverage(), below), when the process ends.
#ifndef ACQREL_MODEL_ENGINE_PLACES_H_
#define ACQREL_MODEL_ENGINE_PLACES_H_

#include <atomic>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace acqrel::model::internal {

struct place {
  const char* file = "";
  std::uint32_t line = 0;
  std::uint32_t column = 0;

#if defined(__clang__)  // std::source_location does not work in Clang 14
  static constexpr place current(const char* file = __builtin_FILE(),
                                 std::uint32_t line = __builtin_LINE(),
                                 std::uint32_t column = __builtin_COLUMN()) {
    return {file, line, column};
  }
#else  // and GCC 12 has no __builtin_COLUMN
  static constexpr place current(
      std::source_location here = std::source_location::current()) {
    return {here.file_name(), here.line(), here.column()};
  }
#endif
};

// What happens to fences that are weakened beyond the orderings.
inline constexpr int no_ordering = -1;    // the operation has none
inline constexpr int removed_fence = 64;  // "none"
inline constexpr int made_light = 65;     // "light"

struct known_place {
  std::string file;  // short
  const char* full_file = "";
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  const char* operation = "";   // "load", "compare_exchange_weak"
  int own_order = no_ordering;  // as in the source
  int own_failure = no_ordering;
  int order = no_ordering;  // as overridden
  int failure = no_ordering;
  bool borrowed = false;  // it is near there: its own place is not known
  // Coverage.
  std::uint64_t executed = 0;
  std::uint64_t succeeded = 0;  // of a compare_exchange
  std::uint64_t failed = 0;
  std::uint64_t stale = 0;  // reads that might have read a newer store

  bool weakened() const noexcept {
    return order != own_order || failure != own_failure;
  }
};

class place_table {
 public:
  static place_table& get();

  // The number of a place. Operation and orders are what the source says.
  int find(const place& where, const char* operation, int order = no_ordering,
           int failure = no_ordering) {
    std::size_t slot = (reinterpret_cast<std::uintptr_t>(where.file) >> 2) ^
                       (reinterpret_cast<std::uintptr_t>(operation) >> 1) ^
                       (where.line * 2654435761u) ^ (where.column * 40503u);
    for (;; ++slot) {
      const entry& e = cache_[slot % cache_size];
      if (e.id >= 0 && e.file == where.file && e.line == where.line &&
          e.column == where.column && e.operation == operation) {
        const known_place& p = places_[e.id];
        if (p.own_order != order || p.own_failure != failure) {
          change_own(e.id, order, failure);  // of a litmus program
        }
        return e.id;
      }
      if (e.id < 0) break;
    }
    return add(where, operation, order, failure, slot % cache_size);
  }
  known_place& operator[](int id) noexcept { return places_[id]; }
  int size() const noexcept { return static_cast<int>(places_.size()); }

  // Replaces all overrides. Throws std::invalid_argument, with a sentence.
  void override_orders(std::string_view list);
  // "file:line:column operation half order executed succeeded failed stale",
  // tab-separated, one line for each half of each place.
  std::string coverage() const;

 private:
  struct entry {
    const char* file = nullptr;
    const char* operation = nullptr;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    int id = -1;
  };
  struct change {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    bool failure = false;
    int order = no_ordering;
    mutable bool taken = false;  // by some operation
  };
  static constexpr std::size_t cache_size = 8192;

  place_table();
  ~place_table();
  int add(const place&, const char* operation, int order, int failure,
          std::size_t slot);
  void change_own(int id, int order, int failure);
  void apply_overrides(known_place&) const;

  std::vector<entry> cache_ = std::vector<entry>(cache_size);
  std::vector<known_place> places_;
  std::vector<change> overrides_;
  std::string coverage_file_;
};

const char* order_name(int order) noexcept;

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_PLACES_H_
