// The structures that ship. A binary of their own: hazard pointers have a part
// for each process, which every execution makes anew, used or not.
#include <functional>
#include <vector>

#include "acqrel/atomics/atomic.h"
#include "acqrel/bench/model_client.h"
#include "acqrel/reclaim/hazard_pointer.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/structures/treiber_stack.h"

namespace acqrel::bench {
namespace {

template <class Queue>
void push_and_pop(int pushers, int poppers, int times) {
  Queue queue;
  std::vector<std::function<void()>> threads;
  for (int i = 0; i < pushers; ++i) {
    threads.push_back([&queue, times] {
      for (int n = 0; n < times; ++n) queue.push(n);
    });
  }
  for (int i = 0; i < poppers; ++i) {
    threads.push_back([&queue, times] {
      for (int n = 0; n < times; ++n) static_cast<void>(queue.try_pop());
    });
  }
  run_all(threads);
}

void ring(int times) {
  spsc_ring<int> ring(2);
  run_all({[&] {
             for (int n = 0; n < times; ++n) {
               static_cast<void>(ring.try_push(n));
             }
           },
           [&] {
             for (int n = 0; n < times; ++n) static_cast<void>(ring.try_pop());
           }});
}

struct element : hazard_pointer_obj_base<element> {
  plain<int> value{0};
};

void read_and_retire() {
  atomic<element*> current{new element};
  run_all({[&] {
             hazard_pointer hazard = make_hazard_pointer();
             hazard.protect(current)->value.get();
           },
           [&] { current.exchange(new element, acq_rel)->retire(); }});
  current.load(relaxed)->retire();
}

}  // namespace

std::vector<model_client> shipped_clients() {
  using stack = treiber_stack<int>;
  using queue = michael_scott_queue<int>;
  return {
      model_body("hazard_pointer read|retire", true, read_and_retire),
      model_body("treiber_stack push|pop", true,
                 [] { push_and_pop<stack>(1, 1, 1); }),
      model_body("treiber_stack push|push|pop|pop", true,
                 [] { push_and_pop<stack>(2, 2, 1); }),
      model_body("michael_scott_queue push|pop", true,
                 [] { push_and_pop<queue>(1, 1, 1); }),
      model_body("michael_scott_queue 2x2", true,
                 [] { push_and_pop<queue>(1, 1, 2); }),
      model_body("michael_scott_queue 3x2", true,
                 [] { push_and_pop<queue>(2, 1, 2); }),
      model_body("spsc_ring 2x2", true, [] { ring(2); }),
      model_body("spsc_ring 2x3", true, [] { ring(3); }),
  };
}

}  // namespace acqrel::bench
