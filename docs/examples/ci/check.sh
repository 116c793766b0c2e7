#!/bin/sh
# Works in rounds, and fails if the heap grows: for any CI that looks at exit codes.
set -eu
rm -f round.*.hsnap
python3 rounds.py
heapsnap check round.*.hsnap --budget heapsnap.toml "$@"
