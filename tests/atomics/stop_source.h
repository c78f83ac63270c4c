// A stop source in the seam's atomics, so that a model test sees a stop race
// with what it stops: std::stop_source's atomics are the standard library's.
// One callback at a time.
#ifndef ACQREL_TESTS_ATOMICS_STOP_SOURCE_H_
#define ACQREL_TESTS_ATOMICS_STOP_SOURCE_H_

#include <utility>

#include "acqrel/atomics/atomic.h"

namespace acqrel::testing {

class stop_source {
  struct registered {
    virtual void run() = 0;

   protected:
    ~registered() = default;
  };

 public:
  class token {
   public:
    template <class Callback>
    class callback_type : registered {
     public:
      callback_type(const token& of, Callback run)
          : source_(*of.source_), run_(std::move(run)) {
        registered* none = nullptr;
        // acq_rel: the callback is published; or the stop is seen
        if (!source_.callback_.compare_exchange_strong(none, this, acq_rel,
                                                       acquire)) {
          run_();  // requested before
        }
      }
      callback_type(const callback_type&) = delete;
      callback_type& operator=(const callback_type&) = delete;
      ~callback_type() {
        registered* mine = this;
        if (source_.callback_.compare_exchange_strong(mine, nullptr, acq_rel,
                                                      acquire)) {
          return;
        }
        // It has run, or is running, or never was registered.
        await(
            source_.done_, [](bool is) { return is; }, acquire);
      }

     private:
      void run() override { run_(); }

      stop_source& source_;
      Callback run_;
    };

    bool stop_requested() const noexcept {
      return source_->callback_.load(acquire) == source_->stopped();
    }

   private:
    friend class stop_source;
    explicit token(stop_source& of) noexcept : source_(&of) {}
    stop_source* source_;
  };

  token get_token() noexcept { return token(*this); }

  // Once.
  void request_stop() {
    registered* const callback = callback_.exchange(stopped(), acq_rel);
    if (callback != nullptr) callback->run();
    done_.store(true, release);
  }

 private:
  registered* stopped() const noexcept {
    return reinterpret_cast<registered*>(const_cast<stop_source*>(this));
  }

  atomic<registered*> callback_{nullptr};
  atomic<bool> done_{false};
};

}  // namespace acqrel::testing

#endif  // ACQREL_TESTS_ATOMICS_STOP_SOURCE_H_
