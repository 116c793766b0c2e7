#!/bin/sh
# freestanding_test.sh OBJECT...: linked together, these objects refer to no symbol outside them.
set -eu
whole=$(mktemp --suffix .o)
trap 'rm -f "$whole"' EXIT
ld -r -o "$whole" "$@"
defined=$(nm --defined-only "$whole" | wc -l)
[ "$defined" != 0 ] || { echo "the walker defines nothing: is its source list empty?"; exit 1; }
undefined=$(nm --undefined-only "$whole")
[ -z "$undefined" ] || { echo "the walker needs symbols from outside:"; echo "$undefined"; exit 1; }
