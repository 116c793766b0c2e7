#!/bin/sh
# No source is over 400 lines: a file that grows past that holds two concepts.
cd "$(dirname "$0")/.." || exit 1
found=$(find agent apps libanalysis libsnapshot tests \
  -name '*.h' -o -name '*.cpp' -o -name '*.c' -o -name '*.py' -o -name '*.sh')
[ -n "$found" ] || { echo "no sources found"; exit 1; }
long=$(echo "$found" | xargs wc -l | awk '$1 > 400 && $2 != "total"')
[ -z "$long" ] || { echo "over 400 lines:"; echo "$long"; exit 1; }
