"""A log that is cut to half when it has 32 entries."""

_log = []


class Entry:
    def __init__(self, text):
        self.text = text


def round(i):
    _log.append(Entry(f"entry {i}"))
    if len(_log) == 32:
        del _log[:16]
