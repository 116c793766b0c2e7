"""A snapshot against guppy3's heap() in the same process: the same objects with the same sizes.

Where they differ is listed here, each reason by name. `warm`: guppy3 has run before the capture,
so that what it imports, and the dicts that it makes for instances, are the same for both.
`cold`: the capture comes first, from a heap that guppy3 has not touched.
"""

import collections
import json
import pathlib
import re
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import ROOT, on_every_python

PROGRAM = """
import gc, json, sys, threading
import argparse, collections, dataclasses, datetime, decimal, enum, logging
import heapsnap
from heapsnap import _agent

class Node:
    def __init__(self, i):
        self.id = i
        self.name = "node-%d" % i
        self.children = []
        self.meta = {"k": i, "tags": ("a", i)}

class Slots:
    __slots__ = ("a", "b")
    def __init__(self):
        self.a = object()
        self.b = [1]

class Big: pass

nodes = [Node(i) for i in range(5000)]
slots = [Slots() for _ in range(1000)]
keys = {"only-a-key-%d" % i: None for i in range(3000)}
key_addresses = list(map(id, keys))
ready, go = threading.Event(), threading.Event()

def worker():
    only = Big()
    ready.set()
    go.wait()
    return only

threading.Thread(target=worker).start()
ready.wait()

def hpy():
    global guppy
    import guppy
    guppy = guppy.hpy()
    guppy.heap()

def run():
    handle = _agent.capture(b"a.hsnap", True, 2, 0, "api")
    while not _agent.wait(handle, 1000):
        pass
    if sys.argv[1] == "cold":
        hpy()
    return [[id(x), id(type(x)), sys.getsizeof(x)] for x in guppy.heap().nodes]

sys.path.append(sys.argv[2])
if sys.argv[1] == "warm":
    hpy()
    len([sys.getsizeof(x) for x in guppy.heap().nodes])
    gc.collect()
rows = run()
with open("guppy.json", "w") as file:
    json.dump({"rows": rows, "keys": key_addresses,
               "dicts": [id(node.__dict__) for node in nodes]}, file)
go.set()
print(0)
"""

# What guppy3 cannot see: edges from what both have, or from a structure, to what only we have.
# (source, label, target), and why.
UNSEEN = [
    ("dict|.*[Dd]ict|collections\\..*", r"\.keys\(\)\[\d+\]", ".*",
     "keys of dicts with str keys only"),
    ("type|.*Meta|.*Type", r"->ht_cached_keys\[\d+\]", "str", "the keys that instances share"),
    (".*descriptor", r"\.__(name|qualname)__", "str", "not told by tp_traverse"),
    ("decimal.Context", r"\.(traps|flags)", ".*SignalDict", "not told by tp_traverse"),
    ("datetime.timezone", "->offset", "datetime.timedelta", "the type has no tp_traverse"),
    ("_ctypes.*", "->(converters|pointer_type)", ".*", "not told by tp_traverse"),
    ("weakref.*", "->wr_object", ".*", "a weak reference"),
    ("<interpreter>", ".*", ".*", "a root that it does not know"),
    ("<thread>", r"\.threading_local_sentinel", ".*", "a root that it does not know"),
    ("<thread>", r"f\d+", "frame", "frames of other threads"),
    ("<frame>", r"<stack \d+>", ".*", "evaluation stacks"),
    ("<frame>", r"\..*", ".*", "variables of other threads"),
    ("dict", r"\[.*\]", "guppy.*|type", "guppy3 hides what is its own"),
]
# What only guppy3 has: made between the capture and its answer.
MADE_SINCE = {"int", "str", "float", "frame", "hamt_bitmap_node"}


class OracleTest(unittest.TestCase):
    maxDiff = 3000

    def compare(self, python, mode):
        """Ours and theirs by address, and the addresses that are the same object in both."""
        site = ROOT / "build/site" / python.version
        if not (site / "guppy").exists():
            print(f"SKIPPED {self.id()} on {python.version}: build/site has no guppy3 for it")
            self.skipTest(f"no guppy3 for {python.version}")
        python.answer(PROGRAM, mode, site, options=("-W", "ignore"))
        self.facts = json.loads((python.folder / "guppy.json").read_text())
        self.heap = labelled_heap.read(python.folder / "a.hsnap")
        self.theirs = {address: (kind, size) for address, kind, size in self.facts["rows"]}
        self.ours = {
            node.address: node
            for node in self.heap.nodes.values() if self.heap.type_of(node).address
        }
        self.both = {
            address
            for address, (kind, _) in self.theirs.items()
            if address in self.ours and self.heap.type_of(self.ours[address]).address == kind
        }
        names = {known.address: known.name for known in self.heap.types.values()}
        self.only_theirs = collections.Counter(
            names.get(kind) for address, (kind, _) in self.theirs.items()
            if address not in self.both)

    def name(self, address):
        return self.heap.type_of(self.heap.nodes[address]).name

    def instances(self, name):
        return {address for address in self.ours if self.name(address) == name}

    @on_every_python
    def test_both_find_the_same_objects_but_for_what_is_listed(self, python):
        self.compare(python, "warm")
        self.assertGreater(len(self.both), 60000)
        sizes = {(self.name(address), self.ours[address].size, self.theirs[address][1])
                 for address in self.both if self.ours[address].size != self.theirs[address][1]}
        self.assertEqual(sizes, set())
        self.assertLessEqual(set(self.only_theirs), MADE_SINCE)
        self.assertLess(self.only_theirs.total(), 60)
        self.assertEqual(self.unexplained(), {})
        # Among what only we have: 3000 str keys, and what another thread's variable holds.
        keys = set(self.facts["keys"])
        self.assertLessEqual(keys, set(self.ours))
        self.assertEqual(keys & set(self.theirs), set())
        self.assertEqual(len(self.instances("__main__.Big")), 1)
        self.assertEqual(self.instances("__main__.Big") & self.both, set())

    def unexplained(self):
        """Edges by which guppy3 should have got to what only we have."""
        found = collections.Counter()
        for node in self.heap.nodes.values():
            source = self.heap.type_of(node).name
            if node.address in self.ours and node.address not in self.both:
                continue  # explained itself
            for label, target, kind in self.heap.edges(node):
                if target not in self.ours or target in self.both or kind == "maybe":
                    continue
                edge = (source, label, self.name(target))
                if not any(all(map(re.fullmatch, rule[:3], edge)) for rule in UNSEEN):
                    found[edge] += 1
        return dict(found)

    @on_every_python
    def test_of_a_heap_that_guppy3_has_not_touched_too(self, python):
        self.compare(python, "cold")
        for name, count in (("__main__.Node", 5000), ("__main__.Slots", 1000)):
            instances = self.instances(name)
            self.assertEqual(len(instances), count)
            self.assertLessEqual(instances, self.both)
            for address in instances:
                self.assertEqual(self.ours[address].size, self.theirs[address][1])
        changed = {self.name(address) for address in self.both
                   if self.ours[address].size != self.theirs[address][1]}
        # Its imports make namespaces grow, have UTF-8 copies made of names, and 3.10 gives a cache
        # to code that is hot.
        self.assertLessEqual(changed,
                             {"dict", "set", "str"} | ({"code"} if python.minor == 10 else set()))
        # From 3.11 on it makes a dict for every instance.
        made = sum(address not in self.both for address in self.facts["dicts"])
        self.assertEqual(made, 0 if python.minor == 10 else 5000)


if __name__ == "__main__":
    unittest.main()
