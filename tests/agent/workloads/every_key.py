"""Dict keys of every kind that prints in its own way, and containers too large for one record."""

import collections
import enum


class Colour(enum.Enum):
    RED = 1


class Text(str):
    pass


class DictOf(dict):
    pass


class Plain:
    pass


KEYS = [
    "a", "", "it's", '"q"', "'\"", "\ud800", "ä€😀", "x\ny\t\\\x00\x7f\xa0\u200b\ue000",
    "k" * 64, "k" * 65,
    b"b", b"\xff'", b"\"'", b"z" * 100, Text("t"),
    0, -1, 2**61, 2**62 - 1, 2**62, -2**62, 2**63 - 1, 2**63, -2**63, 2**64, 2**100, -2**100,
    1.5, -0.5, 1e16, 1e15, 1e-5, 1e-4, float("inf"), float("nan"), 1e300, 5e-324, 1 + 1j,
    True, None, (1, 2), Colour.RED, frozenset([1]), object(), int, enum, Colour, lambda: 0,
    (lambda: 0).__code__, len, ..., range(3),
]
keyed = {key: [i] for i, key in enumerate(KEYS)}
texts = {key: [i] for i, key in enumerate(KEYS) if type(key) is str}
numbers = list(range(9000))
large = [numbers, {i: str(i) for i in numbers}, set(numbers), tuple(numbers),
         collections.deque(numbers), collections.OrderedDict.fromkeys(numbers, 0)]

with_dict, without, shorter = Plain(), Plain(), Plain()
with_dict.first = with_dict.second = 1
with_dict.__dict__
without.first = without.second = 1
shorter.first = shorter.second = shorter.third = 1
del shorter.first
subclass, empty = DictOf(key=[1]), DictOf()
subclass.attribute = empty.attribute = [2]


def suspended():
    local = [1]
    yield local


generator = suspended()
next(generator)
