// cpp-httplib, with the settings that a service under load needs. Every file
// includes it through this header: all must have the same.

#ifndef ACQREL_EXAMPLES_HTTP_LIBRARY_H_
#define ACQREL_EXAMPLES_HTTP_LIBRARY_H_

// More than 1024 file descriptors, which select() cannot wait for.
#define CPPHTTPLIB_USE_POLL
// Clients that connect while the accepting thread is not running wait in the
// kernel. Of the 5 that are the default, the sixth would wait for a second.
#define CPPHTTPLIB_LISTEN_BACKLOG 1024

#include "httplib.h"

#endif  // ACQREL_EXAMPLES_HTTP_LIBRARY_H_
