// The log's lines, and files that cannot take them.

#include "acqrel/examples/http/log_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "acqrel/examples/http/metrics.h"
#include "gtest/gtest.h"

namespace examples::http {
namespace {

log_line line_for(std::string request) {
  return {.time = std::chrono::system_clock::from_time_t(971186136),
          .host = "192.0.2.1",
          .request = std::move(request),
          .status = 200,
          .bytes = 7};
}

std::string text_of(const std::string& request) {
  std::string text;
  append_line(text, line_for(request));
  return text;
}

std::string contents(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t size; (size = read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return text;
}

TEST(LogWriter, FormatsALine) {
  EXPECT_EQ(text_of("GET /a HTTP/1.1"),
            "192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] \"GET /a HTTP/1.1\" "
            "200 7\n");
}

TEST(LogWriter, EscapesWhatCouldEndTheRequest) {
  EXPECT_EQ(text_of("\"\\\n\x7f\xc3"),
            "192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] "
            "\"\\\"\\\\\\x0a\\x7f\\xc3\" 200 7\n");
}

TEST(LogWriter, WritesADashForARequestThatIsNone) {
  EXPECT_NE(text_of("").find(" \"-\" "), std::string::npos);
}

TEST(LogWriter, WritesTheLinesOfAllThreads) {
  std::FILE* const file = std::tmpfile();
  metrics figures;
  constexpr int threads = 4;
  constexpr int each = 5'000;
  {
    log_writer log(fileno(file), figures);
    std::vector<std::thread> writers;
    for (int i = 0; i < threads; ++i) {
      writers.emplace_back([&log, i] {
        for (int j = 0; j < each; ++j) {
          log.write(line_for(std::to_string(i) + " " + std::to_string(j)));
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  EXPECT_EQ(figures.lines(), threads * each);
  EXPECT_EQ(figures.lost(), 0);
  // Each thread's lines in their order.
  std::rewind(file);
  std::vector<int> next(threads);
  int thread = 0;
  int number = 0;
  int lines = 0;
  while (std::fscanf(file, "192.0.2.1 - - [%*[^]]] \"%d %d\" 200 7\n", &thread,
                     &number) == 2) {
    ASSERT_EQ(number, next.at(static_cast<std::size_t>(thread))++);
    ++lines;
  }
  EXPECT_EQ(lines, threads * each);
  std::fclose(file);
}

TEST(LogWriter, WaitsForASlowReader) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  metrics figures;
  std::string expected;
  std::string got;
  {
    log_writer log(ends[1], figures);
    for (int i = 0; i < 5'000; ++i) {
      expected += text_of(std::to_string(i));
      log.write(line_for(std::to_string(i)));
    }
    // Now the pipe is full, or soon will be; read it by and by.
    fcntl(ends[0], F_SETFL, 0);
    char buffer[1024];
    while (got.size() < expected.size()) {
      const ssize_t size = read(ends[0], buffer, sizeof buffer);
      ASSERT_GT(size, 0);
      got.append(buffer, static_cast<std::size_t>(size));
    }
  }
  EXPECT_EQ(got, expected);
  EXPECT_EQ(figures.lines(), 5'000);
  close(ends[0]);
  close(ends[1]);
}

TEST(LogWriter, GoesOnWhenThereIsRoomAgain) {
  signal(SIGXFSZ, SIG_IGN);
  std::FILE* const file = std::tmpfile();
  const std::string first = text_of("first");
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit limited = before;
  limited.rlim_cur = first.size() + first.size() / 2;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  metrics figures;
  {
    log_writer log(fileno(file), figures);
    log.write(line_for("first"));
    log.write(line_for("cut"));
    while (figures.lost() == 0) std::this_thread::yield();
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    log.write(line_for("after"));
  }
  EXPECT_EQ(figures.lines(), 2);
  EXPECT_EQ(figures.lost(), 1);
  lseek(fileno(file), 0, SEEK_SET);
  EXPECT_EQ(contents(fileno(file)),
            first + text_of("cut").substr(0, first.size() / 2) + "\n" +
                text_of("after"));
  std::fclose(file);
}

}  // namespace
}  // namespace examples::http
