"""Tests that choose a sanitizer themselves, whatever flags the build has.

`tsan_test` runs an existing test under ThreadSanitizer. `must_fail_test` runs
a program with a seeded bug and passes when the program is caught.
"""

load("@rules_cc//cc:defs.bzl", "cc_common")

_COPT = "//command_line_option:copt"
_LINKOPT = "//command_line_option:linkopt"
_STRIP = "//command_line_option:strip"

def _with_sanitizer_impl(settings, attr):
    copts = settings[_COPT]
    linkopts = settings[_LINKOPT]
    if attr.sanitizer:
        flag = "-fsanitize=" + attr.sanitizer

        # Another sanitizer may be on already, and two do not mix.
        copts = [o for o in copts if not o.startswith("-fsanitize")]
        copts += [flag, "-O1", "-g1", "-fno-omit-frame-pointer"]
        linkopts = [o for o in linkopts if not o.startswith("-fsanitize")]
        linkopts += [flag]
    return {
        _COPT: copts,
        _LINKOPT: linkopts,
        _STRIP: "never",  # Reports name source lines.
    }

_with_sanitizer = transition(
    implementation = _with_sanitizer_impl,
    inputs = [_COPT, _LINKOPT],
    outputs = [_COPT, _LINKOPT, _STRIP],
)

def _refuse_gcc(ctx):
    """Says in one sentence what GCC would say in a thousand lines."""
    if ctx.attr.sanitizer != "thread":
        return
    compiler = ctx.attr._cc_toolchain[cc_common.CcToolchainInfo].compiler
    if compiler in ["clang", "clang-cl"]:
        return
    fail(("acqrel's ThreadSanitizer tests need Clang, and this build uses " +
          "%s: add `build --repo_env=CC=clang` to your .bazelrc.") %
         (compiler if compiler != "compiler" else "another compiler"))

def _launcher(ctx, program, script):
    """A test that runs `script`, in which {program} is the program's path."""
    program = program[0][DefaultInfo]
    executable = program.files_to_run.executable
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        script.replace("{program}", "./" + executable.short_path),
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = [executable])
    return [DefaultInfo(
        executable = launcher,
        runfiles = runfiles.merge(program.default_runfiles),
    )]

def _program(doc):
    return attr.label(
        mandatory = True,
        executable = True,
        cfg = _with_sanitizer,
        doc = doc,
    )

def _attrs(**kwargs):
    return dict(kwargs, **{
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    })

def _tsan_test_impl(ctx):
    _refuse_gcc(ctx)
    return _launcher(ctx, ctx.attr.test, """#!/bin/sh
exec {program} "$@"
""")

_tsan_test = rule(
    implementation = _tsan_test_impl,
    test = True,
    attrs = _attrs(
        test = _program("The cc_test to run."),
        sanitizer = attr.string(default = "thread", values = ["thread"]),
    ),
)

def tsan_test(name, test, tags = [], **kwargs):
    """Runs the cc_test `test`, rebuilt under ThreadSanitizer.

    It is no part of `//...`, which runs `test` itself.

    Args:
      name: the name of the new test.
      test: the cc_test to run.
      tags: as for every rule.
      **kwargs: `args`, `size` and whatever else every test rule takes.
    """
    _tsan_test(
        name = name,
        test = test,
        tags = tags + ["manual", "needs_clang"],
        **kwargs
    )

def _must_fail_test_impl(ctx):
    _refuse_gcc(ctx)
    return _launcher(ctx, ctx.attr.binary, """#!/bin/sh
output=$({program} "$@" 2>&1)
status=$?
printf '%s\\n' "$output"
if [ $status -eq 0 ]; then
  echo 'FAILED: the seeded bug went unnoticed.'
  exit 1
fi
case $output in
  *{expect}*) ;;
  *) echo 'FAILED: the program failed for another reason than the expected:'
     echo {expect}
     exit 1 ;;
esac
""".replace("{expect}", "'" + ctx.attr.expect.replace("'", "'\\''") + "'"))

_must_fail_test = rule(
    implementation = _must_fail_test_impl,
    test = True,
    attrs = _attrs(
        binary = _program("The program with the seeded bug."),
        expect = attr.string(mandatory = True),
        sanitizer = attr.string(values = ["", "address", "thread"]),
    ),
)

def must_fail_test(
        name,
        binary,
        expect,
        sanitizer = None,
        tags = [],
        **kwargs):
    """Runs a program with a seeded bug; passes if the program is caught.

    A build under another sanitizer leaves out those that choose their own.

    Args:
      name: the name of the test.
      binary: the cc_binary or cc_test with the bug. It is run with `args`.
      expect: text that its output must hold. It must also exit with an error.
      sanitizer: "address" or "thread" to rebuild it under that one.
      tags: as for every rule.
      **kwargs: `args`, `size` and whatever else every test rule takes.
    """
    _must_fail_test(
        name = name,
        binary = binary,
        expect = expect,
        sanitizer = sanitizer,
        tags = tags + (["own_sanitizer"] if sanitizer else []) +
               (["needs_clang"] if sanitizer == "thread" else []),
        **kwargs
    )
