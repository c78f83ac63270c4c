"""`stepping_test`: a test whose threads stop before the steps that it names.

The sources and all that they depend on are built against the backend in this
package instead of the native one; nothing else in the build changes.
"""

load("@rules_cc//cc:defs.bzl", "cc_test")

_BACKEND = str(Label("//atomics:backend"))
_STEPPING = str(Label("//tests/support/stepping:backend"))

def _with_stepping_impl(settings, attr):
    return {_BACKEND: _STEPPING}

_with_stepping = transition(
    implementation = _with_stepping_impl,
    inputs = [],
    outputs = [_BACKEND],
)

def _stepping_test_impl(ctx):
    program = ctx.attr.program[0][DefaultInfo]
    executable = program.files_to_run.executable
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        "#!/bin/sh\nexec ./%s \"$@\"\n" % executable.short_path,
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = [executable])
    return [DefaultInfo(
        executable = launcher,
        runfiles = runfiles.merge(program.default_runfiles),
    )]

_stepping_test = rule(
    implementation = _stepping_test_impl,
    test = True,
    attrs = {
        "program": attr.label(
            mandatory = True,
            executable = True,
            cfg = _with_stepping,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)

def stepping_test(name, srcs, deps, copts = [], tags = [], **kwargs):
    """A GoogleTest test that is built against the stepping backend.

    Args:
      name: the name of the test. `NAME_program` is what it runs.
      srcs: the test's sources, without a main().
      deps: as for every rule; :victim and GoogleTest are there already.
      copts: as for every rule.
      tags: as for every rule.
      **kwargs: `size`, `visibility` and whatever else every test rule takes.
    """
    cc_test(
        name = name + "_program",
        srcs = srcs,
        copts = copts,
        tags = ["manual"],  # Alone it would be built against the native backend.
        visibility = ["//visibility:private"],
        deps = deps + [
            "//tests/support/stepping:victim",
            "@googletest//:gtest",
            "@googletest//:gtest_main",
        ],
    )
    _stepping_test(
        name = name,
        program = ":" + name + "_program",
        tags = tags,
        **kwargs
    )
