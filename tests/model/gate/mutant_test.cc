// The places of a source: what can be weakened there, what the comment says,
// and what changes in the text.
#include "acqrel/model/gate/mutant.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace acqrel::model::gate {
namespace {

using texts = std::vector<std::string>;

// The one place of a statement.
place only_place(const std::string& statement) {
  const std::vector<place> found =
      find_places("a.h", "void f() {\n  " + statement + "\n}\n");
  EXPECT_EQ(found.size(), 1u) << statement;
  return found.size() == 1 ? found.front() : place();
}

texts steps(const std::string& statement) {
  texts found;
  for (const mutant& m : only_place(statement).mutants) {
    found.push_back(step_of(m));
  }
  return found;
}

// The text with the mutant made.
std::string weakened(const std::string& text, const edit& change) {
  std::size_t at = 0;
  for (int line = 1; line < change.line; ++line) at = text.find('\n', at) + 1;
  at += static_cast<std::size_t>(change.column) - 1;
  EXPECT_EQ(text.substr(at, change.old_text.size()), change.old_text) << text;
  return std::string(text).replace(at, change.old_text.size(), change.new_text);
}

// The statement as each of its mutants has it.
texts mutants(const std::string& statement) {
  const std::string text = "void f() {\n  " + statement + "\n}\n";
  texts found;
  for (const place& p : find_places("a.h", text)) {
    for (const mutant& m : p.mutants) {
      const std::string changed = weakened(text, m.change);
      found.push_back(changed.substr(13, changed.size() - 16));
    }
  }
  return found;
}

// The lattice.

TEST(Steps, OfALoad) {
  EXPECT_EQ(steps("x.load(seq_cst);"), texts{"seq_cst -> acquire"});
  EXPECT_EQ(steps("x.load(acquire);"), texts{"acquire -> relaxed"});
  EXPECT_EQ(steps("x.load(relaxed);"), texts{});
  EXPECT_EQ(steps("x.wait(0, seq_cst);"), texts{"seq_cst -> acquire"});
  EXPECT_EQ(steps("x.wait(0, acquire);"), texts{"acquire -> relaxed"});
  EXPECT_EQ(steps("await(x, is_set, seq_cst);"), texts{"seq_cst -> acquire"});
  EXPECT_EQ(steps("await(x, is_set, acquire);"), texts{"acquire -> relaxed"});
}

TEST(Steps, OfAStore) {
  EXPECT_EQ(steps("x.store(1, seq_cst);"), texts{"seq_cst -> release"});
  EXPECT_EQ(steps("x.store(1, release);"), texts{"release -> relaxed"});
  EXPECT_EQ(steps("x.store(1, relaxed);"), texts{});
}

TEST(Steps, OfAReadModifyWrite) {
  for (const std::string call : {"x.exchange(1, ", "x.fetch_add(1, ",
                                 "x.fetch_sub(1, ", "x.fetch_or(1, "}) {
    SCOPED_TRACE(call);
    EXPECT_EQ(steps(call + "seq_cst);"), texts{"seq_cst -> acq_rel"});
    EXPECT_EQ(steps(call + "acq_rel);"),
              (texts{"acq_rel -> acquire", "acq_rel -> release"}));
    EXPECT_EQ(steps(call + "acquire);"), texts{"acquire -> relaxed"});
    EXPECT_EQ(steps(call + "release);"), texts{"release -> relaxed"});
    EXPECT_EQ(steps(call + "relaxed);"), texts{});
  }
}

TEST(Steps, OfACompareExchangeOneOfItsTwo) {
  EXPECT_EQ(steps("x.compare_exchange_strong(e, 1, relaxed, relaxed);"),
            texts{});
  EXPECT_EQ(steps("x.compare_exchange_weak(e, 1, release, relaxed);"),
            texts{"release -> relaxed"});
  EXPECT_EQ(steps("x.compare_exchange_weak(e, 1, relaxed, acquire);"),
            texts{"acquire -> relaxed on failure"});
  EXPECT_EQ(steps("x.compare_exchange_weak(e, 1, acq_rel, acquire);"),
            (texts{"acq_rel -> acquire", "acq_rel -> release",
                   "acquire -> relaxed on failure"}));
  // On failure it is a load.
  EXPECT_EQ(steps("x.compare_exchange_strong(e, 1, seq_cst, seq_cst);"),
            (texts{"seq_cst -> acq_rel", "seq_cst -> acquire on failure"}));
  const place p = only_place("x.compare_exchange_weak(e, 1, acq_rel, acquire)");
  EXPECT_EQ(p.orderings, (texts{"acq_rel", "acquire"}));
  ASSERT_EQ(p.mutants.size(), 3u);
  EXPECT_FALSE(p.mutants[1].on_failure);
  EXPECT_TRUE(p.mutants[2].on_failure);
}

TEST(Steps, OfAFence) {
  EXPECT_EQ(steps("thread_fence(seq_cst);"), texts{"seq_cst -> acq_rel"});
  EXPECT_EQ(steps("thread_fence(acq_rel);"),
            (texts{"acq_rel -> acquire", "acq_rel -> release"}));
  EXPECT_EQ(steps("thread_fence(acquire);"), texts{"acquire -> none"});
  EXPECT_EQ(steps("thread_fence(release);"), texts{"release -> none"});
  EXPECT_EQ(steps("asymmetric_thread_fence_heavy(seq_cst);"),
            texts{"heavy -> light"});
  EXPECT_EQ(steps("asymmetric_thread_fence_light(seq_cst);"),
            texts{"light -> none"});
  EXPECT_EQ(only_place("asymmetric_thread_fence_light(seq_cst)").orderings,
            texts{"light"});
}

TEST(Steps, OfACallOfProtect) {
  for (const char* const call :
       {"hazard.protect(head);", "hazard->protect(head);",
        "hazard.try_protect(p, head);"}) {
    const place p = only_place(call);
    EXPECT_TRUE(p.is_protect);
    EXPECT_EQ(p.orderings, texts{"acquire"});
    ASSERT_EQ(p.mutants.size(), 1u);
    EXPECT_EQ(step_of(p.mutants[0]), "acquire -> relaxed");
    // Nothing can be changed here.
    EXPECT_EQ(p.mutants[0].change.line, 0);
  }
  EXPECT_TRUE(find_places("a.h", "void f() { protect(head); }").empty());
}

// The text.

TEST(Edit, ChangesTheOrderingOnly) {
  EXPECT_EQ(mutants("relaxed(acquire.load(acquire));"),
            texts{"relaxed(acquire.load(relaxed));"});
  EXPECT_EQ(mutants("x.compare_exchange_weak(e, f(1, 2), acq_rel, acquire);"),
            (texts{"x.compare_exchange_weak(e, f(1, 2), acquire, acquire);",
                   "x.compare_exchange_weak(e, f(1, 2), release, acquire);",
                   "x.compare_exchange_weak(e, f(1, 2), acq_rel, relaxed);"}));
  EXPECT_EQ(mutants("f(x.exchange(y.load(acquire), release));"),
            (texts{"f(x.exchange(y.load(acquire), relaxed));",
                   "f(x.exchange(y.load(relaxed), release));"}));
}

TEST(Edit, KeepsTheSpelling) {
  EXPECT_EQ(mutants("x.load(std::memory_order_acquire);"),
            texts{"x.load(std::memory_order_relaxed);"});
  EXPECT_EQ(mutants("x.load(std::memory_order::acquire);"),
            texts{"x.load(std::memory_order::relaxed);"});
  EXPECT_EQ(mutants("x.store(1, acqrel::release);"),
            texts{"x.store(1, acqrel::relaxed);"});
  EXPECT_EQ(mutants("std::atomic_thread_fence(std::memory_order_seq_cst);"),
            texts{"std::atomic_thread_fence(std::memory_order_acq_rel);"});
}

TEST(Edit, TakesAFenceOut) {
  EXPECT_EQ(mutants("thread_fence(acquire);"), texts{"(void)(acquire);"});
  EXPECT_EQ(mutants("asymmetric_thread_fence_light(seq_cst);"),
            texts{"(void)(seq_cst);"});
  EXPECT_EQ(mutants("asymmetric_thread_fence_heavy(seq_cst);"),
            texts{"asymmetric_thread_fence_light(seq_cst);"});
  // With all of its name.
  EXPECT_EQ(mutants("acqrel::thread_fence(release);"),
            texts{"(void)(release);"});
  EXPECT_EQ(mutants("::std::atomic_thread_fence(std::memory_order_acquire);"),
            texts{"(void)(std::memory_order_acquire);"});
  EXPECT_EQ(mutants("acqrel::asymmetric_thread_fence_heavy(seq_cst);"),
            texts{"acqrel::asymmetric_thread_fence_light(seq_cst);"});
}

TEST(Edit, IsWhereTheOrderingIs) {
  const std::string text =
      "void f() {\n"
      "  word.compare_exchange_strong(\n"
      "      expected, 1,\n"
      "      acq_rel,\n"
      "      acquire);\n"
      "}\n";
  const std::vector<place> found = find_places("a.h", text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 2);
  ASSERT_EQ(found[0].mutants.size(), 3u);
  EXPECT_EQ(found[0].mutants[0].change.line, 4);
  EXPECT_EQ(found[0].mutants[0].change.column, 7);
  EXPECT_EQ(found[0].mutants[2].change.line, 5);
  EXPECT_NE(weakened(text, found[0].mutants[1].change).find("      release,\n"),
            std::string::npos);
}

// What the comment says.

constexpr char queue[] = R"(
namespace acqrel {

template <class T>
class queue {
 public:
  queue() : tail_(first()), size_(shared.load(acquire)) {}
  ~queue() {
    delete head_.load(relaxed);  // relaxed: exclusive
  }
  queue& operator=(queue&& other) noexcept {
    head_.store(other.head_.load(acquire), release);
    return *this;
  }

  // Appends.
  template <class U>
    requires std::is_same_v<T, U>
  [[nodiscard]] bool push(U&& value) {
    const auto insert = [&](node* fresh) {
      // [push.publish] release: pairs with [pop.take], [caller] and
      // [other.h: drain.all]. The value comes with its node.
      // relaxed on failure: guess
      return tail_.compare_exchange_weak(fresh, nullptr, release, relaxed);
    };
    return insert(new node(value));
  }

  explicit operator bool() const { return head_.load(acquire) != nullptr; }
  void operator()(int n) { count_.fetch_add(n, relaxed); }

 private:
  struct node {
    node* next() const {
      // relaxed: continues [push.publish]
      return next_.load(relaxed);
    }
  };
};

inline decltype(auto) peek(
    const queue<int>& from) {
  return from.head_.load(acquire);
}

}  // namespace acqrel
)";

TEST(Places, SayWhatTheCommentSays) {
  const std::vector<place> all = find_places("structures/queue.h", queue);
  ASSERT_EQ(all.size(), 9u);
  const place& publish = all[4];
  EXPECT_EQ(publish.file, "structures/queue.h");
  EXPECT_EQ(publish.operation, "compare_exchange_weak");
  EXPECT_EQ(publish.label, "push.publish");
  EXPECT_EQ(publish.name(), "[push.publish]");
  EXPECT_EQ(publish.partners, (texts{"pop.take", "caller", "drain.all"}));
  EXPECT_EQ(publish.reason, "guess");
  ASSERT_EQ(publish.mutants.size(), 1u);
  EXPECT_EQ(key_of(publish, publish.mutants[0]),
            "structures/queue.h [push.publish] release -> relaxed");

  EXPECT_EQ(all[1].reason, "exclusive");
  EXPECT_EQ(all[7].reason, "continues [push.publish]");
  // Without a label, the line says which it is.
  const place& peek = all[8];
  EXPECT_EQ(peek.name(), "load");
  EXPECT_EQ(peek.label, "");
  EXPECT_EQ(peek.reason, "");
  ASSERT_EQ(peek.mutants.size(), 1u);
  EXPECT_EQ(key_of(peek, peek.mutants[0]),
            "structures/queue.h:" + std::to_string(peek.line) +
                " load acquire -> relaxed");
}

TEST(Places, KnowTheirFunction) {
  const std::string_view text = queue;
  const auto line_of = [&](std::string_view what) {
    int line = 1;
    for (const char c : text.substr(0, text.find(what))) line += c == '\n';
    return line;
  };
  struct expected {
    const char* name;
    const char* first;  // the text of its first line
    int lines;
  };
  const std::vector<expected> functions = {
      {"queue", "queue() :", 1},
      {"~queue", "~queue()", 3},
      {"operator=", "queue& operator=", 4},
      {"operator=", "queue& operator=", 4},
      {"push", "template <class U>", 11},
      {"operator bool", "explicit operator", 1},
      {"operator()", "void operator()", 1},
      {"next", "node* next()", 4},
      {"peek", "inline decltype(auto) peek", 4}};
  const std::vector<place> all = find_places("structures/queue.h", text);
  ASSERT_EQ(all.size(), functions.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const expected& f = functions[i];
    EXPECT_EQ(all[i].function, f.name);
    EXPECT_EQ(all[i].function_first, line_of(f.first)) << f.name;
    EXPECT_EQ(all[i].function_last, line_of(f.first) + f.lines - 1) << f.name;
  }
}

TEST(Places, AreNotWhatForwardsAnOrdering) {
  EXPECT_TRUE(find_places("a.h",
                          "template <class Order>\n"
                          "int get(Order order) { return x.load(order); }\n"
                          "// x.load(acquire)\n"
                          "const char* text = \"x.load(acquire)\";\n"
                          "void f() { atomic_signal_fence(acquire); }\n")
                  .empty());
}

}  // namespace
}  // namespace acqrel::model::gate
