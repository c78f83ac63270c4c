// SIGINT and SIGTERM as a file descriptor, so that a thread can wait for input
// and for them at the same time. The second signal of a kind ends the program
// as usual. One object at a time; it lives as long as threads may wait.

#ifndef ACQREL_EXAMPLES_LOG_STOP_SIGNAL_H_
#define ACQREL_EXAMPLES_LOG_STOP_SIGNAL_H_

namespace examples {

class stop_signal {
 public:
  stop_signal();
  ~stop_signal();

  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  // Becomes readable when a signal comes.
  int descriptor() const { return read_end_; }

  // The signal that came. Call it once, when the descriptor is readable.
  int take();

 private:
  int read_end_ = -1;
};

}  // namespace examples

#endif  // ACQREL_EXAMPLES_LOG_STOP_SIGNAL_H_
