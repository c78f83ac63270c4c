"""`acqrel_model_test`: a test whose code is explored by the model checker.

    load("@acqrel//model:defs.bzl", "acqrel_model_test")

    acqrel_model_test(
        name = "my_stack_model_test",
        srcs = ["my_stack_model_test.cc"],  # model::check within GoogleTest
        deps = [":my_stack"],               # the same target that ships
    )

The sources and all that they depend on are built against the checker's backend
instead of the processor's atomics; nothing else in the build changes.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")

# As strings, for transitions: right in this workspace and in a consumer's.
_BACKEND = str(Label("//atomics:backend"))
_MODEL = str(Label("//model:backend"))
_COPT = "//command_line_option:copt"
_LINKOPT = "//command_line_option:linkopt"
_STRIP = "//command_line_option:strip"

def _without_sanitizers(options):
    return [o for o in options if not o.startswith("-fsanitize")]

def _with_model_impl(settings, attr):
    return {
        _BACKEND: _MODEL,
        # Millions of executions are run, however the rest is built. The checker
        # replaces operator new and switches stacks, which sanitizers do not
        # expect; it looks for the same errors itself.
        _COPT: _without_sanitizers(settings[_COPT]) + ["-O2", "-g1"] +
               ["-D" + d for d in attr.global_defines],
        _LINKOPT: _without_sanitizers(settings[_LINKOPT]),
        _STRIP: "never",
    }

_with_model = transition(
    implementation = _with_model_impl,
    inputs = [_COPT, _LINKOPT],
    outputs = [_BACKEND, _COPT, _LINKOPT, _STRIP],
)

_SourcesInfo = provider(
    doc = "Sources that a counterexample may quote.",
    fields = {"files": "A depset: the target's, and of all that it depends on."},
)

def _sources_impl(target, ctx):
    # The checker's own sources and those of libraries are not quoted.
    ours = target.label.workspace_name in ["", Label("//model:check").workspace_name]
    files = []
    for kind in ["srcs", "hdrs", "textual_hdrs"]:
        if ours:
            files += getattr(ctx.rule.files, kind, [])
    return [_SourcesInfo(files = depset(
        [f for f in files if f.is_source],
        transitive = [
            dep[_SourcesInfo].files
            for dep in getattr(ctx.rule.attr, "deps", [])
            if _SourcesInfo in dep
        ],
    ))]

_sources = aspect(
    implementation = _sources_impl,
    attr_aspects = ["deps"],
)

# Bazel packs the drawings that a test leaves, and Bazel 7 calls the test failed
# where there is no program zip to do it, even if it passed.
_LAUNCHER = """#!/bin/sh
'./{program}' "$@"
status=$?
if ! command -v zip >/dev/null && [ -d "$TEST_UNDECLARED_OUTPUTS_DIR" ] &&
    [ -n "$(ls "$TEST_UNDECLARED_OUTPUTS_DIR")" ]; then
  echo 'The drawings are not kept: Bazel needs the program zip for that.'
  rm -r "$TEST_UNDECLARED_OUTPUTS_DIR"/*
fi
exit $status
"""

def _acqrel_model_test_impl(ctx):
    program = ctx.attr.program[0]
    executable = program[DefaultInfo].files_to_run.executable
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        _LAUNCHER.replace("{program}", executable.short_path),
        is_executable = True,
    )
    runfiles = ctx.runfiles(
        files = [executable] + ctx.files.data,
        transitive_files = program[_SourcesInfo].files,
    )
    return [DefaultInfo(
        executable = launcher,
        runfiles = runfiles.merge(program[DefaultInfo].default_runfiles),
    )]

_ATTRS = {
    "program": attr.label(
        mandatory = True,
        executable = True,
        cfg = _with_model,
        aspects = [_sources],
    ),
    "data": attr.label_list(allow_files = True),
    "global_defines": attr.string_list(),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

_acqrel_model_test = rule(
    implementation = _acqrel_model_test_impl,
    test = True,
    attrs = _ATTRS,
)

_acqrel_model_binary = rule(
    implementation = _acqrel_model_test_impl,
    executable = True,
    attrs = _ATTRS,
)

# What every test gets, in the spellings in which it may also name them.
_ALREADY_THERE = [
    "//model:check",
    "@acqrel//model:check",
    "@googletest//:gtest",
    "@googletest//:gtest_main",
]

def acqrel_model_test(
        name,
        srcs,
        deps = [],
        copts = [],
        data = [],
        global_defines = [],
        tags = [],
        **kwargs):
    """A GoogleTest test that is built against the model checker.

    `bazel test` runs it with the rest, and takes the checker's flags after
    `--test_arg`: --model_override=PLACE=ORDER, --model_coverage=FILE,
    --model_replay=STRING. `bazel run` works, too.

    Args:
      name: the name of the test. `NAME_binary` is the program that it runs.
      srcs: the test's sources, without a main().
      deps: the libraries to check, as they ship. acqrel's model/check.h and
        GoogleTest are there already.
      copts: as for every C++ rule.
      data: files for the test to read.
      global_defines: macros to define in all code that the test is built from,
        its dependencies and the checker included.
      tags: as for every rule.
      **kwargs: `args`, `size`, `shard_count` and whatever else every test rule
        takes.
    """
    if type(deps) == type([]):
        deps = [d for d in deps if d not in _ALREADY_THERE]
    cc_binary(
        name = name + "_binary",
        testonly = True,
        srcs = srcs,
        copts = copts,
        tags = ["manual"],  # Alone it would be built against the native backend.
        visibility = ["//visibility:private"],
        deps = deps + [
            Label("//model:check"),
            Label("//model:main"),
            Label("@googletest//:gtest"),
        ],
    )
    _acqrel_model_test(
        name = name,
        program = ":" + name + "_binary",
        data = data,
        global_defines = global_defines,
        tags = tags + ["model"],
        **kwargs
    )

def acqrel_model_binary(name, srcs, deps = [], testonly = False, **kwargs):
    """A program with a main() of its own that is built against the checker.

    Args:
      name: the name of the program. `NAME_binary` is what it runs.
      srcs: its sources.
      deps: its libraries.
      testonly: as for every rule.
      **kwargs: whatever else every executable rule takes.
    """
    cc_binary(
        name = name + "_binary",
        testonly = testonly,
        srcs = srcs,
        tags = ["manual"],  # Alone it would be built against the native backend.
        visibility = ["//visibility:private"],
        deps = deps + [Label("//model:check")],
    )
    _acqrel_model_binary(
        name = name,
        testonly = testonly,
        program = ":" + name + "_binary",
        **kwargs
    )

def acqrel_ordering_gate(
        name,
        sources,
        tests,
        waivers = [],
        page = None,
        page_files = [],
        tags = [],
        **kwargs):
    """A test that each ordering of some sources is needed by some model test.

    `bazel test` weakens each by one step, one at a time, and fails if the model
    tests still pass. `bazel run NAME -- FILE` tells of each mutant of a file
    what it breaks; `-- FILE --draw` draws it; `-- --help` has the rest.

    Args:
      name: the name of the test.
      sources: headers and sources, or filegroups of them, whose orderings are
        weakened.
      tests: the acqrel_model_tests that explore them.
      waivers: text files of mutants that may survive, with the reasons
        (model/gate/waivers.h).
      page: a Markdown file with blocks that the gate fills
        (model/gate/page.h), and then fails if they are stale.
      page_files: what lies in its folder: drawings, and tables of others.
      tags: as for every rule.
      **kwargs: `size`, `timeout` and whatever else every test rule takes.
    """
    pages = [page] if page else []
    args = (["--sources"] + ["$(rootpaths %s)" % s for s in sources] +
            ["--tests"] + ["$(rootpath %s)" % t for t in tests] +
            ["--waivers"] + ["$(rootpaths %s)" % w for w in waivers] +
            ["--page"] + ["$(rootpath %s)" % p for p in pages] +
            ["--page-files"] + ["$(rootpaths %s)" % f for f in page_files])
    data = sources + tests + waivers + pages + page_files
    cc_test(
        name = name,
        args = args + ["--files"],
        data = data,
        linkstatic = True,
        tags = tags + ["model"],
        deps = [Label("//model/gate:main")],
        **kwargs
    )

    # Programs of their own: under `bazel run` a test's output passes through
    # Bazel's test wrapper, which is no terminal and may lose lines.
    for program, flags in [("_run", []), ("_minimise", ["--minimise"])]:
        cc_binary(
            name = name + program,
            testonly = True,
            args = args + flags + ["--files"],
            data = data,
            tags = tags + ["manual"],
            visibility = kwargs.get("visibility"),
            deps = [Label("//model/gate:main")],
        )
