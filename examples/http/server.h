// The service: what it answers, on which threads, and how it ends.

#ifndef ACQREL_EXAMPLES_HTTP_SERVER_H_
#define ACQREL_EXAMPLES_HTTP_SERVER_H_

#include <chrono>
#include <memory>

#include "acqrel/examples/http/log_writer.h"
#include "acqrel/examples/http/metrics.h"
#include "acqrel/examples/http/options.h"

namespace examples::http {

class server {
 public:
  // The figures and the log outlive the server. Starts the workers; throws
  // std::system_error if the machine has no threads for them.
  server(const options& wanted, metrics& figures, log_writer& log);
  ~server();

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Listens on the loopback interface. Returns the port, which is the one asked
  // for unless that was 0; or -1, with errno.
  int bind();

  // Answers until stop(). Returns when every request that was accepted has been
  // answered; false if the listening socket failed.
  bool run();

  // Any thread, once, after bind().
  //
  // Who is connected is answered, and told that the connection ends; who is not
  // yet cannot connect any more. A connection on which nothing comes within the
  // grace time is closed.
  void stop();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace examples::http

#endif  // ACQREL_EXAMPLES_HTTP_SERVER_H_
