"""Instances of every type with a __sizeof__ written in C, in the shapes that its size depends on.

    INSTANCES       {type name: objects}, with objects of Python subclasses among them
    c_sized_types() the types with a __sizeof__ of their own that are loaded
"""

import _queue
import array
import collections
import ctypes
import decimal
import gc
import io
import itertools
import pickle
import struct
import sys
import xml.etree.ElementTree as ElementTree


class Dictless:
    __slots__ = ()


class WithDict:
    pass


class WithSlots:
    __slots__ = ("a", "b", "__weakref__")


def subclass(base, **namespace):
    return type("Sub_" + base.__name__, (base,), namespace)


def dicts():
    holder, split = WithDict(), WithDict()
    holder.a = holder.b = 1
    split.a = 1
    yield from ({}, {"a": 1}, {1: 2}, {i: i for i in range(300)}, {str(i): i for i in range(100)})
    yield from (holder.__dict__, split.__dict__, dict.fromkeys(range(70000)))
    yield subclass(dict)({1: 2})
    emptied = dict.fromkeys(range(100))
    emptied.clear()
    yield emptied
    shrunk = dict.fromkeys(range(100))
    while len(shrunk) > 1:
        shrunk.popitem()
    yield shrunk


def lists():
    grown = []
    for i in range(100):
        grown.append(i)
    return [[], [1], [1, 2, 3], list(range(1000)), grown, grown[:50], subclass(list)(range(10))]


def sets(kind):
    return [kind(), kind([1]), kind(range(5)), kind(range(1000)), subclass(kind)(range(10))]


def texts():
    plain, latin = "abc%d" % 12345, "\xe4\xe4%d" % 1
    wide, wider = "\u20ac%d" % 1, "\U0001f600%d" % 1
    with_utf8 = "\u20ac\u20ac with a copy %d" % 1
    copy_as_utf8(with_utf8)
    made = [plain, latin, wide, wider, with_utf8, "", "a", "\xe4"]
    for text in ("plain", "\xe4", "\u20ac", "\U0001f600", ""):
        made += [subclass(str)(text), subclass(str, __slots__=())(text)]
    return made


def copy_as_utf8(text):
    """Has a UTF-8 copy of the text made and kept with it."""
    as_utf8 = ctypes.pythonapi.PyUnicode_AsUTF8
    as_utf8.restype = ctypes.c_char_p
    as_utf8(ctypes.py_object(text))


def integers():
    values = [0, 1, -1, 2**30 - 1, 2**30, -(2**30), 2**60, 2**61, 2**1000, -(2**1000), True]
    kinds = (subclass(int), subclass(int, __slots__=()))
    return values + [kind(value) for kind in kinds for value in (0, 5, -(2**40))]


def bytearrays():
    grown = bytearray(b"abc")
    for i in range(100):
        grown.append(i)
    cut = bytearray(b"abcdefgh")
    del cut[:3]
    return [bytearray(), bytearray(b"abc"), grown, cut, subclass(bytearray)(b"xyz")]


def arrays():
    grown = array.array("i")
    for i in range(50):
        grown.append(i)
    return [
        array.array("d"),
        array.array("i", range(100)), grown,
        subclass(array.array)("H", [1, 2])
    ]


def deques():
    long = collections.deque(range(1000))
    long.rotate(31)
    return [collections.deque(), collections.deque([1]), long, collections.deque(range(5), 3),
            subclass(collections.deque)(range(200))]


def ordered_dicts():
    many = collections.OrderedDict.fromkeys(range(100))
    fewer = collections.OrderedDict.fromkeys(range(100))
    for i in range(90):
        del fewer[i]
    return [collections.OrderedDict(), collections.OrderedDict(a=1), many, fewer,
            subclass(collections.OrderedDict)(a=1)]


def classes():
    class Many:
        __slots__ = tuple(f"slot{i}" for i in range(20))

    class Meta(type):
        pass

    class Metal(metaclass=Meta):
        def method(self):
            self.attribute = 1

    return [
        int, type, object, WithDict, WithSlots, Many, Meta, Metal, collections.deque,
        ElementTree.Element, decimal.Decimal,
        type(sys), Dictless
    ]


def codes():
    def small():
        pass

    def large(a, b, *c, d=1, **e):
        def inner():
            return a, b, c, d, e
        return [x for x in inner()]

    for _ in range(100):  # warm: 3.10 has a cache then
        large(1, 2)
    return [
        small.__code__, large.__code__, texts.__code__,
        compile("x = 1\n" * 1000, "file", "exec")
    ]


def suspended():
    def generator(a, b, c):
        d = yield a
        yield b, c, d

    async def coroutine(a):
        return [a for _ in range(3)]

    async def asynchronous(a):
        yield a

    started = generator(1, 2, 3)
    next(started)
    return {"generator": [generator(1, 2, 3), started, (x for x in "ab")],
            "coroutine": [coroutine(1)], "async_generator": [asynchronous(1)],
            "frame": [started.gi_frame, sys._getframe(), sys._getframe(1)]}


def buffers():
    raw, shared, grown = io.BytesIO(), io.BytesIO(b"x" * 100), io.BytesIO()
    exported = io.BytesIO(b"y" * 50)
    value = shared.getvalue()
    grown.write(b"z" * 1000)
    view = exported.getbuffer()
    closed = io.BytesIO(b"q")
    closed.close()
    pair = [io.BufferedReader(io.BytesIO(b"x"), 64), io.BufferedReader(io.BytesIO(b"x"))]
    return {
        "BytesIO": [raw, shared, grown, exported, closed, subclass(io.BytesIO)(b"w"), value, view],
        "BufferedReader": pair,
        "BufferedWriter": [io.BufferedWriter(io.BytesIO(), 128)],
        "BufferedRandom": [io.BufferedRandom(io.BytesIO(), 256)]
    }


def picklers():
    target = io.BytesIO()
    fresh, used = pickle.Pickler(io.BytesIO()), pickle.Pickler(target)
    used.dump([list(range(100)), {"a": (1, 2)}, "text" * 100])
    reader = pickle.Unpickler(io.BytesIO(target.getvalue()))
    reader.load()
    text = pickle.Unpickler(io.BytesIO(pickle.dumps(["a", 1], 0)),
                            encoding="latin-1",
                            errors="replace")
    text.load()
    return {"Pickler": [fresh, used, subclass(pickle.Pickler)(io.BytesIO())],
            "Unpickler": [pickle.Unpickler(io.BytesIO(b"N.")), reader, text]}


def elements():
    bare, many = ElementTree.Element("a"), ElementTree.Element("c")
    full = ElementTree.Element("b", key="v")
    for _ in range(3):
        ElementTree.SubElement(full, "child")
    for _ in range(20):
        ElementTree.SubElement(many, "child")
    return [bare, full, many]


def decimals():
    return [
        decimal.Decimal(0),
        decimal.Decimal("1.5"),
        decimal.Decimal(10)**500,
        decimal.Decimal("1" * 200),
        subclass(decimal.Decimal)("2.5")
    ]


def queues():
    empty, some = _queue.SimpleQueue(), _queue.SimpleQueue()
    for i in range(100):
        some.put(i)
    for _ in range(40):
        some.get()
    return [empty, some]


def ctypes_classes():
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("name", ctypes.c_char * 8)]

    function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
    grid = ctypes.c_int * 3 * 4
    made = [Point, function, grid, ctypes.POINTER(Point), ctypes.c_int, ctypes.c_char]
    if sys.version_info < (3, 13):
        return {"StgDict": [vars_of(kind) for kind in made]}
    return {"CType_Type": made}


def vars_of(kind):
    """The dict of a class itself."""
    return gc.get_referents(kind.__dict__)[0]


def frozen_dicts():
    kind = frozendict  # noqa: F821: since 3.15
    return [kind(), kind(a=1), kind({i: i for i in range(300)}), subclass(kind)(a=1)]


INSTANCES = {
    "object": [
        object(), WithDict(), WithSlots(), Dictless(), (1, 2), 1.5, b"bytes", memoryview(b"x")
    ],
    "dict": list(dicts()),
    "list": lists(),
    "set": sets(set),
    "frozenset": sets(frozenset),
    "str": texts(),
    "int": integers(),
    "bytearray": bytearrays(),
    "type": classes(),
    "code": codes(),
    "array": arrays(),
    "deque": deques(),
    "OrderedDict": ordered_dicts(),
    "Decimal": decimals(),
    "Struct": [struct.Struct(""), struct.Struct("<i"),
               struct.Struct("4s2xhq5d")],
    "combinations": [itertools.combinations("abcd", 2)],
    "permutations": [itertools.permutations("abcd", 3)],
    "combinations_with_replacement": [itertools.combinations_with_replacement("abcd", 3)],
    "product": [itertools.product("ab", "cd", "ef")],
    "Element": elements(),
    "SimpleQueue": queues(),
    **suspended(),
    **buffers(),
    **picklers(),
    **ctypes_classes(),
}
if sys.version_info >= (3, 15):
    INSTANCES["frozendict"] = frozen_dicts()


def c_sized_types():
    found, pending = set(), [object]
    while pending:
        kind = pending.pop()
        if kind not in found:
            found.add(kind)
            pending.extend(type.__subclasses__(kind))
    method = type(object.__sizeof__)
    return sorted(kind.__name__ for kind in found
                  if type(kind.__dict__.get("__sizeof__")) is method)
