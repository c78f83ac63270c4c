"""The toolchain's compiler as a script, for tests that compile at run time.

Some sources are to be refused, some to be disassembled, some not to link: no
cc_ rule can hold them. The script runs from a test's working directory:

    SCRIPT compile ARGS...      with the C++ flags of the build (not its
                                sanitizers), and after ARGS' own include
                                directories those of `deps`
    SCRIPT link ARGS...         with the link flags of the build and the
                                libraries of `deps`
    SCRIPT disassemble ARGS...  objdump
"""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")

def _in_runfiles(ctx, path):
    """Where a test finds what an action would find at `path`."""
    for root in [ctx.bin_dir.path + "/", ctx.genfiles_dir.path + "/"]:
        if path.startswith(root):
            path = path[len(root):]
    if path.startswith("external/"):
        path = "../" + path[len("external/"):]
    return path

def _quoted(words):
    return " ".join(["'" + word.replace("'", "'\\''") + "'" for word in words])

def _compiler_impl(ctx):
    toolchain = ctx.attr._toolchain[cc_common.CcToolchainInfo]
    info = cc_common.merge_cc_infos(
        cc_infos = [dep[CcInfo] for dep in ctx.attr.deps],
    )
    headers = info.compilation_context
    libraries = []
    for linker_input in info.linking_context.linker_inputs.to_list():
        for library in linker_input.libraries:
            libraries.append(library.static_library or
                             library.pic_static_library)

    roots = depset(transitive = [
        headers.includes,
        headers.quote_includes,
        headers.system_includes,
    ]).to_list()
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(script, is_executable = True, content = """#!/bin/sh
mode=$1
shift
case $mode in
  compile) exec {compiler} {cxxopts} "$@" {includes} ;;
  link) exec {compiler} {linkopts} "$@" {libraries} -lstdc++ -lm -pthread ;;
  disassemble) exec {objdump} "$@" ;;
  *) echo "$0: no mode '$mode'" >&2; exit 2 ;;
esac
""".format(
        compiler = _quoted([toolchain.compiler_executable]),
        cxxopts = _quoted(ctx.fragments.cpp.cxxopts),
        includes = _quoted(["-I" + _in_runfiles(ctx, r) for r in roots]),
        linkopts = _quoted(ctx.fragments.cpp.linkopts),
        libraries = _quoted([l.short_path for l in libraries]),
        objdump = _quoted([toolchain.objdump_executable]),
    ))
    return [DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(
            files = libraries,
            transitive_files = headers.headers,
        ),
    )]

compiler = rule(
    implementation = _compiler_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    executable = True,
    fragments = ["cpp"],
)
