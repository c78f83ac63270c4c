// Every number arrives, once and in order.

#include <string>

#include "acqrel/examples/program.h"
#include "gtest/gtest.h"

namespace examples {
namespace {

std::string the_program;

TEST(Handoff, HandsOverEverythingInOrder) {
  const program_result result = run({the_program});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "Received 1000000 numbers in order, sum 499999500000\n");
}

}  // namespace
}  // namespace examples

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) return 2;
  examples::the_program = argv[1];
  return RUN_ALL_TESTS();
}
