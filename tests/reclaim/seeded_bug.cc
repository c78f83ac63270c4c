// A hazard pointer that does not look again after its announcement. It must be
// caught: a flag inside it holds the window open, so that it is on every run.
#include <thread>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/flag.h"
#include "acqrel/tests/support/elements.h"

namespace {

using acqrel::acquire;
using acqrel::release;
using acqrel::testing::payload;

struct broken_domain {
  acqrel::atomic<payload*> hazard{nullptr};
  acqrel::flag has_read;
  acqrel::flag may_announce;

  payload* protect(const acqrel::atomic<payload*>& source) {
    payload* const pointer = source.load(acquire);
    has_read.set();
    may_announce.wait();
    hazard.store(pointer, release);
    return pointer;  // the bug: the source may hold something else by now
  }
  void retire(payload* object) {
    if (hazard.load(acquire) != object) delete object;
  }
};

}  // namespace

int main() {
  broken_domain domain;
  acqrel::atomic<payload*> source(new payload(1));
  bool corrupted = false;
  std::thread reader([&] { corrupted = domain.protect(source)->value() != 1; });
  domain.has_read.wait();
  domain.retire(source.exchange(nullptr, acqrel::acq_rel));
  domain.may_announce.set();
  reader.join();
  return corrupted ? 1 : 0;
}
