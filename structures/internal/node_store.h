// Nodes of the caller's allocator that are retired behind hazard pointers.
//
// A retired node is deleted later, by any thread, and by the allocator that
// made it. Where allocators of a type are all the same, the default domain does
// it, whenever that may be. An allocator with a state may end with what it
// belongs to: then the store has its own domain, and no node outlives it.
#ifndef ACQREL_STRUCTURES_INTERNAL_NODE_STORE_H_
#define ACQREL_STRUCTURES_INTERNAL_NODE_STORE_H_

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "acqrel/reclaim/hazard_domain.h"
#include "acqrel/reclaim/hazard_pointer.h"

namespace acqrel::internal {

template <class Allocator>
inline constexpr bool is_stateless =
    std::allocator_traits<Allocator>::is_always_equal::value&&
        std::is_default_constructible_v<Allocator>;

// Allocator's, for nodes. owner-only: whoever deletes
template <class Node, class Allocator>
class node_allocator {
  using traits =
      typename std::allocator_traits<Allocator>::template rebind_traits<Node>;
  static_assert(std::is_same_v<typename traits::pointer, Node*>,
                "acqrel: the allocator's pointers must be plain pointers");

 public:
  explicit node_allocator(const Allocator& allocator) noexcept
      : allocator_(allocator) {}

  template <class... Args>
  Node* make(Args&&... args) {
    Node* const place = traits::allocate(allocator_, 1);
    try {
      return ::new (static_cast<void*>(place))
          Node(std::forward<Args>(args)...);
    } catch (...) {
      traits::deallocate(allocator_, place, 1);
      throw;
    }
  }
  void destroy(Node* node) noexcept {
    std::destroy_at(node);
    traits::deallocate(allocator_, node, 1);
  }
  [[nodiscard]] Allocator get() const noexcept { return Allocator(allocator_); }

 private:
  [[no_unique_address]] typename traits::allocator_type allocator_;
};

template <class Node, class Allocator, bool = is_stateless<Allocator>>
class node_store;

// The deleter of a Node, which is derived from hazard_pointer_obj_base<Node,
// node_deleter<Node, Allocator>>.
template <class Node, class Allocator, bool = is_stateless<Allocator>>
struct node_deleter {
  void operator()(Node* node) const noexcept {
    node_allocator<Node, Allocator>(Allocator()).destroy(node);
  }
};
template <class Node, class Allocator>
struct node_deleter<Node, Allocator, false> {
  void operator()(Node* node) const noexcept { store->destroy(node); }
  node_store<Node, Allocator>* store = nullptr;  // immutable after retire()
};

template <class Node, class Allocator>
class node_store<Node, Allocator, true>
    : public node_allocator<Node, Allocator> {
 public:
  using node_allocator<Node, Allocator>::node_allocator;

  [[nodiscard]] hazard_pointer make_hazard() const {
    return make_hazard_pointer();
  }
  void retire(Node* node) noexcept { node->retire(); }
};

template <class Node, class Allocator>
class node_store<Node, Allocator, false>
    : public node_allocator<Node, Allocator> {
 public:
  using node_allocator<Node, Allocator>::node_allocator;

  [[nodiscard]] hazard_pointer make_hazard() const {
    return make_hazard_pointer(domain_);
  }
  void retire(Node* node) noexcept { node->retire({this}, domain_); }

 private:
  mutable hazard_domain domain_;  // exclusive: it looks after itself
};

}  // namespace acqrel::internal

#endif  // ACQREL_STRUCTURES_INTERNAL_NODE_STORE_H_
