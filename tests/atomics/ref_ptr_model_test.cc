// Reference counts in every behaviour of small clients: what the holders did
// with the object comes before its end, and it ends once.
#include <cstddef>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/ref_ptr.h"
#include "acqrel/model/check.h"
#include "gtest/gtest.h"

namespace acqrel {
namespace {

using model::result;

struct session : ref_counted<session> {
  plain<int> state{0};
};

template <class Body>
void expect_right(const Body& body) {
  for (const model::dialect dialect :
       {model::dialect::rc11, model::dialect::cxx20}) {
    const result r = model::check({.memory_model = dialect}, body);
    EXPECT_TRUE(r && r.complete) << r;
  }
}

// One of the holders, and only one, is the last; it sees what the others did.
TEST(RefCount, TheLastOneSeesWhatTheOthersDid) {
  expect_right([] {
    ref_count count(3);
    plain<int> done[3];
    atomic<int> last{0};
    const auto drop = [&](int mine) {
      done[mine].set(1);
      if (!count.decrement()) return;
      last.fetch_add(1, relaxed);
      for (const plain<int>& d : done) model::require(d.get() == 1, "done");
    };
    model::thread first([&] { drop(0); });
    model::thread second([&] { drop(1); });
    drop(2);
    first.join();
    second.join();
    model::require(last.load(relaxed) == 1, "exactly one");
  });
}

// A reference is taken for another thread, and dropped by it.
TEST(RefCount, CountsWhatIsHandedOn) {
  expect_right([] {
    ref_count count;
    plain<int> object{0};
    count.increment();
    model::thread other([&] {
      (void)object.get();
      if (count.decrement()) object.set(1);
    });
    (void)object.get();
    if (count.decrement()) object.set(2);
    other.join();
    model::require(object.get() != 0, "one was the last");
    model::observe("last", object.get());
  });
}

TEST(RefCount, WhoIsUniqueSeesWhatTheOthersDid) {
  expect_right([] {
    ref_count count(2);
    plain<int> object{0};
    model::thread other([&] {
      object.set(1);
      model::require(!count.decrement(), "not the last");
    });
    if (count.is_unique()) {
      model::require(object.get() == 1, "done");
      object.set(2);
    }
    other.join();
  });
}

TEST(RefPtr, TheObjectEndsAfterItsLastUse) {
  expect_right([] {
    ref_ptr<session> mine = make_ref<session>();
    ref_ptr<session> yours = mine;
    ref_ptr<session> theirs = mine;
    model::thread other([held = std::move(yours)]() mutable {
      (void)held->state.get();
      held.reset();
    });
    model::thread third([held = std::move(theirs)]() mutable {
      (void)held->state.get();
      held.reset();
    });
    (void)mine->state.get();
    mine.reset();
    other.join();
    third.join();
  });
}

// The copy is made while another thread drops its own.
TEST(RefPtr, IsCopiedWhileOthersDrop) {
  expect_right([] {
    ref_ptr<session> mine = make_ref<session>();
    ref_ptr<session> yours = mine;
    model::thread other([&] {
      yours->state.set(1);
      yours.reset();
    });
    ref_ptr<session> copy = mine;
    const std::size_t holders = copy->use_count();
    model::require(holders == 2 || holders == 3, "at some moment");
    mine.reset();
    if (copy.is_unique()) {
      model::require(copy->state.get() == 1, "the other's write");
      copy->state.set(2);
    }
    copy.reset();
    other.join();
  });
}

// References in shared memory, as raw pointers: detach and adopt.
TEST(RefPtr, TravelsThroughAnAtomic) {
  expect_right([] {
    atomic<session*> mailbox{nullptr};
    model::thread sender([&] {
      ref_ptr<session> made = make_ref<session>();
      made->state.set(7);
      ref_ptr<session> kept = made;
      // release: pairs with the exchange below
      mailbox.store(made.detach(), release);
      (void)kept->state.get();
    });
    if (session* const got = mailbox.exchange(nullptr, acquire)) {
      const ref_ptr<session> mine = ref_ptr<session>::adopt(got);
      model::require(mine->state.get() == 7, "whole");
    }
    sender.join();
    if (session* const left = mailbox.exchange(nullptr, relaxed)) {
      ref_ptr<session>::adopt(left).reset();
    }
  });
}

}  // namespace
}  // namespace acqrel
