// mpmc_ring, as one of the queues.
#include <gtest/gtest.h>

#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<mpmc_ring, ends::many, ends::many>;

INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueMemoryConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueWaitingConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueBurstConformance, family);

}  // namespace
}  // namespace acqrel::testing
