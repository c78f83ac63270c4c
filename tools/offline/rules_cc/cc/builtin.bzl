"""Built-in names that defs.bzl cannot define as itself."""

builtin_cc_common = cc_common
builtin_cc_info = CcInfo
