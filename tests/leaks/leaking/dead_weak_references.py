"""Weak references are kept in a set of the program's own, which nobody clears of those that are dead."""

import weakref

LEAK = "app.hub.data{*}"
TYPE = "weakref.ReferenceType"


class Listener:
    pass


class Hub:
    def __init__(self):
        self.data = set()


hub = Hub()


def round(i):
    for _ in range(10):
        listener = Listener()
        hub.data.add(weakref.ref(listener))
