// What a sanitizer does with an absurd allocation: as everywhere, it fails. By
// default the sanitizers end the process.
extern "C" {
const char* __asan_default_options();
const char* __tsan_default_options();

const char* __asan_default_options() { return "allocator_may_return_null=1"; }
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}
