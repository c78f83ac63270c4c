// An execution as a picture: a lane for each thread, time downwards, and arrows
// for what threads have to do with each other.
#ifndef ACQREL_MODEL_DRAW_H_
#define ACQREL_MODEL_DRAW_H_

#include <string>

#include "acqrel/model/execution.h"

namespace acqrel::model {

struct draw_options {
  bool title = true;        // and what went wrong
  bool show_source = true;  // file and line, under each step
  bool show_all = false;    // also steps that play no part
  // For documentation: without spawn and join, and lanes that have nothing else.
  bool compact = false;
  bool legend = true;
};

// A whole SVG document, which needs nothing else and runs nothing.
std::string to_svg(const execution&, const draw_options& = {});

}  // namespace acqrel::model

#endif  // ACQREL_MODEL_DRAW_H_
