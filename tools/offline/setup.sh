# Makes Debian 12's Bazel build this project from Debian's packages alone.
# Sourced by bazelw, with `root` set to the project's directory; leaves Bazel's
# startup options in `startup_options`. README.md beside this file explains it.
#
# What is there already is left alone, so a second run says and does nothing.

source "$root/tools/offline/archives.sh"

# Clang 14, Debian 12's default, is the compiler that users are most likely to
# have. Its ThreadSanitizer cannot run where the kernel randomises more than 28
# bits of an address; Clang 19's starts itself again without randomisation.
choose_compiler() {
  local bits=0
  [[ -r /proc/sys/vm/mmap_rnd_bits ]] && read -r bits </proc/sys/vm/mmap_rnd_bits
  if ((bits > 28)); then clang=19; else clang=14; fi
}

is_installed() {
  local status
  # dpkg-query fails for a package that it has never heard of.
  status=$(dpkg-query --show --showformat='${db:Status-Status}\n' "$@" 2>&1) &&
    ! grep --quiet --invert-match '^installed$' <<<"$status"
}

install_packages() {
  # Bazel packs what tests leave (the model checker's drawings) with file and
  # zip; one of the archives needs xz.
  local packages=(bazel-bootstrap bazel-skylib "clang-$clang"
    "libclang-rt-$clang-dev" "llvm-$clang" file xz-utils zip)
  is_installed "${packages[@]}" && return
  ((EUID == 0)) || die "these Debian packages are missing, and only root can" \
    "install them: ${packages[*]}. Run bazelw once as root."
  say "installing ${packages[*]} (about a minute)"
  export DEBIAN_FRONTEND=noninteractive
  local log hint=
  # A source that does not answer may not matter.
  apt-get -o APT::Update::Error-Mode=any update >/dev/null 2>&1 ||
    hint=" (and not all package lists could be fetched: is the mirror reachable?)"
  log=$(apt-get install --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "${packages[@]}" 2>&1 </dev/null) ||
    die "apt could not install ${packages[*]}:" \
      "$(grep --max-count=1 '^E:' <<<"$log")$hint"
}

# A directory of our own that can be written: HOME may be unset or read-only.
choose_cache() {
  cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/acqrel
  mkdir --parents -- "$cache" 2>/dev/null && [[ -w $cache ]] && return
  cache=/var/tmp/acqrel-$EUID
  mkdir --parents --mode=700 -- "$cache" 2>/dev/null && [[ -O $cache ]] ||
    die "no directory to keep the dependencies in: neither" \
      "\$XDG_CACHE_HOME nor \$HOME/.cache nor $cache can be written"
  startup_options+=("--output_user_root=$cache/bazel")
}

# The options that only this machine needs, in a file named after its content:
# another checkout, with other paths, has another one.
write_bazelrc() {
  local content repository
  # Debian's own bazelrc makes the sandbox report each of its steps.
  content="build --repo_env=CC=clang-$clang --nosandbox_debug"
  for repository in "${overrides[@]}"; do
    content+=$'\n'"common --override_repository=$repository"
  done
  local file=$cache/bazelrc-$(cksum <<<"$content" | tr ' ' -)
  if [[ ! -e $file ]]; then
    local part
    part=$(mktemp "$cache/part.XXXXXX")
    echo "$content" >"$part"
    mv -- "$part" "$file"
  fi
  startup_options+=("--bazelrc=$file")
}

[[ -e /etc/debian_version ]] && command -v apt-get >/dev/null ||
  die "found no Bazel: install Bazelisk" \
    "(https://github.com/bazelbuild/bazelisk) and run this again"

overrides=(
  "bazel_skylib=/usr/share/bazel/tools/skylib"
  "platforms=$root/tools/offline/platforms"
  "remote_coverage_tools=$root/tools/offline/remote_coverage_tools"
  "rules_cc=$root/tools/offline/rules_cc"
  "rules_java=$root/tools/offline/rules_java"
)
choose_cache
choose_compiler
install_packages
fetch_archives
write_bazelrc
