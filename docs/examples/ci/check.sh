#!/bin/sh
# Works in rounds, and fails if the heap grows: for any CI that looks at exit codes.
set -eu
mkdir -p snapshots
rm -f snapshots/round.*.hsnap
python3 rounds.py
heapsnap check snapshots/round.*.hsnap --budget heapsnap.toml "$@"
