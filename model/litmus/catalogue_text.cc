#include "acqrel/model/litmus/catalogue_text.h"

namespace acqrel::model::litmus::internal {

// A line `section TITLE` begins a section, a line `---` the next program.
const char* const catalogue_text = R"(
section Message passing: publishing data
---
name   MP
about  Message passing. A thread writes data and then raises a flag; another
about  sees the flag and reads the data. A release store and the acquire load
about  that reads it synchronize: what was written before the one is visible
about  after the other. Either of them alone does nothing.
asks   Can the flag be seen and the data missed?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=release)
thread
  r1 = y.load(load=acquire)
  r2 = x.load(relaxed)
exists r1 == 1 and r2 == 0
---
name   MP+fences
about  Message passing with fences. A release fence before a relaxed store,
about  and an acquire fence after the relaxed load that reads it, synchronize
about  as a release store and an acquire load do.
asks   Can the flag be seen and the data missed?
x = 0, y = 0
thread
  x.store(1, relaxed)
  fence(writer=release)
  y.store(1, relaxed)
thread
  r1 = y.load(relaxed)
  fence(reader=acquire)
  r2 = x.load(relaxed)
exists r1 == 1 and r2 == 0
---
name   MP+misplaced
about  Message passing with the fences on the wrong sides: a release fence
about  orders what comes before it with stores after it, an acquire fence
about  orders loads before it with what comes after it. Here they stand where
about  they do neither.
asks   Can the flag be seen and the data missed?
x = 0, y = 0
thread
  fence(writer=release)
  x.store(1, relaxed)
  y.store(1, relaxed)
thread
  fence(reader=acquire)
  r1 = y.load(relaxed)
  r2 = x.load(relaxed)
exists r1 == 1 and r2 == 0
---
name   MP+exchange
about  Message passing where the flag is raised by a read-modify-write. Of an
about  acq_rel operation it is the release half that publishes; acquire there
about  publishes nothing.
asks   Can the flag be seen and the data missed?
x = 0, y = 0
thread
  x.store(1, relaxed)
  r1 = y.exchange(1, update=release)
thread
  r2 = y.load(load=acquire)
  r3 = x.load(relaxed)
exists r2 == 1 and r3 == 0
---
name   spin-lock
about  A lock taken by exchange and given back by a store. T2 took it after T1
about  gave it back (both read 0), so it must see what T1 wrote inside.
asks   Can T2 take the lock after T1 and miss what T1 wrote under it?
lock = 0, x = 0
thread
  r1 = lock.exchange(1, take=acquire)
  x.store(1, relaxed)
  lock.store(0, give=release)
thread
  r2 = lock.exchange(1, take=acquire)
  r3 = x.load(relaxed)
exists r1 == 0 and r2 == 0 and r3 == 0
---
name   ref-count
about  Two owners use an object and drop their references. Each release
about  publishes what its owner did; the last owner, who reads 1, acquires
about  before it destroys.
asks   Can T2 drop the last reference and miss what T1 did before?
x = 0, count = 2
thread
  x.store(1, relaxed)
  r1 = count.fetch_add(-1, drop=release)
thread
  r2 = count.fetch_add(-1, drop=release)
  fence(last=acquire)
  r3 = x.load(relaxed)
exists r2 == 1 and r3 == 0
---
name   failed-cas
about  A compare_exchange that fails is a load with its failure ordering: the
about  success ordering plays no part.
asks   Can the failing compare_exchange see the flag and the data be missed?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=release)
thread
  r1 = y.compare_exchange(0, 2, success=acquire, failure=relaxed)
  r2 = x.load(relaxed)
exists r1 == 1 and r2 == 0
section Release sequences
---
name   release-sequence
about  T2 changes the flag that T1 released, by a read-modify-write of any
about  ordering, and T3 acquires what T2 wrote. The release sequence that T1's
about  store heads goes on through read-modify-writes of any thread, so T3
about  synchronizes with T1.
asks   Can T3 see both steps of the flag and miss T1's data?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=release)
thread
  r1 = y.fetch_add(1, update=relaxed)
thread
  r2 = y.load(load=acquire)
  r3 = x.load(relaxed)
exists r1 == 1 and r2 == 2 and r3 == 0
---
name   release-sequence+store
about  The same with a plain store in the middle. A store that reads nothing
about  ends the release sequence: who acquires it synchronizes with its own
about  thread, and not with T1.
asks   Can T3 see T2's store and miss T1's data, although T2 saw the flag?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=release)
thread
  r1 = y.load(relaxed)
  y.store(2, second=relaxed)
thread
  r2 = y.load(load=acquire)
  r3 = x.load(relaxed)
exists r1 == 1 and r2 == 2 and r3 == 0
---
name   release-sequence+own
about  A later store by the thread that released. Until C++17 it was part of
about  the release sequence; since C++20 it is not.
asks   Can the second store be seen and the data missed?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=release)
  y.store(2, second=relaxed)
thread
  r1 = y.load(load=acquire)
  r2 = x.load(relaxed)
exists r1 == 2 and r2 == 0
section Store buffering: each looks whether the other has begun
---
name   SB
about  Store buffering. Each thread announces itself and then looks for the
about  other. Processors let a load overtake an earlier store, so both may see
about  nothing; acquire and release do not forbid it, seq_cst on all four
about  does.
asks   Can both threads miss each other?
x = 0, y = 0
thread
  x.store(1, store=seq_cst)
  r1 = y.load(load=seq_cst)
thread
  y.store(1, store=seq_cst)
  r2 = x.load(load=seq_cst)
exists r1 == 0 and r2 == 0
---
name   SB+four
about  Store buffering with each ordering by itself: seq_cst on three of the
about  four accesses is not enough.
asks   Can both threads miss each other?
x = 0, y = 0
thread
  x.store(1, store1=seq_cst)
  r1 = y.load(load1=seq_cst)
thread
  y.store(1, store2=seq_cst)
  r2 = x.load(load2=seq_cst)
exists r1 == 0 and r2 == 0
---
name   SB+fences
about  Store buffering with a fence between announcing and looking. Both
about  fences must be seq_cst; acq_rel is not enough, on either side.
asks   Can both threads miss each other?
x = 0, y = 0
thread
  x.store(1, relaxed)
  fence(first=seq_cst)
  r1 = y.load(relaxed)
thread
  y.store(1, relaxed)
  fence(second=seq_cst)
  r2 = x.load(relaxed)
exists r1 == 0 and r2 == 0
---
name   SB+asymmetric
about  Store buffering where one thread does it often and the other seldom.
about  The frequent side has a light fence, which stops only the compiler; the
about  rare side a heavy one, which makes the processors of all threads run a
about  fence. Two light fences do nothing.
asks   Can both threads miss each other?
x = 0, y = 0
thread
  x.store(1, relaxed)
  fence(often=light)
  r1 = y.load(relaxed)
thread
  y.store(1, relaxed)
  fence(seldom=heavy)
  r2 = x.load(relaxed)
exists r1 == 0 and r2 == 0
---
name   3.SB
about  Store buffering in a ring of three.
asks   Can each thread miss the next one?
x = 0, y = 0, z = 0
thread
  x.store(1, relaxed)
  fence(fence=seq_cst)
  r1 = y.load(relaxed)
thread
  y.store(1, relaxed)
  fence(fence=seq_cst)
  r2 = z.load(relaxed)
thread
  z.store(1, relaxed)
  fence(fence=seq_cst)
  r3 = x.load(relaxed)
exists r1 == 0 and r2 == 0 and r3 == 0
---
name   Dekker
about  The entry of Dekker's mutual exclusion: raise my flag, go in if the
about  other's is down. The flags are raised by exchange, which is not enough
about  by itself: the loads must be seq_cst too.
asks   Can both threads go in?
flag1 = 0, flag2 = 0
thread
  r1 = flag1.exchange(1, raise=seq_cst)
  r2 = flag2.load(look=seq_cst)
thread
  r3 = flag2.exchange(1, raise=seq_cst)
  r4 = flag1.load(look=seq_cst)
exists r2 == 0 and r4 == 0
---
name   hazard-pointer
about  A reader announces the node that it is about to use, and reads again
about  whether the node is still linked (0). The reclaimer unlinks the node (1)
about  and then looks for announcements. If neither sees the other, the node is
about  freed under the reader's hands.
asks   Can the reader find the node linked while the reclaimer finds no hazard?
head = 0, hazard = 0
thread
  hazard.store(1, release)
  fence(protect=light)
  r1 = head.load(acquire)
thread
  r2 = head.exchange(1, relaxed)
  fence(scan=heavy)
  r3 = hazard.load(acquire)
exists r1 == 0 and r3 == 0
---
name   RWC
about  Read-to-write causality: store buffering where T2 knows of x because it
about  read it, and did not write it.
asks   Can T2 see x and miss y, while T3, which wrote y, misses x?
x = 0, y = 0
thread
  x.store(1, store=seq_cst)
thread
  r1 = x.load(load=seq_cst)
  r2 = y.load(load=seq_cst)
thread
  y.store(1, store=seq_cst)
  r3 = x.load(load=seq_cst)
exists r1 == 1 and r2 == 0 and r3 == 0
---
name   R
about  A store that comes later in modification order, and a load after it
about  that misses what came before the earlier one.
asks   Can T2's store to y be the last, and T2 miss x?
x = 0, y = 0
thread
  x.store(1, store=seq_cst)
  y.store(1, store=seq_cst)
thread
  y.store(2, store=seq_cst)
  r1 = x.load(load=seq_cst)
exists y == 2 and r1 == 0
section One order for all: several writers
---
name   IRIW
about  Independent reads of independent writes. With acquire and release two
about  readers may see two writes in opposite orders; seq_cst puts all of them
about  in one order that every thread agrees on.
asks   Can the readers disagree about which write came first?
x = 0, y = 0
thread
  x.store(1, store=seq_cst)
thread
  r1 = x.load(load=seq_cst)
  r2 = y.load(load=seq_cst)
thread
  r3 = y.load(load=seq_cst)
  r4 = x.load(load=seq_cst)
thread
  y.store(1, store=seq_cst)
exists r1 == 1 and r2 == 0 and r3 == 1 and r4 == 0
---
name   IRIW+fences
about  The same with fences between the reads.
asks   Can the readers disagree about which write came first?
x = 0, y = 0
thread
  x.store(1, relaxed)
thread
  r1 = x.load(relaxed)
  fence(fence=seq_cst)
  r2 = y.load(relaxed)
thread
  r3 = y.load(relaxed)
  fence(fence=seq_cst)
  r4 = x.load(relaxed)
thread
  y.store(1, relaxed)
exists r1 == 1 and r2 == 0 and r3 == 1 and r4 == 0
---
name   2+2W
about  Two threads write two locations in opposite orders.
asks   Can each location end with the value that its thread wrote first?
x = 0, y = 0
thread
  x.store(1, store=seq_cst)
  y.store(2, store=seq_cst)
thread
  y.store(1, store=seq_cst)
  x.store(2, store=seq_cst)
exists x == 1 and y == 1
---
name   SB+own
about  Store buffering where each thread first reads its own store, which is
about  not seq_cst. RC11 allows it, and x86-64 processors do it; the wording of
about  C++20 forbids it, by an oversight (LWG issue 3941).
asks   Can each thread see its own store and miss the other's?
x = 0, y = 0
thread
  x.store(1, store=release)
  r1 = x.load(load=seq_cst)
  r2 = y.load(load=seq_cst)
thread
  y.store(1, store=release)
  r3 = y.load(load=seq_cst)
  r4 = x.load(load=seq_cst)
exists r1 == 1 and r2 == 0 and r3 == 1 and r4 == 0
---
name   Z6.U
about  seq_cst with a release in between. T1's store to x happens before T2's
about  update of y, and yet comes after it in the single total order of seq_cst
about  operations. Until C++17 that order had to fit happens-before; since C++20
about  (P0668) it need not where release and acquire made the edge.
asks   Can T3's store follow T2's update of y, and T3 miss x?
x = 0, y = 0
thread
  x.store(1, seq_cst)
  y.store(1, store=release)
thread
  r1 = y.fetch_add(1, seq_cst)
  r2 = y.load(load=relaxed)
thread
  y.store(3, seq_cst)
  r3 = x.load(seq_cst)
exists r1 == 1 and r2 == 3 and r3 == 0
section Causality through a third thread
---
name   WRC
about  Write-to-read causality. T2 reads x and tells T3 through y; T3 reads
about  x too. Happens-before and coherence carry x along, although its own
about  accesses are relaxed.
asks   Can T3 hear of x from T2 and miss it?
x = 0, y = 0
thread
  x.store(1, relaxed)
thread
  r1 = x.load(relaxed)
  y.store(1, store=release)
thread
  r2 = y.load(load=acquire)
  r3 = x.load(relaxed)
exists r1 == 1 and r2 == 1 and r3 == 0
---
name   ISA2
about  Message passing in two hops. Each hop needs both its halves.
asks   Can T3 hear of x by way of T2 and miss it?
x = 0, y = 0, z = 0
thread
  x.store(1, relaxed)
  y.store(1, store1=release)
thread
  r1 = y.load(load1=acquire)
  z.store(1, store2=release)
thread
  r2 = z.load(load2=acquire)
  r3 = x.load(relaxed)
exists r1 == 1 and r2 == 1 and r3 == 0
---
name   S
about  Message passing where the reader answers with a store.
asks   Can T2 see the flag, and its store still come before T1's?
x = 0, y = 0
thread
  x.store(2, relaxed)
  y.store(1, store=release)
thread
  r1 = y.load(load=acquire)
  x.store(1, relaxed)
exists r1 == 1 and x == 2
---
name   LB
about  Load buffering. C++20 allows it for relaxed accesses, and Arm and Power
about  processors may do it; x86-64 processors do not, and RC11, which the
about  checker follows, forbids it.
asks   Can each thread read what the other stores only afterwards?
x = 0, y = 0
thread
  r1 = x.load(load=relaxed)
  y.store(1, store=relaxed)
thread
  r2 = y.load(load=relaxed)
  x.store(1, store=relaxed)
exists r1 == 1 and r2 == 1
section One location: coherence, whatever the orderings
---
name   CoRR
about  Two loads of one location by one thread never go back in time.
asks   Can a later load read an older value?
x = 0
thread
  x.store(1, store=relaxed)
  x.store(2, store=relaxed)
thread
  r1 = x.load(load=relaxed)
  r2 = x.load(load=relaxed)
exists r1 == 2 and r2 == 1
---
name   CoWW
about  A location ends with the value that its only writer stored last.
asks   Can the first store win?
x = 0
thread
  x.store(1, store=relaxed)
  x.store(2, store=relaxed)
exists x == 1
---
name   CoWR
about  A thread that has stored reads its own value, or one that replaced it.
asks   Can T1 read T2's value and its own store still be the last?
x = 0
thread
  x.store(1, store=relaxed)
  r1 = x.load(load=relaxed)
thread
  x.store(2, store=relaxed)
exists r1 == 2 and x == 1
---
name   CoRW
about  A store comes after what its thread has read before.
asks   Can T1 read T2's value and T2's store still be the last?
x = 0
thread
  r1 = x.load(load=relaxed)
  x.store(1, store=relaxed)
thread
  x.store(2, store=relaxed)
exists r1 == 2 and x == 2
section Read-modify-writes
---
name   counter
about  A read-modify-write reads the last value, whatever its ordering, so two
about  of them never read the same.
asks   Can both threads draw the same number?
x = 0
thread
  r1 = x.fetch_add(1, update=relaxed)
thread
  r2 = x.fetch_add(1, update=relaxed)
exists r1 == r2
---
name   CAS
about  Of two compare_exchanges that expect the same value at most one
about  succeeds.
asks   Can both win?
x = 0
thread
  r1 = x.compare_exchange(0, 1, success=relaxed, failure=relaxed)
thread
  r2 = x.compare_exchange(0, 2, success=relaxed, failure=relaxed)
exists r1 == 0 and r2 == 0
---
name   stale-cas
about  A compare_exchange that fails may have read an old value, as any load
about  may: only one that succeeds reads the last.
asks   Can the compare_exchange fail, although 1 was stored before the flag?
x = 0, y = 0
thread
  x.store(1, relaxed)
  y.store(1, store=relaxed)
thread
  r1 = y.load(load=relaxed)
  r2 = x.compare_exchange(1, 2, relaxed, relaxed)
exists r1 == 1 and r2 == 0
section Seqlock: readers that write nothing
---
name   seqlock
about  A writer makes the sequence number odd, writes data and makes it even; a
about  reader reads the number, the data, the number. The fences keep the data
about  between the numbers.
asks   Can the reader see new data between two old numbers?
s = 0, data = 0
thread
  s.store(1, relaxed)
  fence(writer=release)
  data.store(1, relaxed)
  s.store(2, release)
thread
  r1 = s.load(acquire)
  r2 = data.load(relaxed)
  fence(reader=acquire)
  r3 = s.load(relaxed)
exists r1 == 0 and r2 == 1 and r3 == 0
---
name   seqlock+accesses
about  The seqlock without fences: the accesses of the data itself release and
about  acquire. ThreadSanitizer, which knows no fences, understands this one.
asks   Can the reader see new data between two old numbers?
s = 0, data = 0
thread
  s.store(1, relaxed)
  data.store(1, store=release)
  s.store(2, release)
thread
  r1 = s.load(acquire)
  r2 = data.load(load=acquire)
  r3 = s.load(relaxed)
exists r1 == 0 and r2 == 1 and r3 == 0
)";

}  // namespace acqrel::model::litmus::internal
