"""The last requests are kept in a deque that somebody forgot to give a length."""

import collections

LEAK = "app._recent"
TYPE = "app.Request"

Request = collections.namedtuple("Request", "method path")
Request.__module__ = "app"

_recent = collections.deque()


def round(i):
    _recent.append(Request("GET", f"/item/{i}"))
