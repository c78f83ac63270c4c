// mpmc_ring, as one of the queues.
#include <gtest/gtest.h>

#include "acqrel/structures/mpmc_ring.h"
#include "acqrel/tests/structures/queue_conformance.h"
#include "acqrel/tests/structures/queue_families.h"

namespace acqrel::testing {
namespace {

using family = bounded_family<mpmc_ring, ends::many, ends::many>;

INSTANTIATE_TYPED_TEST_SUITE_P(MpmcRing, QueueConformance, family);

}  // namespace
}  // namespace acqrel::testing
