"""A default argument is made once: what is appended to it stays."""

LEAK = "app.collect.__defaults__"
TYPE = "app.Event"


class Event:
    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number


def collect(event, seen=[]):
    seen.append(event)
    return len(seen)


def round(i):
    collect(Event(i))
