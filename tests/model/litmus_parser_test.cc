// The notation of litmus programs: what it means, and what is refused where.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/litmus/catalogue.h"
#include "acqrel/model/litmus/orderings.h"
#include "acqrel/model/litmus/parser.h"
#include "acqrel/model/litmus/printer.h"
#include "acqrel/model/litmus/program.h"

namespace acqrel::model::litmus {
namespace {

constexpr std::string_view every_operation = R"(
name   all
about  Everything that
about  can be written.   # but this
asks   Does it parse?
x = 0, y = -7   # two locations
flag = 1
thread
  x.store(-1, relaxed); y.store(2, where=release)
  r1 = x.load(seq_cst)
  flag.load(acquire)
thread: r2 = y.exchange(3, acq_rel)
  x.store(r2, relaxed)
  r3 = x.fetch_add(r2, how=relaxed)
  r4 = x.compare_exchange(r2, 5, success=acq_rel, failure=acquire)
  fence(seq_cst); fence(light)
  fence(kind=heavy)
exists r1 == 1 and r4 != 2 && x = -3 and r2 == r3
)";

TEST(Parse, UnderstandsEveryOperation) {
  const program p = parse(every_operation, "dir/file.txt");
  EXPECT_EQ(p.name, "all");
  EXPECT_EQ(p.about, "Everything that can be written.");
  EXPECT_EQ(p.question, "Does it parse?");
  EXPECT_EQ(p.locations, (std::vector<std::string>{"x", "y", "flag"}));
  EXPECT_EQ(p.initial, (std::vector<std::int64_t>{0, -7, 1}));
  EXPECT_EQ(p.registers, (std::vector<std::string>{"r1", "r2", "r3", "r4"}));
  ASSERT_EQ(p.threads.size(), 2u);
  ASSERT_EQ(p.threads[0].size(), 4u);
  ASSERT_EQ(p.threads[1].size(), 7u);

  const instruction& store = p.threads[0][1];
  EXPECT_EQ(store.op, opcode::store);
  EXPECT_EQ(store.location, 1);
  EXPECT_EQ(store.value.constant, 2);
  EXPECT_FALSE(store.value.is_register);
  EXPECT_EQ(store.order, std::memory_order_release);
  EXPECT_EQ(store.name, "where");
  EXPECT_EQ(store.line, 9);
  EXPECT_EQ(store.column, 25);

  const instruction& discarded = p.threads[0][3];
  EXPECT_EQ(discarded.op, opcode::load);
  EXPECT_EQ(discarded.reg, -1);

  const instruction& from_register = p.threads[1][1];
  EXPECT_TRUE(from_register.value.is_register);
  EXPECT_EQ(from_register.value.reg, 1);

  const instruction& cas = p.threads[1][3];
  EXPECT_EQ(cas.op, opcode::compare_exchange);
  EXPECT_EQ(cas.reg, 3);
  EXPECT_TRUE(cas.expected.is_register);
  EXPECT_EQ(cas.value.constant, 5);
  EXPECT_EQ(cas.order, std::memory_order_acq_rel);
  EXPECT_EQ(cas.failure, std::memory_order_acquire);
  EXPECT_EQ(cas.name, "success");
  EXPECT_EQ(cas.failure_name, "failure");

  EXPECT_EQ(p.threads[1][4].op, opcode::fence);
  EXPECT_EQ(p.threads[1][5].op, opcode::light_fence);
  EXPECT_EQ(p.threads[1][6].op, opcode::heavy_fence);
  EXPECT_EQ(p.threads[1][6].name, "kind");

  ASSERT_EQ(p.exists.size(), 4u);
  EXPECT_FALSE(p.exists[0].is_location);
  EXPECT_EQ(p.exists[0].value, 1);
  EXPECT_TRUE(p.exists[1].negated);
  EXPECT_TRUE(p.exists[2].is_location);
  EXPECT_EQ(p.exists[2].value, -3);
  EXPECT_TRUE(p.exists[3].against_register);
  EXPECT_EQ(p.exists[3].other, 2);
}

TEST(Parse, NamesAProgramAfterItsFile) {
  EXPECT_EQ(parse("thread", "some/where/mine.txt").name, "mine");
  EXPECT_EQ(parse("thread", ".hidden").name, ".hidden");
}

TEST(Parse, TakesLinesThatEndInCarriageReturns) {
  const program p =
      parse("x = 0\r\nthread\r\n  x.store(1, relaxed)\r\n", "dos.txt");
  EXPECT_EQ(p.threads[0].size(), 1u);
}

TEST(Print, ReadsBackAsTheSameProgram) {
  const std::string source = to_source(parse(every_operation, "a"));
  EXPECT_EQ(to_source(parse(source, "b")), source);
  EXPECT_NE(source.find("r4 = x.compare_exchange(r2, 5, success=acq_rel, "
                        "failure=acquire)"),
            std::string::npos);
  EXPECT_NE(source.find("exists r1 == 1 and r4 != 2 and x == -3 and r2 == r3"),
            std::string::npos);
}

TEST(Print, PutsThreadsSideBySide) {
  const program p = parse(
      "x = 0\ny = 0\nthread\n x.store(1, relaxed)\n y.store(1, o=release)\n"
      "thread\n r1 = y.load(acquire)",
      "p");
  EXPECT_EQ(in_columns(p, {}),
            "  T1                     T2\n"
            "  ───────────────────    ────────────────────\n"
            "  x.store(1, relaxed)    r1 = y.load(acquire)\n"
            "  y.store(1, release)\n");
  EXPECT_EQ(in_columns(p, {.width = 40}),
            "  T1\n"
            "  ───────────────────\n"
            "  x.store(1, relaxed)\n"
            "  y.store(1, release)\n"
            "\n"
            "  T2\n"
            "  ────────────────────\n"
            "  r1 = y.load(acquire)\n");
}

struct mistake {
  std::string_view text;
  int line;
  int column;
  std::string_view sentence;  // a part of it
};

const mistake mistakes[] = {
    {"", 1, 1, "needs at least one `thread`"},
    {"x = 0\n", 1, 1, "needs at least one `thread`"},
    {"x.store(1, relaxed)", 1, 1, "before the first `thread`"},
    {"x = y\nthread", 1, 5, "expected a number, found `y`"},
    {"x = 0 y = 0\nthread", 1, 7, "expected `,`"},
    {"x = 0, x = 1\nthread", 1, 8, "`x` was declared above"},
    {"x = 9223372036854775808\nthread", 1, 5, "does not fit into 64 bits"},
    {"x = 1a\nthread", 1, 5, "`1a` is no number"},
    {"thread = 0", 1, 8, "expected an operation"},
    {"exists = 0", 1, 1, "below the threads"},
    {"relaxed = 0\nthread", 1, 1, "is a word of this language"},
    {"name\nthread", 1, 5, "expected words after `name`"},
    {"name a\nname b\nthread", 2, 1, "a second `name`"},
    {"thread\nabout late", 2, 1, "above the threads"},
    {"thread\n x.store(1, relaxed)", 2, 2,
     "`x` is no location: declare it above the threads, as in `x = 0`"},
    {"x = 0\nthread\n 1.store(1, relaxed)", 3, 2, "expected an operation"},
    {"x = 0\nthread\n x = 1", 3, 2, "write to it with `x.store(VALUE, ORDER)`"},
    {"x = 0\nthread\n r1 = 1", 3, 7, "expected an operation that reads"},
    {"x = 0\nthread\n thread1 = x.load(relaxed)\n and = x.load(relaxed)", 4, 2,
     "names no register"},
    {"x = 0\nthread\n x.write(1, relaxed)", 3, 4, "`write` is no operation"},
    {"x = 0\nthread\n x store(1, relaxed)", 3, 4, "expected `.`"},
    {"x = 0\nthread\n x.store 1", 3, 10, "expected `(`"},
    {"x = 0\nthread\n x.store(1)", 3, 11, "none has a default, found `)`"},
    {"x = 0\nthread\n x.store(1, )", 3, 13, "expected an ordering"},
    {"x = 0\nthread\n x.store(1, relaxed", 3, 20,
     "expected `)` after the ordering, found the end of the line"},
    {"x = 0\nthread\n x.store(1, relaxed) y", 3, 22, "expected `;`"},
    {"x = 0\nthread\n x.store(1, acquire)", 3, 13,
     "a store cannot be acquire: it reads nothing"},
    {"x = 0\nthread\n r = x.load(release)", 3, 13,
     "a load cannot be release: it writes nothing"},
    {"x = 0\nthread\n r = x.load(o=acq_rel)", 3, 15,
     "a load cannot be acq_rel"},
    {"x = 0\nthread\n x.store(1, light)", 3, 13, "which is a kind of fence"},
    {"x = 0\nthread\n r = x.load(aquire)", 3, 13,
     "`aquire` is no ordering: write relaxed, acquire or seq_cst"},
    {"x = 0\nthread\n r = x.compare_exchange(0, 1, acq_rel)", 3, 38,
     "the ordering of a failure"},
    {"x = 0\nthread\n r = x.compare_exchange(0, 1, acq_rel, release)", 3, 40,
     "the failure of a compare_exchange cannot be release"},
    {"x = 0\nthread\n x.store(1, relaxed=release)", 3, 13,
     "is an ordering, and cannot name one"},
    {"x = 0\nthread\n x.store(1, run=release)", 3, 13,
     "--run is an option of the tool"},
    {"x = 0\nthread\n x.store(1, o=release)\n x.store(1, o=relaxed)", 4, 15,
     "`o` is release above"},
    {"x = 0\nthread\n r = x.compare_exchange(0, 1, o=acquire, o=relaxed)", 3,
     44, "`o` is acquire above"},
    {"x = 0\nthread\n x.store(r1, relaxed)", 3, 10,
     "no line above, in this thread, sets `r1`"},
    {"x = 0\nthread\n r = x.fetch_add(r, relaxed)", 3, 18, "sets `r`"},
    {"x = 0\nthread\n r = x.load(relaxed)\nthread\n x.store(r, relaxed)", 5, 10,
     "in this thread"},
    {"x = 0\nthread\n r = x.load(relaxed)\nthread\n r = x.load(relaxed)", 5, 2,
     "`r` belongs to thread 1"},
    {"x = 0\nthread\n x.store(x, relaxed)", 3, 10, "load it into a register"},
    {"x = 0\nthread\n r = x.store(1, relaxed)", 3, 2, "a store reads nothing"},
    {"x = 0\nthread\n r = fence(acquire)", 3, 2, "a fence reads nothing"},
    {"thread\nthread\nthread\nthread\nthread\nthread\n thread", 7, 2,
     "at most 6 threads"},
    {"x = 0\nthread\nexists y == 1", 3, 8, "neither a register nor a location"},
    {"x = 0\nthread\nexists x > 1", 3, 10, "expected `==` or `!=`"},
    {"x = 0\nthread\nexists x == 1 or x == 2", 3, 15, "expected `and`"},
    {"x = 0\nthread\nexists x == y", 3, 13, "`y` is no register"},
    {"x = 0\nthread\nexists x == 1\nthread", 4, 1, "must be the last line"},
    // Columns count characters, not bytes.
    {"x = 0\nthread\n x.lädt(relaxed)", 3, 4, "`lädt` is no operation"},
    {"x = 0\nthread\n x.store(ä, relaxed)", 3, 10, "found `ä`"},
    {"x = 0\nthread; x.store(ä, r)", 2, 7, "expected an operation"},
    {"x = 0\nthread\n x.store(1, →)", 3, 13, "found `→`"},
};

TEST(Parse, NamesLineAndColumnOfEveryMistake) {
  for (const mistake& m : mistakes) {
    try {
      parse(m.text, "my.txt");
      ADD_FAILURE() << "accepted:\n" << m.text;
    } catch (const syntax_error& error) {
      const std::string what = error.what();
      const std::string place = "my.txt:" + std::to_string(m.line) + ":" +
                                std::to_string(m.column) + ": ";
      EXPECT_EQ(what.substr(0, place.size()), place) << m.text << "\n" << what;
      EXPECT_NE(what.find(m.sentence), std::string::npos) << m.text << "\n"
                                                          << what;
      EXPECT_EQ(error.line(), m.line);
      EXPECT_EQ(error.column(), m.column);
    }
  }
}

TEST(Parse, PointsAtTheMistake) {
  try {
    parse("x = 0\nthread\n\tr = x.load(aquire)  \n", "my.txt");
    FAIL();
  } catch (const syntax_error& error) {
    EXPECT_STREQ(error.what(),
                 "my.txt:3:13: `aquire` is no ordering: write relaxed, acquire "
                 "or seq_cst\n"
                 "  \tr = x.load(aquire)\n"
                 "  \t           ^");
  }
}

TEST(Orderings, AreChosenByName) {
  program p = parse(
      "x = 0\nthread\n x.store(1, s1=release)\n x.store(2, s2=relaxed)\n"
      " r = x.fetch_add(1, both=relaxed)\n fence(both=relaxed)\n"
      " q = x.load(both=relaxed)",
      "p");
  const std::vector<choice> named = choices(p);
  ASSERT_EQ(named.size(), 3u);
  EXPECT_EQ(named[0].name, "s1");
  EXPECT_EQ(named[0].value, ordering::release);
  // What a load, a read-modify-write and a fence all may be.
  EXPECT_EQ(named[2].values,
            (std::vector<ordering>{ordering::relaxed, ordering::acquire,
                                   ordering::seq_cst}));
  choose(p, "s1", "seq_cst");
  EXPECT_EQ(p.threads[0][0].order, std::memory_order_seq_cst);
  EXPECT_EQ(p.threads[0][1].order, std::memory_order_relaxed);
  choose(p, "s", "release");  // both of them
  EXPECT_EQ(p.threads[0][0].order, std::memory_order_release);
  EXPECT_EQ(p.threads[0][1].order, std::memory_order_release);
  choose(p, "both", "acquire");
  EXPECT_EQ(p.threads[0][2].order, std::memory_order_acquire);
  EXPECT_EQ(p.threads[0][4].order, std::memory_order_acquire);
  EXPECT_EQ(count_combinations(p), 27u);
}

TEST(Orderings, AreRefusedWithASentence) {
  program p = parse("x = 0\nthread\n x.store(1, store=release)", "p");
  const auto refusal = [&p](std::string_view name, std::string_view word) {
    try {
      choose(p, name, word);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal("load", "acquire"),
            "no ordering of p is called load; those that can be chosen are "
            "store");
  EXPECT_EQ(refusal("store", "acquire"),
            "store: a store cannot be acquire: it reads nothing, so it has "
            "nothing to acquire; it may be relaxed, release or seq_cst");
  EXPECT_NE(refusal("store", "strong").find("strong is no ordering"),
            std::string::npos);
  EXPECT_NE(refusal("store", "consume").find("is modelled"), std::string::npos);
}

TEST(Catalogue, IsWholeAndReadsBack) {
  std::size_t count = 0;
  for (const section& part : catalogue()) {
    EXPECT_FALSE(part.title.empty());
    for (const program& p : part.programs) {
      ++count;
      EXPECT_FALSE(p.about.empty()) << p.name;
      EXPECT_EQ(p.question.back(), '?') << p.name;
      EXPECT_FALSE(p.exists.empty()) << p.name;
      EXPECT_FALSE(choices(p).empty()) << p.name;
      EXPECT_EQ(find_program(p.name), &p) << "two programs are called so";
      EXPECT_EQ(to_source(parse(to_source(p), "again")), to_source(p));
    }
  }
  EXPECT_GE(count, 35u);
  EXPECT_NE(find_program("mp"), nullptr);
  EXPECT_EQ(find_program("nonsense"), nullptr);
  EXPECT_EQ(similar_names("iriv"), std::vector<std::string>{"IRIW"});
}

}  // namespace
}  // namespace acqrel::model::litmus
