// The symbols that every backend defines: its own, and the common one.
extern "C" {
extern const char acqrel_backend_fake;
extern const char acqrel_one_backend_per_binary;
const char acqrel_backend_fake = 1;
const char acqrel_one_backend_per_binary = 1;
}
