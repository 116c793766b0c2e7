#!/bin/sh
# Who may include whom. Each folder names the only folders whose headers it includes. The layout
# generator is apart: it is compiled by hand against each CPython's internal headers.
set -u
cd "$(dirname "$0")/.."
status=0

# may_include FOLDER PATTERN: every quoted include of a file below FOLDER matches PATTERN.
may_include() {
  [ -n "$(find "$1" -name '*.h' -o -name '*.cpp' -o -name '*.c')" ] || {
    echo "layering: no sources in $1, has it moved?"
    status=1
  }
  bad=$(grep -rnE --include='*.h' --include='*.cpp' --include='*.c' --exclude-dir=generate '^ *# *include *"' "$1" |
    grep -vE "include *\"($2)/")
  [ -z "$bad" ] && return
  echo "layering: $1 may include $2 only, with paths from the root:"
  echo "$bad"
  status=1
}

may_include libsnapshot 'libsnapshot'
may_include libanalysis 'libanalysis|libsnapshot'
may_include agent 'agent|libsnapshot'
may_include apps 'apps/heapsnap|agent|libanalysis|libsnapshot'
exit $status
