# Makes Debian 12's Bazel build this project from Debian's packages alone.
# Sourced by bazelw, with `root` set to the project's directory; leaves Bazel's
# startup options in `startup_options`. README.md beside this file explains it.
#
# What is there already is left alone, so a second run says and does nothing.

# Repository, what Debian's pool calls its source archive, and the sha256.
archives=(
  "abseil-cpp a/abseil/abseil_20240722.0
   df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a"
  "googletest g/googletest/googletest_1.16.0
   2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01"
  "google_benchmark b/benchmark/benchmark_1.9.1
   32131c08ee31eeff2c8968d7e874f3cb648034377dfc32a4c377fa8796d84981"
)

say() { echo "bazelw: $*" >&2; }
die() {
  say "$*"
  exit 1
}

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
  local packages=(bazel-bootstrap bazel-skylib "clang-$clang"
    "libclang-rt-$clang-dev" "llvm-$clang")
  is_installed "${packages[@]}" && return
  ((EUID == 0)) || die "these Debian packages are missing, and only root can" \
    "install them: ${packages[*]}. Run bazelw once as root."
  say "installing ${packages[*]} (about a minute)"
  local log
  log=$(
    export DEBIAN_FRONTEND=noninteractive
    apt-get update 2>&1 || true  # An unreachable source may not matter.
    apt-get install --yes --no-install-recommends \
      -o DPkg::Lock::Timeout=120 "${packages[@]}" 2>&1 </dev/null
  ) || die "apt could not install ${packages[*]}:" \
    "$(grep '^E:' <<<"$log" | head -n 1)"
}

# Tries each source that apt knows, so that no mirror's address is written
# here. The checksum makes it unimportant which of them answers.
download() {  # path in the pool, file, sha256
  local site sites error=
  sites=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
    sort --unique)
  for site in $sites; do
    error+=$(/usr/lib/apt/apt-helper -o APT::Sandbox::User= \
      -o Acquire::Retries=2 -o Acquire::http::Timeout=20 \
      download-file "$site/pool/main/$1" "$2" "SHA256:$3" 2>&1) && return
    rm --force -- "$2"
    error+=$'\n'
  done
  die "could not get $1 with its pinned checksum from apt's mirrors" \
    "(${sites//$'\n'/, }): $(grep '^E:' <<<"$error" | head -n 1)"
}

# Unpacks beside its final place and renames, so that a directory that is there
# is complete.
fetch_archive() {  # repository, path in the pool, sha256
  local directory=$cache/$1-${3::12} part
  overrides+=("$1=$directory")
  [[ -d $directory ]] && return
  say "fetching $1 from Debian's mirror"
  part=$(mktemp --directory "$cache/part.XXXXXX")
  trap 'rm --recursive --force -- "$part"' EXIT
  download "$2.orig.tar.gz" "$part/archive.tar.gz" "$3"
  mkdir "$part/source"
  tar --extract --gzip --file="$part/archive.tar.gz" --strip-components=1 \
    --directory="$part/source" || die "could not unpack $1 in $cache"
  # Bazel 4.2.3 does not know the function; only the macro BENCHMARK_VERSION
  # hangs on it.
  [[ $1 != google_benchmark ]] ||
    sed --in-place 's/module_version()/"1.9.1"/g' "$part/source/BUILD.bazel"
  # Somebody else may have finished first; then theirs is as good.
  mv --no-target-directory "$part/source" "$directory" 2>/dev/null ||
    [[ -d $directory ]] || die "could not write $directory"
  rm --recursive --force -- "$part"
  trap - EXIT
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
for archive in "${archives[@]}"; do
  # shellcheck disable=SC2086
  fetch_archive $archive
done
write_bazelrc
