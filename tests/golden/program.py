"""A small heap with something of everything. `heapsnap run` captures it, as record.py says, when
it sends itself SIGUSR2 and when it ends.

    python -I -S program.py AGENT [twice]       fewer objects without site: so it starts the agent
"""

import sys

sys.path.insert(0, sys.argv[1])
from heapsnap import _startup  # noqa: E402

_startup.start()
del sys.path[0]

import threading  # noqa: E402
import weakref  # noqa: E402


class Node:
    """An ordinary class: a tree with links to parents."""

    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []
        if parent:
            parent.children.append(self)


class Point:
    __slots__ = ("x", "y", "__weakref__")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Registry(dict):
    """A dict with attributes of its own."""


class Cached(type):
    """A metaclass."""

    made = []

    def __call__(cls, *arguments):
        instance = super().__call__(*arguments)
        Cached.made.append(instance)
        return instance


class Session(metaclass=Cached):
    def __init__(self, number):
        self.number = number
        self.data = {"id": number, "token": b"t%d" % number}


def tree(depth, parent=None, name="root"):
    node = Node(name, parent)
    for i in range(depth):
        tree(depth - 1, node, f"{name}.{i}")
    return node


def counter():
    total = 0

    def add(amount):
        nonlocal total
        total += amount
        return total

    return add


def numbers(first):
    while True:
        yield first
        first += 1


def wait(event):
    here = {"waits for": event}
    inside.set()
    event.wait()
    return here


root = tree(4)
points = {Point(i, i * i) for i in range(60)}
registry = Registry({("key", i): frozenset((i, str(i))) for i in range(30)})
registry.kinds = {1.5: "float", None: "none", True: "bool", Node: "class", b"b": "bytes"}
sessions = [Session(i) for i in range(40)]
add = counter()
add(2**80)
running = numbers(7)
next(running)
watchers = [weakref.ref(point) for point in list(points)[:10]]
texts = ["quoted ' \" \\ text", "line\nfeed", "\udc80", "n\u00fcr", "x" * 200, bytearray(300)]

island = Node("island")
island.parent = island
del island

inside, never = threading.Event(), threading.Event()
threading.Thread(target=wait, args=(never,), name="Waiter", daemon=True).start()
inside.wait()

if sys.argv[2:] == ["twice"]:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGUSR2)
    sessions += [Session(i) for i in range(1000, 1100)]
    del registry[("key", 3)]
