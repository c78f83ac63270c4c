// The memory of an unbounded queue: segments of cells that are used once, and
// the pool that makes them, keeps one for reuse and gives the others back.
// mpmc_queue.h says how a queue uses them.
//
// Edges
//   [cell.fill] -> [cell.take], [cell.spoil]  an element
//   [spare.put] -> [spare.take]  a segment's former use
#ifndef ACQREL_STRUCTURES_INTERNAL_SEGMENTS_H_
#define ACQREL_STRUCTURES_INTERNAL_SEGMENTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"

namespace acqrel::internal {

template <class T, class Allocator>
class segment_pool;

enum class cell_state : std::uint8_t {
  empty,
  full,    // holds an element, or did
  spoilt,  // holds none, and will not
};

// A cell has one push and one pop, for good. `Iterator` points to the element
// of the push; a move iterator's is moved from.
template <class T>
class queue_cell {
 public:
  using value_type = T;

  // For the push: whether the element is in the cell now. It is not if the pop
  // did not wait; then *element is as it was.
  template <class Iterator>
  bool fill(Iterator element) noexcept {
    element_.construct(*element);
    // [cell.fill] release: pairs with [cell.take] and [cell.spoil]. The element
    // becomes visible.
    const cell_state before = state_.exchange(cell_state::full, release);
    if (before == cell_state::empty) return true;
    give_back(element);
    return false;
  }

  // For the pop: whether there is an element; if not, there never will be.
  bool has_element() noexcept {
    // Bounded: push_patience.
    for (int i = 0; i <= tuning::push_patience; ++i) {
      // [cell.take] acquire: pairs with [cell.fill]. The element is whole.
      if (state_.load(acquire) == cell_state::full) return true;
      pause();
    }
    // [cell.spoil] acquire: pairs with [cell.fill]. The element is whole, if it
    // has come after all.
    return state_.exchange(cell_state::spoilt, acquire) == cell_state::full;
  }
  T take() noexcept { return element_.move_out(); }

  // The rest is for who has the cell alone.

  // Undoes fill().
  template <class Iterator>
  void empty(Iterator element) noexcept {
    give_back(element);
    clear();
  }
  void clear() noexcept {
    // relaxed: exclusive
    state_.store(cell_state::empty, relaxed);
  }
  // If one was pushed here, and not popped.
  void destroy_element() noexcept {
    // relaxed: exclusive
    if (state_.load(relaxed) == cell_state::full) element_.destroy();
  }

 private:
  template <class Iterator>
  void give_back(Iterator element) noexcept {
    if constexpr (!std::is_rvalue_reference_v<decltype(*element)>) {
      element_.destroy();  // it was a copy
    } else if constexpr (std::is_nothrow_move_assignable_v<T>) {
      T&& source = *element;
      source = element_.move_out();
    } else {
      T&& source = *element;
      std::destroy_at(std::addressof(source));
      std::construct_at(std::addressof(source), element_.move_out());
    }
  }

  atomic<cell_state> state_{cell_state::empty};
  slot<T> element_;
};

// Where a segment goes when it is retired and nobody reads it any more.
// exclusive: the segment's, that is retired
template <class T, class Allocator>
struct to_pool {
  segment_pool<T, Allocator>* pool = nullptr;
  void operator()(auto* segment) const noexcept { pool->put(segment); }
};

// Each end's count has lines of its own.
template <class T, class Allocator>
struct queue_segment : hazard_pointer_obj_base<queue_segment<T, Allocator>,
                                               to_pool<T, Allocator>> {
  static constexpr std::size_t room =
      tuning::most_segment_cells(sizeof(queue_cell<T>));
  static constexpr std::size_t length() noexcept {
    return tuning::segment_cells(sizeof(queue_cell<T>));
  }

  // Whoever has the segment alone: as it was when it was made.
  void clear() noexcept {
    // relaxed: exclusive
    pops.store(0, relaxed);
    // relaxed: exclusive
    pushes.store(0, relaxed);
    // relaxed: exclusive
    next.store(nullptr, relaxed);
    for (queue_cell<T>& c : cells) c.clear();
  }

  alignas(cache_line_size) atomic<std::uint64_t> pops{0};
  alignas(cache_line_size) atomic<std::uint64_t> pushes{0};
  alignas(cache_line_size) atomic<queue_segment*> next{nullptr};
  plain<std::uint64_t> number{0};  // of the first cell; set before it is linked
  alignas(std::max(cache_line_size,
                   alignof(queue_cell<T>))) queue_cell<T> cells[room];
};

template <class T, class Allocator>
class segment_pool {
  using segment = queue_segment<T, Allocator>;
  using traits = typename std::allocator_traits<
      Allocator>::template rebind_traits<segment>;
  using segment_allocator = typename traits::allocator_type;
  static_assert(std::is_same_v<typename traits::pointer, segment*>,
                "acqrel: the allocator's pointers must be plain pointers");

 public:
  explicit segment_pool(const Allocator& allocator) : allocator_(allocator) {}
  segment_pool(const segment_pool&) = delete;
  segment_pool& operator=(const segment_pool&) = delete;
  ~segment_pool() {
    // relaxed: exclusive
    if (segment* const spare = spare_.load(relaxed)) free(spare);
  }

  // A segment, the caller's alone, with empty cells. Throws what the allocator
  // throws.
  segment* get() {
    // [spare.take] acquire: pairs with [spare.put]. Its former use is over.
    if (segment* const spare = spare_.exchange(nullptr, acquire)) {
      spare->clear();
      return spare;
    }
    segment_allocator allocator(allocator_);
    return ::new (traits::allocate(allocator, 1)) segment;
  }

  // Takes a segment that is the caller's alone, and has no elements.
  void put(segment* s) noexcept {
    segment* none = nullptr;
    // [spare.put] release: pairs with [spare.take]. All use of it comes before.
    // relaxed on failure: guess
    if (!spare_.compare_exchange_strong(none, s, release, relaxed)) free(s);
  }

  void free(segment* s) noexcept {
    segment_allocator allocator(allocator_);
    s->~segment();
    traits::deallocate(allocator, s, 1);
  }

  [[nodiscard]] Allocator allocator() const noexcept {
    return Allocator(allocator_);
  }

 private:
  const segment_allocator allocator_;  // copied for each use
  atomic<segment*> spare_{nullptr};
};

}  // namespace acqrel::internal

#endif  // ACQREL_STRUCTURES_INTERNAL_SEGMENTS_H_
