#include "acqrel/model/engine/workers.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace acqrel::model::internal {

// Processes share it, so there are no pointers in it.
struct workers::shared_state {
  static constexpr std::size_t places = 32;
  static constexpr std::size_t place_size = 256 << 10;

  std::atomic<bool> locked{false};
  std::atomic<bool> stopped{false};
  std::atomic<int> count{0};
  std::atomic<int> idle{0};
  std::atomic<int> queued{0};
  std::atomic<std::uint64_t> executions{0};
  std::int8_t children[max_threads][64] = {};  // 0: not spawned yet
  int threads = 1;
  std::uint32_t sizes[places] = {};
  char work[places][place_size];
};

workers::workers(int count, const spawned& known, int known_threads) {
  void* const memory =
      mmap(nullptr, sizeof(shared_state), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("acqrel model: workers");
    std::abort();
  }
  shared_ = new (memory) shared_state;
  shared_->count.store(count, std::memory_order_relaxed);
  shared_->threads = known_threads;
  for (int t = 0; t < max_threads; ++t) {
    for (std::size_t n = 0; n < known[t].size() && n < 64; ++n) {
      shared_->children[t][n] = static_cast<std::int8_t>(known[t][n]);
    }
  }
  std::fflush(nullptr);  // or each child writes it again
  for (int i = 1; i < count; ++i) {
    int ends[2];
    if (pipe(ends) != 0) break;
    const pid_t child = fork();
    if (child == 0) {
      for (const int other : pipes_) close(other);
      pipes_.clear();
      children_.clear();
      close(ends[0]);
      report_to_ = ends[1];
      number_ = i;
      return;
    }
    close(ends[1]);
    if (child < 0) {
      close(ends[0]);
      break;
    }
    pipes_.push_back(ends[0]);
    children_.push_back(child);
  }
  // Fewer, if the system gave no more.
  shared_->count.store(static_cast<int>(children_.size()) + 1,
                       std::memory_order_relaxed);
}

workers::~workers() { munmap(shared_, sizeof(shared_state)); }

void workers::lock() noexcept {
  while (shared_->locked.exchange(true, std::memory_order_acquire)) {
    sched_yield();
  }
}
void workers::unlock() noexcept {
  shared_->locked.store(false, std::memory_order_release);
}

bool workers::wants_work() const noexcept {
  const int queued = shared_->queued.load(std::memory_order_relaxed);
  return shared_->idle.load(std::memory_order_relaxed) > queued &&
         queued < static_cast<int>(shared_state::places);
}

bool workers::give(const std::string& work) {
  if (work.size() > shared_state::place_size) return false;
  lock();
  const int at = shared_->queued.load(std::memory_order_relaxed);
  std::memcpy(shared_->work[at], work.data(), work.size());
  shared_->sizes[at] = static_cast<std::uint32_t>(work.size());
  shared_->queued.store(at + 1, std::memory_order_release);
  unlock();
  return true;
}

bool workers::take(std::string& work) {
  shared_->idle.fetch_add(1, std::memory_order_acq_rel);
  for (;;) {
    if (is_stopped()) return false;
    if (shared_->queued.load(std::memory_order_acquire) > 0) {
      lock();
      const int queued = shared_->queued.load(std::memory_order_relaxed);
      if (queued > 0) {
        work.assign(shared_->work[queued - 1], shared_->sizes[queued - 1]);
        shared_->queued.store(queued - 1, std::memory_order_relaxed);
        // Under the lock: nobody sees all idle while this work is in hand.
        shared_->idle.fetch_sub(1, std::memory_order_acq_rel);
        unlock();
        return true;
      }
      unlock();
    }
    lock();
    const bool over = shared_->idle.load(std::memory_order_acquire) ==
                          shared_->count.load(std::memory_order_relaxed) &&
                      shared_->queued.load(std::memory_order_acquire) == 0;
    unlock();
    if (over) return false;
    if (is_any_dead()) {
      stop();
      return false;
    }
    usleep(200);
  }
}

// A child whose program crashed. The parent alone can tell.
bool workers::is_any_dead() {
  for (pid_t& child : children_) {
    if (child > 0 && waitpid(child, nullptr, WNOHANG) == child) {
      child = 0;
      return true;
    }
  }
  return false;
}

void workers::stop() noexcept {
  shared_->stopped.store(true, std::memory_order_release);
}
bool workers::is_stopped() const noexcept {
  return shared_->stopped.load(std::memory_order_acquire);
}

std::uint64_t workers::add_executions(std::uint64_t more) noexcept {
  return shared_->executions.fetch_add(more, std::memory_order_relaxed) + more;
}

int workers::child_number(int parent, int nth, int& known) {
  if (nth >= 64) return max_threads;
  lock();
  std::int8_t& number = shared_->children[parent][nth];
  if (known > shared_->threads) shared_->threads = known;
  if (number == 0) {
    number = static_cast<std::int8_t>(shared_->threads);
    if (shared_->threads < max_threads) ++shared_->threads;
  }
  known = shared_->threads;
  const int result = number;
  unlock();
  return result;
}

void workers::finish(const std::string& report) {
  for (std::size_t done = 0; done < report.size();) {
    const ssize_t n =
        write(report_to_, report.data() + done, report.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  _exit(0);
}

std::vector<std::string> workers::reports() {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < pipes_.size(); ++i) {
    std::string report;
    char part[4096];
    for (ssize_t n; (n = read(pipes_[i], part, sizeof(part))) > 0;) {
      report.append(part, static_cast<std::size_t>(n));
    }
    close(pipes_[i]);
    if (children_[i] > 0) waitpid(children_[i], nullptr, 0);
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace acqrel::model::internal
