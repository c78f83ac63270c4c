# The dependencies' sources, from the Debian mirrors that this machine knows.
# Defines fetch_archives; sourced by setup.sh and by .ci/newest.

# Repository, where its source archive is in Debian's pool, and the sha256.
archives=(
  "abseil-cpp a/abseil/abseil_20240722.0.orig.tar.gz
   df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a"
  "googletest g/googletest/googletest_1.16.0.orig.tar.gz
   2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01"
  "google_benchmark b/benchmark/benchmark_1.9.1.orig.tar.gz
   32131c08ee31eeff2c8968d7e874f3cb648034377dfc32a4c377fa8796d84981"
  "cpp-httplib c/cpp-httplib/cpp-httplib_0.18.7.orig.tar.xz
   c88f6495da71e778c82c22995b547a92ceb41cc4016f9028df67106a24b9210d"
)

# Where the BUILD file of a dependency without one is.
build_files=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../examples/http

say() { echo "bazelw: $*" >&2; }
die() {
  say "$*"
  exit 1
}

mirrors() {
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sort --unique
}

# Tries each source that apt knows, so that no mirror's address is written
# here. The checksum makes it unimportant which of them answers.
download() {  # path in the pool, file, sha256
  local site sites error=
  sites=$(mirrors)
  # Without lists apt names no mirror; images are often stripped of them.
  if [[ -z $sites ]]; then
    apt-get update >/dev/null 2>&1 || true
    sites=$(mirrors)
  fi
  [[ -n $sites ]] || die "cannot get $1: apt has no package lists, and" \
    "\`apt-get update\` fetched none (is the mirror reachable? is this root?)"
  for site in $sites; do
    error+=$(/usr/lib/apt/apt-helper -o APT::Sandbox::User= \
      -o Acquire::Retries=2 -o Acquire::http::Timeout=20 \
      download-file "$site/pool/main/$1" "$2" "SHA256:$3" 2>&1) && return
    rm --force -- "$2"
    error+=$'\n'
  done
  die "could not get $1 with its pinned checksum from apt's mirrors" \
    "(${sites//$'\n'/, }): $(grep --max-count=1 '^E:' <<<"$error")"
}

# Unpacks beside its final place and renames, so that a directory that is there
# is complete.
fetch_archive() {  # repository, path in the pool, sha256
  local directory=$cache/$1-${3::12} part
  overrides+=("$1=$directory")
  [[ -d $directory ]] && return
  say "fetching $1 from Debian's mirror"
  part=$(mktemp --directory "$cache/part.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm --recursive --force -- '$part'" EXIT
  download "$2" "$part/archive" "$3"
  mkdir "$part/source"
  tar --extract --file="$part/archive" --strip-components=1 \
    --directory="$part/source" || die "could not unpack $1 in $cache"
  # Bazel 4.2.3 does not know the function; only the macro BENCHMARK_VERSION
  # hangs on it.
  [[ $1 != google_benchmark ]] ||
    sed --in-place 's/module_version()/"1.9.1"/g' "$part/source/BUILD.bazel"
  if [[ $1 == cpp-httplib ]]; then
    cp -- "$build_files/cpp-httplib.BUILD" "$part/source/BUILD.bazel"
    touch "$part/source/WORKSPACE"
  fi
  # Somebody else may have finished first; then theirs is as good.
  mv --no-target-directory "$part/source" "$directory" 2>/dev/null ||
    [[ -d $directory ]] || die "could not write $directory"
  rm --recursive --force -- "$part"
  trap - EXIT
}

# Leaves each in a directory under `cache`, and adds it to `overrides`.
fetch_archives() {
  local archive
  for archive in "${archives[@]}"; do
    # shellcheck disable=SC2086
    fetch_archive $archive
  done
}
