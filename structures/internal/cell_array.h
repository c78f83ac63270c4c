// The cells of a ring: so many, from the caller's allocator. Their constructor
// does not throw.
#ifndef ACQREL_STRUCTURES_INTERNAL_CELL_ARRAY_H_
#define ACQREL_STRUCTURES_INTERNAL_CELL_ARRAY_H_

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>

namespace acqrel::internal {

// owner-only: neither the size nor the place changes.
template <class Cell, class Allocator>
class cell_array {
  using traits =
      typename std::allocator_traits<Allocator>::template rebind_traits<Cell>;
  static_assert(std::is_same_v<typename traits::pointer, Cell*>,
                "acqrel: the allocator's pointers must be plain pointers");

 public:
  // Throws std::invalid_argument with this sentence for no cells at all, and
  // std::bad_alloc for more than there is memory for.
  cell_array(std::size_t size, const Allocator& allocator, const char* none)
      : allocator_(allocator), size_(size) {
    if (size == 0) throw std::invalid_argument(none);
    // Clang 14 with libstdc++ 12 overflows in silence for over-aligned cells.
    if (size > std::numeric_limits<std::size_t>::max() / 2 / sizeof(Cell)) {
      throw std::bad_array_new_length();
    }
    cells_ = traits::allocate(allocator_, size);
    for (std::size_t i = 0; i < size; ++i) ::new (&cells_[i]) Cell;
  }
  cell_array(const cell_array&) = delete;
  cell_array& operator=(const cell_array&) = delete;
  ~cell_array() {
    std::destroy_n(cells_, size_);
    traits::deallocate(allocator_, cells_, size_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  Cell& operator[](std::size_t index) const noexcept { return cells_[index]; }
  [[nodiscard]] Allocator allocator() const noexcept {
    return Allocator(allocator_);
  }

 private:
  [[no_unique_address]] typename traits::allocator_type allocator_;
  const std::size_t size_;
  Cell* cells_;
};

}  // namespace acqrel::internal

#endif  // ACQREL_STRUCTURES_INTERNAL_CELL_ARRAY_H_
