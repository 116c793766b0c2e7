"""The last 30 requests are kept to be shown."""

import collections


class Request:
    def __init__(self, path):
        self.path = path


_recent = collections.deque(maxlen=30)


def round(i):
    _recent.append(Request(f"/item/{i}"))
