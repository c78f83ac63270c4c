#include "acqrel/model/engine/source_line.h"

#include <string>

#include "gtest/gtest.h"

namespace acqrel::model::internal {
namespace {

TEST(ShortPath, IsTheSameInEveryBuild) {
  for (const char* file : {
           "structures/treiber_stack.h",
           "./structures/treiber_stack.h",
           "bazel-out/k8-fastbuild/bin/structures/_virtual_includes/"
           "treiber_stack/acqrel/structures/treiber_stack.h",
           "bazel-out/k8-opt-ST-0123456789ab/bin/structures/_virtual_includes/"
           "treiber_stack/acqrel/structures/treiber_stack.h",
           // In a consumer's workspace, by WORKSPACE and by MODULE.bazel.
           "bazel-out/k8-opt/bin/external/acqrel/structures/_virtual_includes/"
           "treiber_stack/acqrel/structures/treiber_stack.h",
           "bazel-out/k8-opt/bin/external/acqrel~override/structures/"
           "_virtual_includes/treiber_stack/acqrel/structures/treiber_stack.h",
           "external/acqrel/structures/treiber_stack.h",
           "external/acqrel+/structures/treiber_stack.h",
           // Compiled without Bazel.
           "/somewhere/include/acqrel/structures/treiber_stack.h",
       }) {
    EXPECT_EQ(short_path(file), "structures/treiber_stack.h") << file;
  }
}

TEST(ShortPath, KeepsDirectories) {
  EXPECT_EQ(short_path("tests/model/x_test.cc"), "tests/model/x_test.cc");
  EXPECT_EQ(short_path("bazel-out/k8-opt/bin/atomics/native/_virtual_includes/"
                       "wait/acqrel/atomics/native/wait.h"),
            "atomics/native/wait.h");
}

// A consumer's own prefixes.
TEST(ShortPath, KnowsThePackage) {
  EXPECT_EQ(short_path("bazel-out/k8-opt/bin/a/b/_virtual_includes/b/mine/a/b/"
                       "c.h"),
            "a/b/c.h");
  EXPECT_EQ(short_path("bazel-out/k8-opt/bin/a/_virtual_includes/t/a/c.h"),
            "a/c.h");
  EXPECT_EQ(short_path("bazel-out/k8-opt/bin/a/_virtual_includes/t/p/c.h"),
            "p/c.h");
  EXPECT_EQ(short_path("bazel-out/k8-opt/bin/_virtual_includes/t/p/c.h"),
            "p/c.h");
}

TEST(ShortPath, OfNothing) {
  EXPECT_EQ(short_path(""), "");
  EXPECT_EQ(short_path("x.cc"), "x.cc");
  EXPECT_EQ(short_path("external/x.cc"), "external/x.cc");
}

TEST(ReadSourceLine, FindsThisFile) {
  const std::string text = read_source_line(__FILE__, __LINE__);
  EXPECT_EQ(text,
            "const std::string text = read_source_line(__FILE__, "
            "__LINE__);");
}

TEST(ReadSourceLine, FindsAHeader) {
  EXPECT_EQ(read_source_line(
                "bazel-out/none/bin/model/engine/_virtual_includes/source_line/"
                "acqrel/model/engine/source_line.h",
                3),
            "#ifndef ACQREL_MODEL_ENGINE_SOURCE_LINE_H_");
}

TEST(ReadSourceLine, IsEmptyForWhatIsNotThere) {
  EXPECT_EQ(read_source_line(__FILE__, 0), "");
  EXPECT_EQ(read_source_line(__FILE__, 1000000), "");
  EXPECT_EQ(read_source_line("no/such/file.h", 1), "");
}

}  // namespace
}  // namespace acqrel::model::internal
