"""Programs whose objects heapsnap and guppy3 are asked about, and what asks guppy3.

Each program names some of its objects in SETS, and in FROM which of them paths lead between.
"""

PROGRAMS = {
    # Slots, rings, diamonds, edges that are there twice.
    "links": """
class Link:
    __slots__ = ("left", "right", "data")
    def __init__(self, left=None, right=None, data=None):
        self.left, self.right, self.data = left, right, data

def ring(n):
    links = [Link(data=[i, (i + 1000,)]) for i in range(n)]
    for before, after in zip(links, links[1:] + links[:1]):
        before.right, after.left = after, before
    return links[0]

def diamonds(n):
    foot = Link(data=bytearray(b"foot"))
    for i in range(n):
        foot = Link(Link([foot, foot], (foot, {i: foot})), Link(foot), data={1.5 + i})
    return foot

ring = ring(7)
top = diamonds(4)
SETS = {"ring": [ring], "neighbours": [ring.left, ring.right], "top": [top],
        "arms": [top.left, top.right], "inside": [top.left.left, top.left.right, top.right.left],
        "data": [ring.data, ring.left.data, top.data]}
FROM = [("top", "inside"), ("ring", "data")]
""",
    # Instances that have their dict, in containers of the standard library.
    "sessions": """
import collections

class Session:
    def __init__(self, i, user):
        self.__dict__ = {"number": 5000 + i, "user": user, "pages": [], "owner": None}

class User:
    def __init__(self, i):
        self.__dict__ = {"name": "user number %d" % i, "sessions": collections.deque()}

class Cache(collections.OrderedDict):
    __slots__ = ()

users = [User(i) for i in range(20)]
by_number = {i: Session(i, users[i % 20]) for i in range(200)}
recent = Cache((i, by_number[i]) for i in range(0, 200, 9))
of_user = collections.defaultdict(list)
for i, session in by_number.items():
    session.user.sessions.append(session)
    of_user[i % 20].append(session)
    session.pages += [(i, "page of %d" % i), {i: session}]
    if i:
        session.owner = by_number[i - 1]
del session, i
SETS = {"one": [by_number[99]], "some": [by_number[i] for i in range(50, 60)],
        "users": users[:5], "dicts": [vars(by_number[i]) for i in range(9)],
        "tables": [by_number, of_user], "recent": [recent], "pages": [by_number[7].pages],
        "dict of one": [vars(users[9])]}
FROM = [("users", "pages"), ("tables", "users"), ("recent", "dicts")]
""",
    # Containers in containers.
    "containers": """
import array, collections
leaf = ["leaf"]
numbers = [[i, (i + 0.5,), None] for i in range(1000, 2000)]
nested = {i: {i + 1000: {"text": "text %d" % i, 3: [leaf, i + 9000]}} for i in range(300)}
sets = [{(i, str(i)), frozenset([i + 7000, b"bytes %d" % i])} for i in range(100)]
mixed = [array.array("d", range(50)), bytearray(500), memoryview(b"m" * 99), range(10**9, 10**10),
         slice(leaf, sets), complex(1, 2), iter(numbers), enumerate(sets), zip(numbers, sets)]
shared = (numbers[5], numbers[5], numbers[6], leaf)
self = [shared]
self.append(self)
maps = collections.ChainMap(nested, {5: leaf})
maps.__dict__ = dict(vars(maps))
SETS = {"leaf": [leaf], "numbers": numbers[4:8], "all numbers": [numbers], "nested": [nested],
        "inner": [nested[1], nested[1][1001]], "sets": sets[:3], "mixed": mixed,
        "members": [x for s in sets[:3] for x in s], "keys": list(nested)[280:285],
        "shared": [shared], "self": [self], "texts": [nested[i][i + 1000]["text"] for i in (1, 2)]}
FROM = [("nested", "leaf"), ("shared", "numbers"), ("self", "numbers")]
""",
    # Instances as most are: from 3.11 on without a dict, until guppy3 looks at them.
    "tree": """
class Node:
    def __init__(self, i, parent):
        self.title = "node-%d" % i
        self.children = []
        self.attrs = {"id": 9000 + i}
        self.place = (9000 + i, i + 0.5)
        self.parent = parent

def tree(n, fan=10):
    root = Node(0, None)
    queue, nodes = [root], [root]
    while len(nodes) < n:
        parent = queue.pop(0)
        for _ in range(fan):
            child = Node(len(nodes), parent)
            parent.children.append(child)
            queue.append(child)
            nodes.append(child)
    return nodes

nodes = tree(1111)
root, node, leaf = nodes[0], nodes[5], nodes[-1]
SETS = {"root": [root], "node": [node], "leaf": [leaf], "level": nodes[1:11],
        "attrs": [node.attrs, leaf.attrs], "children": [root.children, node.children],
        "places": [n.place for n in nodes[7:30]]}
FROM = [("root", "leaf"), ("level", "places")]
MADE = nodes
del nodes
""",
    # Classes, functions and what they are made of.
    "classes": """
import abc, functools, types

class Base(abc.ABC):
    __slots__ = ()
    registry = [["entry", 1000 + i] for i in range(10)]
    @property
    def value(self):
        return self
    @staticmethod
    def static(x=[1, 2]):
        return x
    @classmethod
    def of_class(cls, *, key={5: ["default"]}):
        return key

class Middle(Base):
    __slots__ = ()
    table = {i: ("row", i + 3000) for i in range(10)}

class Last(Middle, dict):
    __slots__ = ()

def adder(n):
    box = [n, {n: n + 1}]
    def add(m=(n, [n])):
        return box, m
    return add

def numbers(limit):
    held = [[limit]]
    for i in range(limit):
        yield held, i

adders = [adder(i + 700) for i in range(30)]
running = [numbers(i + 400) for i in range(5)]
for each in running:
    next(each)
del each
last = Last({1: ["value"]})
methods = [last.of_class, last.of_class, adders[0].__call__]
partials = [functools.partial(a, [i]) for i, a in enumerate(adders[:5])]
cells = [a.__closure__[0] for a in adders[:5]]
boxes = [cell.cell_contents for cell in cells]
codes = [adder.__code__, numbers.__code__]
proxy = types.MappingProxyType({9: [boxes[0]]})
SETS = {"registry": [Base.registry], "entries": Base.registry[:3], "table": [Middle.table],
        "classes": [Base, Middle, Last], "last": [last], "adders": adders[:5], "cells": cells,
        "boxes": boxes, "running": running, "methods": methods, "partials": partials,
        "defaults": [Base.static.__defaults__[0], adders[3].__defaults__[0][1]], "proxy": [proxy]}
FROM = [("adders", "boxes"), ("classes", "table"), ("partials", "cells"), ("proxy", "boxes")]
""",
    # What programs have from the standard library.
    "library": """
import dataclasses, datetime, decimal, enum, fractions, xml.etree.ElementTree as xml
from collections import namedtuple

Point = namedtuple("Point", "x y")

class Colour(enum.IntEnum):
    RED = 1000
    BLUE = 2000

@dataclasses.dataclass(slots=True)
class Order:
    number: int
    price: decimal.Decimal
    at: datetime.datetime
    colour: Colour
    lines: list

day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
orders = [Order(6000 + i, decimal.Decimal(i) / 7, day + datetime.timedelta(i), Colour.RED,
                [Point(i + 0.5, fractions.Fraction(i, 7))]) for i in range(100)]
tree = xml.fromstring("<a>" + "<b k='v'><c>text</c></b>" * 50 + "</a>")
pairs = list(zip(orders, orders[1:]))
SETS = {"order": [orders[50]], "orders": orders[:9], "prices": [o.price for o in orders[:9]],
        "days": [o.at for o in orders[:9]], "points": [o.lines[0] for o in orders[:9]],
        "lines": [o.lines for o in orders[:4]], "tree": [tree], "elements": list(tree)[:5],
        "pair": [pairs[3]]}
FROM = [("pair", "points"), ("tree", "elements"), ("orders", "lines")]
""",
}

# What is asked in the same process, once the snapshot stands. A dict that guppy3 makes for an
# instance (MADE) is passed through: what its owner refers to is what the dict does.
QUESTIONS = """
import gc, json, sys
import heapsnap
heapsnap.capture("a.hsnap")
sys.path.append(sys.argv[1])
import guppy

def ids(objects):
    return sorted(map(id, objects))

def kinds(objects, by):
    # The kind of each object: what a partition is.
    return {id(x): str(row.name).strip() for row in objects.by(by).partition.get_rows()
            for x in row.set.nodes}

def answers(hp, s, made):
    # All but shpaths, from the root and from other sets.
    found = {by: kinds(s, by) for by in ("Type", "Clodo", "Size", "Rcs", "Via")}
    found.update(byid=ids(s.byid.nodes), count=s.count, size=s.size)
    to, by, first, freed = s.referents, s.referrers, s.imdom, s.dominos
    found.update(referents=ids(((to | (to & made).referents) - made).nodes),
                 referrers=ids(((by | (by & made).referrers) - made).nodes),
                 imdom=ids(((first | (first & made).referrers) - made).nodes),
                 dominos=ids((freed - made).nodes), domisize=freed.size - (freed & made).size)
    assert s.domisize == freed.size
    return found

def paths(found):
    return {"levels": [ids(level.nodes) for level in found.sets], "number": found.numpaths}

def pattern(s):
    # Who refers to a set, by kind, and who to those: the rows that have others below them.
    below = {}
    for row in s.get_rp(depth=3).iterlines():
        if row.parent:
            below.setdefault(row.parent.index, (row.parent, []))[1].append(ids(row.set.nodes))
    return [[ids(row.set.nodes), sets] for row, sets in below.values()]

def algebra(a, b):
    found = {"a": a, "b": b, "&": a & b, "|": a | b, "-": a - b, "^": a ^ b, "~": ~a & b}
    return {sign: ids(objects.nodes) for sign, objects in found.items()}

def str_keys():
    # Of dicts of which all keys are str.
    return ids(key for x in gc.get_objects() if isinstance(x, dict)
               and set(map(type, dict.keys(x))) == {str} for key in dict.keys(x))

def made_dicts():
    return [vars(x) for x in globals().get("MADE", ()) if sys.version_info > (3, 11)]

def made_for():
    return [list(made_dicts()[0]), type(MADE[0]).__name__] if made_dicts() else [[], ""]

def own_types():
    return [(name, t) for name, t in list(globals().items())
            if isinstance(t, type) and t.__module__ == "__main__"]

def ask():
    hp = guppy.hpy()
    heap = hp.heap()
    gc.disable()
    made = hp.iso(*made_dicts())
    hp.iso(*sum(SETS.values(), [])).referrers  # all in one search
    names = list(SETS)  # no iterator may refer to SETS meanwhile
    sets = {name: hp.iso(*SETS[name]) for name in names}
    around = [sets[name].referents | sets[name] for name in names]
    return {
        "modules": id(sys.modules),
        "made": made_for(),
        "str keys": str_keys(),
        "sets": {name: ids(sets[name].nodes) for name in names},
        "answers": {name: answers(hp, sets[name], made) for name in names},
        "patterns": {} if made else {name: pattern(sets[name]) for name in names},
        "shpaths": {name: paths(sets[name].shpaths) for name in names},
        "from": [[a, b, paths(sets[b].get_shpaths(sets[a]))] for a, b in FROM],
        "algebra": [algebra(sets[a].referents - made, sets[b] | sets[a])
                    for a, b in zip(names, names[1:])],
        "types": {name: ids((heap & t).nodes) for name, t in own_types()}}

with open("guppy.json", "w") as file:
    json.dump(ask(), file)
print(0)
"""
