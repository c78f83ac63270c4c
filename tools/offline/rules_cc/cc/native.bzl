"""The built-in providers under other names: defs.bzl cannot say `X = X`."""

native_cc_common = cc_common
native_cc_info = CcInfo
