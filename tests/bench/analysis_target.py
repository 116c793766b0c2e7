"""A program with a heap as real ones are: records, trees with parents, chains, closures, graphs.

    python3 analysis_target.py MILLIONS STREAM        run by analysis_bench.py under heapsnap run
"""

import ast
import collections
import dataclasses
import gc
import random
import sys

import heapsnap

OBJECTS_A_ROUND = 50.9  # measured on 3.11; the program itself has 47,000
chance = random.Random(1)
kept = []


@dataclasses.dataclass
class Point:
    x: float
    y: float
    tags: list


class Slotted:
    __slots__ = ("left", "right", "value")


class Element:
    def __init__(self, parent, name):
        self.parent, self.name, self.children = parent, name, []


def record(i):
    return {"id": i + 1000, "name": "user-%d" % i, "email": "u%d@example.com" % i,
            "roles": ["reader", "writer-%d" % (i % 9)], "at": (2026, i % 12 + 1, i % 28 + 1),
            "address": {"street": "s%d" % i, "number": i * 7 + 300}}


def element_tree(i):
    top = Element(None, "html")
    for k in range(4):
        child = Element(top, "div-%d-%d" % (i, k))
        top.children.append(child)
        child.children.append(Element(child, "p"))
    return top


def counter(i):
    state = [i + 1000]

    def add(n):
        state[0] += n
        return state[0]

    return add


def build(rounds):
    chain, cache, graph = None, collections.OrderedDict(), {}
    for i in range(rounds):
        kept.append(record(i))
        kept.append(Point(i + 0.5, -i - 0.5, ["t%d" % (i % 50)]))
        kept.append(element_tree(i))
        kept.append(counter(i))
        node = Slotted()
        node.left, node.right, node.value = chain, kept[chance.randrange(len(kept))], "v%d" % i
        chain = node
        cache["key-%d" % i] = kept[-2]
        graph[i] = {chance.randrange(i + 1): float(i) for _ in range(2)}
    kept.extend((chain, cache, graph, ast.parse("x = 1 + f(y)\n" * max(rounds // 200, 1))))


def build_millions(millions):
    gc.disable()
    build(int(millions * 1e6 / OBJECTS_A_ROUND))
    gc.enable()


if __name__ == "__main__":
    build_millions(float(sys.argv[1]))
    heapsnap.capture(sys.argv[2])
