// Whether this process may use membarrier(2), how to take it away, and child
// processes to do so in.
#ifndef ACQREL_TESTS_ATOMICS_MEMBARRIER_H_
#define ACQREL_TESTS_ATOMICS_MEMBARRIER_H_

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/filter.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#endif

namespace acqrel::testing {

#if defined(__linux__)

inline bool kernel_has_membarrier() {
  const long commands = ::syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  return commands >= 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0;
}

// From here on membarrier fails with EPERM, as in a strict sandbox: for the
// calling thread, what it starts, forks and executes. False: not possible here.
inline bool refuse_membarrier() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof filter / sizeof filter[0], filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else

inline bool kernel_has_membarrier() { return false; }
inline bool refuse_membarrier() { return true; }

#endif

// Runs `f` in a forked child; its value is the child's exit status. A signal
// that ends the child is negative.
template <class F>
int in_child(F f) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(f());
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return -1000;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The same in a process that was forked where membarrier is refused.
template <class F>
int in_child_without_membarrier(F f) {
  return in_child([&] { return refuse_membarrier() ? in_child(f) : 100; });
}

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_MEMBARRIER_H_
