// The symbols that keep a binary to one backend (see acqrel_backend.h).
extern "C" {
extern const char acqrel_backend_native;
extern const char acqrel_one_backend_per_binary;
const char acqrel_backend_native = 1;
const char acqrel_one_backend_per_binary = 1;
}
