#include "acqrel/model/gate/page.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "acqrel/model/gate/record.h"
#include "acqrel/model/gate/report.h"
#include "acqrel/model/gate/symmetric.h"

namespace acqrel::model::gate {
namespace {

constexpr std::string_view block_begin = "<!-- gate: ";
constexpr std::string_view block_end = "<!-- gate end -->\n";

std::string stem(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

std::string drawing_of(const outcome& o) {
  return "orderings/" + stem(o.where->file) + "/" + short_name(o) + ".svg";
}

// A bar would end the cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string linked(const place& p) {
  const std::string name =
      p.label.empty() ? "line " + std::to_string(p.line) : p.label;
  return "[" + name + "](../" + p.file + "#L" + std::to_string(p.line) + ")";
}

std::string orderings_of(const place& p) {
  if (p.is_protect) return "acquire, in protect()";
  std::string text;
  for (const std::string& o : p.orderings) {
    text += (text.empty() ? "" : " / ") + o;
  }
  return p.is_fence() ? "fence " + text : text;
}

std::string short_operation(const place& p) {
  if (p.operation.starts_with("compare_exchange")) return "CAS";
  if (p.is_fence()) return "fence";
  return p.operation;
}

// Message passing, or store buffering: what the pair forbids, as a litmus test.
std::string shape_of(const place& p, const mutant& m) {
  if (p.is_fence() || m.from == "seq_cst") {
    return "SB";
  }
  if (m.from != "acq_rel") return "MP";
  return m.to == "acquire" ? "MP, as writer" : "MP, as reader";
}

std::string client_of(const check_record& c) {
  return c.name.empty() ? "" : ": `" + cell(c.name) + "`";
}

// The verdicts of native runs, by key without the lines.
class native_results {
 public:
  struct verdicts {
    std::string stress;
    std::string tsan;
  };

  explicit native_results(const std::string& text) {
    for (const std::string& line : split(text, '\n')) {
      if (line.starts_with("#")) {
        remarks_.push_back(line.substr(std::min<std::size_t>(2, line.size())));
        continue;
      }
      const std::vector<std::string> f = split(line, '\t');
      if (f.size() < 6 || f[0] == "file") continue;
      all_[f[0] + " " + f[1] + " " + f[3]] = {f[4], f[5]};
    }
  }

  bool empty() const { return all_.empty(); }
  const verdicts* find(const place& p, const mutant& m) const {
    const auto it = all_.find(p.file + " " + p.name() + " " + step_of(m));
    return it == all_.end() ? nullptr : &it->second;
  }
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::map<std::string, verdicts> all_;
  std::vector<std::string> remarks_;
};

class page_maker {
 public:
  page_maker(const gate& all, const page_input& input, int jobs)
      : all_(all),
        input_(input),
        jobs_(jobs),
        native_(file("orderings/native.tsv")) {}

  page_output make() {
    page_output out;
    std::string_view rest = input_.page;
    for (;;) {
      const std::size_t begin = rest.find(block_begin);
      out.page += rest.substr(0, begin);
      if (begin == rest.npos) break;
      const std::size_t head_end = rest.find("-->\n", begin);
      const std::size_t end = rest.find(block_end, begin);
      // Of its own: not that of a block that follows.
      const std::size_t next = rest.find(block_begin, begin + 1);
      if (head_end == rest.npos || end == rest.npos || next < end) {
        throw std::invalid_argument("a block of the page has no end: " +
                                    std::string(rest.substr(begin, 60)));
      }
      out.page += rest.substr(begin, head_end + 4 - begin);
      std::string what(rest.substr(begin + block_begin.size(),
                                   head_end - begin - block_begin.size()));
      while (what.ends_with(' ')) what.pop_back();
      out.page += block(what);
      out.page += block_end;
      rest.remove_prefix(end + block_end.size());
    }
    for (const outcome& o : all_.outcomes()) {
      if (!shown_.contains(o.where->file)) {
        throw std::invalid_argument("the page has no block 'places " +
                                    o.where->file + "'");
      }
      if (o.is == verdict::killed) out.drawings[drawing_of(o)] = draw(all_, o);
    }
    return out;
  }

 private:
  std::string file(const std::string& path) const {
    const auto it = input_.files.find(path);
    return it == input_.files.end() ? "" : it->second;
  }

  std::string block(const std::string& what) {
    const std::size_t space = what.find(' ');
    const std::string kind = what.substr(0, space);
    const std::string of = space == what.npos ? "" : what.substr(space + 1);
    if (kind == "summary") return summary();
    if (kind == "native") return native();
    if (kind == "places") return places(of);
    if (kind == "relaxed") return relaxed(of);
    if (kind == "symmetric") return symmetric(of);
    if (kind == "peers") return peers(of);
    throw std::invalid_argument("the gate makes no block '" + what + "'");
  }

  std::string summary() const {
    struct counts {
      int places = 0, ordered = 0, mutants = 0, killed = 0, waived = 0;
    };
    std::vector<std::pair<std::string, counts>> files;
    counts sum;
    for (const place& p : all_.places()) {
      if (files.empty() || files.back().first != p.file) {
        files.push_back({p.file, {}});
      }
      for (counts* c : {&files.back().second, &sum}) {
        ++c->places;
        if (!p.mutants.empty()) ++c->ordered;
      }
    }
    for (const outcome& o : all_.outcomes()) {
      for (auto& [file, c] : files) {
        if (file != o.where->file) continue;
        for (counts* to : {&c, &sum}) {
          ++to->mutants;
          if (o.is == verdict::killed) ++to->killed;
          if (o.waived != nullptr) ++to->waived;
        }
      }
    }
    std::ostringstream out;
    out << "| source | places | stronger than relaxed | mutants | killed | "
           "waived |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
    const auto row = [&out](const std::string& name, const counts& c) {
      out << "| " << name << " | " << c.places << " | " << c.ordered << " | "
          << c.mutants << " | " << c.killed << " | " << c.waived << " |\n";
    };
    for (const auto& [file, c] : files) {
      row("[" + file + "](../" + file + ")", c);
    }
    row("**all**", sum);
    return out.str();
  }

  std::string places(const std::string& of) {
    shown_.insert(of);
    std::ostringstream out;
    out << "| place | function | operation | ordering | partner | shape | "
           "weakened | what breaks | found by |";
    if (!native_.empty()) out << " stress | TSan |";
    out << "\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |";
    if (!native_.empty()) out << " --- | --- |";
    out << '\n';
    bool any = false;
    for (const outcome& o : all_.outcomes()) {
      const place& p = *o.where;
      if (p.file != of) continue;
      any = true;
      std::string partners;
      for (const std::string& partner : p.partners) {
        partners += (partners.empty() ? "" : ", ") + partner;
      }
      out << "| " << linked(p) << " | `" << p.function << "` | "
          << short_operation(p) << " | " << orderings_of(p) << " | " << partners
          << " | " << shape_of(p, *o.what) << " | " << step_of(*o.what)
          << " | ";
      if (o.is == verdict::killed) {
        const kill& k = o.kills.front();
        out << "[" << k.check.error << "](" << drawing_of(o) << ") | `"
            << k.test << "`" << client_of(k.check) << " |";
      } else {
        out << "waived, " << (o.waived == nullptr ? "?" : o.waived->kind)
            << " | " << (o.waived == nullptr ? "" : cell(o.waived->reason))
            << " |";
      }
      if (!native_.empty()) {
        const auto* const v = native_.find(p, *o.what);
        if (v == nullptr) {
          out << (p.is_protect ? " | |" : " not run | not run |");
        } else {
          out << ' ' << v->stress << " | " << v->tsan << " |";
        }
      }
      out << '\n';
    }
    if (!any) throw std::invalid_argument("no ordering is in '" + of + "'");
    return out.str();
  }

  std::string relaxed(const std::string& of) const {
    std::ostringstream out;
    out << "| line | function | operation | why relaxed will do |\n"
           "| --- | --- | --- | --- |\n";
    bool any = false;
    for (const place& p : all_.places()) {
      if (p.file != of || p.reason.empty()) continue;
      any = true;
      const bool on_failure = !p.mutants.empty();
      out << "| [" << p.line << "](../" << p.file << "#L" << p.line << ") | `"
          << p.function << "` | " << short_operation(p)
          << (on_failure ? ", on failure" : "") << " | " << cell(p.reason)
          << " |\n";
    }
    if (!any) {
      throw std::invalid_argument("nothing is relaxed in '" + of + "'");
    }
    return out.str();
  }

  // What breaks with asymmetric fences, and with seq_cst ones.
  std::string symmetric(const std::string& of) const {
    const std::vector<std::string> files = split(of, ' ');
    std::ostringstream out;
    out << "| place | asymmetric | breaks | symmetric | breaks | found by |\n"
           "| --- | --- | --- | --- | --- | --- |\n";
    for (const symmetric_outcome& s :
         run_with_seq_cst_fences(all_, jobs_, {files.begin(), files.end()})) {
      const bool killed = s.what.is == verdict::killed;
      const outcome* asymmetric = nullptr;
      for (const outcome& o : all_.outcomes()) {
        if (o.where != s.where) continue;
        if (asymmetric == nullptr || step_of(*o.what) == s.step) {
          asymmetric = &o;
        }
      }
      out << "| " << linked(*s.where) << " | " << step_of(*asymmetric->what)
          << " | "
          << (asymmetric->is == verdict::killed
                  ? asymmetric->kills.front().check.error
                  : "nothing")
          << " | " << s.step << " | ";
      if (killed) {
        const kill& k = s.what.kills.front();
        out << k.check.error << " | `" << k.test << "`" << client_of(k.check)
            << " |\n";
      } else {
        out << (s.what.is == verdict::survived ? "nothing"
                                               : "undecided: " + s.what.why)
            << " | |\n";
      }
    }
    return out.str();
  }

  // The table of the others, with ours behind its first column.
  std::string peers(const std::string& of) const {
    const std::string name = "orderings/peers/" + stem(of) + ".md";
    const std::string text = file(name);
    if (text.empty()) throw std::invalid_argument("there is no " + name);
    std::string out;
    int row = 0;
    for (const std::string& line : split(text, '\n')) {
      if (!line.starts_with("| ")) {
        if (!out.empty() || !line.empty()) out += line + '\n';
        continue;
      }
      const std::size_t second = line.find('|', 1);
      std::string ours = " acqrel ";
      if (row == 1) ours = " --- ";
      if (row > 1) {
        const std::string step = line.substr(2, second - 3);
        ours = " " + ours_at(of, step, name) + " ";
      }
      out += line.substr(0, second + 1) + ours + line.substr(second) + '\n';
      ++row;
    }
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
  }

  std::string ours_at(const std::string& of, const std::string& step,
                      const std::string& name) const {
    if (step.starts_with("relaxed")) return "relaxed";
    for (const place& p : all_.places()) {
      if (p.file == of && "[" + p.label + "]" == step) return orderings_of(p);
    }
    throw std::invalid_argument(name + ": " + step + " is no step of " + of);
  }

  std::string native() const {
    if (native_.empty()) return "";
    struct counts {
      int mutants = 0, stress = 0, tsan = 0, model = 0;
    };
    std::vector<std::pair<std::string, counts>> rows = {
        {"release, of a store or read-modify-write", {}},
        {"acquire, of a load or read-modify-write", {}},
        {"fences", {}},
        {"**all**", {}}};
    for (const outcome& o : all_.outcomes()) {
      const auto* const v = native_.find(*o.where, *o.what);
      if (v == nullptr) continue;
      const mutant& m = *o.what;
      const bool fence = o.where->is_fence();
      const bool release =
          m.from == "release" || (m.from == "acq_rel" && m.to == "acquire");
      for (counts* c : {&rows[fence     ? 2
                              : release ? 0
                                        : 1]
                             .second,
                        &rows[3].second}) {
        ++c->mutants;
        if (v->stress != "survived") ++c->stress;
        if (v->tsan != "survived") ++c->tsan;
        if (o.is == verdict::killed) ++c->model;
      }
    }
    std::ostringstream out;
    out << "| weakened | mutants | killed by stress | by TSan | by the model "
           "|\n| --- | ---: | ---: | ---: | ---: |\n";
    for (const auto& [name, c] : rows) {
      out << "| " << name << " | " << c.mutants << " | " << c.stress << " | "
          << c.tsan << " | " << c.model << " |\n";
    }
    for (const std::string& remark : native_.remarks()) {
      out << (&remark == &native_.remarks().front() ? "\n" : "; ") << remark;
    }
    if (!native_.remarks().empty()) out << '\n';
    return out.str();
  }

  const gate& all_;
  const page_input& input_;
  const int jobs_;
  const native_results native_;
  std::set<std::string> shown_;
};

}  // namespace

page_output regenerate(const gate& all, const page_input& input, int jobs) {
  return page_maker(all, input, jobs).make();
}

}  // namespace acqrel::model::gate
