// What must not compile does not, and says why in a sentence of ours.
//
// Each row holds the mistake and its correction. The corrections compile
// together, so that no row is refused for a reason of the harness's own; each
// mistake is compiled alone.
#include <ostream>
#include <regex>
#include <string>

#include "gtest/gtest.h"
#include "tests/atomics/compiler.h"

namespace acqrel::testing {
namespace {

struct refusal {
  const char* name;
  const char* mistake;
  const char* correction;
  const char* sentence;  // a regular expression
};

constexpr char load_sentence[] =
    "acqrel: a load takes relaxed, acquire or seq_cst; it writes nothing that "
    "a release could publish";
constexpr char store_sentence[] =
    "acqrel: a store takes relaxed, release or seq_cst; it reads nothing that "
    "an acquire could synchronize with";
constexpr char failure_sentence[] =
    "acqrel: a compare_exchange that fails is a load; its failure ordering is "
    "relaxed, acquire or seq_cst";
constexpr char tag_sentence[] =
    "acqrel: name the ordering with a tag: relaxed, acquire, release, acq_rel "
    "or seq_cst";
constexpr char fence_sentence[] =
    "acqrel: a relaxed fence orders nothing; remove it";
constexpr char asymmetric_sentence[] =
    "acqrel: an asymmetric fence excludes store buffering and nothing else; "
    "its ordering is seq_cst";
constexpr char move_sentence[] =
    "acqrel: a move that throws in try_pop\\(\\) would lose the element; T "
    "must "
    "be nothrow-move-constructible";
constexpr char destructor_sentence[] =
    "acqrel: a destructor that throws in try_pop\\(\\) would lose the element; "
    "T "
    "must be nothrow-destructible";

// Where the language refuses, in Clang's words or GCC's.
constexpr char no_overload[] = "no matching (member )?function";
constexpr char no_operator[] =
    "no match for .*operator|no .*operator--|cannot (in|de)crement value of "
    "type|no viable "
    "overloaded|invalid operands to binary expression";
constexpr char no_conversion[] =
    "no matching function|no viable conversion|cannot convert|could not "
    "convert|not contextually convertible";
constexpr char deleted[] =
    "use of deleted function|call to deleted constructor|selected deleted "
    "operator";

constexpr char headers[] = R"(
#include "acqrel/atomics/atomic.h"
#include "acqrel/structures/michael_scott_queue.h"
#include "acqrel/structures/spsc_ring.h"
#include "acqrel/structures/treiber_stack.h"
)";

constexpr char prelude[] = R"(
using namespace acqrel;

struct throwing_move {
  throwing_move() = default;
  throwing_move(throwing_move&&) noexcept(false) {}
};
struct throwing_destructor {
  throwing_destructor() = default;
  throwing_destructor(throwing_destructor&&) noexcept {}
  ~throwing_destructor() noexcept(false) {}
};
struct not_trivial {
  not_trivial() {}
  not_trivial(const not_trivial&) {}
};

void take(int);

// a, b: two of each, for copies.  expected: a compare_exchange's.
void attempt(atomic<int>& a, atomic<int>& b, atomic_ref<int> ref,
             atomic<int*>& pointer, atomic<bool>& boolean, int expected) {
  (void)a, (void)b, (void)ref, (void)pointer, (void)boolean, (void)expected;
)";

constexpr refusal refusals[] = {
    // Orderings that the standard forbids.
    {"LoadRelease", "a.load(release);", "a.load(acquire);", load_sentence},
    {"LoadAcqRel", "a.load(acq_rel);", "a.load(seq_cst);", load_sentence},
    {"StoreAcquire", "a.store(1, acquire);", "a.store(1, release);",
     store_sentence},
    {"StoreAcqRel", "a.store(1, acq_rel);", "a.store(1, seq_cst);",
     store_sentence},
    {"WeakFailureRelease",
     "a.compare_exchange_weak(expected, 1, release, release);",
     "a.compare_exchange_weak(expected, 1, release, relaxed);",
     failure_sentence},
    {"WeakFailureAcqRel",
     "a.compare_exchange_weak(expected, 1, acq_rel, acq_rel);",
     "a.compare_exchange_weak(expected, 1, acq_rel, acquire);",
     failure_sentence},
    {"StrongFailureRelease",
     "a.compare_exchange_strong(expected, 1, release, release);",
     "a.compare_exchange_strong(expected, 1, release, relaxed);",
     failure_sentence},
    {"StrongFailureAcqRel",
     "a.compare_exchange_strong(expected, 1, acq_rel, acq_rel);",
     "a.compare_exchange_strong(expected, 1, acq_rel, acquire);",
     failure_sentence},
    {"WaitRelease", "a.wait(0, release);", "a.wait(0, acquire);",
     load_sentence},
    {"WaitAcqRel", "a.wait(0, acq_rel);", "a.wait(0, relaxed);", load_sentence},
    {"AwaitRelease", "await(a, [](int v) { return v != 0; }, release);",
     "await(a, [](int v) { return v != 0; }, acquire);", load_sentence},
    {"PointerLoadRelease", "pointer.load(release);", "pointer.load(acquire);",
     load_sentence},
    {"BoolStoreAcquire", "boolean.store(true, acquire);",
     "boolean.store(true, release);", store_sentence},

    // The same through atomic_ref.
    {"RefLoadRelease", "ref.load(release);", "ref.load(acquire);",
     load_sentence},
    {"RefLoadAcqRel", "ref.load(acq_rel);", "ref.load(seq_cst);",
     load_sentence},
    {"RefStoreAcquire", "ref.store(1, acquire);", "ref.store(1, release);",
     store_sentence},
    {"RefStoreAcqRel", "ref.store(1, acq_rel);", "ref.store(1, seq_cst);",
     store_sentence},
    {"RefWeakFailureRelease",
     "ref.compare_exchange_weak(expected, 1, release, release);",
     "ref.compare_exchange_weak(expected, 1, release, relaxed);",
     failure_sentence},
    {"RefWeakFailureAcqRel",
     "ref.compare_exchange_weak(expected, 1, acq_rel, acq_rel);",
     "ref.compare_exchange_weak(expected, 1, acq_rel, acquire);",
     failure_sentence},
    {"RefStrongFailureRelease",
     "ref.compare_exchange_strong(expected, 1, release, release);",
     "ref.compare_exchange_strong(expected, 1, release, relaxed);",
     failure_sentence},
    {"RefStrongFailureAcqRel",
     "ref.compare_exchange_strong(expected, 1, acq_rel, acq_rel);",
     "ref.compare_exchange_strong(expected, 1, acq_rel, acquire);",
     failure_sentence},
    {"RefWaitRelease", "ref.wait(0, release);", "ref.wait(0, acquire);",
     load_sentence},

    // Fences.
    {"FenceRelaxed", "thread_fence(relaxed);", "thread_fence(seq_cst);",
     fence_sentence},
    {"LightFenceAcquire", "asymmetric_thread_fence_light(acquire);",
     "asymmetric_thread_fence_light(seq_cst);", asymmetric_sentence},
    {"HeavyFenceRelease", "asymmetric_thread_fence_heavy(release);",
     "asymmetric_thread_fence_heavy(seq_cst);", asymmetric_sentence},

    // An ordering that is not one of the tags.
    {"LoadStdOrder", "a.load(std::memory_order_acquire);", "a.load(acquire);",
     tag_sentence},
    {"StoreStdOrder", "a.store(1, std::memory_order_release);",
     "a.store(1, release);", tag_sentence},
    {"ExchangeStdOrder", "a.exchange(1, std::memory_order_acq_rel);",
     "a.exchange(1, acq_rel);", tag_sentence},
    {"FetchAddStdOrder", "a.fetch_add(1, std::memory_order_relaxed);",
     "a.fetch_add(1, relaxed);", tag_sentence},
    {"WeakStdOrder",
     "a.compare_exchange_weak(expected, 1, std::memory_order_seq_cst, "
     "relaxed);",
     "a.compare_exchange_weak(expected, 1, seq_cst, relaxed);", tag_sentence},
    {"StrongStdFailureOrder",
     "a.compare_exchange_strong(expected, 1, seq_cst, "
     "std::memory_order_relaxed);",
     "a.compare_exchange_strong(expected, 1, seq_cst, relaxed);", tag_sentence},
    {"FetchMaxInt", "a.fetch_max(1, 0);", "a.fetch_max(1, relaxed);",
     tag_sentence},
    {"RefLoadStdOrder", "ref.load(std::memory_order_acquire);",
     "ref.load(acquire);", tag_sentence},
    {"FenceStdOrder", "thread_fence(std::memory_order_acquire);",
     "thread_fence(acquire);", tag_sentence},
    {"LightFenceStdOrder",
     "asymmetric_thread_fence_light(std::memory_order_seq_cst);",
     "asymmetric_thread_fence_light(seq_cst);", tag_sentence},

    // No ordering at all.
    {"LoadDefault", "a.load();", "a.load(seq_cst);", no_overload},
    {"StoreDefault", "a.store(1);", "a.store(1, seq_cst);", no_overload},
    {"ExchangeDefault", "a.exchange(1);", "a.exchange(1, seq_cst);",
     no_overload},
    {"FetchAddDefault", "a.fetch_add(1);", "a.fetch_add(1, seq_cst);",
     no_overload},
    {"FetchSubDefault", "a.fetch_sub(1);", "a.fetch_sub(1, seq_cst);",
     no_overload},
    {"FetchAndDefault", "a.fetch_and(1);", "a.fetch_and(1, seq_cst);",
     no_overload},
    {"FetchOrDefault", "a.fetch_or(1);", "a.fetch_or(1, seq_cst);",
     no_overload},
    {"FetchXorDefault", "a.fetch_xor(1);", "a.fetch_xor(1, seq_cst);",
     no_overload},
    {"FetchMinDefault", "a.fetch_min(1);", "a.fetch_min(1, seq_cst);",
     no_overload},
    {"FetchMaxDefault", "a.fetch_max(1);", "a.fetch_max(1, seq_cst);",
     no_overload},
    {"WeakOneOrder", "a.compare_exchange_weak(expected, 1, seq_cst);",
     "a.compare_exchange_weak(expected, 1, seq_cst, seq_cst);", no_overload},
    {"StrongDefault", "a.compare_exchange_strong(expected, 1);",
     "a.compare_exchange_strong(expected, 1, seq_cst, seq_cst);", no_overload},
    {"WaitDefault", "a.wait(0);", "a.wait(0, seq_cst);", no_overload},
    {"FenceDefault", "thread_fence();", "thread_fence(acq_rel);", no_overload},
    {"RefLoadDefault", "ref.load();", "ref.load(seq_cst);", no_overload},
    {"RefStoreDefault", "ref.store(1);", "ref.store(1, seq_cst);", no_overload},

    // Operators and conversions, which would hide an ordering.
    {"PreIncrement", "++a;", "a.fetch_add(1, seq_cst);", no_operator},
    {"PostDecrement", "a--;", "a.fetch_sub(1, seq_cst);", no_operator},
    {"PlusAssign", "a += 2;", "a.fetch_add(2, seq_cst);", no_operator},
    {"OrAssign", "a |= 2;", "a.fetch_or(2, seq_cst);", no_operator},
    {"Assign", "a = 1;", "a.store(1, seq_cst);", deleted},
    {"ConvertToValue", "take(a);", "take(a.load(seq_cst));", no_conversion},
    {"CompareToValue", "if (a == 1) return;",
     "if (a.load(seq_cst) == 1) return;", no_operator},
    {"ConditionOnBool", "if (boolean) return;",
     "if (boolean.load(seq_cst)) return;", no_conversion},
    {"RefAssign", "ref = 1;", "ref.store(1, seq_cst);", no_operator},
    {"RefIncrement", "++ref;", "ref.fetch_add(1, seq_cst);", no_operator},
    {"RefConvert", "take(ref);", "take(ref.load(seq_cst));", no_conversion},

    // An atomic is a place, not a value.
    {"CopyConstruct", "atomic<int> copy(a);", "atomic<int> copy(0);", deleted},
    {"CopyAssign", "a = b;", "a.store(b.load(seq_cst), seq_cst);", deleted},
    {"MoveConstruct", "atomic<int> moved(static_cast<atomic<int>&&>(a));",
     "atomic<int> moved(1);", deleted},

    // Operations that the type does not have.
    {"BoolFetchAdd", "boolean.fetch_add(true, seq_cst);",
     "boolean.exchange(true, seq_cst);", no_overload},
    {"PointerFetchOr", "pointer.fetch_or(1, seq_cst);",
     "pointer.fetch_add(1, seq_cst);", no_overload},
    {"NotTriviallyCopyable", "atomic<not_trivial> x;", "atomic<int> x;",
     "trivially copyable"},

    // Elements that a structure could lose.
    {"StackThrowingMove", "treiber_stack<throwing_move> s;",
     "treiber_stack<int> s;", move_sentence},
    {"StackThrowingDestructor", "treiber_stack<throwing_destructor> s;",
     "treiber_stack<int> s;", destructor_sentence},
    {"QueueThrowingMove", "michael_scott_queue<throwing_move> q;",
     "michael_scott_queue<int> q;", move_sentence},
    {"QueueThrowingDestructor", "michael_scott_queue<throwing_destructor> q;",
     "michael_scott_queue<int> q;", destructor_sentence},
    {"RingThrowingMove", "spsc_ring<throwing_move> r(1);",
     "spsc_ring<int> r(1);", move_sentence},
    {"RingThrowingDestructor", "spsc_ring<throwing_destructor> r(1);",
     "spsc_ring<int> r(1);", destructor_sentence},
};

// The headers, compiled once: both compilers take PATH.gch for `-include PATH`.
const std::string& precompiled_headers() {
  static const std::string path = [] {
    const std::string header = write_scratch("headers.h", headers);
    const outcome compiled = run_compiler("compile -w -x c++-header " + header +
                                          " -o " + header + ".gch");
    EXPECT_EQ(compiled.status, 0) << compiled.output;
    return header;
  }();
  return path;
}

outcome compile(const std::string& name, const std::string& statements) {
  const std::string source =
      write_scratch(name + ".cc", prelude + statements + "\n}\n");
  return run_compiler("compile -w -fsyntax-only -include " +
                      precompiled_headers() + " " + source);
}

TEST(Refused, EveryCorrectionCompiles) {
  std::string statements;
  for (const refusal& row : refusals) {
    statements += std::string("  { ") + row.correction + " }\n";
  }
  const outcome compiled = compile("corrections", statements);
  EXPECT_EQ(compiled.status, 0) << compiled.output;
}

void PrintTo(const refusal& row, std::ostream* out) { *out << row.mistake; }

class RefusedTest : public ::testing::TestWithParam<refusal> {};

TEST_P(RefusedTest, WithItsSentence) {
  const refusal& row = GetParam();
  const outcome compiled = compile(row.name, row.mistake);
  EXPECT_NE(compiled.status, 0) << row.mistake << " compiled";
  EXPECT_TRUE(std::regex_search(compiled.output, std::regex(row.sentence)))
      << "expected: " << row.sentence << "\nfound: " << compiled.output;
}

INSTANTIATE_TEST_SUITE_P(Each, RefusedTest, ::testing::ValuesIn(refusals),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace acqrel::testing
