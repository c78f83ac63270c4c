#include "acqrel/model/litmus/documentation.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/draw.h"
#include "acqrel/model/litmus/catalogue.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/outcome.h"
#include "acqrel/model/litmus/program.h"
#include "acqrel/model/litmus/report.h"
#include "acqrel/model/litmus/run.h"
#include "acqrel/model/litmus/style.h"
#include "acqrel/model/litmus/text_report.h"

namespace acqrel::model::litmus {
namespace {

constexpr std::string_view begin_mark = "<!-- litmus ";
constexpr std::string_view end_mark = "<!-- litmus end -->";
constexpr std::string_view close_mark = " -->";

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == text.npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(' ') - from + 1));
}

// "mp --store=release"
program chosen_program(const std::string& words) {
  std::istringstream stream(words);
  std::string name;
  stream >> name;
  const program* const found = find_program(name);
  if (found == nullptr) throw std::runtime_error("no program " + name);
  program p = *found;
  std::string flag;
  while (stream >> flag) {
    const std::size_t equals = flag.find('=');
    if (flag.rfind("--", 0) != 0 || equals == flag.npos) {
      throw std::runtime_error(flag + " is not --name=order");
    }
    choose(p, flag.substr(2, equals - 2), flag.substr(equals + 1));
  }
  return p;
}

std::string command_text(const std::string& words) {
  return "$ ./bazelw run //model:litmus -- " + words + "\n\n";
}

class generator {
 public:
  // What stands between the two comments.
  std::string make(const std::string& what) {
    const std::size_t colon = what.find(':');
    const std::string kind = what.substr(0, colon);
    const std::string rest = trimmed(
        std::string_view(what).substr(std::min(colon + 1, what.size())));
    if (kind == "program") {
      const report r = make_report(chosen_program(rest), dialect::rc11);
      return "```text\n" + command_text(rest) + to_brief_text(r, style{}) +
             "```\n";
    }
    if (kind == "table") {
      return "```text\n" + command_text(rest + " --all-orderings") +
             combinations_table(chosen_program(rest), style{}) + "```\n";
    }
    if (kind == "program and table") {
      return "```text\n" + command_text(rest + " --all-orderings") +
             combinations_brief_text(chosen_program(rest), style{}) + "```\n";
    }
    if (kind == "picture") return picture(rest);
    throw std::runtime_error(
        "a litmus part is a program, a table or a "
        "picture, not `" +
        kind + "`");
  }

  documentation result;

 private:
  std::string picture(const std::string& what) {
    const std::size_t colon = what.find(':');
    const std::size_t semicolon = what.find(';');
    if (colon == what.npos || semicolon == what.npos || semicolon < colon) {
      throw std::runtime_error("a picture is `NAME: PROGRAM; OUTCOME`");
    }
    const std::string file = what.substr(0, colon) + ".svg";
    const program p =
        chosen_program(what.substr(colon + 1, semicolon - colon - 1));
    const std::string wanted =
        trimmed(std::string_view(what).substr(semicolon + 1));
    for (const auto& [values, reached] : explore(p).outcomes) {
      if (to_text(p, values) != wanted) continue;
      execution e = replay(p, reached.witness);
      e.title = p.name + ": " + wanted;
      e.replay.clear();
      if (!result.pictures.emplace(file, to_svg(e)).second) {
        throw std::runtime_error("two pictures are called " + file);
      }
      return "![" + e.title + "](orderings/" + file + ")\n";
    }
    throw std::runtime_error(p.name + " cannot end with " + wanted);
  }
};

}  // namespace

documentation regenerate(std::string_view page) {
  generator make;
  std::string& text = make.result.page;
  int number = 0;
  int begun = 0;  // the line of an open part
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string line(page.substr(0, end));
    page.remove_prefix(std::min(end + 1, page.size()));
    ++number;
    try {
      if (line == end_mark) {
        if (begun == 0) throw std::runtime_error("nothing has begun here");
        begun = 0;
      } else if (line.rfind(begin_mark, 0) == 0) {
        if (begun != 0) throw std::runtime_error("a part within a part");
        if (line.size() < close_mark.size() ||
            line.substr(line.size() - close_mark.size()) != close_mark) {
          throw std::runtime_error("the comment must end on its line");
        }
        begun = number;
        text += line + "\n" +
                make.make(line.substr(
                    begin_mark.size(),
                    line.size() - begin_mark.size() - close_mark.size()));
        continue;
      } else if (begun != 0) {
        continue;
      }
    } catch (const std::exception& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " +
                               error.what());
    }
    text += line + "\n";
  }
  if (begun != 0) {
    throw std::runtime_error("line " + std::to_string(begun) +
                             ": a part without an end");
  }
  return std::move(make.result);
}

}  // namespace acqrel::model::litmus
