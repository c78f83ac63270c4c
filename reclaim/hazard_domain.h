// A hazard-pointer domain: the hazards of some threads, and the objects that
// wait until no hazard names them. Most users need only hazard_pointer.h, which
// uses the default domain; an object of this class keeps one container's
// garbage apart from everybody else's.
//
//   Concurrency   any thread may use a domain, for as long as it lives
//   Progress      claiming a hazard: wait-free from the thread's own cache,
//                 lock-free otherwise (it may allocate). Retiring: wait-free,
//                 but for a thread's first (lock-free, may allocate) and for
//                 one scan in so many retirements as the scan threshold says,
//                 which visits every hazard and runs deleters, other users'
//                 too: retire nothing under a lock that a deleter takes
//   Bound         between scans a thread keeps fewer objects than the scan
//                 threshold (tuning::scan_threshold, or the constructor's), and
//                 one more for each hazard that named one at its last scan
//   Algorithm     M. Michael, "Hazard Pointers: Safe Memory Reclamation for
//                 Lock-Free Objects", IEEE TPDS 15(6), 2004; the interface of
//                 P2530 (C++26); fences made asymmetric as in P1202
//
// Three kinds of object, all owned by the domain and freed with it:
//
//   hazard   one announcement: "I may be reading this object"
//   garage   a thread's own: hazards for reuse, and what it retired. Outlives
//            its thread; another thread moves in, or a scan empties it
//   retired  an object that no new reader can find. Intrusive: never allocated
//
// Invariants
//   H1  The list of hazards, and that of garages, only grows.
//   H2  A hazard is used by the one thread that claimed it, or that was given
//       the hazard_pointer which did.
//   H3  What a garage holds is touched only by the thread that moved in.
//   H4  An object is retired once, after the write that unlinked it.
//   H5  A garage is freed by the later of its domain's end and its thread's.
// Not invariants
//   That a hazard names an object does not mean that the object is alive: it is
//   if the hazard was there before the object was unlinked (hazard_pointer.h).
//   That one hazard names an object does not let another take it over.
// Edges
//   [hazard.add] -> [scan.hazards], [claim.look]  a new hazard's fields
//   [hazard.free] -> [hazard.claim]               its former use
//   [garage.add] -> [garage.look], [scan.garages] a new garage's fields
//   [garage.leave], [garage.return] -> [garage.enter]
//                                                 what the former thread left
//   [orphan.push] -> [orphan.take]                objects without a garage
//   [count.drop] -> [count.drop] (ref_ptr.h)      a garage's use, then its end
//   and, with hazard_pointer.h,
//   [protect.announce], [protect.change], [protect.clear] -> [scan.read]
//                                                 a reader's use, then delete
#ifndef ACQREL_RECLAIM_HAZARD_DOMAIN_H_
#define ACQREL_RECLAIM_HAZARD_DOMAIN_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"
#include "acqrel/atomics/ref_ptr.h"

namespace acqrel {

class hazard_domain;
class hazard_pointer;

namespace internal {

// What a domain knows of an object that it is to delete.
class retired {
 protected:
  retired() noexcept = default;
  // A copy of an object is another object, not retired.
  retired(const retired&) noexcept {}
  retired& operator=(const retired&) noexcept { return *this; }
  ~retired() = default;

  using reclaimer = void (*)(retired*);
  void retire_to(hazard_domain& domain, reclaimer how) noexcept;

 private:
  friend class acqrel::hazard_domain;
  friend class retired_list;
  plain<retired*> next_;
  plain<reclaimer> reclaim_;
};

// Retired objects, owned by one thread at a time (H3).
class retired_list {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_.get(); }

  void push(retired* object) noexcept {
    object->next_.set(first_.get());
    first_.set(object);
    size_.set(size_.get() + 1);
  }
  retired* pop() noexcept {
    retired* const object = first_.get();
    if (object != nullptr) {
      first_.set(object->next_.get());
      size_.set(size_.get() - 1);
    }
    return object;
  }
  // Moves all of `other` to this list.
  void take(retired_list& other) noexcept {
    while (retired* const object = other.pop()) push(object);
  }
  // Takes `object` out, if it is here.
  bool remove(const retired* object) noexcept {
    for (plain<retired*>* link = &first_; link->get() != nullptr;
         link = &link->get()->next_) {
      if (link->get() == object) {
        link->set(object->next_.get());
        size_.set(size_.get() - 1);
        return true;
      }
    }
    return false;
  }

 private:
  plain<retired*> first_{nullptr};
  plain<std::size_t> size_{0};
};

struct alignas(cache_line_size) hazard {
  explicit hazard(hazard_domain& owner) noexcept : domain(owner) {}

  atomic<const retired*> object{nullptr};
  atomic<bool> claimed{true};
  hazard_domain& domain;
  hazard* next = nullptr;  // immutable after [hazard.add]
};

struct alignas(cache_line_size) garage {
  garage(hazard_domain& owner, std::size_t threshold) noexcept
      : domain(&owner), scan_at{threshold} {}

  hazard_domain* const domain;
  garage* next = nullptr;  // immutable after [garage.add]
  atomic<bool> occupied{true};
  atomic<bool> domain_gone{false};
  ref_count owners{2};  // the domain, and the thread that lives here (H5)

  // The rest is the occupant's (H3).
  plain<garage*> next_of_thread{nullptr};
  plain<std::size_t> scan_at;
  plain<bool> scanning{false};
  retired_list objects;  // exclusive: H3
  plain<std::size_t> cached{0};
  plain<hazard*> cache[tuning::cached_hazards];
};

// The garages of one thread, one for each domain that it uses.
class residence {
 public:
  residence() noexcept = default;
  ~residence() {
    while (garage* const home = first_.get()) {
      first_.set(home->next_of_thread.get());
      leave(home);
    }
  }

  garage* find(const hazard_domain& domain) const noexcept {
    for (garage* home = first_.get(); home != nullptr;
         home = home->next_of_thread.get()) {
      // relaxed: exclusive. A domain here before at the same address was
      // destroyed before this one was made, so its mark is visible.
      if (home->domain == &domain && !home->domain_gone.load(relaxed)) {
        return home;
      }
    }
    return nullptr;
  }

  void add(garage* home) noexcept {
    home->next_of_thread.set(first_.get());
    first_.set(home);
  }

  // Gives up the garages of domains that are gone.
  void tidy() noexcept {
    plain<garage*>* link = &first_;
    // Bounded: one round for each garage of the thread.
    while (garage* const home = link->get()) {
      // relaxed: guess. A mark not seen yet is seen another time.
      if (home->domain_gone.load(relaxed)) {
        link->set(home->next_of_thread.get());
        leave(home);
      } else {
        link = &home->next_of_thread;
      }
    }
  }

 private:
  static void leave(garage* home) noexcept {
    // [garage.leave] release: pairs with [garage.enter]. Objects and hazards
    // stay in the garage, for whoever comes next.
    home->occupied.store(false, release);
    if (home->owners.decrement()) delete home;  // H5
  }

  plain<garage*> first_{nullptr};
};

}  // namespace internal

// Visible to all shared objects, so that there is one default domain.
class [[gnu::visibility("default")]] hazard_domain {
 public:
  hazard_domain() noexcept : hazard_domain(tuning::scan_threshold) {}
  // A thread scans when it has retired so many objects, from 1 on, beyond those
  // that its last scan had to keep: few where objects are large.
  explicit hazard_domain(std::size_t scan_threshold) noexcept
      : scan_threshold_(scan_threshold) {}
  hazard_domain(const hazard_domain&) = delete;
  hazard_domain& operator=(const hazard_domain&) = delete;

  // Deletes every object retired to this domain. By now the hazard_pointers
  // made from it are gone, and what threads did with it happens-before this;
  // they need not have ended.
  ~hazard_domain() {
    for (internal::retired_list all; take_everything(all);) reclaim(all);
    // relaxed: exclusive
    for (internal::hazard* h = hazards_.load(relaxed); h != nullptr;) {
      delete std::exchange(h, h->next);
    }
    // Bounded: one round for each garage.
    // relaxed: exclusive
    for (internal::garage* g = garages_.load(relaxed); g != nullptr;) {
      internal::garage* const gone = std::exchange(g, g->next);
      // relaxed: guess. The thread may learn of it late; [count.drop] orders
      // what decides, who deletes the garage.
      gone->domain_gone.store(true, relaxed);
      if (gone->owners.decrement()) delete gone;  // H5
    }
  }

 private:
  friend class hazard_pointer;
  friend class internal::retired;
  friend hazard_pointer make_hazard_pointer(hazard_domain & domain);

  // A hazard that names nothing, the caller's from now on (H2). Throws
  // std::bad_alloc.
  internal::hazard* claim() {
    internal::garage* const home = mine();
    if (home != nullptr && home->cached.get() > 0) {
      home->cached.set(home->cached.get() - 1);
      return home->cache[home->cached.get()].get();
    }
    // [claim.look] acquire: pairs with [hazard.add].
    for (internal::hazard* h = hazards_.load(acquire); h != nullptr;
         h = h->next) {
      bool claimed = false;
      // relaxed: guess
      if (h->claimed.load(relaxed)) continue;
      // [hazard.claim] acquire: pairs with [hazard.free]. The former user's
      // last announcement comes before the new one's first.
      // relaxed on failure: guess
      if (h->claimed.compare_exchange_strong(claimed, true, acquire, relaxed)) {
        return h;
      }
    }
    internal::hazard* const fresh = new internal::hazard(*this);
    // relaxed: guess
    fresh->next = hazards_.load(relaxed);
    // [hazard.add] release: pairs with [claim.look] and [scan.hazards].
    // relaxed on failure: guess
    while (
        !hazards_.compare_exchange_weak(fresh->next, fresh, release, relaxed)) {
      retry();
    }
    return fresh;
  }

  // Takes back a hazard that names nothing.
  void unclaim(internal::hazard * h) noexcept {
    internal::garage* const home = mine();
    if (home != nullptr && home->cached.get() < tuning::cached_hazards) {
      home->cache[home->cached.get()].set(h);
      home->cached.set(home->cached.get() + 1);
      return;
    }
    // [hazard.free] release: pairs with [hazard.claim].
    h->claimed.store(false, release);
  }

  void retire(internal::retired * object) noexcept {
    internal::garage* const home = mine();
    if (home == nullptr) {  // the thread is ending, or memory is short
      push_orphan(object);
      scan_orphans();
      return;
    }
    home->objects.push(object);
    // A deleter that retires more leaves it to the scan it runs in.
    if (home->scanning.get()) return;
    home->scanning.set(true);
    while (home->objects.size() >= home->scan_at.get()) {
      // Bounded: each round deletes what no hazard names.
      home->scan_at.set(scan_threshold_ + scan(home->objects));
    }
    home->scanning.set(false);
  }

  // One thread at a time: a deleter that retires more must not come back here,
  // deeper each time. What another leaves meanwhile is for the next scan.
  void scan_orphans() noexcept {
    // relaxed: ordered by [orphan.push]. Scans hand nothing to each other but
    // orphans; this only keeps them apart.
    if (late_scan_.exchange(true, relaxed)) return;
    internal::retired_list kept;
    do {
      // Bounded: each round deletes what no hazard names.
      scan(kept);
      // relaxed: guess
    } while (orphans_.load(relaxed) != nullptr);
    while (internal::retired* const object = kept.pop()) push_orphan(object);
    // relaxed: ordered by [orphan.push]. As above.
    late_scan_.store(false, relaxed);
  }

  // Deletes what no hazard names, of `objects` and of what nobody owns, and
  // leaves the rest in `objects`: the number returned.
  std::size_t scan(internal::retired_list & objects) noexcept {
    take_unowned(objects);
    internal::retired_list buckets[tuning::scan_buckets];
    while (internal::retired* const object = objects.pop()) {
      buckets[bucket_of(object)].push(object);
    }
    // [scan.fence] heavy: SB with [protect.fence] and [caller] (a structure's
    // own light fence): either this scan sees the hazard, or the reader sees
    // that the object was unlinked.
    asymmetric_thread_fence_heavy(seq_cst);
    // [scan.hazards] acquire: pairs with [hazard.add]. After the fence: a
    // hazard too new to be seen here was announced after the unlinking.
    for (internal::hazard* h = hazards_.load(acquire); h != nullptr;
         h = h->next) {
      // [scan.read] acquire: pairs with [protect.announce], [protect.change]
      // and [protect.clear]. Whoever no longer names the object is done with
      // it before it is deleted.
      const internal::retired* const named = h->object.load(acquire);
      if (named != nullptr && buckets[bucket_of(named)].remove(named)) {
        objects.push(const_cast<internal::retired*>(named));
      }
    }
    const std::size_t kept = objects.size();
    for (internal::retired_list& bucket : buckets) reclaim(bucket);
    return kept;
  }

  static std::size_t bucket_of(const internal::retired* object) noexcept {
    const auto bits = reinterpret_cast<std::uintptr_t>(object);
    return (bits >> 4 ^ bits >> 12) % tuning::scan_buckets;
  }

  static void reclaim(internal::retired_list & objects) noexcept {
    while (internal::retired* const object = objects.pop()) {
      object->reclaim_.get()(object);
    }
  }

  // This thread's garage; null when there can be none any more.
  internal::garage* mine() noexcept {
    internal::residence* const here = tls<internal::residence>::get();
    if (here == nullptr) return nullptr;
    internal::garage* const home = here->find(*this);
    return home != nullptr ? home : move_in(*here);
  }

  internal::garage* move_in(internal::residence & here) noexcept {
    here.tidy();
    // [garage.look] acquire: pairs with [garage.add].
    for (internal::garage* g = garages_.load(acquire); g != nullptr;
         g = g->next) {
      if (!enter(*g)) continue;
      g->owners.increment();
      here.add(g);
      return g;
    }
    internal::garage* const fresh =
        new (std::nothrow) internal::garage(*this, scan_threshold_);
    if (fresh == nullptr) return nullptr;
    // relaxed: guess
    fresh->next = garages_.load(relaxed);
    // [garage.add] release: pairs with [garage.look] and [scan.garages].
    // relaxed on failure: guess
    while (
        !garages_.compare_exchange_weak(fresh->next, fresh, release, relaxed)) {
      retry();
    }
    here.add(fresh);
    return fresh;
  }

  // Whether the garage was vacant, and is the caller's from now on.
  static bool enter(internal::garage & g) noexcept {
    bool occupied = false;
    // relaxed: guess
    if (g.occupied.load(relaxed)) return false;
    // [garage.enter] acquire: pairs with [garage.leave] and [garage.return].
    // relaxed on failure: guess
    return g.occupied.compare_exchange_strong(occupied, true, acquire, relaxed);
  }

  void push_orphan(internal::retired * object) noexcept {
    // relaxed: guess
    internal::retired* first = orphans_.load(relaxed);
    for (;;) {
      object->next_.set(first);
      // [orphan.push] release: pairs with [orphan.take].
      // relaxed on failure: guess
      if (orphans_.compare_exchange_weak(first, object, release, relaxed)) {
        return;
      }
      retry();
    }
  }

  // Objects of threads that have ended, or that had no garage.
  void take_unowned(internal::retired_list & objects) noexcept {
    // [orphan.take] acquire: pairs with [orphan.push].
    internal::retired* orphan = orphans_.exchange(nullptr, acquire);
    while (orphan != nullptr) {
      internal::retired* const next = orphan->next_.get();
      objects.push(orphan);
      orphan = next;
    }
    // [scan.garages] acquire: pairs with [garage.add].
    for (internal::garage* g = garages_.load(acquire); g != nullptr;
         g = g->next) {
      if (!enter(*g)) continue;
      objects.take(g->objects);
      g->scan_at.set(scan_threshold_);
      // [garage.return] release: pairs with [garage.enter].
      g->occupied.store(false, release);
    }
  }

  // For the destructor, whose thread is alone.
  bool take_everything(internal::retired_list & objects) noexcept {
    take_unowned(objects);
    // relaxed: exclusive
    for (internal::garage* g = garages_.load(relaxed); g != nullptr;
         g = g->next) {
      objects.take(g->objects);
    }
    return objects.size() > 0;
  }

  const std::size_t scan_threshold_;
  atomic<internal::hazard*> hazards_{nullptr};  // H1
  atomic<internal::garage*> garages_{nullptr};  // H1
  atomic<internal::retired*> orphans_{nullptr};
  atomic<bool> late_scan_{false};
};

// The domain of make_hazard_pointer() and of retire() without a domain.
inline hazard_domain& hazard_pointer_default_domain() noexcept {
  return per_process<hazard_domain>::get();
}

inline void internal::retired::retire_to(hazard_domain& domain,
                                         reclaimer how) noexcept {
  reclaim_.set(how);
  domain.retire(this);
}

}  // namespace acqrel

#endif  // ACQREL_RECLAIM_HAZARD_DOMAIN_H_
