// A log that any thread writes to without waiting for a disk or for another
// thread's line.
#ifndef CONSUMER_EVENT_LOG_H_
#define CONSUMER_EVENT_LOG_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>

#include "acqrel/structures/michael_scott_queue.h"

class event_log {
 public:
  // Any thread.
  void write(std::string line) { lines_.push(std::move(line)); }

  // Any thread: moves the lines written so far to `out`, and returns how many.
  // Each line goes to one drain() alone, each thread's in the order it wrote
  // them.
  std::size_t drain(std::ostream& out) {
    std::size_t count = 0;
    while (auto line = lines_.try_pop()) {
      out << *line << '\n';
      ++count;
    }
    return count;
  }

 private:
  acqrel::michael_scott_queue<std::string> lines_;
};

#endif  // CONSUMER_EVENT_LOG_H_
