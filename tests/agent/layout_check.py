"""Checks the claims about this interpreter, then that they would miss a wrong number.

    python layout_check.py NUMBERS.json    prints {"false": [], "unnoticed": [], "read": [...]}

Each number that a claim has read is made wrong in turn, by one: one that no claim misses is
"unnoticed".
"""

import json
import os
import sys

import layout_claims_library  # noqa: F401, adds its claims
from layout_claims import CLAIMS


class Recorder(dict):
    """Numbers that remember who was asked for."""

    def __init__(self, numbers):
        super().__init__(numbers)
        self.asked = set()

    def __getitem__(self, path):
        self.asked.add(path)
        return super().__getitem__(path)


def holds(check, numbers):
    try:
        return bool(check(numbers))
    except (ArithmeticError, LookupError, ValueError):  # what a wrong number may lead to
        return False


def main():
    numbers, false, users = json.load(open(sys.argv[1]))["layout"], [], {}
    for check in CLAIMS:
        recorder = Recorder(numbers)
        if not holds(check, recorder):
            false.append(check.__name__)
        for path in recorder.asked:
            users.setdefault(path, []).append(check)
    unnoticed = [
        path
        for path, checks in users.items()
        if all(holds(check, {**numbers, path: numbers[path] + 1}) for check in checks)
    ]
    print(
        json.dumps({"false": false, "unnoticed": sorted(unnoticed), "read": sorted(users)}),
        flush=True,
    )
    os._exit(0)


if __name__ == "__main__":
    main()
