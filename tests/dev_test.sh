#!/bin/sh
# ./dev says in one line what is wrong with what it was told, and leaves nothing behind.
cd "$(dirname "$0")/.." || exit 1
status=0

# refuses PATTERN WORD...: exit status 2, and the first line on stderr matches.
refuses() {
  pattern=$1
  shift
  said=$(./dev "$@" 2>&1 >/dev/null)
  if [ $? != 2 ] || ! echo "$said" | head -1 | grep -q "$pattern"; then
    echo "dev $*: expected $pattern, was told: $said"
    status=1
  fi
}

refuses "no preset '-j2' to build, but: dev release .*JOBS=N" build -j2
refuses "no preset 'asn' to build, but: .* asan " build asn
refuses "no command biuld" biuld
[ ! -e build/-j2.configure.log ] || { echo "dev has left a log"; status=1; }
exit $status
