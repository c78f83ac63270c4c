// Memory that keeps book: what was given out comes back once, with the size and
// the alignment that it was asked for with. Fails on demand.
#ifndef ACQREL_TESTS_SUPPORT_CHECKING_RESOURCE_H_
#define ACQREL_TESTS_SUPPORT_CHECKING_RESOURCE_H_

#include <cstddef>
#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <string>

namespace acqrel::testing {

class checking_resource : public std::pmr::memory_resource {
 public:
  // The n-th allocation from now on fails, once; 0: none.
  void fail_at(std::size_t nth) {
    const std::lock_guard lock(mutex_);
    until_failure_ = nth;
  }
  // All so far.
  std::size_t allocations() const {
    const std::lock_guard lock(mutex_);
    return allocations_;
  }
  // Given out and not given back.
  std::size_t blocks() const {
    const std::lock_guard lock(mutex_);
    return given_out_.size();
  }
  // What was given back that was not given out so; else empty.
  std::string faults() const {
    const std::lock_guard lock(mutex_);
    return faults_;
  }

 private:
  struct block {
    std::size_t size, alignment;
  };

  void* do_allocate(std::size_t size, std::size_t alignment) override {
    const std::lock_guard lock(mutex_);
    ++allocations_;
    if (until_failure_ > 0 && --until_failure_ == 0) throw std::bad_alloc();
    void* const memory = ::operator new(size, std::align_val_t(alignment));
    given_out_[memory] = {size, alignment};
    return memory;
  }
  void do_deallocate(void* memory, std::size_t size,
                     std::size_t alignment) override {
    const std::lock_guard lock(mutex_);
    const auto found = given_out_.find(memory);
    if (found == given_out_.end()) {
      faults_ += "a block came back that was not given out; ";
      return;
    }
    if (found->second.size != size || found->second.alignment != alignment) {
      faults_ += "a block came back with another size or alignment; ";
    }
    ::operator delete(memory, std::align_val_t(found->second.alignment));
    given_out_.erase(found);
  }
  bool do_is_equal(
      const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  mutable std::mutex mutex_;
  std::map<void*, block> given_out_;
  std::size_t allocations_ = 0;
  std::size_t until_failure_ = 0;
  std::string faults_;
};

// As little of an allocator as the standard asks for, on a resource. (A
// polymorphic_allocator has more: a default, and construct.)
template <class T>
class resource_allocator {
 public:
  using value_type = T;

  explicit resource_allocator(std::pmr::memory_resource& resource) noexcept
      : resource_(&resource) {}
  template <class U>
  resource_allocator(const resource_allocator<U>& other) noexcept
      : resource_(other.resource()) {}

  T* allocate(std::size_t n) {
    return static_cast<T*>(resource_->allocate(n * sizeof(T), alignof(T)));
  }
  void deallocate(T* memory, std::size_t n) noexcept {
    resource_->deallocate(memory, n * sizeof(T), alignof(T));
  }

  std::pmr::memory_resource* resource() const noexcept { return resource_; }
  template <class U>
  bool operator==(const resource_allocator<U>& other) const noexcept {
    return resource_ == other.resource();
  }

 private:
  std::pmr::memory_resource* resource_;
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_SUPPORT_CHECKING_RESOURCE_H_
