"""Events are put into a queue that nobody reads."""

import queue

LEAK = "app._events.queue"
TYPE = "app.Event"


class Event:
    def __init__(self, kind):
        self.kind = kind


_events = queue.Queue()


def round(i):
    _events.put(Event("click"))
