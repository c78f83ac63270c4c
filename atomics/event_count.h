// Waiting for a condition that others make true, without a lock: what a queue
// needs for a pop that waits.
//
//   event_count changed;
//   queue.push(job);  changed.notify_one();                  // one thread
//   changed.await([&] { return !queue.empty_hint(); });      // another
//
//   Concurrency   any thread may call anything. The event count outlives each
//                 await(), and of a notify only the part before its wake
//   Progress      notify_one, notify_all: wait-free, and a system call if
//                 somebody waits. await: blocks
//   Guarantee     no lost wake-up: when notify_all() comes after a write that
//                 makes a waiter's predicate true, the waiter sees that write,
//                 or is woken and looks again; with notify_one() that holds for
//                 one of the waiters, so use it where each of them waits for
//                 the same, and each change is enough for one
//   Ordering      none of its own: the predicate reads with acquire what it
//                 needs to be ordered after
//   Cost          notify with nobody waiting: one load, of a line that is not
//                 written then; no fence and no read-modify-write. A thread
//                 about to sleep pays instead, with a heavy fence; if there are
//                 many of those, with more than a seq_cst fence saves, both
//                 sides go over to seq_cst fences, for good
//   Throws        what the predicate throws, in the caller; nothing else
//   Algorithm     an event count: D. Reed and R. Kanodia, "Synchronization with
//                 Eventcounts and Sequencers", CACM 22(2), 1979; the waiters'
//                 count and the fences after D. Vyukov, 2008, and P1202
//
// Why no wake-up is lost. The notifying thread writes the data and reads the
// number of waiters; a waiter writes that number and reads the data. That is
// store buffering, and a fence on each side forbids that both miss. If the
// notifier sees the waiter, it changes epoch_, and a waiter sleeps only while
// epoch_ is what it was before the waiter looked at the data.
//
// How the fences change. A waiter that finds too many heavy fences announces
// seq_cst ones, does a last heavy one, and confirms. A notifier that has not
// seen the announcement wrote its data before that last heavy fence, so every
// waiter that has seen the confirmation sees the data; one that has seen it
// has a seq_cst fence of its own.
//
// Invariants
//   E1  state_ counts, in steps of one_waiter, the threads between their first
//       look in vain and the end of their wait.
//   E2  Its other two bits say that seq_cst fences are announced, and later
//       confirmed: with neither, the fences are asymmetric. Both stay set.
// Not invariants
//   That a waiter was woken does not mean that its predicate holds.
//   epoch_ wraps around: a waiter that stands still between its look and its
//   sleep for exactly 2^32 notifications would sleep through them.
#ifndef ACQREL_ATOMICS_EVENT_COUNT_H_
#define ACQREL_ATOMICS_EVENT_COUNT_H_

#include <chrono>
#include <concepts>
#include <cstdint>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "acqrel/atomics/atomic.h"
#include "acqrel/atomics/cache_aligned.h"

namespace acqrel {

// A std::stop_token, or what C++26 lets be used like one: its callback's type
// is then Token::callback_type<Callback>.
template <class Token>
concept stoppable_token = requires(const Token& token) {
  { token.stop_requested() } -> std::same_as<bool>;
};

namespace internal {

template <class Token, class Callback>
struct stop_callback_for {
  using type = typename Token::template callback_type<Callback>;
};
template <class Callback>
struct stop_callback_for<std::stop_token, Callback> {
  using type = std::stop_callback<Callback>;
};

// In seconds, so that no clock's point and no duration is too large.
using seconds = std::chrono::duration<long double>;

// A point of the clock that the backend sleeps by; or never.
struct deadline {
  static deadline in(seconds time) noexcept {
    const time_point from = now();
    if (time >= seconds(time_point::max() - from) - seconds(1)) return {};
    if (time <= seconds::zero()) return {true, from};
    return {true, from + std::chrono::ceil<time_point::duration>(time)};
  }
  bool is_past() const noexcept { return exists && at <= now(); }

  deadline next() const noexcept { return *this; }

  bool exists = false;
  time_point at{};
};

// Of another clock, which may be set: each time as far away as it says then.
template <class Clock>
struct deadline_by {
  deadline next() const {
    return deadline::in(at - seconds(Clock::now().time_since_epoch()));
  }

  seconds at;
};

template <class Clock, class Duration>
auto deadline_at(const std::chrono::time_point<Clock, Duration>& at) {
  if constexpr (std::is_same_v<Clock, time_point::clock>) {
    return deadline::in(seconds(at.time_since_epoch()) -
                        seconds(now().time_since_epoch()));
  } else {
    return deadline_by<Clock>{at.time_since_epoch()};
  }
}

// A token of nobody's.
struct never_stopped {
  static constexpr bool stop_requested() noexcept { return false; }
};

}  // namespace internal

class alignas(cache_line_size) event_count {
 public:
  event_count() noexcept = default;
  event_count(const event_count&) = delete;
  event_count& operator=(const event_count&) = delete;

  // After a write that may make a waiter's predicate true.
  void notify_one() noexcept {
    if (const std::uint32_t state = look_for_waiters(); state != 0) {
      notify_waiters(state, who::one);
    }
  }
  void notify_all() noexcept {
    if (const std::uint32_t state = look_for_waiters(); state != 0) {
      notify_waiters(state, who::all);
    }
  }

  // After a wait that has taken one of several things: wakes another waiter if
  // is_more(), which sees what any waiter has seen before it went to sleep.
  template <class IsMore>
  void pass_on(const IsMore& is_more) {
    // relaxed: guess. The end of this thread's wait is in state_; who counted
    // as a waiter before it is seen.
    if (state_.load(relaxed) < one_waiter) return;
    fence();
    if (is_more()) notify_one();
  }

  // Returns when ready() is true. It is called in this thread, any number of
  // times.
  template <class Ready>
  void await(Ready ready) {
    (void)wait(internal::never_stopped(), internal::deadline(), ready);
  }
  // Returns ready(), false only if a stop was requested.
  template <stoppable_token Token, class Ready>
  bool await(const Token& stop, Ready ready) {
    return wait(stop, internal::deadline(), ready);
  }

  // Returns ready(), false only if the deadline has passed (or a stop was
  // requested). With a deadline in the past it does not sleep.
  template <class Clock, class Duration, class Ready>
  bool await_until(const std::chrono::time_point<Clock, Duration>& deadline,
                   Ready ready) {
    return wait(internal::never_stopped(), internal::deadline_at(deadline),
                ready);
  }
  template <stoppable_token Token, class Clock, class Duration, class Ready>
  bool await_until(const Token& stop,
                   const std::chrono::time_point<Clock, Duration>& deadline,
                   Ready ready) {
    return wait(stop, internal::deadline_at(deadline), ready);
  }
  template <class Rep, class Period, class Ready>
  bool await_for(const std::chrono::duration<Rep, Period>& time, Ready ready) {
    return wait(internal::never_stopped(), internal::deadline::in(time), ready);
  }
  template <stoppable_token Token, class Rep, class Period, class Ready>
  bool await_for(const Token& stop,
                 const std::chrono::duration<Rep, Period>& time, Ready ready) {
    return wait(stop, internal::deadline::in(time), ready);
  }

 private:
  enum class who { one, all };

  static constexpr std::uint32_t announced = 1;   // E2
  static constexpr std::uint32_t confirmed = 2;   // E2
  static constexpr std::uint32_t one_waiter = 4;  // E1

  std::uint32_t look_for_waiters() noexcept {
    // [notify.fence] light: SB with [await.fence] and [switch.fence]: either
    // the other side sees what was written before this notify, or this thread
    // sees the waiter, or the announcement.
    asymmetric_thread_fence_light(seq_cst);
    // relaxed: guess. [notify.fence] decides what a thread that sees no
    // announcement may miss.
    return state_.load(relaxed);
  }

  // Out of line: who notifies nobody should not carry it along, nor be too long
  // to be inlined himself.
  [[gnu::noinline]] void notify_waiters(std::uint32_t state,
                                        who woken) noexcept {
    if ((state & announced) != 0) {
      // [notify.full] seq_cst: SB with [await.full]: either the waiter sees
      // what was written before this notify, or this thread sees the waiter.
      thread_fence(seq_cst);
      // relaxed: guess. [notify.full] decides what may be missed.
      state = state_.load(relaxed);
    }
    if (state < one_waiter) return;
    // relaxed: counter. What the waiter is to see it sees by the fences.
    epoch_.fetch_add(1, relaxed);
    if (woken == who::one) {
      wake_one(epoch_);
    } else {
      wake_all(epoch_);
    }
  }

  // E1
  class waiting {
   public:
    explicit waiting(event_count& where) noexcept : where_(where) {
      // relaxed: counter. The fences decide who sees it.
      where_.state_.fetch_add(one_waiter, relaxed);
    }
    waiting(const waiting&) = delete;
    waiting& operator=(const waiting&) = delete;
    ~waiting() {
      // relaxed: counter
      where_.state_.fetch_sub(one_waiter, relaxed);
    }

   private:
    event_count& where_;
  };

  template <class Token, class Deadline, class Ready>
  bool wait(const Token& stop, const Deadline& deadline, Ready& ready) {
    for (int spins = 0; !ready(); ++spins) {
      // Bounded: so many looks before the thread counts as waiting.
      if (spins < tuning::spin_limit) {
        pause();
        continue;
      }
      if (stop.stop_requested() || deadline.next().is_past()) return ready();
      const waiting counted(*this);
      if constexpr (!std::is_same_v<Token, internal::never_stopped>) {
        const auto wake = [this] { notify_all(); };
        const typename internal::stop_callback_for<
            Token, std::remove_const_t<decltype(wake)>>::type on_stop(stop,
                                                                      wake);
        return sleep(stop, deadline, ready);
      } else {
        return sleep(stop, deadline, ready);
      }
    }
    return true;
  }

  template <class Token, class Deadline, class Ready>
  bool sleep(const Token& stop, const Deadline& deadline, Ready& ready) {
    for (;;) {
      // relaxed: guess. The sleep compares it.
      const std::uint32_t epoch = epoch_.load(relaxed);
      fence();
      if (ready()) return true;
      if (stop.stop_requested()) return ready();
      const internal::deadline end = deadline.next();
      if (end.is_past()) return ready();
      // Waits for [notify.fence], and for what makes ready() true.
      if (end.exists) {
        (void)wait_on_address(epoch_, epoch, end.at);
      } else {
        wait_on_address(epoch_, epoch);
      }
      // Woken: mostly by what was waited for, and then no fence is needed.
      if (ready()) return true;
      retry();
    }
  }

  void fence() noexcept {
    // relaxed: ordered by [await.full]. Who sees the confirmation comes, with
    // that fence, after [switch.fence].
    if ((state_.load(relaxed) & confirmed) != 0) {
      // [await.full] seq_cst: SB with [notify.full]: either this thread sees
      // the data in the next look, or the notifier sees that it waits.
      thread_fence(seq_cst);
      return;
    }
    // [await.fence] heavy: SB with [notify.fence]: either this thread sees the
    // data in the next look, or the notifier sees that it waits.
    asymmetric_thread_fence_heavy(seq_cst);
    if (is_too_often()) change_fences();
  }

  // Whether the last heavy fences came faster than is worth it.
  bool is_too_often() noexcept {
    // relaxed: counter
    const std::uint32_t before = heavy_fences_.fetch_add(1, relaxed);
    if (before % tuning::heavy_fences_at_a_time != 0) return false;
    const std::int64_t at = now().time_since_epoch().count();
    // relaxed: guess
    const std::int64_t last = measured_at_.exchange(at, relaxed);
    return before != 0 && at - last < tuning::heavy_fences_at_a_time *
                                          tuning::heavy_fence_interval.count();
  }

  void change_fences() noexcept {
    // relaxed: ordered by [switch.fence]. The announcement comes before it.
    if ((state_.fetch_or(announced, relaxed) & announced) != 0) return;
    // [switch.fence] heavy: SB with [notify.fence]: either whoever has seen the
    // confirmation sees the data, or the notifier sees the announcement.
    asymmetric_thread_fence_heavy(seq_cst);
    // relaxed: ordered by [switch.fence]
    state_.fetch_or(confirmed, relaxed);
  }

  atomic<std::uint32_t> state_{0};  // E1, E2
  atomic<std::uint32_t> epoch_{0};
  atomic<std::uint32_t> heavy_fences_{0};
  atomic<std::int64_t> measured_at_{0};
};

}  // namespace acqrel

#endif  // ACQREL_ATOMICS_EVENT_COUNT_H_
