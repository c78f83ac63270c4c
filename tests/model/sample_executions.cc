#include "acqrel/tests/model/sample_executions.h"

#include <cstddef>
#include <initializer_list>

namespace acqrel::testing {
namespace {

using model::edge_kind;
using model::execution;
using model::no_step;
using model::step;
using model::step_kind;

step access(int thread, step_kind kind, std::string operation,
            std::string location, std::string order, std::string read,
            std::string written) {
  step s;
  s.thread = thread;
  s.kind = kind;
  s.operation = std::move(operation);
  s.location = std::move(location);
  s.order = std::move(order);
  s.read = std::move(read);
  s.written = std::move(written);
  return s;
}
step load(int thread, std::string location, std::string order,
          std::string value) {
  return access(thread, step_kind::load, "load", std::move(location),
                std::move(order), std::move(value), "");
}
step store(int thread, std::string location, std::string order,
           std::string value) {
  return access(thread, step_kind::store, "store", std::move(location),
                std::move(order), "", std::move(value));
}
step swap(int thread, std::string location, std::string order,
          std::string expected, std::string value) {
  return access(thread, step_kind::update, "compare_exchange_weak",
                std::move(location), std::move(order), std::move(expected),
                std::move(value));
}
step other(int thread, step_kind kind, std::string operation,
           std::string location = "") {
  return access(thread, kind, std::move(operation), std::move(location), "", "",
                "");
}
step fence(int thread, std::string order) {
  return access(thread, step_kind::fence, "fence", "", std::move(order), "",
                "");
}
step spawn(int thread, std::string whom) {
  step s = other(thread, step_kind::spawn, "spawn");
  s.note = std::move(whom);
  return s;
}

class builder {
 public:
  builder(std::string title, std::initializer_list<std::string> threads) {
    run_.title = std::move(title);
    run_.threads = threads;
  }

  int add(step s, const char* file = "", int line = 0, const char* code = "") {
    if (line != 0) {
      s.place = {file, line, 3};
      s.code = code;
    }
    run_.steps.push_back(std::move(s));
    return static_cast<int>(run_.steps.size()) - 1;
  }
  step& at(int index) { return run_.steps[static_cast<std::size_t>(index)]; }

  void initial(int reader) { at(reader).reads_initial = true; }
  void reads(int writer, int reader) {
    at(reader).reads_from = writer;
    run_.edges.push_back({writer, reader, edge_kind::reads_from});
  }
  void synchronizes(int writer, int reader, bool reads = true) {
    if (reads) at(reader).reads_from = writer;
    run_.edges.push_back({writer, reader, edge_kind::synchronizes_with});
  }
  void misses(int reader, int writer, bool stale = false) {
    at(reader).stale = stale;
    run_.edges.push_back({reader, writer, edge_kind::from_read});
  }
  void lacks(int from, int to) {
    run_.edges.push_back({from, to, edge_kind::missing});
  }
  void overwritten(int first, int second) {
    run_.edges.push_back({first, second, edge_kind::modification});
  }
  void fails(const std::string& why, std::initializer_list<int> culprits) {
    run_.failure = why;
    run_.replay = "0.1.2-1.0.1";
    for (const int c : culprits) at(c).culprit = true;
  }
  execution done() { return std::move(run_); }

 private:
  execution run_;
};

}  // namespace

execution stale_message() {
  builder b("mp: r1 = 1, r2 = 0", {"T1", "T2"});
  const int data = b.add(store(0, "data", "relaxed", "1"));
  const int flag = b.add(store(0, "flag", "relaxed", "1"));
  const int seen = b.add(load(1, "flag", "acquire", "1"));
  const int stale = b.add(load(1, "data", "relaxed", "0"));
  b.reads(flag, seen);
  b.initial(stale);
  b.misses(stale, data, true);
  return b.done();
}

execution store_buffering() {
  builder b("sb: r1 = 0, r2 = 0", {"T1", "T2"});
  const int x = b.add(store(0, "x", "release", "1"));
  const int rx = b.add(load(0, "y", "acquire", "0"));
  const int y = b.add(store(1, "y", "release", "1"));
  const int ry = b.add(load(1, "x", "acquire", "0"));
  b.initial(rx);
  b.initial(ry);
  b.misses(rx, y);
  b.misses(ry, x, true);
  return b.done();
}

execution independent_reads() {
  builder b("iriw: r1 = 1, r2 = 0, r3 = 1, r4 = 0", {"T1", "T2", "T3", "T4"});
  const int x = b.add(store(0, "x", "release", "1"));
  const int y = b.add(store(1, "y", "release", "1"));
  const int a = b.add(load(2, "x", "acquire", "1"));
  const int c = b.add(load(2, "y", "acquire", "0"));
  const int d = b.add(load(3, "y", "acquire", "1"));
  const int e = b.add(load(3, "x", "acquire", "0"));
  b.synchronizes(x, a);
  b.synchronizes(y, d);
  b.initial(c);
  b.initial(e);
  b.misses(c, y, true);
  b.misses(e, x, true);
  return b.done();
}

execution message_passing() {
  builder b("mp: r1 = 1, r2 = 1", {"T1", "T2"});
  const int data = b.add(store(0, "data", "relaxed", "1"));
  const int flag = b.add(store(0, "flag", "release", "1"));
  const int seen = b.add(load(1, "flag", "acquire", "1"));
  const int fresh = b.add(load(1, "data", "relaxed", "1"));
  b.synchronizes(flag, seen);
  b.reads(data, fresh);
  return b.done();
}

execution data_race() {
  builder b("spsc_ring: push | pop", {"body", "producer", "consumer"});
  const int one = b.add(spawn(0, "producer"), "tests/ring_test.cc", 20,
                        "model::thread producer([&] { ring.push(1); });");
  const int two = b.add(spawn(0, "consumer"), "tests/ring_test.cc", 21,
                        "model::thread consumer([&] { ring.try_pop(); });");
  const int begin =
      b.add(load(1, "tail_", "relaxed", "0"), "structures/spsc_ring.h", 88,
            "const std::uint64_t tail = tail_.load(relaxed);");
  b.synchronizes(one, begin, false);
  b.initial(begin);
  const int write =
      b.add(other(1, step_kind::plain_write, "construct", "slots_[0]"),
            "structures/spsc_ring.h", 93,
            "slots_[tail % capacity_].construct(std::forward<Args>(args)...);");
  const int publish =
      b.add(store(1, "tail_", "relaxed", "1"), "structures/spsc_ring.h", 96,
            "tail_.store(tail + 1, release);");
  b.at(publish).weakened = true;
  b.at(publish).note = "the source says release";
  const int head =
      b.add(load(2, "head_", "relaxed", "0"), "structures/spsc_ring.h", 120,
            "const std::uint64_t head = head_.load(relaxed);");
  b.synchronizes(two, head, false);
  b.initial(head);
  const int take =
      b.add(load(2, "tail_", "acquire", "1"), "structures/spsc_ring.h", 122,
            "if (tail_.load(acquire) == head) return empty;");
  b.lacks(publish, take);
  b.reads(publish, take);
  const int read =
      b.add(other(2, step_kind::plain_read, "move_out", "slots_[0]"),
            "structures/spsc_ring.h", 125,
            "pop_result<T> value(slots_[head % capacity_].move_out());");
  b.fails(
      "data race: producer (spsc_ring.h:93) writes slots_[0] and consumer "
      "(spsc_ring.h:125) reads it, and neither happens before the other",
      {write, read});
  return b.done();
}

execution deadlock() {
  builder b("event_count: wait | notify", {"body", "T1"});
  const int start = b.add(spawn(0, "T1"), "tests/event_test.cc", 12,
                          "model::thread t([&] { ready.notify(); });");
  const int announce =
      b.add(access(0, step_kind::update, "fetch_add", "waiters_", "relaxed",
                   "0", "1"),
            "atomics/event_count.h", 40, "waiters_.fetch_add(1, relaxed);");
  const int look =
      b.add(load(0, "ready_", "acquire", "false"), "atomics/event_count.h", 42,
            "if (ready_.load(acquire)) return;");
  const int publish =
      b.add(store(1, "ready_", "release", "true"), "atomics/event_count.h", 55,
            "ready_.store(true, release);");
  b.synchronizes(start, publish, false);
  const int nobody =
      b.add(load(1, "waiters_", "relaxed", "0"), "atomics/event_count.h", 57,
            "if (waiters_.load(relaxed) == 0) return;");
  b.initial(look);
  b.misses(look, publish);
  b.initial(nobody);
  b.misses(nobody, announce, true);
  const int asleep =
      b.add(other(0, step_kind::blocked, "waits for ever", "epoch_"),
            "atomics/event_count.h", 45, "epoch_.wait(before, acquire);");
  b.fails(
      "deadlock: body waits on epoch_ (event_count.h:45), and no thread "
      "is left to wake it",
      {asleep});
  return b.done();
}

execution hazard_pointer() {
  builder b("treiber_stack: push(1) pop() | pop(), with a weak [protect.fence]",
            {"body", "T1", "T2"});
  const char* const stack = "structures/treiber_stack.h";
  const char* const hazard = "reclaim/hazard_pointer.h";
  const char* const domain = "reclaim/hazard_domain.h";
  const int one = b.add(spawn(0, "T1"), "tests/stack_test.cc", 30,
                        "model::thread t1([&] { s.push(1); s.try_pop(); });");
  const int two = b.add(spawn(0, "T2"), "tests/stack_test.cc", 31,
                        "model::thread t2([&] { s.try_pop(); });");
  const int made = b.add(other(1, step_kind::allocate, "new (24 bytes)", "A"),
                         stack, 139, "node* const fresh = new node(value);");
  b.synchronizes(one, made, false);
  b.add(other(1, step_kind::construct, "construct", "A.value"), stack, 139);
  b.add(other(1, step_kind::construct, "construct", "A.next"), stack, 139);
  const int guess = b.add(load(1, "head_", "relaxed", "null"), stack, 150,
                          "node* head = head_.load(relaxed);");
  b.initial(guess);
  b.add(other(1, step_kind::plain_write, "set", "A.next"), stack, 152,
        "fresh->next.set(head);");
  const int push = b.add(
      swap(1, "head_", "release", "null", "&A"), stack, 157,
      "} while (!head_.compare_exchange_weak(head, fresh, release, relaxed));");
  b.initial(push);
  const int look = b.add(load(2, "head_", "relaxed", "&A"), hazard, 119,
                         "typename Source::value_type pointer = "
                         "source.load(relaxed);");
  b.synchronizes(two, look, false);
  b.reads(push, look);
  const int announce =
      b.add(store(2, "D.object", "release", "&A"), hazard, 130,
            "hazard_->object.store(retired_part(pointer), release);");
  b.add(load(1, "head_", "relaxed", "&A"), hazard, 119,
        "typename Source::value_type pointer = source.load(relaxed);");
  b.add(store(1, "C.object", "release", "&A"), hazard, 130,
        "hazard_->object.store(retired_part(pointer), release);");
  const int fence1 = b.add(fence(1, "acq_rel"), hazard, 133,
                           "asymmetric_thread_fence_light(seq_cst);");
  const int fence2 = b.add(fence(2, "acq_rel"), hazard, 133,
                           "asymmetric_thread_fence_light(seq_cst);");
  for (const int f : {fence1, fence2}) {
    b.at(f).weakened = true;
    b.at(f).note = "the source says seq_cst";
  }
  const int again = b.add(load(2, "head_", "acquire", "&A"), hazard, 136,
                          "T* const current = source.load(acquire);");
  b.synchronizes(push, again);
  b.add(load(1, "head_", "acquire", "&A"), hazard, 136,
        "T* const current = source.load(acquire);");
  b.add(
      other(1, step_kind::plain_read, "get", "A.next"), stack, 110,
      "if (head_.compare_exchange_weak(expected, first->next.get(), relaxed,");
  const int pop = b.add(
      swap(1, "head_", "relaxed", "&A", "null"), stack, 110,
      "if (head_.compare_exchange_weak(expected, first->next.get(), relaxed,");
  b.misses(look, pop);
  b.misses(again, pop);
  b.add(other(1, step_kind::plain_read, "move_out", "A.value"), stack, 112,
        "pop_result<T> value(first->value.move_out());");
  b.add(store(1, "C.object", "release", "null"), hazard, 159,
        "hazard_->object.store(nullptr, release);");
  b.add(fence(1, "heavy"), domain, 333,
        "asymmetric_thread_fence_heavy(seq_cst);");
  const int scan = b.add(load(1, "D.object", "acquire", "null"), domain, 336,
                         "keep.insert(h->object.load(acquire));");
  b.initial(scan);
  b.misses(scan, announce, true);
  const int freed =
      b.add(other(1, step_kind::deallocate, "delete (24 bytes)", "A"), domain,
            358, "object->reclaim();");
  const int use = b.add(
      other(2, step_kind::plain_read, "get", "A.next"), stack, 110,
      "if (head_.compare_exchange_weak(expected, first->next.get(), relaxed,");
  b.at(use).note = "A was deleted by T1";
  b.fails(
      "use after free: T2 (treiber_stack.h:110) reads A.next, and T1 "
      "(hazard_domain.h:358) deletes A; neither happens before the other",
      {freed, use});
  return b.done();
}

execution long_run(int steps) {
  builder b("michael_scott_queue<std::pair<int, int>>: push push | pop | pop",
            {"body", "T1", "T2"});
  const char* const file = "structures/michael_scott_queue.h";
  std::vector<int> last_write(3, no_step);
  const char* const names[] = {"head_", "tail_", "B.next"};
  const int start1 = b.add(spawn(0, "T1"));
  const int start2 = b.add(spawn(0, "T2"));
  int failing = 0;
  bool began[3] = {true, false, false};
  for (int i = 0; i < steps; ++i) {
    const int thread = (i / 3 + i / 7) % 3;
    const auto where = static_cast<std::size_t>(i * 5 % 3);
    int now = 0;
    switch (i % 7) {
      case 0:
      case 3: {
        now = b.add(load(thread, names[where],
                         i % 2 == 0 ? "acquire" : "relaxed", "&B"),
                    file, 100 + i, "node* last = tail_.load(acquire);");
        const int source = last_write[where];
        if (source == no_step)
          b.initial(now);
        else if (i % 2 == 0)
          b.synchronizes(source, now);
        else
          b.reads(source, now);
        break;
      }
      case 1:
        now = b.add(swap(thread, names[where], "release", "null", "&B"), file,
                    100 + i,
                    "if (last->next.compare_exchange_strong(next, fresh, "
                    "release, acquire)) {");
        if (last_write[where] != no_step) {
          b.at(now).reads_from = last_write[where];
          b.reads(last_write[where], now);
        } else {
          b.initial(now);
        }
        last_write[where] = now;
        break;
      case 2:
        now = b.add(store(thread, "hazard.object", "release", "&B"), file,
                    100 + i, "hazard_->object.store(pointer, release);");
        break;
      default:
        now = b.add(
            other(thread,
                  i % 7 == 5 ? step_kind::plain_write : step_kind::plain_read,
                  i % 7 == 5 ? "set" : "get", "C.value#" + std::to_string(i)),
            file, 100 + i, "value.get()");
    }
    if (!began[thread]) {
      b.synchronizes(thread == 1 ? start1 : start2, now, false);
      began[thread] = true;
    }
    failing = now;
  }
  const int wrong = b.add(other(0, step_kind::note, "require"), file, 99,
                          "model::require(got == 3, \"each once\");");
  b.fails("requirement failed: each element is taken once", {wrong});
  (void)failing;
  return b.done();
}

std::vector<std::pair<std::string, execution>> sample_executions() {
  return {{"mp_stale", stale_message()}, {"mp", message_passing()},
          {"sb", store_buffering()},     {"iriw", independent_reads()},
          {"race", data_race()},         {"deadlock", deadlock()},
          {"hazard", hazard_pointer()},  {"long", long_run(80)}};
}

}  // namespace acqrel::testing
