#!/bin/sh
# standalone_test.sh FILE...: these need nothing at run time but the C library.
set -eu
for file; do
  needed=$(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  extra=$(echo "$needed" | grep -vE '^(libc\.so\.6|libm\.so\.6|ld-linux-x86-64\.so\.2)?$' || true)
  [ -z "$extra" ] || { echo "$file needs $extra"; exit 1; }
done
