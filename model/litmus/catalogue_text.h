// The text of the catalogue, which catalogue.cc parses.
#ifndef ACQREL_MODEL_LITMUS_CATALOGUE_TEXT_H_
#define ACQREL_MODEL_LITMUS_CATALOGUE_TEXT_H_

namespace acqrel::model::litmus::internal {

extern const char* const catalogue_text;

}  // namespace acqrel::model::litmus::internal

#endif  // ACQREL_MODEL_LITMUS_CATALOGUE_TEXT_H_
