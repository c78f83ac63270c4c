// Three workers write to one event log; it is printed when they are done.
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "event_log.h"

int main() {
  event_log log;
  std::vector<std::thread> workers;
  for (int id = 1; id <= 3; ++id) {
    workers.emplace_back([&log, id] {
      const std::string name = "worker " + std::to_string(id);
      log.write(name + " starts");
      log.write(name + " is done");
    });
  }
  for (std::thread& worker : workers) worker.join();
  log.drain(std::cout);
}
