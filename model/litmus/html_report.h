// Reports as one HTML page, with a drawing of an execution for each outcome.
#ifndef ACQREL_MODEL_LITMUS_HTML_REPORT_H_
#define ACQREL_MODEL_LITMUS_HTML_REPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "acqrel/model/execution.h"
#include "acqrel/model/litmus/report.h"

namespace acqrel::model::litmus {

struct example {
  const report_row* row;
  execution what;
};
// One for each outcome that is possible, the weak ones first.
std::vector<example> examples(const report&);

// `command` is how the page was made.
std::string to_html(const report&, std::string_view command);

}  // namespace acqrel::model::litmus

#endif  // ACQREL_MODEL_LITMUS_HTML_REPORT_H_
