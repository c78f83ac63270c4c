// The service from outside: what it answers, what it counts and logs, how it
// ends under load, and what it says about mistakes.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <latch>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "acqrel/examples/http/compare.h"
#include "acqrel/examples/http/load.h"
#include "acqrel/examples/http/running_service.h"
#include "acqrel/examples/log/access_log.h"
#include "acqrel/examples/program.h"
#include "gtest/gtest.h"

namespace examples::http {
namespace {

std::string the_program;

constexpr std::string_view hello = "GET /hello HTTP/1.1\r\nHost: x\r\n";
constexpr std::string_view end_of_head = "\r\n";
constexpr std::string_view closing = "Connection: close\r\n\r\n";

std::string request(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(closing);
}

// A client's end of a connection, byte by byte.
class connection {
 public:
  explicit connection(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0) {
      const int error = errno;
      close(socket_);
      throw std::system_error(error, std::generic_category(), "connect");
    }
  }
  ~connection() { close(socket_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void send(std::string_view text) {
    ASSERT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // What the service sends until it has sent `end`, or until it closes.
  std::string receive_to(std::string_view end) {
    std::string text;
    char byte = 0;
    while ((end.empty() || text.find(end) == std::string::npos) &&
           recv(socket_, &byte, 1, 0) == 1) {
      text += byte;
    }
    return text;
  }
  std::string receive() { return receive_to(""); }

 private:
  int socket_;
};

// Sends one request and returns the answer.
std::string answer(int port, std::string_view text) {
  connection to(port);
  to.send(text);
  return to.receive();
}

std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}
std::string body(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

std::string new_file(const std::string& name) {
  std::string path = testing::TempDir() + name;
  unlink(path.c_str());
  return path;
}

std::vector<std::string> lines(const std::string& path) {
  std::vector<std::string> result;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) result.push_back(line);
  return result;
}

// What the service says it has done when it has stopped.
struct summary {
  long connections = -1;
  long requests = -1;
  long logged = -1;
};

summary summary_of(const program_result& result) {
  summary said;
  std::sscanf(result.err.c_str(),
              "http_service: stopped: %ld connections, %ld requests answered, "
              "%ld lines logged",
              &said.connections, &said.requests, &said.logged);
  return said;
}

// Answers.

TEST(HttpService, Answers) {
  running_service service(the_program, {});
  const struct {
    std::string_view target;
    std::string_view status;
    std::string_view body;
  } cases[] = {
      {"/", "HTTP/1.1 200 OK", "Hello, world\n"},
      {"/hello", "HTTP/1.1 200 OK", "Hello, world\n"},
      {"/healthz", "HTTP/1.1 200 OK", "ok\n"},
      {"/work?microseconds=7", "HTTP/1.1 200 OK", "worked 7 microseconds\n"},
      {"/work", "HTTP/1.1 400 Bad Request",
       "microseconds is a number from 0 to 10000000\n"},
      {"/work?microseconds=-1", "HTTP/1.1 400 Bad Request",
       "microseconds is a number from 0 to 10000000\n"},
      {"/work?microseconds=10000001", "HTTP/1.1 400 Bad Request",
       "microseconds is a number from 0 to 10000000\n"},
      {"/nothing", "HTTP/1.1 404 Not Found", ""},
  };
  for (const auto& expected : cases) {
    const std::string got = answer(service.port(), request(expected.target));
    EXPECT_EQ(status_line(got), expected.status) << expected.target;
    EXPECT_EQ(body(got), expected.body) << expected.target;
  }
  const program_result result = service.stop();
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST(HttpService, KeepsAConnectionAndEndsItWhenAsked) {
  running_service service(the_program, {});
  connection to(service.port());
  for (int i = 0; i < 3; ++i) {
    to.send(std::string(hello) + std::string(end_of_head));
    EXPECT_NE(to.receive_to("world\n"), "");
  }
  to.send(std::string(hello) + std::string(closing));
  EXPECT_EQ(body(to.receive()), "Hello, world\n");
  const summary said = summary_of(service.stop());
  EXPECT_EQ(said.connections, 1);
  EXPECT_EQ(said.requests, 4);
}

TEST(HttpService, WorksForAsLongAsItIsAsked) {
  running_service service(the_program, {});
  const auto before = std::chrono::steady_clock::now();
  answer(service.port(), request("/work?microseconds=100000"));
  EXPECT_GE(std::chrono::steady_clock::now() - before,
            std::chrono::milliseconds(100));
}

// Figures.

using figures = std::map<std::string, double>;

figures read_figures(connection& to) {
  to.send(std::string("GET /metrics HTTP/1.1\r\n") + std::string(end_of_head));
  const std::string head = to.receive_to("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/plain; version=0.0.4"),
            std::string::npos);
  // The last figure, and its end.
  const std::string text =
      to.receive_to("\nhttp_log_lines_lost_total ") + to.receive_to("\n");
  // The format, line by line: each figure belongs to a family that was named.
  const std::regex help(R"(# HELP ([a-z_]+) \S.*)");
  const std::regex type(R"(# TYPE ([a-z_]+) (counter|gauge|histogram))");
  const std::regex sample(
      R"(([a-z_]+?)(_bucket|_sum|_count)?(\{[a-z]+="[^"]+"\})? (\S+))");
  figures result;
  std::string family;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_match(line, match, help)) {
      family = match[1];
    } else if (std::regex_match(line, match, type)) {
      EXPECT_EQ(match[1], family);
    } else {
      EXPECT_TRUE(std::regex_match(line, match, sample)) << line;
      EXPECT_EQ(match[1], family) << line;
      const std::string name = match[1].str() + match[2].str() + match[3].str();
      EXPECT_EQ(result.count(name), 0u) << name;
      result[name] = std::stod(match[4]);
    }
  }
  return result;
}

TEST(HttpService, CountsWhatItDoes) {
  running_service service(the_program, {});
  // One connection is one worker: what it has answered, it has counted before
  // it reads the next request.
  connection to(service.port());
  const auto ask = [&to](std::string_view first_line) {
    to.send(std::string(first_line) + "\r\n\r\n");
    to.receive_to("\r\n\r\n");
  };
  for (int i = 0; i < 5; ++i) {
    to.send(std::string(hello) + std::string(end_of_head));
    to.receive_to("world\n");
  }
  ask("GET /nothing HTTP/1.1");
  ask("HEAD /hello HTTP/1.1");
  to.send("GET /work?microseconds=30000 HTTP/1.1\r\n\r\n");
  to.receive_to("microseconds\n");

  figures got = read_figures(to);
  EXPECT_EQ(got["http_connections_total"], 1);
  EXPECT_EQ(got["http_connections_refused_total"], 0);
  EXPECT_EQ(got["http_queue_depth"], 0);
  EXPECT_EQ(got["http_requests_in_flight"], 1);  // this one
  EXPECT_EQ(got["http_requests_total{status=\"2xx\"}"], 7);
  EXPECT_EQ(got["http_requests_total{status=\"4xx\"}"], 1);
  EXPECT_EQ(got["http_requests_total{status=\"5xx\"}"], 0);
  EXPECT_EQ(got["http_response_bytes_total"], 5 * 13 + 26);
  EXPECT_EQ(got["http_request_duration_seconds_count"], 8);
  EXPECT_EQ(got["http_request_duration_seconds_bucket{le=\"+Inf\"}"], 8);
  EXPECT_LE(got["http_request_duration_seconds_bucket{le=\"0.025\"}"], 7);
  EXPECT_GE(got["http_request_duration_seconds_sum"], 0.03);

  got = read_figures(to);
  EXPECT_EQ(got["http_requests_total{status=\"2xx\"}"], 8);
  EXPECT_EQ(got["http_request_duration_seconds_count"], 9);
}

TEST(HttpService, SeesItsQueue) {
  running_service service(the_program, {"--workers=2"});
  // One worker is busy for a while, and one is ours.
  connection ours(service.port());
  ours.send(std::string(hello) + std::string(end_of_head));
  ours.receive_to("world\n");
  connection busy(service.port());
  busy.send(request("/work?microseconds=2000000"));
  std::vector<std::unique_ptr<connection>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(std::make_unique<connection>(service.port()));
    waiting.back()->send(request("/hello"));
  }
  figures got;
  do {
    got = read_figures(ours);
  } while (got["http_connections_total"] < 5 ||
           got["http_requests_in_flight"] < 2);
  EXPECT_EQ(got["http_queue_depth"], 3);
  for (auto& each : waiting) EXPECT_EQ(body(each->receive()), "Hello, world\n");
  EXPECT_EQ(read_figures(ours)["http_queue_depth"], 0);
}

TEST(HttpService, HistogramsGrowWithTheirBounds) {
  running_service service(the_program, {});
  run_load({.port = service.port(), .clients = 4, .requests = 50});
  connection to(service.port());
  const figures got = read_figures(to);
  std::map<double, double> buckets;
  const std::string before = "http_request_duration_seconds_bucket{le=\"";
  for (const auto& [name, value] : got) {
    if (name.rfind(before, 0) == 0) {
      buckets[std::stod(name.substr(before.size()))] = value;  // stod: inf, too
    }
  }
  ASSERT_GE(buckets.size(), 10u);
  double last = 0;
  for (const auto& [bound, value] : buckets) {
    EXPECT_GE(value, last) << bound;
    last = value;
  }
  EXPECT_EQ(last, got.at("http_request_duration_seconds_count"));
}

// The end.

class EachPool : public testing::TestWithParam<const char*> {
 protected:
  std::string pool() const { return std::string("--pool=") + GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(HttpService, EachPool,
                         testing::Values("acqrel", "builtin"),
                         [](const auto& info) { return info.param; });

// Stops the service in the middle of a load and checks that the clients got as
// many answers as the service says that it gave, and logged.
void stop_under_load(const std::string& pool, bool keep_alive) {
  const std::string log = new_file("load.log");
  running_service service(the_program, {pool, "--workers=4", "--log=" + log});
  std::latch loaded(2'000);
  std::atomic<int> answers{0};
  load_result result;
  std::thread clients([&] {
    result = run_load({.port = service.port(),
                       .clients = 12,
                       .target = "/work?microseconds=20",
                       .keep_alive = keep_alive,
                       .on_answer = [&] {
                         if (answers++ < 2'000) loaded.count_down();
                       }});
  });
  loaded.wait();
  const program_result ended = service.stop();
  clients.join();

  EXPECT_EQ(ended.status, 0) << ended.err;
  const summary said = summary_of(ended);
  EXPECT_EQ(result.wrong, 0);
  EXPECT_GE(result.answered, 2'000);
  EXPECT_EQ(said.requests, result.answered);
  EXPECT_EQ(said.logged, result.answered);
  const std::vector<std::string> logged = lines(log);
  EXPECT_EQ(logged.size(), static_cast<std::size_t>(result.answered));
  for (const std::string& line : logged) {
    const parsed_line parsed = parse_line(line);
    ASSERT_TRUE(parsed.ok()) << parsed.problem << ": " << line;
    ASSERT_EQ(parsed.record.path, "/work");
    ASSERT_EQ(parsed.record.status, 200);
  }
  // Each connection that was accepted got the answer to what was asked on it.
  if (!keep_alive) {
    EXPECT_EQ(said.connections, result.answered);
  }
  EXPECT_EQ(result.unanswered, 0);
  EXPECT_EQ(result.refused, 12);
}

TEST_P(EachPool, AnswersEveryConnectionWhenStoppedUnderLoad) {
  for (int i = 0; i < 3; ++i) stop_under_load(pool(), false);
}

TEST_P(EachPool, AnswersEveryRequestWhenStoppedUnderLoad) {
  for (int i = 0; i < 3; ++i) stop_under_load(pool(), true);
}

TEST_P(EachPool, AnswersWhoeverIsConnectedWhenStopped) {
  running_service service(the_program, {pool(), "--workers=1"});
  // Some of them have not been accepted yet.
  std::vector<std::unique_ptr<connection>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<connection>(service.port()));
    clients.back()->send("GET /work?microseconds=10000 HTTP/1.1\r\n\r\n");
  }
  service.send_signal(SIGTERM);
  for (auto& client : clients) {
    const std::string got = client->receive();
    EXPECT_EQ(body(got), "worked 10000 microseconds\n");
  }
  const program_result ended = service.wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(summary_of(ended).requests, 20);
  EXPECT_THROW(connection{service.port()}, std::system_error);
}

TEST_P(EachPool, EndsConnectionsThatAskForNothing) {
  running_service service(the_program, {pool(), "--grace=50"});
  connection silent(service.port());
  connection kept(service.port());
  kept.send(std::string(hello) + std::string(end_of_head));
  kept.receive_to("world\n");
  const auto before = std::chrono::steady_clock::now();
  const program_result ended = service.stop();
  // Well below the time for which the service keeps a connection.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(summary_of(ended).connections, 2);
  EXPECT_EQ(silent.receive(), "");
  EXPECT_EQ(kept.receive(), "");
}

TEST(HttpService, TellsThatItStops) {
  running_service service(the_program, {"--grace=10000", "--workers=2"});
  connection early(service.port());
  connection kept(service.port());
  kept.send(std::string(hello) + std::string(end_of_head));
  kept.receive_to("world\n");
  early.send(std::string(hello) + std::string(end_of_head));
  early.receive_to("world\n");
  service.send_signal(SIGTERM);
  // It has begun to stop when it refuses connections.
  for (bool refused = false; !refused;) {
    try {
      connection late(service.port());
    } catch (const std::system_error&) {
      refused = true;
    }
  }
  kept.send("GET /healthz HTTP/1.1\r\n\r\n");
  const std::string health = kept.receive();
  EXPECT_EQ(status_line(health), "HTTP/1.1 503 Service Unavailable");
  EXPECT_NE(health.find("Connection: close"), std::string::npos);
  EXPECT_EQ(body(health), "stopping\n");
  // A request that comes within the grace time is answered.
  early.send(std::string(hello) + std::string(end_of_head));
  EXPECT_EQ(body(early.receive()), "Hello, world\n");
  EXPECT_EQ(service.wait().status, 0);
}

TEST(HttpService, EndsAtOnceAtTheSecondSignal) {
  running_service service(the_program, {"--workers=2", "--grace=0"});
  connection idle(service.port());
  idle.send(std::string(hello) + std::string(end_of_head));
  idle.receive_to("world\n");
  connection busy(service.port());
  busy.send(request("/work?microseconds=10000000"));
  service.send_signal(SIGTERM);
  EXPECT_EQ(idle.receive(), "");  // so the first signal has come
  service.send_signal(SIGTERM);
  EXPECT_EQ(service.wait().status, -SIGTERM);
}

TEST(HttpService, StopsAtControlC) {
  running_service service(the_program, {});
  service.send_signal(SIGINT);
  EXPECT_EQ(service.wait().status, 0);
}

TEST(HttpService, StopsAsSoonAsItListens) {
  for (int i = 0; i < 20; ++i) {
    const program_result ended = running_service(the_program, {}).stop();
    EXPECT_EQ(ended.status, 0) << ended.err;
  }
}

// The log.

TEST(HttpService, LogsToStandardOutput) {
  running_service service(the_program, {});
  answer(service.port(), request("/hello?name=you"));
  const program_result ended = service.stop();
  EXPECT_TRUE(std::regex_match(
      ended.out,
      std::regex(R"(127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)"
                 R"( \+0000\] "GET /hello\?name=you HTTP/1\.1" 200 13\n)")))
      << ended.out;
}

TEST(HttpService, AddsToItsLog) {
  const std::string log = new_file("adds.log");
  for (int i = 0; i < 2; ++i) {
    running_service service(the_program, {"--log=" + log});
    answer(service.port(), request("/hello"));
    EXPECT_EQ(service.stop().status, 0);
  }
  EXPECT_EQ(lines(log).size(), 2u);
}

TEST(HttpService, NobodyForgesALineOfTheLog) {
  const std::string log = new_file("forged.log");
  running_service service(the_program, {"--log=" + log});
  answer(service.port(), request("/\"\x1b[2J\\\xff\" 200 1"));
  answer(service.port(), request("/\" 999 1 \"\\"));
  answer(service.port(), "rubbish\r\n\r\n");
  EXPECT_EQ(service.stop().status, 0);
  const std::vector<std::string> logged = lines(log);
  ASSERT_EQ(logged.size(), 3u);
  for (const std::string& line : logged) {
    const parsed_line parsed = parse_line(line);
    EXPECT_TRUE(parsed.ok()) << line;
    EXPECT_GE(parsed.record.status, 400) << line;
    EXPECT_LT(parsed.record.status, 500) << line;
    for (const char byte : line) EXPECT_TRUE(byte >= ' ' && byte <= '~');
  }
}

TEST(HttpService, AnswersWhenTheLogCannotBeWritten) {
  running_service service(the_program, {"--log=/dev/full"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(body(answer(service.port(), request("/hello"))),
              "Hello, world\n");
  }
  const program_result ended = service.stop();
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.err,
            "http_service: cannot write the log: No space left on device\n"
            "http_service: stopped: 3 connections, 3 requests answered, 0 "
            "lines logged\n"
            "http_service: 3 lines of the log are lost\n");
}

// Mistakes.

TEST(HttpService, SaysThatItCannotOpenTheLog) {
  const program_result result = run({the_program, "--log=/no/such/directory"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "http_service: cannot open /no/such/directory: No such file or "
            "directory\n");
}

TEST(HttpService, SaysThatThePortIsTaken) {
  running_service service(the_program, {});
  const std::string port = std::to_string(service.port());
  const program_result result = run({the_program, "--port=" + port});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "http_service: cannot listen on port " + port +
                            ": Address already in use\n");
}

TEST(HttpService, ListensOnThePortItIsTold) {
  // One that was free a moment ago.
  const int port = [] {
    running_service service(the_program, {});
    return service.port();
  }();
  program service({the_program, "--port=" + std::to_string(port)});
  EXPECT_EQ(
      service.read_error_line(),
      "http_service: listening on http://127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(body(answer(port, request("/"))), "Hello, world\n");
}

TEST(HttpService, RefusesWrongFlagsInOneSentence) {
  for (const std::string flag :
       {"--port=x", "--port=65536", "--port", "--workers=0", "--pool=quick",
        "--grace=-1", "--log=", "--no_such_flag", "--help=1", "-x", "file"}) {
    const program_result result = run({the_program, flag});
    EXPECT_EQ(result.status, 2) << flag;
    EXPECT_EQ(result.out, "") << flag;
    EXPECT_EQ(result.err.find("http_service: "), 0u) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
}

TEST(HttpService, Helps) {
  const program_result result = run({the_program, "--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out.find("usage: http_service"), 0u);
}

// The pools beside each other: that the table is there and right, not who wins.

TEST(HttpService, ComparesItsPools) {
  const comparison result =
      compare_pools({.service = the_program,
                     .rounds = 2,
                     .wanted = {.clients = 4, .requests = 300}});
  ASSERT_EQ(result.problem, "");
  EXPECT_EQ(result.acqrel.size(), 2u);
  EXPECT_EQ(result.builtin.size(), 2u);
  for (const auto& rounds : {result.acqrel, result.builtin}) {
    for (const load_result& round : rounds) {
      EXPECT_EQ(round.answered, 1'200);
      EXPECT_LE(round.percentile(0.5), round.percentile(0.99));
      EXPECT_LE(round.percentile(0.99), round.percentile(0.999));
    }
  }
  std::printf("%s", table(result).c_str());
}

}  // namespace
}  // namespace examples::http

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) return 2;
  examples::http::the_program = argv[1];
  return RUN_ALL_TESTS();
}
