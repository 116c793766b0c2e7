"""A class is made for each kind of message, and registered with a generic function."""

import functools

LEAK = "app.render"
TYPE = "function"


@functools.singledispatch
def render(message):
    return str(message)


def round(i):
    kind = type(f"Message{i}", (), {})
    render.register(kind, lambda message: "rendered")
