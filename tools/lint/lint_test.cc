// Each rule of the lint: code that keeps it, and code that breaks it in one
// point, which must be reported with its line and a sentence.
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/tools/lint/place.h"
#include "acqrel/tools/lint/rules.h"
#include "acqrel/tools/lint/source.h"
#include "gtest/gtest.h"

namespace acqrel::lint {

std::ostream& operator<<(std::ostream& out, const finding& f) {
  return out << f.path << ':' << f.line << ": [" << f.rule << "] "
             << f.sentence;
}

namespace {

constexpr std::string_view stack =
    R"sample(// A last-in first-out stack.
//
//   Concurrency   any thread may push or pop
//   Progress      push, try_pop: lock-free (push allocates);
//                 empty_hint: wait-free
//   Linearizable  at the points marked LP
//   Reclamation   hazard pointers, one per pop in progress
//   Algorithm     R. K. Treiber, "Coping with Parallelism", IBM RJ 5118, 1986
//
// Invariants
//   I1  head_ is null or the first node of a null-terminated chain.
//   I2  Only the thread that unlinked a node takes its value and retires it.
// Not invariants
//   A node seen at head_ may be unlinked before the next statement runs.
// Edges
//   [push.publish] -> [pop.take]  a node's value and next, before its address
#ifndef STACK_H_
#define STACK_H_
#include "acqrel/reclaim/hazard_pointer.h"

namespace acqrel {

template <class T>
class treiber_stack {
 public:
  ~treiber_stack() {
    // relaxed: exclusive
    for (node* n = head_.load(relaxed); n != nullptr;) {
      delete std::exchange(n, n->next.get());
    }
  }

  bool push(T&& value) {
    node* const fresh = new node(std::move(value));
    node* head = head_.load(relaxed);  // relaxed: guess
    for (;;) {
      fresh->next.set(head);
      // [push.publish] release: pairs with [pop.take]. The node's value and
      // next become visible with its address.
      // relaxed on failure: guess
      // LP(push): this CAS, when it succeeds.
      if (head_.compare_exchange_weak(head, fresh, release, relaxed)) {
        return true;
      }
      retry();
    }
  }

  [[nodiscard]] pop_result<T> try_pop() {
    hazard_pointer hazard = make_hazard_pointer();
    for (;;) {
      // [pop.take] acquire, in protect(): pairs with
      // [push.publish].
      // LP(try_pop, empty): that load, when it reads null.
      node* const first = hazard.protect(head_);
      if (first == nullptr) return conqueue_status::empty;
      node* expected = first;
      // relaxed: continues [push.publish]. By I1 this write stays in the
      // release sequence of the push that published first->next.
      // LP(try_pop): this CAS, when it succeeds.
      if (head_.compare_exchange_weak(expected, first->next.get(),
                                      relaxed, relaxed)) {
        return take(*first);  // I2
      }
      retry();
    }
  }

  [[nodiscard]] bool empty_hint() const noexcept {
    // relaxed: guess
    return head_.load(relaxed) == nullptr;
  }

 private:
  struct node : hazard_pointer_obj_base<node> {
    explicit node(T&& from) noexcept : value{std::move(from)} {}
    slot<T> value;       // the element
    plain<node*> next;
  };
  static constexpr int limit = 3;

  alignas(cache_line_size) atomic<node*> head_{nullptr};  // I1
  cache_aligned<atomic<node*>> cells_[limit];
  node* const last_;
  std::size_t pushed_ = 0;  // owner-only: the thread that pushes
};

}  // namespace acqrel
#endif
)sample";

// Both sides of a store-buffering pair, and a thread that waits.
constexpr std::string_view fences =
    R"sample(// Fences.
namespace acqrel {
void announce() {
  // [announce.fence] light: SB with [scan.fence]: either the scan sees the
  // announcement, or the reader sees the unlinking.
  asymmetric_thread_fence_light(seq_cst);
}
void scan() {
  // [scan.fence] heavy, SB with [announce.fence] and [caller]: either this
  // sees the announcement, or the reader sees the unlinking.
  asymmetric_thread_fence_heavy(seq_cst);
  // [scan.open] release: pairs with [enter.wait].
  gate.store(1, release);
}
void enter() {
  // Waits for [scan.open].
  // [enter.wait] acquire: pairs with [scan.open].
  await(gate, [](int value) { return value == 1; }, acquire);
}
void count() {
  for (auto& shard : shards) {
    shard.add(n.fetch_add(1, acqrel::relaxed));  // relaxed: counter
  }
  // Bounded: two rounds.
  while (more()) {
    // relaxed: guess
    n.store(1,
            std::memory_order_relaxed);
  }
}
template <class Order>
void forward(Order order) {
  n.store(1, order);
}
}  // namespace acqrel
)sample";

constexpr char stack_path[] = "structures/treiber_stack.h";
constexpr char fences_path[] = "reclaim/fences.h";

std::vector<finding> check_text(const std::string& path,
                                const std::string& text) {
  std::vector<source> sources;
  sources.emplace_back(path, text);
  return check(make_tree(std::move(sources)));
}

TEST(LintTest, GoodCodePasses) {
  EXPECT_EQ(check_text(stack_path, std::string(stack)), std::vector<finding>());
  EXPECT_EQ(check_text(fences_path, std::string(fences)),
            std::vector<finding>());
}

// A good sample with one text replaced by another.
struct bad {
  std::string_view name;
  std::string_view rule;
  std::string_view from;
  std::string_view to;
  std::string_view line;      // the finding's line holds this text
  std::string_view sentence;  // and its sentence this one
};
void PrintTo(const bad& sample, std::ostream* out) { *out << sample.name; }

class BadStack : public testing::TestWithParam<bad> {};
class BadFences : public testing::TestWithParam<bad> {};

void expect_found(const char* path, std::string text, const bad& sample) {
  const std::size_t at = text.find(sample.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, sample.from.size(), sample.to);
  const std::size_t marked = text.find(sample.line);
  ASSERT_NE(marked, std::string::npos);
  int line = 1;
  for (std::size_t i = 0; i < marked; ++i) line += text[i] == '\n';

  const std::vector<finding> findings = check_text(path, text);
  bool found = false;
  for (const finding& f : findings) {
    found |= f.path == path && f.line == line && f.rule == sample.rule &&
             f.sentence.find(sample.sentence) != std::string::npos;
  }
  EXPECT_TRUE(found) << "expected in line " << line << ": "
                     << testing::PrintToString(findings);
}

TEST_P(BadStack, IsReported) {
  expect_found(stack_path, std::string(stack), GetParam());
}
TEST_P(BadFences, IsReported) {
  expect_found(fences_path, std::string(fences), GetParam());
}

std::string name_of(const testing::TestParamInfo<bad>& sample) {
  return std::string(sample.param.name);
}

constexpr bad bad_stacks[] = {
    {"NoLabel", "R1", "// [push.publish] release: pairs", "// Pairs",
     "fresh, release, relaxed", "has no label"},
    {"LabelAboveBlankLine", "R1", "      // LP(push)", "\n      // LP(push)",
     "fresh, release, relaxed", "has no label"},
    {"LabelAtNothing", "R1", "  node* const last_;",
     "  // [x.y] release: pairs with [pop.take].\n  node* const last_;",
     "[x.y]", "stands at no operation"},
    {"OtherOrderingInCode", "R1", "fresh, release, relaxed",
     "fresh, acq_rel, relaxed", "// [push.publish] release",
     "the code does compare_exchange_weak(acq_rel, relaxed)"},
    {"OtherOrderingInComment", "R1", "[pop.take] acquire, in",
     "[pop.take] release, in", "[pop.take] release, in",
     "the code does protect(acquire)"},
    {"TwoLabels", "R1", "      // LP(try_pop, empty)",
     "      // [pop.x] acquire: pairs with [push.publish].\n"
     "      // LP(try_pop, empty)",
     "[pop.x]", "two labels"},
    {"StrongerOnFailure", "R1", "fresh, release, relaxed",
     "fresh, release, release", "// [push.publish] release",
     "does not say \"release on failure\""},
    {"NoLongerOnFailure", "R1", "[push.publish] release: pairs",
     "[push.publish] release, acquire on failure: pairs",
     "// [push.publish] release", "does not say \"relaxed on failure\""},
    {"MentionsNoLabel", "R2", "// the element",
     "// fixed before [push.published]", "// fixed before",
     "[push.published] labels no operation"},
    {"NoPartner", "R2", "release: pairs with [pop.take].", "release: so.",
     "// [push.publish] release", "names no partner"},
    {"NoSuchPartner", "R2", "release: pairs with [pop.take]",
     "release: pairs with [pop.took]", "// [push.publish] release",
     "labels no operation"},
    {"PartnerDoesNotNameItBack", "R2", "      // [push.publish].\n",
     "      // [caller].\n", "// [push.publish] release",
     "does not name it back"},
    {"ReleasePairsWithRelease", "R2", "release: pairs with [pop.take]",
     "release: pairs with [push.publish]", "// [push.publish] release",
     "do not synchronize"},
    {"RelaxedWithoutReason", "R4", "  // relaxed: guess\n    for", "\n    for",
     "node* head = head_.load(relaxed);", "gives no reason"},
    {"RelaxedFailureWithoutReason", "R4",
     "      // relaxed on failure: guess\n", "", "fresh, release, relaxed",
     "relaxed on failure"},
    {"RelaxedForAnotherReason", "R4", "// relaxed: exclusive",
     "// relaxed: fast", "head_.load(relaxed); n != nullptr",
     "\"relaxed: fast\""},
    {"RelaxedOrderedByNothing", "R4", "relaxed: continues [push.publish]",
     "relaxed: continues [push.publishes]",
     "if (head_.compare_exchange_weak(expected,", "labels no operation"},
    {"RelaxedByMutex", "R4", "// relaxed: exclusive",
     "// relaxed: ordered by the mutex", "head_.load(relaxed); n != nullptr",
     "none of"},
    {"NoLinearizationPoint", "R5", "// LP(push): this", "// This",
     "push, try_pop: lock-free", "push has no linearization point"},
    {"NoFamilyPoint", "R5", "// LP(push): this", "// This",
     "class treiber_stack {", "no push operation of treiber_stack"},
    {"NoPointOfEmpty", "R5", "LP(try_pop, empty): that",
     "LP(try_pop, full): that", "class treiber_stack {",
     "is empty: // LP(try_pop, empty)"},
    {"NoPointOfSuccess", "R5", "LP(try_pop): this", "LP(try_pop, late): this",
     "push, try_pop: lock-free", "try_pop has no linearization point"},
    {"PointOfNoFunction", "R5", "LP(push): this", "LP(pusch): this",
     "LP(pusch)", "no such function"},
    {"ProgressOfNoFunction", "R5", "empty_hint: wait", "emptyhint: wait",
     "push, try_pop: lock-free", "emptyhint, which is no function"},
    {"ProgressNamesNothing", "R5",
     "push, try_pop: lock-free (push allocates);\n"
     "//                 empty_hint: wait-free",
     "lock-free", "  Progress", "names no operation"},
    {"NoRetry", "R6", "      retry();\n    }\n  }\n\n  [[nodiscard]] pop",
     "    }\n  }\n\n  [[nodiscard]] pop", "    for (;;) {", "retry()"},
    {"ContinueWithoutRetry", "R6", "      node* expected = first;",
     "      if (odd(first)) continue;\n      node* expected = first;",
     "for (;;) {\n      // [pop.take]", "retry()"},
    {"DoLoop", "R6", "    for (;;) {\n      fresh->next.set(head);",
     "    do {\n      n.load(relaxed);  // relaxed: guess\n    } while "
     "(odd());\n"
     "    for (;;) {\n      fresh->next.set(head);",
     "    do {", "a do loop"},
    {"IncludesAtomic", "R7", "#include \"acqrel/reclaim/hazard_pointer.h\"",
     "#include <atomic>", "#include <atomic>", "<atomic>"},
    {"StdAtomic", "R7", "  node* const last_;", "  std::atomic<int> last_;",
     "std::atomic<int>", "std::atomic"},
    {"Mutex", "R7", "  node* const last_;", "  plain<std::mutex> last_;",
     "std::mutex", "std::mutex"},
    {"ThreadLocal", "R7", "    node* expected = first;",
     "    thread_local int n = 0;", "thread_local", "tls<T>"},
    {"FunctionStatic", "R7", "      node* expected = first;",
     "      static int n = 0;", "static int", "static object in a function"},
    {"GlobalObject", "R7", "template <class T>\nclass",
     "inline int calls{0};\ntemplate <class T>\nclass", "inline int calls",
     "per_process<T>"},
    {"StaticMember", "R7", "static constexpr int limit",
     "inline static int limit", "inline static int", "per_process<T>"},
    {"ConditionalCompilation", "R7", "namespace acqrel {",
     "#ifdef __x86_64__\n#endif\nnamespace acqrel {", "#ifdef",
     "conditional compilation"},
    {"NoCard", "R8", "//   Concurrency ", "//   Threads",
     "class treiber_stack {", "treiber_stack has no card"},
    {"NoReclamation", "R8", "//   Reclamation ", "//   Freeing", "// A last-in",
     "no line Reclamation"},
    {"NoYear", "R8", "5118, 1986", "5118", "  Algorithm ", "year"},
    {"NoNotInvariants", "R8",
     "// Not invariants\n//   A node seen at head_ may be unlinked before the "
     "next statement runs.\n",
     "", "// A last-in", "Not invariants"},
    {"InvariantGap", "R8", "//   I2  Only", "//   I3  Only", "//   I3  Only",
     "I2 comes here"},
    {"InvariantNotCited", "R8", "  // I2\n", "\n", "//   I2  Only",
     "cited nowhere"},
    {"CitesNoInvariant", "R8", "  // I2\n", "  // I2, I7\n", "// I2, I7",
     "I7 is no invariant"},
    {"EdgeOfNoLabel", "R8", "-> [pop.take]  a node", "-> [pop.took]  a node",
     "[pop.took]  a node", "[pop.took] labels no operation"},
    {"EdgeBackwards", "R8", "[push.publish] -> [pop.take]  a",
     "[pop.take] -> [push.publish]  a", "[pop.take] -> [push",
     "from the release to the acquire"},
    {"EdgeMissing", "R8",
     "//   [push.publish] -> [pop.take]  a node's value and next, before its "
     "address\n",
     "", "// A last-in", "Edges lack [push.publish]"},
    {"UnmarkedMember", "R9", "  // owner-only: the thread that pushes", "",
     "pushed_ = 0", "`pushed_`"},
    {"UnmarkedMemberOfNode", "R9", "plain<node*> next;", "node* next;",
     "node* next;", "`next`"},
    {"PointerToAtomic", "R9", "node* const last_", "const atomic<node*>* last_",
     "atomic<node*>* last_", "`last_`"},
    {"TwoInALine", "R10",
     "node* head = head_.load(relaxed);  // relaxed: guess",
     "// [a.b] acquire: pairs with [push.publish].\n"
     "    node* head = f(head_.load(acquire), x.load(acquire));",
     "node* head = f(", "share a statement"},
    {"InMacro", "R10", "namespace acqrel {",
     "#define GET(x) \\\n  x.load(acquire)\nnamespace acqrel {", "#define GET",
     "inside a macro"},
    {"MemberNamedLikeTag", "R10", "  node* const last_;", "  void release() {}",
     "void release()", "`release` is an ordering tag"},
    {"ChosenOrdering", "R10", "return head_.load(relaxed) ==",
     "return head_.load(x ? acquire : relaxed) ==", "x ? acquire",
     "an operation's argument, by itself"},
    {"PublishingFence", "R11", "      fresh->next.set(head);",
     "      thread_fence(release);", "thread_fence(release)",
     "ThreadSanitizer"},
};
INSTANTIATE_TEST_SUITE_P(Lint, BadStack, testing::ValuesIn(bad_stacks),
                         name_of);

constexpr bad bad_fences[] = {
    {"NoLabel", "R1", "  // [announce.fence] light: SB", "  // SB",
     "asymmetric_thread_fence_light(seq_cst)", "has no label"},
    {"LightIsNotHeavy", "R1", "[scan.fence] heavy", "[scan.fence] light",
     "[scan.fence] light",
     "the code does asymmetric_thread_fence_heavy(heavy)"},
    {"TwoLightOnes", "R2", "asymmetric_thread_fence_heavy(seq_cst)",
     "asymmetric_thread_fence_light(seq_cst)", "[announce.fence] light",
     "do not synchronize"},
    {"NoShape", "R3", "heavy, SB with", "heavy, pairs with",
     "[scan.fence] heavy", "litmus shape"},
    {"OneOutcome", "R3", "announcement, or the reader sees the unlinking.",
     "announcement.", "[announce.fence] light", "both outcomes"},
    {"SeqCstWithoutShape", "R3",
     "[scan.open] release: pairs with [enter.wait].\n"
     "  gate.store(1, release);",
     "[scan.open] seq_cst: pairs with [enter.wait].\n"
     "  gate.store(1, seq_cst);",
     "[scan.open] seq_cst", "litmus shape"},
    {"WaitsWithoutWord", "R6", "  // Waits for [scan.open].\n", "",
     "  await(gate", "whom it waits for"},
    {"WaitsForNothing", "R6", "Waits for [scan.open]", "Waits for [scan.opens]",
     "  await(gate", "waits for [scan.opens]"},
    {"Unbounded", "R6", "  // Bounded: two rounds.\n", "", "  while (more())",
     "// Bounded"},
    {"RelaxedOverTwoLines", "R4", "    // relaxed: guess\n", "",
     "    n.store(1,\n", "gives no reason"},
};
INSTANTIATE_TEST_SUITE_P(Lint, BadFences, testing::ValuesIn(bad_fences),
                         name_of);

// What only the native backend may do.
constexpr char native[] = R"sample(#include <atomic>
#if defined(__linux__)
#endif
                      thread_local int calls = 0;
                      std::mutex m;
                      int get() {
                        // relaxed: ordered by the mutex
                        return n.load(std::memory_order_relaxed);
                      }
                      void fence() { std::atomic_thread_fence(std::memory_order_acquire); }
)sample";

TEST(LintTest, NativeBackendMayUseThePlatform) {
  EXPECT_EQ(check_text("atomics/native/wait.h", native),
            std::vector<finding>());
  EXPECT_NE(check_text("atomics/wait.h", native), std::vector<finding>());
}

TEST(LintTest, PartnersInOtherFiles) {
  constexpr char publish[] =
      "void f() {\n"
      "  // [a.publish] release: pairs with [take.h: b.take].\n"
      "  x.store(1, release);\n"
      "}\n";
  constexpr char take[] =
      "void g() {\n"
      "  // [b.take] acquire: pairs with [a.publish].\n"
      "  x.load(acquire);\n"
      "}\n";
  std::vector<source> both;
  both.emplace_back("reclaim/publish.h", publish);
  both.emplace_back("structures/take.h", take);
  EXPECT_EQ(check(make_tree(both)), std::vector<finding>());

  // The same label in a third file: which one is meant?
  both.emplace_back("reclaim/other.h", publish);
  const std::vector<finding> findings = check(make_tree(both));
  ASSERT_EQ(findings.size(), 1U) << testing::PrintToString(findings);
  EXPECT_NE(findings[0].sentence.find("labels 2 operations"),
            std::string::npos);
}

TEST(LintTest, FindingsAreSortedByFileAndLine) {
  std::vector<source> files;
  files.emplace_back("reclaim/b.h", "int b;\nint c;\n");
  files.emplace_back("reclaim/a.h", "int a;\n");
  const std::vector<finding> findings = check(make_tree(files));
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].path, "reclaim/a.h");
  EXPECT_EQ(findings[1].line, 1);
  EXPECT_EQ(findings[2].line, 2);
}

TEST(LintTest, UnbalancedBracketsAreReported) {
  for (const char* const text :
       {"int f() {\n", "int a;\n)\n", "int a[(2];\n"}) {
    const std::vector<finding> findings = check_text("reclaim/cut.h", text);
    ASSERT_EQ(findings.size(), 1U) << text;
    EXPECT_EQ(findings[0].rule, "R0");
  }
}

TEST(LintTest, TextInStringsAndCommentsIsNoCode) {
  EXPECT_EQ(check_text("reclaim/text.h",
                       "/* x.load(acquire); thread_local */\n"
                       "constexpr char a[] = \"x.load(acquire)\";\n"
                       "constexpr char b[] = R\"(\" x.load(acquire))\";\n"
                       "constexpr int c = 1'000'000;  // x.load(acquire)\n"),
            std::vector<finding>());
}

TEST(LintTest, PlacesCarryLabelsAndPartners) {
  std::vector<source> files;
  files.emplace_back(stack_path, stack);
  const tree all = make_tree(std::move(files));
  ASSERT_EQ(all.places.size(), 6U);
  const place& publish = all.places[2];
  EXPECT_EQ(publish.operation, "compare_exchange_weak");
  EXPECT_EQ(publish.orderings,
            (std::vector<std::string>{"release", "relaxed"}));
  ASSERT_EQ(publish.labels.size(), 1U);
  EXPECT_EQ(publish.labels[0].label, "push.publish");
  ASSERT_EQ(publish.labels[0].partners.size(), 1U);
  EXPECT_EQ(to_string(publish.labels[0].partners[0]), "[pop.take]");
  EXPECT_TRUE(all.places[3].is_protect);
}

TEST(LintTest, PlacesKnowWhereTheirOrderingsAreNamed) {
  const source file("structures/treiber_stack.h", stack);
  for (const place& p : find_places(file)) {
    if (p.is_protect) {
      EXPECT_TRUE(p.ordering_tokens.empty());
      continue;
    }
    ASSERT_EQ(p.ordering_tokens.size(), p.orderings.size());
    for (std::size_t i = 0; i < p.orderings.size(); ++i) {
      EXPECT_EQ(file.tokens()[p.ordering_tokens[i]].text, p.orderings[i]);
      EXPECT_GT(p.ordering_tokens[i], p.token);
    }
  }
}

TEST(LintTest, PlacesKnowTheirFunction) {
  const source file("structures/treiber_stack.h", stack);
  std::vector<std::string> names;
  for (const place& p : find_places(file)) {
    const place::function f = p.enclosing_function();
    names.push_back(f.name);
    EXPECT_LT(f.first, p.line());
    EXPECT_GT(f.last, p.line());
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"~treiber_stack", "push", "push",
                                      "try_pop", "try_pop", "empty_hint"}));
}

}  // namespace
}  // namespace acqrel::lint
