"""A heap of timers: those that are cancelled are marked, and stay until their hour, far away."""

import heapq

LEAK = "app._timers"
TYPE = "app.Timer"


class Timer:
    __slots__ = ("due", "cancelled")

    def __init__(self, due):
        self.due = due
        self.cancelled = False

    def __lt__(self, other):
        return self.due < other.due


_timers = []


def round(i):
    timer = Timer(1_000_000 + i * 7919 % 1000)
    heapq.heappush(_timers, timer)
    timer.cancelled = True
