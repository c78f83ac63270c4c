// A binary has one backend: objects that were compiled against two do not
// link, and objects of one do. //atomics/native is one; fake_backend/ is the
// other.
#include <regex>
#include <string>

#include "gtest/gtest.h"
#include "tests/atomics/compiler.h"

namespace acqrel::testing {
namespace {

// Compiles `source` to an object file called `name`.
std::string object(const std::string& name, const std::string& source,
                   const std::string& flags = "") {
  const std::string path = scratch_path(name + ".o");
  const outcome compiled =
      run_compiler("compile " + flags + " -c " + source + " -o " + path);
  EXPECT_EQ(compiled.status, 0) << compiled.output;
  return " " + path;
}

// The script links the native backend's library last, as Bazel would: what
// nobody refers to is left out.
outcome link(const std::string& objects) {
  return run_compiler("link" + objects + " -o " + scratch_path("program"));
}

class OneBackend : public ::testing::Test {
 protected:
  static constexpr char fake_directory[] = "tests/atomics/fake_backend";

  // A translation unit that does no more than include the seam.
  static std::string user(const std::string& name) {
    return write_scratch(name + ".cc",
                         "#include \"acqrel/atomics/atomic.h\"\n"
                         "int " +
                             name +
                             "() {\n"
                             "  return sizeof(acqrel::atomic<int>);\n"
                             "}\n");
  }

  const std::string main_ =
      object("main", write_scratch("main.cc", "int main() {}\n"));
  const std::string native_user_ = object("native_user", user("native_user"));
  // -I on the command line of the compilation comes first: before native's.
  const std::string fake_user_ = object("fake_user", user("fake_user"),
                                        std::string("-I") + fake_directory);
  const std::string fake_library_ =
      object("fake_backend", std::string(fake_directory) + "/backend.cc");
};

TEST_F(OneBackend, NativeAloneLinks) {
  const outcome linked = link(main_ + native_user_);
  EXPECT_EQ(linked.status, 0) << linked.output;
}

TEST_F(OneBackend, TheOtherAloneLinks) {
  const outcome linked = link(main_ + fake_user_ + fake_library_);
  EXPECT_EQ(linked.status, 0) << linked.output;
}

TEST_F(OneBackend, BothDoNotLink) {
  const outcome linked =
      link(main_ + native_user_ + fake_user_ + fake_library_);
  EXPECT_NE(linked.status, 0);
  EXPECT_TRUE(std::regex_search(
      linked.output, std::regex("(multiple definition|duplicate symbol).*"
                                "acqrel_one_backend_per_binary")))
      << linked.output;
}

// The order in which a linker meets them makes no difference.
TEST_F(OneBackend, BothDoNotLinkTheOtherWayRound) {
  const outcome linked =
      link(fake_library_ + fake_user_ + native_user_ + main_);
  EXPECT_NE(linked.status, 0);
  EXPECT_NE(linked.output.find("acqrel_one_backend_per_binary"),
            std::string::npos)
      << linked.output;
}

TEST_F(OneBackend, AnObjectWithoutItsBackendDoesNotLink) {
  const outcome linked = link(main_ + native_user_ + fake_user_);
  EXPECT_NE(linked.status, 0);
  EXPECT_NE(linked.output.find("acqrel_backend_fake"), std::string::npos)
      << linked.output;
}

}  // namespace
}  // namespace acqrel::testing
