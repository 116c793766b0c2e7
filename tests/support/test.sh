#!/usr/bin/env bash
# Everything CI runs, step by step. A step that fails does not keep the others from running. What
# a step prints goes to build/log/STEP.log, and to the screen where it failed. The last line counts
# tests: those that ctest ran, and each step that is not ctest's as one.
set -uo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/log
jobs=${JOBS:-$(nproc)}
passed=0 failed=0

# step NAME COMMAND...
step() {
  local name=$1 log=build/log/$1.log start=$SECONDS verdict=ok good=1 bad=0 ran
  shift
  "$@" >"$log" 2>&1 </dev/null || verdict=FAILED good=0 bad=1
  # ctest: "98% tests passed, 2 tests failed out of 100"
  if ran=$(grep -oE '[0-9]+ tests failed out of [0-9]+' "$log"); then
    read -r bad _ _ _ _ good <<<"$ran"
    good=$((good - bad))
    if [ $verdict = FAILED ] && [ "$bad" = 0 ]; then bad=1; fi
  fi
  passed=$((passed + good)) failed=$((failed + bad))
  printf '%-10s %-6s %5d s   %d passed, %d failed\n' "$name" $verdict $((SECONDS - start)) "$good" "$bad"
  if [ $verdict = FAILED ]; then
    # Of tests: those that failed, wherever in the log they stand.
    grep -vE '^ *(Start +[0-9]+: |[0-9]+/[0-9]+ Test .* Passed )' "$log" | tail -n 300 | sed 's/^/  | /'
  else
    grep '^SKIPPED' "$log" | sed 's/^/  /'
  fi
}

tests() {
  ctest --test-dir "build/$1" -j "$jobs" --output-on-failure --no-tests=error "${@:2}"
}

build_all() {
  ./dev build "$1" && cmake --build "build/$1" -j "$jobs"
}

step pythons tests/support/pythons.sh
step devtools tests/support/devtools.sh
step build ./dev build dev
step tests tests dev
step package python3 tests/package_test.py
# One build has clang, its warnings, the sanitizers and the fuzz targets.
step build-fuzz build_all fuzz
# The command line's code is the same whatever the snapshot's Python: one version will do. What
# networkx is asked, the other tests ask too; there it takes minutes.
step asan env HEAPSNAP_PYTHONS=3.11 ctest --test-dir build/fuzz -j "$jobs" --output-on-failure \
  --no-tests=error -L 'unit|canary|cli' -E networkx_test
step fuzz tests fuzz -L fuzz

echo
echo "$passed passed, $failed failed"
[ $failed = 0 ]
