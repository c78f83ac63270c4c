// spsc_ring, as one of the queues.
#include <gtest/gtest.h>

#include "acqrel/structures/spsc_ring.h"
#include "acqrel/tests/structures/queue_burst_conformance.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"
#include "acqrel/tests/structures/queue_memory_conformance.h"
#include "acqrel/tests/structures/queue_waiting_conformance.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<spsc_ring, ends::one, ends::one>;

INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueMemoryConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueWaitingConformance, family);
INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueBurstConformance, family);

}  // namespace
}  // namespace acqrel::testing
