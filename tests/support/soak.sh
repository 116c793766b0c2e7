#!/usr/bin/env bash
# The full matrix with the long counts, about an hour on two cores: every test on every
# interpreter, CPython's own tests under periodic captures, ten minutes of each fuzz target. Tests
# see HEAPSNAP_SOAK=1. The result is written to docs/soak.md with the commit and the date.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/log
export HEAPSNAP_SOAK=1 HEAPSNAP_FAILURES=200
log=build/log/soak.log
commit=$(git describe --always --dirty)
pythons=$(tests/support/pythons.sh | tee /dev/stderr)
cmake --preset dev -D HEAPSNAP_SCRIPT_TIMEOUT=14400 >/dev/null
cmake --build --preset dev
status=0
python3 tests/package_test.py || status=1
ctest --test-dir build/dev -L 'agent|cli' -j "${JOBS:-$(nproc)}" --output-on-failure \
  --no-tests=error </dev/null | tee "$log" || status=1
fuzzing=$(./dev fuzz "${HEAPSNAP_FUZZ_SECONDS:-600}" 2>&1 | tee build/log/soak-fuzz.log |
  grep -E '^(== |Done )') || status=1

{
  echo "# The last soak"
  echo
  echo "What \`./dev soak\` wrote: every test on every interpreter with the long counts."
  echo
  echo "- commit: $commit"
  echo "- date: $(date -u +%Y-%m-%d)"
  echo "- machine: $(nproc) cores, $(uname -sm), $(. /etc/os-release && echo "$PRETTY_NAME")"
  echo "- interpreters: $(awk '/^[0-9]/ {printf "%s%s", (n++ ? ", " : ""), $1}' <<<"$pythons")"
  grep '^SKIPPED' <<<"$pythons" | sed 's/^/- /' || true
  echo
  echo "| test | result | seconds |"
  echo "|---|---|---|"
  sed -nE 's/^ *[0-9]+\/[0-9]+ +Test +#[0-9]+: ([^ ]+) [.]*(\*\*\*)? *(.*[^ ]) +([0-9.]+) sec.*/| \1 | \3 | \4 |/p' "$log"
  echo
  echo "Fuzzing:"
  echo
  sed 's/^/    /' <<<"$fuzzing"
} >docs/soak.md
exit $status
