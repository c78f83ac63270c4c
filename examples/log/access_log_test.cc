// What a line says, and what is said about a line that says nothing.

#include "acqrel/examples/log/access_log.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace examples {
namespace {

constexpr std::string_view common =
    R"(192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" )"
    "200 2326";
constexpr std::string_view combined =
    R"(192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" )"
    R"(200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en]")";

// A line with this request, and otherwise nothing special.
std::string with_request(std::string_view request) {
  return R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] ")" +
         std::string(request) + R"(" 200 1)";
}

// The common line with `part` replaced.
std::string with(std::string_view part, std::string_view replacement) {
  std::string line(common);
  const std::size_t at = line.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return line.replace(at, part.size(), replacement);
}

std::string path_in(std::string_view line) {
  const parsed_line parsed = parse_line(line);
  return parsed.ok() ? std::string(parsed.record.path) : parsed.problem;
}

std::string problem_in(std::string_view line) {
  const parsed_line parsed = parse_line(line);
  return parsed.ok() ? "none" : parsed.problem;
}

TEST(ParseLine, ReadsCommonAndCombined) {
  for (const std::string_view line : {common, combined}) {
    const parsed_line parsed = parse_line(line);
    ASSERT_TRUE(parsed.ok()) << parsed.problem;
    EXPECT_EQ(parsed.record.host, "192.0.2.1");
    EXPECT_EQ(parsed.record.path, "/a.gif");
    EXPECT_EQ(parsed.record.status, 200);
    EXPECT_EQ(parsed.record.bytes, 2326u);
  }
}

TEST(ParseLine, ReadsAnyHost) {
  for (const std::string_view host :
       {"2001:db8::1", "::1", "www.example.com", "-", "\xff\x01"}) {
    EXPECT_EQ(parse_line(with("192.0.2.1", host)).record.host, host);
  }
}

TEST(ParseLine, TakesADashForNoBytes) {
  const parsed_line parsed = parse_line(with(" 2326", " -"));
  ASSERT_TRUE(parsed.ok()) << parsed.problem;
  EXPECT_EQ(parsed.record.bytes, 0u);
}

TEST(ParseLine, IgnoresACarriageReturnAtTheEnd) {
  EXPECT_EQ(problem_in(std::string(common) + "\r"), "none");
  EXPECT_EQ(problem_in(std::string(combined) + "\r"), "none");
  EXPECT_EQ(problem_in("\r"), "empty line");
}

TEST(ParseLine, AllowsSpacesInTheUser) {
  EXPECT_EQ(problem_in(with("frank", "Frank N. Furter")), "none");
}

TEST(ParseLine, FindsThePathInTheRequest) {
  EXPECT_EQ(path_in(with_request("GET / HTTP/1.1")), "/");
  EXPECT_EQ(path_in(with_request("GET /a?b=c&d=?e HTTP/1.1")), "/a");
  EXPECT_EQ(path_in(with_request("GET /old")), "/old");  // HTTP/0.9
  EXPECT_EQ(path_in(with_request("GET /a b HTTP/1.1")), "/a b");
  EXPECT_EQ(path_in(with_request("OPTIONS * HTTP/1.1")), "*");
  EXPECT_EQ(path_in(with_request("GET http://www.example.com/ HTTP/1.1")),
            "http://www.example.com/");
}

TEST(ParseLine, TakesARequestWithoutPath) {
  EXPECT_EQ(path_in(with_request("")), "-");
  EXPECT_EQ(path_in(with_request("-")), "-");
  EXPECT_EQ(path_in(with_request("GET ")), "-");
  EXPECT_EQ(path_in(with_request("GET ?a HTTP/1.1")), "-");
  EXPECT_EQ(path_in(with_request(R"(\x16\x03\x01)")), "-");
}

TEST(ParseLine, HonoursEscapes) {
  EXPECT_EQ(path_in(with_request(R"(GET /\"a\" HTTP/1.1)")), R"(/\"a\")");
  EXPECT_EQ(path_in(with_request(R"(GET /a\\)")), R"(/a\\)");
  EXPECT_EQ(path_in(with_request(R"(\\)")), "-");
  EXPECT_EQ(path_in(with_request(R"(GET /a\\\" HTTP/1.1)")), R"(/a\\\")");
  EXPECT_EQ(problem_in(std::string(common) + R"( "\"" "a \"b\" c\\")"), "none");
}

TEST(ParseLine, SaysWhatIsWrong) {
  EXPECT_EQ(problem_in(""), "empty line");
  EXPECT_EQ(problem_in("x"), "no host, identity and user");
  EXPECT_EQ(problem_in(" "), "no host, identity and user");
  EXPECT_EQ(problem_in(" - - - "), "no host, identity and user");
  EXPECT_EQ(problem_in("x y"), "no host, identity and user");
  EXPECT_EQ(problem_in("192.0.2.1 - frank 10/Oct/2000"),
            "no user before a [time]");
  EXPECT_EQ(problem_in("192.0.2.1 - frank [10/Oct/2000"),
            "no end of the [time]");
  EXPECT_EQ(problem_in(with("\"GET", "GET")), "no \"request\" in quotes");
  EXPECT_EQ(problem_in(with("1.0\"", "1.0")), "no \"request\" in quotes");
  EXPECT_EQ(problem_in(with("1.0\"", "1.0\\\"")), "no \"request\" in quotes");
  EXPECT_EQ(problem_in(std::string(common) + " "), "no \"referer\" in quotes");
  EXPECT_EQ(problem_in(std::string(common) + " -"), "no \"referer\" in quotes");
  EXPECT_EQ(problem_in(std::string(common) + R"( "-")"),
            "no \"user agent\" in quotes");
  EXPECT_EQ(problem_in(std::string(common) + R"( "-" "-)"),
            "no \"user agent\" in quotes");
  EXPECT_EQ(problem_in(std::string(combined) + " 0.003"),
            "more text after the last field");
}

TEST(ParseLine, WantsTheShapeOfATime) {
  for (const std::string_view time :
       {"", "10/Oct/2000", "10/Oct/2000 13:55:36 -0700",
        "10/10/2000:13:55:36 -0700", "10/Oct/2000:13:55:36 07000",
        "10/Oct/2000:13:55:36 -0700 ", "x0/Oct/2000:13:55:36 -0700"}) {
    EXPECT_FALSE(parse_line(with("10/Oct/2000:13:55:36 -0700", time)).ok())
        << time;
  }
  EXPECT_EQ(problem_in(with("-0700", "+1234")), "none");
}

TEST(ParseLine, WantsAStatusOfThreeDigits) {
  for (const std::string_view status :
       {"", "20", "2000", "-200", "+20", "099", "000", "2 0", "OK", "2e2"}) {
    EXPECT_EQ(problem_in(with("200 ", std::string(status) + " ")),
              "not a status of three digits")
        << status;
  }
  EXPECT_EQ(parse_line(with("200 ", "999 ")).record.status, 999);
  EXPECT_EQ(parse_line(with("200 ", "100 ")).record.status, 100);
}

TEST(ParseLine, WantsASizeThatFits) {
  for (const std::string_view size :
       {"", "-1", "+1", "1.5", "0x10", "1K", "18446744073709551616",
        "99999999999999999999999999999999"}) {
    EXPECT_EQ(problem_in(with(" 2326", " " + std::string(size))),
              "not a size in bytes")
        << size;
  }
  EXPECT_EQ(problem_in(with("200 2326", "200")), "not a size in bytes");
  EXPECT_EQ(parse_line(with("2326", "18446744073709551615")).record.bytes,
            UINT64_MAX);
}

TEST(ParseLine, TakesZeroBytesForBytes) {
  const std::string_view path("/a\0b", 4);
  std::string line(common);
  line.replace(line.find("/a.gif"), 6, path);
  EXPECT_EQ(parse_line(line).record.path, path);
  EXPECT_EQ(problem_in(std::string_view("\0\0\0", 3)),
            "no host, identity and user");
}

// Every line that is cut short is malformed, except where the format ends.
TEST(ParseLine, SurvivesEveryPrefix) {
  for (std::size_t size = 0; size < combined.size(); ++size) {
    const bool complete = size > common.size() - 4 && size <= common.size();
    EXPECT_EQ(parse_line(combined.substr(0, size)).ok(), complete) << size;
  }
}

// No byte in any place makes it read outside the line (a sanitizer would say
// so), nor return what is not in the line.
TEST(ParseLine, SurvivesEveryByteInEveryPlace) {
  for (std::size_t place = 0; place < combined.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string line(combined);
      line[place] = static_cast<char>(byte);
      line.shrink_to_fit();
      const parsed_line parsed = parse_line(line);
      if (!parsed.ok()) continue;
      EXPECT_FALSE(parsed.record.host.empty());
      EXPECT_FALSE(parsed.record.path.empty());
      EXPECT_GE(parsed.record.status, 100);
      EXPECT_LE(parsed.record.status, 999);
    }
  }
}

}  // namespace
}  // namespace examples
