"""Notes about objects, by their id; the objects go, the notes stay."""

LEAK = "app._notes"
TYPE = "dict"

_notes = {}


class Widget:
    pass


_alive = []


def round(i):
    widget = Widget()
    _alive.append(widget)  # for a while: ids must not be used again at once
    _notes[id(widget), i] = {"seen": i, "visible": True}
    if len(_alive) > 10:
        _alive.pop(0)
