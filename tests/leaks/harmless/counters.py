"""Ten counters that only ever go up."""

import collections

_counts = collections.Counter()


def round(i):
    _counts[f"/page/{i % 10}"] += 10**9 + i
