// Holds the window of a seeded bug open.
#ifndef ACQREL_TESTS_STRUCTURES_SEEDED_WINDOW_H_
#define ACQREL_TESTS_STRUCTURES_SEEDED_WINDOW_H_

#include <thread>

namespace acqrel::seeded {

// Gives way to other threads until happened(), and says whether it did. The
// other thread may have nothing left to do, so the wait has an end.
template <class Happened>
bool hold_open_until(const Happened& happened) {
  for (int i = 0; i < 3000; ++i) {
    if (happened()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace acqrel::seeded

#endif  // ACQREL_TESTS_STRUCTURES_SEEDED_WINDOW_H_
