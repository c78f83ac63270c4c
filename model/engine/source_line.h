// The source that an operation stands in: __FILE__ made into a name that is the
// same in every build, and the text at a line.
#ifndef ACQREL_MODEL_ENGINE_SOURCE_LINE_H_
#define ACQREL_MODEL_ENGINE_SOURCE_LINE_H_

#include <string>
#include <string_view>

namespace acqrel::model::internal {

// The path below its workspace of the file that the compiler calls `file`: what
// depends on the configuration, on the workspace that builds it or on the
// checkout is cut. "structures/treiber_stack.h" stands for
//   bazel-out/k8-opt/bin/structures/_virtual_includes/treiber_stack/acqrel/
//       structures/treiber_stack.h,
//   the same below bazel-out/k8-opt/bin/external/acqrel~override/, and
//   /any/where/acqrel/structures/treiber_stack.h.
// A part of the argument.
std::string_view short_path(std::string_view file);

// The text of that line without the space around it; empty if there is none to
// be found, in the test's runfiles or below the working directory.
std::string read_source_line(std::string_view file, int line);

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_SOURCE_LINE_H_
