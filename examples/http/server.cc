#include "acqrel/examples/http/server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acqrel/atomics/backoff.h"
#include "acqrel/atomics/flag.h"
#include "acqrel/examples/http/library.h"
#include "acqrel/examples/http/log_writer.h"
#include "acqrel/examples/http/metrics.h"
#include "acqrel/examples/http/options.h"
#include "acqrel/examples/http/pool.h"

namespace examples::http {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t requests_per_connection = 1000;
// What a handshake between the kernels takes, with time to spare.
constexpr std::chrono::milliseconds handshake_time{100};
constexpr std::size_t largest_body = 1 << 20;

// poll(), which signals do not end early.
int wait_for(pollfd* descriptors, nfds_t count,
             std::chrono::milliseconds time) {
  const clock::time_point end = clock::now() + time;
  for (;;) {
    const int ready = poll(descriptors, count, static_cast<int>(time.count()));
    if (ready >= 0 || errno != EINTR) return ready;
    time = std::max(
        std::chrono::ceil<std::chrono::milliseconds>(end - clock::now()),
        std::chrono::milliseconds(0));
  }
}

int new_event() {
  const int descriptor = eventfd(0, EFD_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  throw std::system_error(errno, std::generic_category(), "eventfd");
}

// Counts the connections on their way into a pool of either kind.
class counted_pool final : public httplib::TaskQueue {
 public:
  counted_pool(std::unique_ptr<httplib::TaskQueue> pool, metrics& figures)
      : pool_(std::move(pool)), figures_(figures) {}

  bool enqueue(std::function<void()> task) override {
    figures_.accepted();
    if (pool_->enqueue(std::move(task))) return true;
    figures_.refused();
    return false;
  }
  void shutdown() override { pool_->shutdown(); }

 private:
  const std::unique_ptr<httplib::TaskQueue> pool_;
  metrics& figures_;
};

std::unique_ptr<httplib::TaskQueue> make_pool(const options& wanted) {
  if (wanted.pool == pool_kind::acqrel) {
    return std::make_unique<queue_pool>(wanted.workers);
  }
  return std::make_unique<httplib::ThreadPool>(
      static_cast<std::size_t>(wanted.workers));
}

void say(httplib::Response& response, int status, std::string text) {
  response.status = status;
  response.set_content(std::move(text), "text/plain");
}

void hello(const httplib::Request&, httplib::Response& response) {
  say(response, 200, "Hello, world\n");
}

// Keeps a processor busy for as long as the request says.
void work(const httplib::Request& request, httplib::Response& response) {
  constexpr std::int64_t most = 10'000'000;
  std::int64_t microseconds = 0;
  if (!absl::SimpleAtoi(request.get_param_value("microseconds"),
                        &microseconds) ||
      microseconds < 0 || microseconds > most) {
    say(response, 400,
        absl::StrCat("microseconds is a number from 0 to ", most, "\n"));
    return;
  }
  const clock::time_point end =
      clock::now() + std::chrono::microseconds(microseconds);
  while (clock::now() < end) {
  }
  say(response, 200, absl::StrCat("worked ", microseconds, " microseconds\n"));
}

// The request that a thread is answering. The library calls its logger in the
// same thread and tells it neither.
struct exchange {
  clock::time_point begun;
  const std::string* host = nullptr;
  bool understood = false;  // its head
};
thread_local exchange current;

}  // namespace

// The library's server, with a connection's life of our own: its own ends a
// connection that was accepted and not yet read from when the server stops.
class server::implementation final : public httplib::Server {
 public:
  implementation(const options& wanted, metrics& figures, log_writer& log)
      : port_(wanted.port),
        grace_(wanted.grace),
        figures_(figures),
        log_(log),
        stopping_(new_event()),
        pool_(std::make_unique<counted_pool>(make_pool(wanted), figures)) {
    new_task_queue = [this] {
      running_.set();
      return pool_.release();
    };
    // The library's default lets two servers share a port.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    // An answer's head and body are written one after the other.
    set_tcp_nodelay(true);
    set_payload_max_length(largest_body);
    set_keep_alive_max_count(requests_per_connection);

    Get("/", hello);
    Get("/hello", hello);
    Get("/work", work);
    Get("/healthz", [this](const auto&, httplib::Response& response) {
      if (is_stopping()) {
        say(response, 503, "stopping\n");
      } else {
        say(response, 200, "ok\n");
      }
    });
    Get("/metrics", [this](const auto&, httplib::Response& response) {
      response.set_content(figures_.text(), metrics::content_type);
    });
    set_logger(
        [this](const httplib::Request& request,
               const httplib::Response& response) { note(request, response); });
  }

  ~implementation() override {
    if (pool_) pool_->shutdown();  // run() was not called
    close(stopping_);
  }

  int bind() {
    errno = 0;
    if (port_ == 0) return bind_to_any_port("127.0.0.1");
    return bind_to_port("127.0.0.1", port_) ? port_ : -1;
  }

  void stop_when_running() {
    running_.wait();  // the library ignores an earlier stop()
    refuse_new_connections();
    stop_deadline_ = clock::now() + grace_;
    const std::uint64_t one = 1;
    stop_begun_.set();  // after the deadline, which it makes visible
    [[maybe_unused]] const ssize_t size = write(stopping_, &one, sizeof one);
    stop();
  }

 private:
  bool is_stopping() const { return stop_begun_.test(); }

  // A listening socket that is closed resets the connections that wait in the
  // kernel to be accepted. So first nobody else may connect, and those who are
  // connected, or nearly, come in.
  void refuse_new_connections() {
    const int listening = svr_sock_;
    // Packets come with a time to live of 64 or 128: this drops those that ask
    // for a connection. (A filter would do it, too, but not for everyone.)
    if (!set_least_time_to_live(listening, 255)) {
      return;  // without it, they would come in for ever
    }
    pollfd waiting = {.fd = listening, .events = POLLIN, .revents = 0};
    acqrel::backoff backoff;
    while (wait_for(&waiting, 1, std::min(grace_, handshake_time)) > 0) {
      backoff.wait();  // run() accepts it
    }
  }

  static bool set_least_time_to_live(int socket, int hops) {
    return setsockopt(socket, IPPROTO_IP, IP_MINTTL, &hops, sizeof hops) == 0;
  }

  bool process_and_close_socket(socket_t connection) override {
    figures_.serving();
    // Who came in last has it from the listening socket.
    set_least_time_to_live(connection, 0);
    std::string host;
    std::string own_host;
    int port = 0;
    int own_port = 0;
    httplib::detail::get_remote_ip_and_port(connection, host, port);
    httplib::detail::get_local_ip_and_port(connection, own_host, own_port);

    std::size_t left = keep_alive_max_count_;
    bool ended = false;
    while (!ended && request_comes(connection)) {
      const bool last = --left == 0 || is_stopping();
      httplib::detail::SocketStream stream(
          connection, read_timeout_sec_, read_timeout_usec_, write_timeout_sec_,
          write_timeout_usec_);
      current = {.begun = clock::now(), .host = &host, .understood = false};
      figures_.begun();
      bool closed = false;
      const bool ok =
          process_request(stream, host, port, own_host, own_port, last, closed,
                          [](httplib::Request&) { current.understood = true; });
      figures_.ended();
      // Where the next request would begin is not known after one that was not
      // understood.
      ended = !ok || closed || last || !current.understood;
    }
    httplib::detail::shutdown_socket(connection);
    httplib::detail::close_socket(connection);
    return true;
  }

  // Waits for a request, or the connection's end. False: none comes.
  bool request_comes(socket_t connection) {
    pollfd events[] = {{.fd = connection, .events = POLLIN, .revents = 0},
                       {.fd = stopping_, .events = POLLIN, .revents = 0}};
    if (wait_for(events, 2, std::chrono::seconds(keep_alive_timeout_sec_)) <= 0)
      return false;
    if (events[0].revents != 0) return true;
    // The server stops; but a request may be on its way. The flag is set before
    // the event, and makes the deadline visible.
    if (!is_stopping()) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        stop_deadline_ - clock::now());
    return wait_for(events, 1, std::max(left, std::chrono::milliseconds(0))) >
           0;
  }

  // The library calls it when an answer was written.
  void note(const httplib::Request& request,
            const httplib::Response& response) {
    const std::size_t bytes =
        request.method == "HEAD" ? 0 : response.body.size();
    figures_.answered(response.status, bytes, clock::now() - current.begun);
    log_line line = {.time = std::chrono::system_clock::now(),
                     .host = *current.host,
                     .request = {},
                     .status = response.status,
                     .bytes = bytes};
    if (!request.method.empty()) {
      line.request = absl::StrCat(request.method, " ", request.target, " ",
                                  request.version);
    }
    log_.write(std::move(line));
  }

  const int port_;
  const std::chrono::milliseconds grace_;
  metrics& figures_;
  log_writer& log_;
  const int stopping_;  // readable when the server stops
  acqrel::flag running_;
  acqrel::flag stop_begun_;
  clock::time_point stop_deadline_;  // set before stop_begun_
  std::unique_ptr<httplib::TaskQueue> pool_;
};

server::server(const options& wanted, metrics& figures, log_writer& log)
    : implementation_(std::make_unique<implementation>(wanted, figures, log)) {}
server::~server() = default;

int server::bind() { return implementation_->bind(); }
bool server::run() { return implementation_->listen_after_bind(); }
void server::stop() { implementation_->stop_when_running(); }

}  // namespace examples::http
