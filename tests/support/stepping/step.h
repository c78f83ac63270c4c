// The stepping backend's hook: a thread that is watched tells its watcher
// before each of its atomic steps.
#ifndef ACQREL_TESTS_SUPPORT_STEPPING_STEP_H_
#define ACQREL_TESTS_SUPPORT_STEPPING_STEP_H_

namespace acqrel::stepping {

// Called in the watched thread, also from functions that are noexcept.
class watcher {
 public:
  // Before an atomic access, a fence, or a wake.
  virtual void step() = 0;
  // Before a sleep, and when it is over.
  virtual void falls_asleep() = 0;
  virtual void woke_up() = 0;

 protected:
  ~watcher() = default;
};

// This thread's; null if nobody watches it.
inline thread_local watcher* watched_by = nullptr;

inline void step() {
  if (watched_by != nullptr) watched_by->step();
}

// Watches the calling thread while it lives.
class watching {
 public:
  explicit watching(watcher& who) { watched_by = &who; }
  ~watching() { watched_by = nullptr; }
  watching(const watching&) = delete;
  watching& operator=(const watching&) = delete;
};

}  // namespace acqrel::stepping

#endif  // ACQREL_TESTS_SUPPORT_STEPPING_STEP_H_
