// spsc_ring, as one of the queues.
#include <gtest/gtest.h>

#include "acqrel/structures/spsc_ring.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<spsc_ring, ends::one, ends::one>;

INSTANTIATE_TYPED_TEST_SUITE_P(SpscRing, QueueConformance, family);

}  // namespace
}  // namespace acqrel::testing
