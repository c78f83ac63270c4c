#include "acqrel/examples/log/access_log.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace examples {
namespace {

// Takes one field after the other off the front of a line. Each function says
// whether the field is there.
class field_reader {
 public:
  explicit field_reader(std::string_view line) : rest_(line) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // What stands before the first `end`, which is taken too.
  bool take_before(std::string_view end, std::string_view& field) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    field = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return !field.empty();
  }

  // What stands before the next space or the end of the line.
  bool take_word(std::string_view& field) {
    field = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(field.size());
    return !field.empty();
  }

  // What stands between two quotes. A backslash escapes the byte after it, so
  // a quote closes the field when an even number of them stand before it.
  bool take_quoted(std::string_view& field) {
    if (!take('"')) return false;
    for (std::size_t quote = rest_.find('"'); quote != std::string_view::npos;
         quote = rest_.find('"', quote + 1)) {
      const std::string_view before = rest_.substr(0, quote);
      // npos + 1 is 0: nothing but backslashes.
      const std::size_t text_end = before.find_last_not_of('\\') + 1;
      if ((quote - text_end) % 2 == 0) {
        field = before;
        rest_.remove_prefix(quote + 1);
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view rest_;
};

// 10/Oct/2000:13:55:36 -0700
bool is_time(std::string_view text) {
  constexpr std::string_view shape = "00/aaa/0000:00:00:00 s0000";
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    bool fits = text[i] == shape[i];
    if (shape[i] == '0') fits = absl::ascii_isdigit(byte);
    if (shape[i] == 'a') fits = absl::ascii_isalpha(byte);
    if (shape[i] == 's') fits = text[i] == '+' || text[i] == '-';
    if (!fits) return false;
  }
  return true;
}

// The path of `GET /path?query HTTP/1.1`. A request that is no such line (a TLS
// handshake on the wrong port, say) is a request all the same.
std::string_view path_of(std::string_view request) {
  const std::size_t space = request.find(' ');
  if (space == std::string_view::npos) return "-";
  std::string_view target = request.substr(space + 1);
  const std::size_t last = target.rfind(' ');
  if (last != std::string_view::npos &&
      absl::StartsWith(target.substr(last + 1), "HTTP/")) {
    target = target.substr(0, last);
  }
  target = target.substr(0, target.find('?'));
  return target.empty() ? "-" : target;
}

// All of `text` as a number.
template <class Number>
bool to_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

bool is_status(std::string_view text, int& status) {
  return text.size() == 3 && to_number(text, status) && status >= 100;
}

bool is_size(std::string_view text, std::uint64_t& bytes) {
  return text == "-" || to_number(text, bytes);
}

const char* parse_fields(std::string_view line, log_record& record) {
  field_reader reader(line);
  std::string_view field;
  if (!reader.take_before(" ", record.host) ||
      !reader.take_before(" ", field)) {
    return "no host, identity and user";
  }
  if (!reader.take_before(" [", field)) return "no user before a [time]";
  if (!reader.take_before("] ", field)) return "no end of the [time]";
  if (!is_time(field)) return "not a time";

  if (!reader.take_quoted(field)) return "no \"request\" in quotes";
  record.path = path_of(field);
  if (!reader.take(' ') || !reader.take_word(field) ||
      !is_status(field, record.status)) {
    return "not a status of three digits";
  }
  if (!reader.take(' ') || !reader.take_word(field) ||
      !is_size(field, record.bytes)) {
    return "not a size in bytes";
  }
  if (reader.at_end()) return nullptr;  // Common

  if (!reader.take(' ') || !reader.take_quoted(field)) {
    return "no \"referer\" in quotes";
  }
  if (!reader.take(' ') || !reader.take_quoted(field)) {
    return "no \"user agent\" in quotes";
  }
  if (!reader.at_end()) return "more text after the last field";
  return nullptr;  // Combined
}

}  // namespace

parsed_line parse_line(std::string_view line) {
  line = absl::StripSuffix(line, "\r");
  parsed_line result;
  result.problem =
      line.empty() ? "empty line" : parse_fields(line, result.record);
  return result;
}

}  // namespace examples
