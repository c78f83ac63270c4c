// What tells this backend from the others when a program is linked.
extern "C" {
extern const char acqrel_backend_model;
extern const char acqrel_one_backend_per_binary;
const char acqrel_backend_model = 0;
const char acqrel_one_backend_per_binary = 0;
}
