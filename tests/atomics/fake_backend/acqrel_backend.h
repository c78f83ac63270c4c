// A second backend, for one_backend_test: as much of one as the seam names.
#ifndef ACQREL_TESTS_ATOMICS_FAKE_BACKEND_ACQREL_BACKEND_H_
#define ACQREL_TESTS_ATOMICS_FAKE_BACKEND_ACQREL_BACKEND_H_

extern "C" const char acqrel_backend_fake;

namespace acqrel {

template <class T>
class atomic {
 public:
  int answer() const { return 2; }
};

namespace internal {
[[gnu::used]] static const char* const backend = &acqrel_backend_fake;
}  // namespace internal
}  // namespace acqrel

#endif  // ACQREL_TESTS_ATOMICS_FAKE_BACKEND_ACQREL_BACKEND_H_
